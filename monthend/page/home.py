"""The latest months at a glance, within a viewer's reach, in a fixed number of queries."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.pages.acts import Offer
from access.pages.admin_base import viewing
from access.pages.links import address, listed
from access.pages.notices import Notice, waiting_for
from access.pages.records import Cell, Row, Table, Tone
from access.reach import scope_of, within_reach
from access.rights import Right, may
from access.roles import Scope
from compensation.models import Payslip
from monthend.approval.selectors import InCharge, read_in_charge
from monthend.approval.selectors_reminders import reminders_of
from monthend.checks import Blocker, blockers_of, month_due
from monthend.models import MonthRun
from monthend.page.acts import offers
from monthend.page.attention import read_tallies
from monthend.page.figures import Paid, change_text
from monthend.page.mending import Mend, mending, no_receipts_yet
from monthend.page.months import MonthLine, month_lines
from monthend.page.notices import notices_of
from monthend.page.progress import open_verification
from monthend.page.situation import situation_of, turn_of
from monthend.page.stages import Stage, stages_of
from monthend.page.state import due_cell
from monthend.rights import may_remind
from periods.models import Period
from rulebook.cells import amount, headings, month, number, numeric, text
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
    without_receipts: Sequence[Mend] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """What the admin's first page begins with: what set months back, the month at hand, what blocks it, all months."""

    setbacks: Sequence[Cell]
    at_hand: AtHand | None
    blockers: Sequence[Mend]
    reminds: str
    months: Table


@dataclass(frozen=True, slots=True)
class Duties:
    """What waits for a viewer, and what the latest computed month asks people to decide or to know."""

    waiting: Sequence[Notice]
    month: str
    of_month: Sequence[Notice]


@dataclass(frozen=True, slots=True)
class _Months:
    """The latest months, the latest first, with how far they are and what they paid, within a viewer's reach."""

    viewer: User
    today: dt.date
    periods: Sequence[Period]
    lines: Mapping[Month, MonthLine]

    @property
    def latest(self) -> Period | None:
        """The latest month that was begun."""
        return self.periods[0] if self.periods else None

    def line(self, month: Month) -> MonthLine:
        """A month; one that was not begun has no run."""
        return self.lines.get(month, MonthLine())


def overview(viewer: User, today: dt.date) -> Overview | None:
    """What the viewer's first page shows; None for who sees nothing of the business."""
    if not may(viewer, Right.VIEW, Payslip):
        return None
    periods = list(within_reach(viewer, Period.objects.order_by("-month"))[:MONTHS_SHOWN])
    months = _Months(viewer, today, periods, month_lines([period.month for period in periods], viewer))
    run = months.line(months.latest.month).run if months.latest else None
    blockers = blockers_of(run, today) if run and run.state not in (State.RUNNING, State.LOCKED) else []
    in_charge = read_in_charge(today) if blockers else None
    return Overview(
        setbacks=_setbacks(months),
        at_hand=_at_hand(months, is_blocked=bool(blockers), in_charge=in_charge),
        blockers=_blockers(blockers, run, in_charge, months) if run and in_charge else [],
        reminds=reverse("admin:periods_period_remind", args=[months.latest.pk]) if months.latest else "",
        months=_month_table(months),
    )


def _blockers(blockers: Sequence[Blocker], run: MonthRun, in_charge: InCharge, months: _Months) -> list[Mend]:
    """What blocks the month at hand, each with whom it waits for, and who may be reminded."""
    return mending(
        blockers,
        run.month,
        months.viewer,
        BLOCKERS_SHOWN,
        in_charge=in_charge,
        reminders=reminders_of(run) if may_remind(months.viewer) else [],
        today=months.today,
    )


def _setbacks(months: _Months) -> list[Cell]:
    """What set months back, by whom and, where the viewer may read it, why; each leading to where it goes on."""
    found = ((period, months.line(period.month).setback) for period in months.periods)
    return [
        Cell(setback.text_for(months.viewer), f"{address(period)}#next", tone=Tone.BLOCKS)
        for period, setback in found
        if setback is not None and setback.concerns(months.viewer)
    ]


