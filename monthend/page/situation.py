"""Reads what decides who may do what with a month now."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from access.models import User
from access.reach import within_reach
from monthend.checks import CloseRefused, require_computable, require_next
from monthend.models import Deputy, MonthRun
from monthend.page.acts import Approver, Situation, whose_turn
from monthend.page.figures import Paid
from monthend.rights import APPROVERS, may_prepare, stands_in_for
from rulebook.month import Month

_PEOPLE = ("started_by", "prepared_by", "approved_by", "approved_for", "locked_by")


def live_runs(months: Sequence[Month], viewer: User) -> dict[Month, MonthRun]:
    """The run of each month that counts, with everybody who had a part in it."""
    runs = within_reach(viewer, MonthRun.objects.filter(month__in=months)).exclude(state=MonthRun.State.REPLACED)
    people = (f"{name}__employee" for name in _PEOPLE)
    return {run.month: run for run in runs.select_related("plan_version", *people)}


def situation_of(
    month: Month,
    run: MonthRun | None,
    viewer: User,
    today: dt.date,
    *,
    paid_out: Paid,
    is_blocked: bool,
    is_busy: bool,
    is_paid: bool,
) -> Situation:
    """Where the month stands for the viewer; `paid_out` are its sums."""
    can_change = not is_busy and (run is None or run.state != MonthRun.State.LOCKED)
    is_submitted = not is_busy and run is not None and run.state == MonthRun.State.SUBMITTED
    approvers = approvers_on(today) if is_submitted else []
    return Situation(
        viewer=viewer,
        month=month,
        run=run,
        people=paid_out.people,
        gross=paid_out.gross,
        is_blocked=is_blocked,
        is_busy=is_busy,
        is_paid=is_paid,
        approvers=approvers,
        principal=_principal(approvers, viewer) if is_submitted else stands_in_for(viewer, today),
        cannot_compute=_why_not_computable(month, run, viewer) if can_change else "",
    )


def turn_of(at: Situation) -> str:
    """Whom the month waits for, where that is not the viewer; nothing while it is being worked on."""
    return "" if at.is_busy else whose_turn(at)


def _principal(approvers: Sequence[Approver], viewer: User) -> User | None:
    """In whose place the viewer is among the approvers, as `stands_in_for` tells it."""
    return next((one.in_place_of for one in approvers if one.in_place_of and one.user == viewer), None)


def approvers_on(today: dt.date) -> list[Approver]:
    """Who approves months on a day: the marketing directors, and who stands in for one."""
    directors = User.objects.filter(role__in=APPROVERS, is_active=True).select_related("employee").order_by("pk")
    deputies = Deputy.objects.filter(start__lte=today, end__gte=today, principal__in=directors, deputy__is_active=True)
    named = deputies.select_related("deputy__employee", "principal__employee").order_by("start", "pk")
    return [
        *(Approver(director) for director in directors),
        *(Approver(row.deputy, row.principal, row.end) for row in named),
    ]


def _why_not_computable(month: Month, run: MonthRun | None, viewer: User) -> str:
    """Why who prepares months can't compute this one, perhaps again; empty if they can, and for everybody else."""
    if not may_prepare(viewer):
        return ""
    require = require_next if run else require_computable
    try:
        require(month)
    except CloseRefused as refusal:
        return _(" ").join(refusal.reasons)
    return ""
