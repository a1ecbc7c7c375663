"""Months as lists tell them: how far each is, whether it was sent back, what it pays, and who does what next."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from access.models import User
from access.pages.records import Cell
from access.reach import within_reach
from compensation.models import Payslip
from monthend.approval.selectors_transitions import standing_payment
from monthend.models import MonthRun, MonthTransition
from monthend.page.figures import of_branches
from monthend.page.setbacks import TRANSITIONS_READ, Setback, is_sent_back, setback_of, with_what_was_changed
from monthend.page.situation import live_runs
from monthend.page.state import run_state
from rulebook.month import Month

State = MonthRun.State


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month for a viewer: its run, what set it back, and what it paid (people; sales and gross pay in CNY)."""

    run: MonthRun | None = None
    setback: Setback | None = None
    payment: MonthTransition | None = None
    people: int = 0
    sales: Decimal = Decimal(0)
    gross: Decimal = Decimal(0)

    @property
    def is_paid(self) -> bool:
        """Whether it is marked as paid, and that was not taken back."""
        return self.payment is not None

    @property
    def has_result(self) -> bool:
        """Whether anybody is paid for it."""
        return self.people > 0

    @property
    def state(self) -> Cell:
        """How far it is, in a word."""
        return run_state(self.run, is_paid=self.is_paid, is_returned=is_sent_back(self.setback))

    @property
    def next_step(self) -> str:
        """What comes next, and who does it; empty once it is paid."""
        if self.is_paid:
            return ""
        return str(_next_steps()[State(self.run.state) if self.run else None])


def _next_steps() -> Mapping[State | None, str]:
    return {
        None: _("HR computes it"),
        State.RUNNING: _("is being computed"),
        State.STALE: _("HR computes it again"),
        State.COMPUTED: _("HR hands it over"),
        State.SUBMITTED: _("the marketing director approves it"),
        State.APPROVED: _("HR or the marketing director locks it"),
        State.LOCKED: _("finance marks it as paid"),
    }


def month_lines(months: Sequence[Month], viewer: User) -> dict[Month, MonthLine]:
    """The months within the viewer's reach; three queries, however many."""
    runs = live_runs(months, viewer)
    slips = of_branches(viewer, Payslip.objects.filter(month__in=months)).order_by().values_list("month")
    sums = {month: facts for month, *facts in slips.annotate(Count("pk"), Sum("sales"), Sum("gross"))}
    marks: dict[Month, list[MonthTransition]] = defaultdict(list)
    rows = within_reach(viewer, MonthTransition.objects.filter(run__month__in=months, kind__in=TRANSITIONS_READ))
    for row in (
        with_what_was_changed(rows).select_related("run", "by__employee", "on_behalf_of__employee").order_by("-id")
    ):
        marks[row.run.month].append(row)
    return {
        month: MonthLine(
            runs.get(month),
            setback_of(runs.get(month), marks[month]),
            standing_payment(marks[month]),
            *sums.get(month, ()),
        )
        for month in months
    }
