"""The month end's last step: base pay and the payslip."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum

from compensation.models import (
    Adjustment,
    BasePayLine,
    CommissionLine,
    Correction,
    HeldCommission,
    Payslip,
    SupportShare,
)
from compensation.rules import BasePay, base_pay, gross_pay
from periods.copying import clear_rows, copy_rows
from periods.selectors import first_closed_month
from rulebook.models import PlanVersion
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.plan import Plan
from staff.careers.selectors_roster import Person, Roster
from staff.models import OpeningState

Kind = CommissionLine.Kind

_BASE_PAY_FIELDS = (
    "month", "branch", "employee", "start", "end", "kind", "rank", "salary", "days", "days_in_month", "amount",
)  # fmt: skip


class _Payslip(NamedTuple):
    """A payslip as it is written: the fields of its table, foreign keys as ids."""

    month: Month
    branch: int
    employee: int
    department: int
    plan_version: int
    name: str
    branch_name: str
    department_name: str
    rank: str
    rank_name: str
    bank_name: str
    bank_account: str
    sales: Decimal
    base_pay: Decimal
    on_threshold_wage: bool
    commission: Decimal
    assist: Decimal
    brought: Decimal
    adjustment: Decimal
    carried: Decimal
    support_bonus: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class MonthSums:
    """What goes into the month's payslips besides base pay, per employee (CNY).

    `sales` are those that the assessment counts. `brought` is the deficit, not positive, carried out of the month
    before or, in the first month, brought along. `paid_by_adjustments` are people of whom there may be nothing else:
    whom rulings and ended holds pay, or take from, also after they left (3-1.3).
    """

    sales: Mapping[int, Decimal]
    commission: Mapping[int, Decimal]
    assist: Mapping[int, Decimal]
    support_bonus: Mapping[int, Decimal]
    brought: Mapping[int, Decimal]
    adjustment: Mapping[int, Decimal]
    paid_by_adjustments: Collection[int]


def read_month_sums(roster: Roster, assessed_sales: Mapping[int, Decimal]) -> MonthSums:
    """Sum up what the month's other steps wrote; a fixed number of queries."""
    month = roster.month
    sums: dict[bool, dict[int, Decimal]] = {is_commission: defaultdict(lambda: ZERO) for is_commission in (True, False)}
    lines = CommissionLine.objects.filter(month=month).order_by().values_list("employee", "kind")
    for employee, kind, amount in lines.annotate(Sum("amount")):
        sums[kind == Kind.COMMISSION][employee] += amount
    shares = SupportShare.objects.filter(month=month)
    return MonthSums(
        sales=assessed_sales,
        commission=sums[True],
        assist=sums[False],
        support_bonus=dict(shares.values_list("employee", "amount")),
        brought=_brought(roster),
        adjustment=_adjusted(month),
        paid_by_adjustments=set(
            Adjustment.objects.filter(month=month, correction__kind__in=Correction.OF_DISPUTES)
            .order_by()
            .values_list("employee", flat=True)
        ),
    )


def _adjusted(month: Month) -> dict[int, Decimal]:
    """What corrections pay each person (CNY), less what is held of the month's lines."""
    adjustments = Adjustment.objects.filter(month=month).order_by().values_list("employee")
    adjusted = dict(adjustments.annotate(Sum("amount")))
    held = HeldCommission.objects.filter(month=month).order_by().values_list("employee")
    for employee, amount in held.annotate(Sum("amount")):
        adjusted[employee] = adjusted.get(employee, ZERO) - amount
    return adjusted


def write_payslips(roster: Roster, plan_version: PlanVersion, branch: int, sums: MonthSums) -> int:
    """Write base pay and payslip of everybody the branch pays for the month (1-4.1); replaces what was there.

    Who left before it gets a payslip of adjustments alone, from the branch that paid last.

    Returns the number of rows written. Runs inside the step's transaction.
    """
    month, plan = roster.month, plan_version.plan
    clear_rows(Payslip.objects.filter(month=month, branch=branch))
    clear_rows(BasePayLine.objects.filter(month=month, branch=branch))
    people = [*roster.at_home(branch), *roster.gone_from(branch, sums.paid_by_adjustments)]
    base_pays = {person.id: base_pay_of(plan, person, sums.sales.get(person.id, ZERO)) for person in people}
    written = copy_rows(
        BasePayLine,
        _BASE_PAY_FIELDS,
        (
            (month, branch, person, *(getattr(line, name) for name in _BASE_PAY_FIELDS[3:]))
            for person, lines in base_pays.items()
            for line in lines
        ),
    )
    return written + copy_rows(
        Payslip,
        _Payslip._fields,
        (_payslip(roster, plan_version, branch, person, base_pays[person.id], sums) for person in people),
    )


def _brought(roster: Roster) -> dict[int, Decimal]:
    """The deficits (CNY, not positive) per employee id that are carried into the month (1-4.1): of those whose
    employment runs on. A leaver's stays on the last payslip, also when they come back."""
    if first_closed_month() is None:
        deficits = dict(OpeningState.objects.values_list("employee", "brought"))
    else:
        slips = Payslip.objects.filter(month=roster.month - 1, carried__lt=0)
        deficits = dict(slips.values_list("employee", "carried"))
    return {person: deficit for person, deficit in deficits.items() if roster.runs_on_into_month(person)}


def base_pay_of(plan: Plan, person: Person, sales: Decimal) -> list[BasePay]:
    """A person's stretches of base pay in the month (CNY), by its net credited sales if it is assessed (1-4.1)."""
    stretches = person.stretches
    ranks = [plan.rank(person.rank_on(stretch.end)) if stretch.in_sales else None for stretch in stretches]
    assessed_sales = sales if person.is_assessed else None
    return base_pay(person.month, stretches, ranks, plan.assessment.day_basis, assessed_sales)


def _payslip(
    roster: Roster, plan_version: PlanVersion, branch: int, person: Person, base_lines: list[BasePay], sums: MonthSums
) -> _Payslip:
    post = person.posts[-1]
    rank = person.rank_in_month
    base = sum((line.amount for line in base_lines), ZERO)
    commission, assist = sums.commission.get(person.id, ZERO), sums.assist.get(person.id, ZERO)
    brought, support = sums.brought.get(person.id, ZERO), sums.support_bonus.get(person.id, ZERO)
    adjustment = sums.adjustment.get(person.id, ZERO)
    end = gross_pay(
        base=base, commission=commission, assist=assist, brought=brought, adjustment=adjustment, support_bonus=support
    )
    return _Payslip(
        month=roster.month,
        branch=branch,
        employee=person.id,
        department=post.department,
        plan_version=plan_version.pk,
        name=person.name,
        branch_name=roster.branch_names[branch],
        department_name=roster.departments[post.department].name,
        rank=rank,
        rank_name=plan_version.plan.rank(rank).name if rank else "",
        bank_name=person.bank_name,
        bank_account=person.bank_account,
        sales=sums.sales.get(person.id, ZERO),
        base_pay=base,
        on_threshold_wage=any(line.kind == BasePayLine.Kind.THRESHOLD_WAGE for line in base_lines),
        commission=commission,
        assist=assist,
        brought=brought,
        adjustment=adjustment,
        carried=end.carried,
        support_bonus=support,
        gross=end.gross,
    )
