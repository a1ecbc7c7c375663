"""What posts and ranks held follow from: personnel events, locked assessments, signed decisions."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db import models

from periods.bulk import any_of
from periods.selectors import last_locked_month
from rulebook.month import Month
from staff.careers.rules import CareerEvent, RankChange, RankDecided
from staff.models import Department, PersonnelEvent, RankAssessment, RankDecision


def career_events(employee_ids: Collection[int]) -> dict[int, list[CareerEvent]]:
    """Each person's personnel events in order of date."""
    rows = (
        PersonnelEvent.objects.filter(employee_id__in=employee_ids)
        .order_by("employee_id", "date")
        .values_list(
            "employee_id", "date", "new_department_id", "new_department__system", "new_rank", "new_base_salary"
        )
    )
    events: dict[int, list[CareerEvent]] = defaultdict(list)
    for employee, date, department, system, rank, salary in rows:
        events[employee].append(CareerEvent(date, department, system == Department.System.SALES, rank, salary))
    return events


def rank_changes(employee_ids: Collection[int]) -> dict[int, list[RankChange]]:
    """What locked assessments did to each person's rank (1-4.3.2)."""
    changes: dict[int, list[RankChange]] = defaultdict(list)
    locked = last_locked_month()
    if locked is None:
        return changes
    rows = (
        RankAssessment.objects.filter(employee_id__in=employee_ids, month__lte=locked)
        .exclude(next_rank=models.F("rank"))
        .values_list("employee_id", "month", "next_rank")
    )
    for employee, month, rank in rows:
        changes[employee].append(RankChange((month + 1).first, month.first, rank))
    return changes


def ranks_decided(employee_ids: Collection[int]) -> dict[int, list[RankDecided]]:
    """The decisions on each person's rank that stand, in order of their months."""
    decided: dict[int, list[RankDecided]] = defaultdict(list)
    for one in _standing(_decisions(employee__in=any_of(employee_ids))):
        decided[one.employee_id].append(RankDecided(one.month.first, one.entered_on, one.rank, one.ends_right))
    return decided


def standing_decisions(**which: object) -> list[tuple[int, Month, str, dt.date]]:
    """Of the decisions on some people and months those that stand, as `standing_of` tells them, in order of months."""
    return standing_of(_decisions(**which))


def _decisions(**which: object) -> models.QuerySet[RankDecision]:
    """Decisions in the order they were made, without their documents."""
    rows = RankDecision.objects.filter(**which)
    return rows.only("employee", "month", "rank", "entered_on", "state", "ends_right").order_by(
        "employee", "month", "pk"
    )


def standing_of(decisions: Iterable[RankDecision]) -> list[tuple[int, Month, str, dt.date]]:
    """Of decisions in the order they were made, the latest signed ones on a person and a month that give a rank.

    Each as (employee, month, rank, in sales since).
    """
    return [(one.employee_id, one.month, one.rank, one.entered_on) for one in _standing(decisions)]


def _standing(decisions: Iterable[RankDecision]) -> list[RankDecision]:
    signed = [one for one in decisions if one.state == RankDecision.State.SIGNED]
    latest = {(one.employee_id, one.month): one for one in signed}
    return [one for one in latest.values() if one.rank]


def decided_after(
    rows: Sequence[RankAssessment], decisions: Iterable[tuple[int, Month, str, dt.date]]
) -> dict[int, str]:
    """The ranks that decisions give from the month after these assessments on, whatever they led to, by their ids."""
    following = {(row.employee_id, row.month + 1): row for row in rows}
    return {
        row.pk: rank
        for employee, month, rank, entered_on in decisions
        if (row := following.get((employee, month))) and entered_on <= row.month.first
    }


def decided_from(month: Month) -> models.Subquery:
    """The same within a query of the month before's assessments: the rank given from `month` on, "" if none."""
    signed = RankDecision.objects.filter(
        state=RankDecision.State.SIGNED, month=month, employee=models.OuterRef("employee")
    )
    fits = models.When(entered_on__lte=(month - 1).first, then="rank")
    ranks = signed.order_by("-pk").annotate(given=models.Case(fits, default=models.Value("")))
    return models.Subquery(ranks.values("given")[:1])
