"""Payslips: what was earned, what is carried, what is paid (1-4.1)."""

from collections import defaultdict
from decimal import Decimal

from monthend.verify.amounts import NOTHING
from monthend.verify.commissions import COMMISSION
from monthend.verify.person_month import PersonMonth
from monthend.verify.results import Key, MonthResults, PayslipRow
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
    for (_receipt, number, kind), line in results.lines.items():
        if kind == COMMISSION:
            commission[number] += line.amount
        else:
            assist[number] += line.amount
    adjustment: dict[str, Decimal] = defaultdict(lambda: NOTHING)
    for (_correction, number, *_line), adjusted in results.adjustments.items():
        adjustment[number] += adjusted.amount

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
