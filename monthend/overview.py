"""The latest months at a glance, within a viewer's reach, in a fixed number of queries."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from access.doors import address, listed
from access.models import User
from access.reach import Scope, scope_of, within_reach
from access.record import Cell, Row, Table
from access.rights import Right, may
from access.waiting import Notice, waiting_for
from compensation.models import Payslip
from monthend.checks import blockers_of, month_due
from monthend.models import MonthRun, MonthTransition
from monthend.page.acts import Offer, offers
from monthend.page.attention import read_tallies
from monthend.page.figures import Paid, change_text, of_branches
from monthend.page.mending import mending
from monthend.page.notices import notices_of
from monthend.page.progress import open_verification
from monthend.page.situation import live_runs, situation_of, turn_of
from monthend.page.stages import Stage, stages_of
from monthend.page.state import due_cell, run_state
from periods.models import Period
from rulebook.cells import amount, headings, month, number, numeric
from rulebook.month import Month
from rulebook.wording import month_text

MONTHS_SHOWN = 12
BLOCKERS_SHOWN = 5
State = MonthRun.State


@dataclass(frozen=True, slots=True)
class AtHand:
    """The month that is worked on: how far it is, what it pays, what is next; `page` is "" until it is begun."""

    value: Month
    month: Cell
    state: Cell
    due: Cell | None
    stages: Sequence[Stage]
    page: str = ""
    people: Cell | None = None
    gross: Cell | None = None
    offer: Offer | None = None
    turn: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """What the admin's first page begins with: the month at hand, what blocks it, the months before."""

    at_hand: AtHand | None
    blockers: Sequence[Cell]
    months: Table


@dataclass(frozen=True, slots=True)
class Duties:
    """What waits for a viewer, and what the latest computed month asks people to decide or to know."""

    waiting: Sequence[Notice]
    month: str
    of_month: Sequence[Notice]


@dataclass(frozen=True, slots=True)
class _Months:
    """The latest months, the latest first, with their runs and what they paid, within a viewer's reach."""

    viewer: User
    today: dt.date
    periods: Sequence[Period]
    runs: Mapping[Month, MonthRun]
    sums: Mapping[Month, "_Sums"]

    @property
    def latest(self) -> Period | None:
        """The latest month that was begun."""
        return self.periods[0] if self.periods else None


@dataclass(frozen=True, slots=True)
class _Sums:
    people: int
    sales: Decimal
    gross: Decimal


def overview(viewer: User, today: dt.date) -> Overview | None:
    """What the viewer's first page shows; None for who sees nothing of the business."""
    if not may(viewer, Right.VIEW, Payslip):
        return None
    periods = list(within_reach(viewer, Period.objects.order_by("-month"))[:MONTHS_SHOWN])
    runs = live_runs([period.month for period in periods], viewer)
    months = _Months(viewer, today, periods, runs, _sums(viewer, periods))
    run = runs.get(months.latest.month) if months.latest else None
    blockers = blockers_of(run, today) if run and run.state not in (State.RUNNING, State.LOCKED) else []
    return Overview(
        at_hand=_at_hand(months, is_blocked=bool(blockers)),
        blockers=mending(blockers, run.month, viewer, BLOCKERS_SHOWN) if run else [],
        months=_month_table(months),
    )


def duties(viewer: User) -> Duties:
    """What the viewer is asked to do or to look at; a fixed number of queries."""
    periods = within_reach(viewer, Period.objects.exclude(state=Period.State.OPEN))
    latest = periods.order_by("-month").values_list("month", flat=True).first()
    return Duties(
        waiting=waiting_for(viewer),
        month=month_text(latest) if latest else "",
        of_month=notices_of(latest, viewer, read_tallies(latest, viewer)) if latest else [],
    )


def _at_hand(months: _Months, *, is_blocked: bool) -> AtHand | None:
    """The latest month; once it is locked, for who answers for all branches, the one to compute next."""
    latest, viewer = months.latest, months.viewer
    if (latest is None or latest.is_locked) and scope_of(viewer) is Scope.COMPANY and (due := month_due()):
        return _shown(due, None, months, is_blocked=False)
    return _shown(latest.month, latest, months, is_blocked=is_blocked) if latest else None


def _shown(value: Month, period: Period | None, months: _Months, *, is_blocked: bool) -> AtHand:
    run, summed = months.runs.get(value), months.sums.get(value)
    is_running = run is not None and run.state == State.RUNNING
    at = situation_of(
        value,
        run,
        months.viewer,
        months.today,
        paid_out=Paid(summed.people, summed.gross) if summed else Paid(),
        is_blocked=is_blocked,
        is_busy=is_running or open_verification(run) is not None,
        is_paid=_is_paid(run),
    )
    page = address(period) if period else ""
    return AtHand(
        value=value,
        month=month(value, page),
        state=run_state(run),
        due=due_cell(value, run, months.today),
        stages=stages_of(run, None),
        page=page,
        people=number(summed.people, _payslips(value)) if summed and not is_running else None,
        gross=amount(summed.gross, _payslips(value)) if summed and not is_running else None,
        offer=next((offer for offer in offers(at) if offer.is_next), None),
        turn=turn_of(at),
    )


def _is_paid(run: MonthRun | None) -> bool:
    return run is not None and run.transitions.filter(kind=MonthTransition.Kind.PAID).exists()


def _sums(viewer: User, periods: Sequence[Period]) -> dict[Month, _Sums]:
    slips = of_branches(viewer, Payslip.objects.filter(month__in=[period.month for period in periods]))
    rows = slips.order_by().values_list("month").annotate(Count("pk"), Sum("sales"), Sum("gross"))
    return {month: _Sums(people, sales, gross) for month, people, sales, gross in rows}


def _month_table(months: _Months) -> Table:
    return Table(
        _("months"),
        headings(
            _("month"), _("state"), numeric(_("people")), numeric(_("own sales")), numeric(_("gross pay")),
            numeric(_("against the month before")),
        ),
        [_month_row(period, months.runs.get(period.month), months.sums) for period in months.periods],
        empty=_("No month has been computed yet. Import a company's workbook, then close its first month."),
    )  # fmt: skip


def _month_row(period: Period, run: MonthRun | None, sums: Mapping[Month, _Sums]) -> Row:
    here = _payslips(period.month)
    summed, before = sums.get(period.month), sums.get(period.month - 1)
    change = change_text(summed.gross, before.gross) if summed and before else "–"
    return Row(
        [
            month(period.month, address(period)),
            run_state(run),
            number(summed.people if summed else None, here if summed else ""),
            amount(summed.sales if summed else None, here),
            amount(summed.gross if summed else None, here),
            Cell(change, is_number=True),
        ]
    )


def _payslips(of: Month) -> str:
    return listed(Payslip, month=of)