def duties(viewer: User) -> Duties:
    """What the viewer is asked to do or to look at; a fixed number of queries."""
    periods = within_reach(viewer, Period.objects.exclude(state=Period.State.OPEN))
    latest = periods.order_by("-month").values_list("month", flat=True).first()
    return Duties(
        waiting=waiting_for(viewer),
        month=month_text(latest) if latest else "",
        of_month=notices_of(latest, viewer, read_tallies(latest, viewer)) if latest else [],
    )


def _at_hand(months: _Months, *, is_blocked: bool, in_charge: InCharge | None) -> AtHand | None:
    """The latest month; once it is locked, for who answers for all branches, the one to compute next."""
    latest, viewer = months.latest, months.viewer
    if (latest is None or latest.is_locked) and scope_of(viewer) is Scope.COMPANY and (due := month_due()):
        return _shown(due, None, months, is_blocked=False, in_charge=None)
    return _shown(latest.month, latest, months, is_blocked=is_blocked, in_charge=in_charge) if latest else None


def _shown(
    value: Month, period: Period | None, months: _Months, *, is_blocked: bool, in_charge: InCharge | None
) -> AtHand:
    line = months.line(value)
    run = line.run
    is_running = run is not None and run.state == State.RUNNING
    at = situation_of(
        value,
        run,
        months.viewer,
        months.today,
        paid_out=Paid(line.people, line.gross),
        is_blocked=is_blocked,
        is_busy=is_running or open_verification(run) is not None,
        payment=line.payment,
        in_charge=in_charge,
    )
    page = address(period) if period else ""
    return AtHand(
        value=value,
        month=month(value, page),
        state=line.state,
        due=due_cell(value, run, months.today),
        stages=stages_of(run, None),
        page=page,
        people=number(line.people, _payslips(value)) if line.has_result and not is_running else None,
        gross=amount(line.gross, _payslips(value)) if line.has_result and not is_running else None,
        offer=next((offer for offer in offers(at) if offer.is_next), None),
        turn=turn_of(at),
        without_receipts=no_receipts_yet(at) if months.today > value.last else [],
    )


def _month_table(months: _Months) -> Table:
    return Table(
        _("months"),
        headings(
            _("month"), _("state"), numeric(_("people")), numeric(_("own sales")), numeric(_("gross pay")),
            numeric(_("against the month before")), _("next step"),
        ),
        [_month_row(period, months) for period in months.periods],
        empty=_("No month has been computed yet. Import a company's workbook, then close its first month."),
        note=sales_note() if months.periods else "",
    )  # fmt: skip


def sales_note() -> str:
    """Which of the two sums of sales stands in lists of months, and which on a month's page."""
    return _(
        "Own sales: receipts credited to people. The branches' sales on a month's page also count receipts that are"
        " credited to nobody (1-4.1)."
    )


def _month_row(period: Period, months: _Months) -> Row:
    here = _payslips(period.month)
    line, before = months.line(period.month), months.line(period.month - 1)
    change = change_text(line.gross, before.gross) if line.has_result and before.has_result else "–"
    return Row(
        [
            month(period.month, address(period)),
            line.state,
            number(line.people if line.has_result else None, here if line.has_result else ""),
            amount(line.sales if line.has_result else None, here),
            amount(line.gross if line.has_result else None, here),
            Cell(change, is_number=True),
            text(line.next_step),
        ]
    )


def _payslips(of: Month) -> str:
    return listed(Payslip, month=of)


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the overview to what the page's template is given; for who sees nothing of the business what waits alone."""
    viewer = viewing(request)
    seen = overview(viewer, timezone.localdate())
    return {**context, "overview": seen, "waiting": [] if seen else waiting_for(viewer)}
