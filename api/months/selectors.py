"""How far months are, for a program."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from access.models import User
from access.reach import scope_of, within_reach
from access.roles import Scope
from compensation.models import Payslip
from monthend.approval.selectors_transitions import payment_of
from monthend.checks import blockers_of, is_stale, month_due
from monthend.models import MonthRun
from periods.models import Period
from rulebook.month import Month

State = MonthRun.State
_TOLD = {
    State.RUNNING: "computing",
    State.COMPUTED: "computed",
    State.STALE: "stale",
    State.SUBMITTED: "submitted",
    State.APPROVED: "submitted",
    State.LOCKED: "locked",
}


@dataclass(frozen=True, slots=True)
class MonthTold:
    """A month, its run if it was begun, and what its payslips within reach come to (CNY)."""

    month: Month
    run: MonthRun | None
    people: int
    sales: Decimal
    gross: Decimal

    @property
    def state(self) -> str:
        """How far it is; `stale` when what it is computed from has changed since."""
        if self.run is None:
            return "open"
        told = _TOLD[State(self.run.state)]
        is_old = told not in ("computing", "locked") and is_stale(self.run)
        return "stale" if is_old else told

    @property
    def plan_version(self) -> str | None:
        """The plan that it is computed with."""
        return self.run.plan_version.version if self.run else None

    @property
    def seal(self) -> str | None:
        """The hash of a locked month's rows."""
        return self.run.seal if self.run and self.run.state == State.LOCKED else None

    @property
    def paid_at(self) -> Any:
        """The day on which it was paid."""
        payment = payment_of(self.run) if self.seal is not None and self.run else None
        return payment.paid_on if payment else None


def months_told(user: User) -> list[MonthTold]:
    """All months that were begun and the one that is due, the first one first; a fixed number of queries."""
    begun = set(within_reach(user, Period.objects.all()).values_list("month", flat=True))
    due = month_due()
    return _told(user, sorted(begun | ({due} if due else set())))


def month_told(user: User, month: Month) -> MonthTold | None:
    """One month; None for one before the first that anything is known of."""
    due = month_due()
    if due is None or (month < due and not Period.objects.filter(month=month).exists()):
        return None
    return _told(user, [month])[0]


def blockers_told(user: User, told: MonthTold) -> list[dict[str, str]]:
    """What keeps a computed month from being locked, for who sees the whole company."""
    is_over = told.run is None or told.run.state in (State.RUNNING, State.LOCKED)
    if is_over or scope_of(user) is not Scope.COMPANY or told.run is None:
        return []
    found = blockers_of(told.run, timezone.localdate())
    return [{"code": one.obstacle.name.lower(), "text": str(one.text)} for one in found]


def live_run(month: Month) -> MonthRun | None:
    """The run of a month that counts."""
    runs = MonthRun.objects.filter(month=month).exclude(state=State.REPLACED)
    return runs.select_related("plan_version").first()


def _told(user: User, months: Sequence[Month]) -> list[MonthTold]:
    runs = within_reach(user, MonthRun.objects.filter(month__in=months)).exclude(state=State.REPLACED)
    by_month = {run.month: run for run in runs.select_related("plan_version")}
    slips = within_reach(user, Payslip.objects.filter(month__in=months)).order_by().values_list("month")
    sums = {month: facts for month, *facts in slips.annotate(Count("pk"), Sum("sales"), Sum("gross"))}
    nothing = [0, Decimal(0), Decimal(0)]
    return [MonthTold(month, by_month.get(month), *sums.get(month, nothing)) for month in months]
