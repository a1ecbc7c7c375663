"""Whose pay can't be known for want of data."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import DateField, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext as _

from rulebook.month import Month
from rulebook.plan import Plan
from staff.careers.rules import PostSpan, RankSpan
from staff.careers.selectors_roster import Person
from staff.models import Department, Post, RankHolding


def unpayable(people: Iterable[Person], plan: Plan) -> dict[int, list[str]]:
    """People in post whose base pay can't be known, each with the reasons in the user's language.

    A rank that the plan doesn't have, or support without a base salary.
    """
    known_ranks = {rank.code for rank in plan.ranks}
    found = {person.id: list(_reasons(person, known_ranks)) for person in people if person.last_post}
    return {person: reasons for person, reasons in found.items() if reasons}


def unpayable_in(month: Month, plan: Plan) -> dict[int, list[str]]:
    """The same of everybody in post in a month, in one query that reads only who comes into question."""
    last_day = ExpressionWrapper(
        Least(Coalesce(F("end") - dt.timedelta(days=1), Value(month.last)), Value(month.last)), DateField()
    )
    held = RankHolding.objects.filter(employee=OuterRef("employee"), start__lte=OuterRef("last_day"))
    held = held.filter(Q(end=None) | Q(end__gt=OuterRef("last_day"))).order_by("-start")
    posts = (
        Post.objects.filter(start__lte=month.last, employee__hired_on__lte=month.last)
        .filter(Q(end=None) | Q(end__gt=month.first))
        .annotate(in_sales=Q(department__system=Department.System.SALES), last_day=last_day)
        .annotate(rank=Coalesce(Subquery(held.values("rank")[:1]), Value("")))
    )
    in_doubt = posts.filter(
        Q(in_sales=True) & ~Q(rank__in=[rank.code for rank in plan.ranks]) | Q(in_sales=False, base_salary=None)
    )
    rows = posts.filter(employee__in=in_doubt.order_by().values("employee")).select_related("employee")
    by_person: dict[int, list[Any]] = defaultdict(list)
    for post in rows.order_by("employee__number", "start"):
        by_person[post.employee_id].append(post)
    return unpayable((_person(month, posts) for posts in by_person.values()), plan)


def _person(month: Month, posts: list[Any]) -> Person:
    """Somebody as the month's posts show them, each with the rank held at its end."""
    employee = posts[0].employee
    return Person(
        id=employee.pk,
        number=employee.number,
        name=employee.name,
        bank_name=employee.bank_name,
        bank_account=employee.bank_account,
        month=month,
        posts=tuple(PostSpan(row.department_id, row.in_sales, row.start, row.end, row.base_salary) for row in posts),
        ranks=tuple(RankSpan(row.rank, row.start, row.end) for row in posts),
        is_protected=False,
    )


def _reasons(person: Person, known_ranks: set[str]) -> Iterator[str]:
    for stretch in person.stretches:
        rank = person.rank_on(stretch.end)
        if stretch.in_sales and rank not in known_ranks:
            yield _("%(name)s (%(number)s): the plan has no rank “%(rank)s”.") % {
                "name": person.name,
                "number": person.number,
                "rank": rank,
            }
        if not stretch.in_sales and stretch.salary is None:
            yield _("%(name)s (%(number)s) has no base salary.") % {"name": person.name, "number": person.number}
