"""Reads about people and their ranks."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery, prefetch_related_objects
from django.utils import timezone

from access.models import User
from access.reach import within_reach
from rulebook.month import Month
from rulebook.plan import Plan, Rank
from staff.models import Employee, MinimumWage, Post, RankAssessment, RankHolding


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


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A rank whose threshold wage lies below the minimum wage of a branch's city."""

    wage: MinimumWage
    rank: Rank


def wage_shortfalls(plan: Plan, day: dt.date, viewer: User) -> list[Shortfall]:
    """Compare a plan with the minimum wages that hold on a day, for the branches within reach; one query."""
    begun = within_reach(viewer, MinimumWage.objects.filter(effective_from__lte=day)).select_related("branch")
    in_force = begun.order_by("branch_id", "-effective_from").distinct("branch_id")
    return [Shortfall(wage, rank) for wage in in_force for rank in plan.ranks if rank.threshold_wage < wage.amount]
