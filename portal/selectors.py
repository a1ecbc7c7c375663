"""What people may read of their own pay: within their reach, and theirs."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from access.models import User
from access.reach import scope_of, within_reach
from access.roles import Scope
from compensation.corrections.selectors import closed_by
from compensation.models import Adjustment, BasePayLine, CommissionLine, Credit, HeldCommission, Payslip, SupportShare
from compensation.selectors import with_cause
from monthend.approval.selectors_transitions import paid_day
from monthend.models import MonthRun
from periods.models import Period
from rulebook.month import Month
from staff.models import Employee, RankAssessment

Kind = CommissionLine.Kind


@dataclass(frozen=True, slots=True)
class PayMonth:
    """A month that has something to show: gross pay in CNY, None where there is no payslip but uncredited receipts.

    `link` is what a locked month's payslips are sealed with (`monthend/lock/selectors_chain.py`), empty before the
    lock; `paid_on` is the day of a payment that stands.
    """

    month: Month
    gross: Decimal | None
    is_locked: bool
    link: str
    paid_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class OwnPay:
    """The reads of one log-in and the employee it belongs to."""

    user: AbstractBaseUser | AnonymousUser
    employee: Employee

    def months(self) -> list[PayMonth]:
        """The months with a payslip or an uncredited receipt, newest first."""
        gross = dict(self._payslips().values_list("month", "gross"))
        uncredited = set(self._uncredited().order_by().values_list("month", flat=True).distinct())
        link = MonthRun.objects.filter(month=OuterRef("month"), state=MonthRun.State.LOCKED).values("link")
        facts = (Coalesce(Subquery(link), Value("")), paid_day(OuterRef("month")))
        locked = {month: (link, day) for month, link, day in self._locked_periods().values_list("month", *facts)}
        return [
            PayMonth(month, gross.get(month), month in locked, *locked.get(month, ("", None)))
            for month in sorted(gross.keys() | uncredited, reverse=True)
        ]

    def payslip(self, month: Month) -> Payslip | None:
        """The month's payslip with the plan it was computed with."""
        return self._payslips().filter(month=month).select_related("plan_version").first()

    def assessment(self, month: Month) -> RankAssessment | None:
        """What the month did to the rank; None where the month was not assessed."""
        rows = within_reach(self.user, RankAssessment.objects.filter(employee=self.employee, month=month))
        return rows.select_related("plan_version").first()

    def base_pay_lines(self, month: Month) -> QuerySet[BasePayLine]:
        """The month's stretches of base pay, in order."""
        lines = BasePayLine.objects.filter(employee=self.employee, month=month)
        return within_reach(self.user, lines).order_by("start")

    def support_share(self, month: Month) -> SupportShare | None:
        """The part of the month's support bonus."""
        return within_reach(self.user, SupportShare.objects.filter(employee=self.employee, month=month)).first()

    def lines(self, month: Month) -> QuerySet[CommissionLine]:
        """The month's commission lines with receipt, contract and client, newest receipt first."""
        return (
            self._lines()
            .filter(month=month)
            .select_related("receipt__contract__client", "held__hold")
            .order_by("-receipt__received_on", "-receipt__number", "kind")
        )

    def adjustments(self, month: Month) -> list[Adjustment]:
        """What corrections of locked months adjust in the month, with all that explains it."""
        return list(with_cause(self._adjustments().filter(month=month)))

    def held(self, month: Month) -> QuerySet[HeldCommission]:
        """What of the month's lines isn't paid while their contracts are in dispute, newest receipt first."""
        rows = within_reach(self.user, HeldCommission.objects.filter(employee=self.employee, month=month))
        rows = rows.select_related("hold", "line__receipt__contract__client")
        return rows.order_by("-line__receipt__received_on", "-line__receipt__number", "line__kind")

    def adjustments_of(self, line: CommissionLine) -> list[Adjustment]:
        """What corrections have adjusted on a line since its month was locked."""
        return list(with_cause(self._adjustments().filter(line=line)))

    def line(self, month: Month, receipt: int, kind: str) -> CommissionLine | None:
        """One line with all that explains it."""
        explained = ("plan_version", "receipt__contract__client", "receipt__reverses", "reversed_line__receipt")
        return (
            self._lines()
            .select_related(*explained, "held__hold")
            .filter(month=month, receipt=receipt, kind=kind)
            .first()
        )

    def taken_back_from(self, line: CommissionLine) -> CommissionLine | None:
        """The line of the same kind that a refund's line takes back, this month's or an earlier one's."""
        if line.receipt.reverses_id is None:
            return None
        original = self._lines().filter(receipt=line.receipt.reverses_id, kind=line.kind)
        return original.select_related("receipt").first()

    def taken_back_by(self, line: CommissionLine) -> QuerySet[CommissionLine]:
        """The lines that refunds of this line's receipt brought, oldest first."""
        refunds = self._lines().filter(receipt__reverses=line.receipt_id, kind=line.kind)
        return refunds.select_related("receipt").order_by("receipt__received_on", "receipt__number")

    def receipts(self, month: Month) -> QuerySet[Credit]:
        """The month's receipts credited to the employee, and those of the own contracts credited to nobody.

        Newest first; `line` is the kind of the commission line that the receipt brought, or None.
        """
        line = self._lines().filter(month=month, receipt=OuterRef("receipt"), kind=Kind.COMMISSION)
        nobodys = closed_by(Credit.objects.filter(employee=None, month=month), self.employee)
        credits = Credit.objects.filter(Q(employee=self.employee) | Q(pk__in=nobodys.values("pk")), month=month)
        return (
            within_reach(self.user, credits)
            .select_related("receipt__contract__client")
            .annotate(line=Subquery(line.values("kind")[:1]))
            .order_by("-receipt__received_on", "-receipt__number")
        )

    def uncredited(self, month: Month) -> QuerySet[Credit]:
        """The month's receipts of the own contracts that are credited to nobody, newest first."""
        rows = self._uncredited().filter(month=month).select_related("receipt__contract__client")
        return rows.order_by("-receipt__received_on", "-receipt__number")

    def _payslips(self) -> QuerySet[Payslip]:
        return within_reach(self.user, Payslip.objects.filter(employee=self.employee))

    def _lines(self) -> QuerySet[CommissionLine]:
        return within_reach(self.user, CommissionLine.objects.filter(employee=self.employee))

    def _adjustments(self) -> QuerySet[Adjustment]:
        return within_reach(self.user, Adjustment.objects.filter(employee=self.employee))

    def _uncredited(self) -> QuerySet[Credit]:
        return within_reach(self.user, closed_by(Credit.objects.filter(employee=None), self.employee))

    def _locked_periods(self) -> QuerySet[Period]:
        return within_reach(self.user, Period.objects.filter(state=Period.State.LOCKED))


def own_pay(user: AbstractBaseUser | AnonymousUser) -> OwnPay | None:
    """The reads of whoever is logged in; None for a log-in that belongs to no employee."""
    employee: Employee | None = getattr(user, "employee", None)
    if employee is None or not isinstance(user, User) or scope_of(user) is Scope.NONE:
        return None
    return OwnPay(user, employee)
