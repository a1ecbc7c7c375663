"""Payslips: what was earned, what is carried, what is paid (1-4.1)."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from monthend.verify.amounts import NOTHING
from monthend.verify.commissions import COMMISSION
from monthend.verify.person_month import PersonMonth
from monthend.verify.results import Key, MonthResults, PayslipRow
from monthend.verify.staffing import Stay
from rulebook.plan import Plan


def payslip_rows(
    results: MonthResults, people: dict[str, PersonMonth], carried: dict[str, Decimal], plan: Plan
) -> dict[Key, PayslipRow]:
    """A slip for everybody in post in the month; `carried` are the deficits of the month before."""
    base_pay: dict[str, Decimal] = defaultdict(lambda: NOTHING)
    for (number, _start), row in results.base_pay.items():
        base_pay[number] += row.amount
    commission: dict[str, Decimal] = defaultdict(lambda: NOTHING)
    assist: dict[str, Decimal] = defaultdict(lambda: NOTHING)
    for (_receipt, number, kind, *_developer), line in [*results.lines.items(), *results.ruled_lines.items()]:
        if kind == COMMISSION:
            commission[number] += line.amount
        else:
            assist[number] += line.amount
    adjustment = _adjustments(results)

    rows: dict[Key, PayslipRow] = {}
    for number, person in people.items():
        brought = carried.get(number, NOTHING)
        earned = commission[number] + assist[number] + brought + adjustment[number]
        share = results.shares.get((number,))
        bonus = NOTHING if share is None else share.amount
        rows[number,] = PayslipRow(
            branch=person.branch,
            plan=plan.version,
            department=person.last_stay.department.code,
            rank="" if person.rank is None else person.rank.code,
            rank_name="" if person.rank is None else person.rank.name,
            sales=person.assessed_sales,
            base_pay=base_pay[number],
            on_threshold_wage=person.on_threshold_wage,
            commission=commission[number],
            assist=assist[number],
            brought=brought,
            adjustment=adjustment[number],
            carried=min(earned, NOTHING),
            support_bonus=bonus,
            gross=base_pay[number] + max(earned, NOTHING) + bonus,
        )
    return rows


def payslips_of_left(
    results: MonthResults, left: Mapping[str, Stay], moved: Mapping[str, Decimal], plan: Plan
) -> dict[Key, PayslipRow]:
    """A slip of adjustments alone for who had left; `moved` are the credited sales that move with them."""
    adjustment = _adjustments(results)
    rows: dict[Key, PayslipRow] = {}
    for number, stay in left.items():
        rows[number,] = PayslipRow(
            branch=stay.department.branch,
            plan=plan.version,
            department=stay.department.code,
            rank="",
            rank_name="",
            sales=moved[number],
            base_pay=NOTHING,
            on_threshold_wage=False,
            commission=NOTHING,
            assist=NOTHING,
            brought=NOTHING,
            adjustment=adjustment[number],
            carried=min(adjustment[number], NOTHING),
            support_bonus=NOTHING,
            gross=max(adjustment[number], NOTHING),
        )
    return rows


def _adjustments(results: MonthResults) -> dict[str, Decimal]:
    """What corrections adjust for each person, less what is held."""
    adjustment: dict[str, Decimal] = defaultdict(lambda: NOTHING)
    for (_correction, number, *_line), adjusted in [*results.adjustments.items(), *results.ruled_adjustments.items()]:
        adjustment[number] += adjusted.amount
    for (_receipt, _kind, number, *_developer), held in results.held.items():
        adjustment[number] -= held.amount
    return adjustment
