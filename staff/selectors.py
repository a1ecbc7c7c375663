"""Reads about people and their ranks."""

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from rulebook.month import Month
from staff.models import Employee, Post, RankAssessment


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
