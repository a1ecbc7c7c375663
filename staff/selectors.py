"""Reads about people and their ranks."""

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery, prefetch_related_objects
from django.utils import timezone

from rulebook.month import Month
from staff.models import Employee, Post, RankAssessment, RankHolding


def assessments_of(month: Month) -> QuerySet[RankAssessment]:
    """The month's assessments by staff number."""
    return (
        RankAssessment.objects.filter(month=month)
        .select_related("employee")
        .prefetch_related("plan_version")
        .order_by("employee__number")
    )


def posts_of(employee: Employee) -> list[Post]:
    """A person's posts, the latest first; read once for all that a page tells of the person."""
    posts = Post.objects.select_related("department__branch").order_by("-start")
    prefetch_related_objects([employee], Prefetch("posts", posts))
    return list(employee.posts.all())


def with_standing(people: QuerySet[Employee]) -> QuerySet[Employee]:
    """People with where they stand today: branch and department, last or present; until when; the rank held."""
    today = timezone.localdate()
    begun = Post.objects.filter(employee=OuterRef("pk"), start__lte=today).order_by("-start")
    held = RankHolding.objects.filter(employee=OuterRef("pk"), start__lte=today).exclude(end__lte=today)
    return people.annotate(
        branch_now=Subquery(begun.values("department__branch")[:1]),
        branch_name=Subquery(begun.values("department__branch__name")[:1]),
        department_name=Subquery(begun.values("department__name")[:1]),
        left_on=Subquery(begun.values("end")[:1]),
        rank_now=Subquery(held.values("rank")[:1]),
    )
