"""Writes the posts and ranks that follow from personnel events, locked assessments and signed decisions."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar

from django.db import transaction

from periods.bulk import write_rows
from rulebook.month import Month
from staff.careers.rules import posts_held, ranks_held
from staff.careers.selectors import career_events, rank_changes, ranks_decided
from staff.models import Post, RankAssessment, RankHolding

Row = TypeVar("Row", Post, RankHolding)


@transaction.atomic
def rebuild_careers(employee_ids: Collection[int]) -> None:
    """Bring Post and RankHolding of these employees in line with events, locked assessments (1-4.3.2), decisions."""
    events = career_events(employee_ids)
    changes = rank_changes(employee_ids)
    decided = ranks_decided(employee_ids)
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
        for span in ranks_held(career, changes[employee], decided[employee])
    ]
    _bring_in_line(Post, employee_ids, posts, ["department_id", "end", "base_salary"])
    _bring_in_line(RankHolding, employee_ids, ranks, ["rank", "end"])


@transaction.atomic
def hold_assessed_ranks(month: Month) -> None:
    """Let those whom a month just locked promoted, demoted or reinstated hold their new ranks (1-4.3.2)."""
    moved = RankAssessment.objects.filter(month=month).exclude(outcome=RankAssessment.Outcome.KEPT)
    rebuild_careers(list(moved.values_list("employee", flat=True)))


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
