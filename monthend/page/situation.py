"""Reads what decides who may do what with a month now."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from access.models import User
from access.reach import within_reach
from monthend.approval.selectors import Acting, InCharge, read_in_charge
from monthend.checks import CloseRefused, no_receipts, require_computable, require_next, with_findings
from monthend.models import MonthRun, MonthTransition
from monthend.page.acts import Situation, whose_turn
from monthend.page.figures import Paid
from monthend.rights import may_compute, stands_in_for
from rulebook.month import Month

_PEOPLE = ("started_by", "prepared_by", "approved_by", "approved_for", "locked_by")


def live_runs(months: Sequence[Month], viewer: User) -> dict[Month, MonthRun]:
    """The run of each month that counts, with everybody who had a part in it."""
    runs = within_reach(viewer, MonthRun.objects.filter(month__in=months)).exclude(state=MonthRun.State.REPLACED)
    return {run.month: run for run in _read_along(runs)}


def runs_read_along(month: Month) -> QuerySet[MonthRun]:
    """A month's runs, also those that count no more, with what is asked of one read along."""
    return _read_along(MonthRun.objects.filter(month=month))


def _read_along(runs: QuerySet[MonthRun]) -> QuerySet[MonthRun]:
    """Each with its plan, its findings, and everybody who had a part in it."""
    people = (f"{name}__employee" for name in _PEOPLE)
    return with_findings(runs).select_related("plan_version", *people)


def situation_of(
    month: Month,
    run: MonthRun | None,
    viewer: User,
    today: dt.date,
    *,
    paid_out: Paid,
    is_blocked: bool,
    is_busy: bool,
    payment: MonthTransition | None,
    known: Sequence[str] = (),
    in_charge: InCharge | None = None,
) -> Situation:
    """Where the month stands for the viewer; `paid_out` are its sums, `known` what is confirmed with handing over;
    before the month is computed, that it has no receipts.

    Who is `in_charge` is read here where it is needed and the page has not read it.
    """
    cash_missing = no_receipts(month) if run is None else ""
    can_change = not is_busy and (run is None or run.state != MonthRun.State.LOCKED)
    is_submitted = not is_busy and run is not None and run.state == MonthRun.State.SUBMITTED
    if in_charge is None and is_submitted:
        in_charge = read_in_charge(today)
    return Situation(
        viewer=viewer,
        month=month,
        run=run,
        people=paid_out.people,
        gross=paid_out.gross,
        is_blocked=is_blocked,
        is_busy=is_busy,
        payment=payment,
        known=[cash_missing] if cash_missing else known,
        approvers=in_charge.directors if in_charge and is_submitted else [],
        principal=_principal(in_charge.directors, viewer) if in_charge else stands_in_for(viewer, today),
        cannot_compute=_why_not_computable(month, run, viewer) if can_change else "",
    )


def turn_of(at: Situation) -> str:
    """Whom the month waits for, where that is not the viewer; nothing while it is being worked on."""
    return "" if at.is_busy else whose_turn(at)


def _principal(approvers: Sequence[Acting], viewer: User) -> User | None:
    """In whose place the viewer is among the approvers, as `stands_in_for` tells it."""
    return next((one.in_place_of for one in approvers if one.in_place_of and one.user == viewer), None)


def _why_not_computable(month: Month, run: MonthRun | None, viewer: User) -> str:
    """Why who prepares months can't compute this one, perhaps again; empty if they can, and for everybody else."""
    if not may_compute(viewer):
        return ""
    require = require_next if run else require_computable
    try:
        require(month)
    except CloseRefused as refusal:
        return _(" ").join(refusal.reasons)
    return ""
