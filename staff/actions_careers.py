"""Writes the posts and ranks that follow from personnel events and locked assessments."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar

from django.db import models, transaction

from periods.bulk import write_rows
from periods.selectors import last_locked_month
from rulebook.month import Month
from staff.careers import CareerEvent, RankChange, posts_held, ranks_held
from staff.models import Department, PersonnelEvent, Post, RankAssessment, RankHolding

Row = TypeVar("Row", Post, RankHolding)


@transaction.atomic
def rebuild_careers(employee_ids: Collection[int]) -> None:
    """Bring Post and RankHolding of these employees in line with their events and locked assessments (1-4.3.2)."""
    events = _events(employee_ids)
    changes = _rank_changes(employee_ids)
    posts = [
        Post(
            employee_id=employee,
            department_id=span.department,
            start=span.start,
            end=span.end,
            base_salary=span.base_salary,
        )
        for employee, career in events.items()
        for span in posts_held(career)
    ]
    ranks = [
        RankHolding(employee_id=employee, rank=span.rank, start=span.start, end=span.end)
        for employee, career in events.items()
        for span in ranks_held(career, changes[employee])
    ]
    _bring_in_line(Post, employee_ids, posts, ["department_id", "end", "base_salary"])
    _bring_in_line(RankHolding, employee_ids, ranks, ["rank", "end"])


@transaction.atomic
def hold_assessed_ranks(month: Month) -> None:
    """Let those whom a month just locked promoted, demoted or reinstated hold their new ranks (1-4.3.2)."""
    moved = RankAssessment.objects.filter(month=month).exclude(outcome=RankAssessment.Outcome.KEPT)
    rebuild_careers(list(moved.values_list("employee", flat=True)))


def _events(employee_ids: Collection[int]) -> dict[int, list[CareerEvent]]:
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


def _rank_changes(employee_ids: Collection[int]) -> dict[int, list[RankChange]]:
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


def _bring_in_line(
    model: type[Row], employee_ids: Collection[int], wanted: Sequence[Row], fields: Sequence[str]
) -> None:
    """Write only what differs, so that untouched rows keep their identity."""
    existing = {(row.employee_id, row.start): row for row in model.objects.filter(employee_id__in=employee_ids)}
    new, changed = [], []
    for row in wanted:
        old = existing.pop((row.employee_id, row.start), None)
        if old is None:
            new.append(row)
        elif _differs(old, row, fields):
            row.pk = old.pk
            changed.append(row)
    model.objects.filter(pk__in=_keys(existing.values())).delete()
    write_rows(model, new=new, changed=changed, fields=[field.removesuffix("_id") for field in fields])


def _differs(old: Any, new: Any, fields: Sequence[str]) -> bool:
    return any(getattr(old, field) != getattr(new, field) for field in fields)


def _keys(rows: Iterable[Row]) -> list[int]:
    return [row.pk for row in rows]
