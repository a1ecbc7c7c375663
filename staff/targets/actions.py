"""Writes of a year's targets, broken down to the branches' months, and of a month's, broken down to people (1-3.5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from access.history.meanwhile import last_saved
from access.refusals import Refused
from periods.bulk import any_of, write_rows
from periods.selectors import last_locked_month
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.wording import amount_text, month_text
from staff.models import Branch, Employee, PersonTarget, Target, YearTarget


class TargetsRefused(Refused):
    """Targets are not written; the message says why, in the user's language."""


class SavedMeanwhile(TargetsRefused):
    """Targets were saved since those were read that are to be replaced; each table as `last_saved` takes it."""

    def __init__(self, *tables: tuple[QuerySet[Any], Q]) -> None:
        words = _(
            "%(who)s saved targets at %(moment)s, after this page was opened: what is saved stands beneath the fields,"
            " and in those that you left as they were; look, then save again."
        )
        super().__init__(words % last_saved(*tables))


@dataclass(frozen=True, slots=True)
class YearTable:
    """The company's target of a year (CNY) and those of the branches' months, keyed by branch id and month.

    A month left out or None has no target.
    """

    total: Decimal | None
    targets: Mapping[tuple[int, Month], Decimal | None]

    @property
    def given(self) -> dict[tuple[int, Month], Decimal]:
        """The months that have a target."""
        return {key: amount for key, amount in self.targets.items() if amount is not None}


@action
def save_year(year: int, table: YearTable, *, shown: YearTable, by: Actor) -> None:
    """Write a year's targets in place of those that were `shown`.

    Raises TargetsRefused unless the months add up to the year's target, where there is one, for a change of a locked
    month, and (SavedMeanwhile) when other targets than those shown stand there by now.
    """
    list(Branch.objects.select_for_update(no_key=True).order_by("pk"))
    of_year = Target.objects.filter(month__gte=Month(year, 1), month__lte=Month(year, 12))
    present = {(row.branch_id, row.month): row for row in of_year}
    stands = YearTarget.objects.filter(year=year).values_list("amount", flat=True).first()
    if (stands, {key: row.amount for key, row in present.items()}) != (shown.total, shown.given):
        raise SavedMeanwhile(
            (of_year, Q(before__month__startswith=f"{year}-")),
            (YearTarget.objects.filter(year=year), Q(before__year=year)),
        )
    total, wanted = table.total, table.given
    _require_fit(total, wanted.values(), _("The months add up to %(sum)s, the year's target is %(total)s: %(words)s."))
    new = [
        Target(branch_id=key[0], month=key[1], amount=amount) for key, amount in wanted.items() if key not in present
    ]
    changed = [row for key, row in present.items() if key in wanted and wanted[key] != row.amount]
    gone = [row for key, row in present.items() if key not in wanted]
    _require_open([row.month for row in (*new, *changed, *gone)])
    for row in changed:
        row.amount = wanted[row.branch_id, row.month]
    Target.objects.filter(pk__in=any_of([row.pk for row in gone])).delete()
    write_rows(Target, new=new, changed=changed, fields=["amount"])
    if total is None:
        YearTarget.objects.filter(year=year).delete()
    else:
        YearTarget.objects.update_or_create(year=year, defaults={"amount": total})


@action
def save_person_targets(
    target: Target, amounts: Mapping[int, Decimal], *, shown: Mapping[int, Decimal], by: Actor
) -> None:
    """Replace the people's parts of a branch's target of a month (CNY by employee id) that were `shown`.

    Raises TargetsRefused unless they add up to the branch's target, once the month is locked, and (SavedMeanwhile) when
    other parts than those shown stand there by now.
    """
    held = Target.objects.select_for_update(of=("self",)).get(pk=target.pk)
    _require_open([held.month])
    present = PersonTarget.objects.filter(month=held.month, branch=held.branch_id)
    if dict(present.values_list("employee", "amount")) != shown:
        gone = Q(before__month=held.month.first.isoformat(), before__branch_id=held.branch_id)
        raise SavedMeanwhile((present, gone))
    words = _("The people's targets add up to %(sum)s, the branch's is %(total)s: %(words)s.")
    _require_fit(held.amount, amounts.values(), words)
    list(Employee.objects.select_for_update(no_key=True).filter(pk__in=any_of(amounts)).order_by("pk"))
    present.delete()
    PersonTarget.objects.bulk_create(
        PersonTarget(month=held.month, branch_id=held.branch_id, employee_id=person, amount=amount)
        for person, amount in amounts.items()
    )


def _require_fit(total: Decimal | None, parts: Iterable[Decimal], sentence: str) -> None:
    found = sum(parts, ZERO)
    if total is not None and total != found:
        facts = {"sum": amount_text(found), "total": amount_text(total), "words": left_text(total - found)}
        raise TargetsRefused(sentence % facts)


def left_text(left: Decimal) -> str:
    """How far parts are from what they must add up to (CNY): positive is still to be given out."""
    if left > 0:
        return _("%(left)s is still to be given out") % {"left": amount_text(left)}
    return _("%(left)s is given out too much") % {"left": amount_text(-left)}


def _require_open(months: list[Month]) -> None:
    last = last_locked_month()
    for month in sorted(months):
        if last is not None and month <= last:
            raise TargetsRefused(
                _("%(month)s is locked: its targets stand as they are.") % {"month": month_text(month)}
            )
