"""Base pay: a full month's base salary or threshold wage, a partial month's stretches (1-4.1)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from compensation.models import BasePayLine
from monthend.verify.amounts import to_fen
from monthend.verify.results import BasePayRow, Key
from monthend.verify.staffing import Stay
from rulebook.month import Month
from rulebook.plan import DayBasis, Plan

Kind = BasePayLine.Kind

SATURDAY = 5


@dataclass(slots=True)
class Stretch:
    """Days in a row paid alike: in sales at one rank, or in support for one salary."""

    days: list[dt.date]
    is_sales: bool
    rank: str
    salary: Decimal


def stretches(days_in_post: list[tuple[dt.date, Stay]], ranks: dict[dt.date, str], plan: Plan) -> list[Stretch]:
    """The month's days in post, cut where they aren't in a row or the pay changes; `ranks` by day in sales."""
    found: list[Stretch] = []
    entered_before: dt.date | None = None
    for day, stay in days_in_post:
        if stay.department.is_sales:
            this = Stretch([day], True, ranks[day], plan.rank(ranks[day]).base_salary)
        else:
            if stay.base_salary is None:
                raise LookupError(f"no base salary in {stay.department.code} on {day}")
            this = Stretch([day], False, "", stay.base_salary)
        last = found[-1] if found else None
        if (
            last is not None
            and last.days[-1] + dt.timedelta(days=1) == day
            and (last.is_sales, last.rank, last.salary) == (this.is_sales, this.rank, this.salary)
            and entered_before == stay.entered_sales
        ):
            last.days.append(day)
        else:
            found.append(this)
        entered_before = stay.entered_sales
    return found


def base_pay_rows(
    person: str, branch: str, stretches: list[Stretch], month: Month, plan: Plan, *, on_threshold_wage: bool
) -> dict[Key, BasePayRow]:
    """One row of a full month, one of each stretch of a partial one."""
    if len(stretches) == 1 and len(stretches[0].days) == month.days:
        (whole,) = stretches
        kind = (Kind.THRESHOLD_WAGE if on_threshold_wage else Kind.BASE_SALARY).value
        salary = plan.rank(whole.rank).threshold_wage if on_threshold_wage else whole.salary
        days = Decimal(month.days)
        row = BasePayRow(branch, month.last, kind, whole.rank, salary, days, days, salary)
        return {(person, month.first.isoformat()): row}
    rows: dict[Key, BasePayRow] = {}
    for stretch in stretches:
        days, days_of_month = _days_paid(stretch.days, plan), _days_of_month(month, plan)
        amount = to_fen(Fraction(stretch.salary) * Fraction(days) / Fraction(days_of_month))
        rows[person, stretch.days[0].isoformat()] = BasePayRow(
            branch=branch,
            end=stretch.days[-1],
            kind=Kind.PART_OF_MONTH.value,
            rank=stretch.rank,
            salary=stretch.salary,
            days=days,
            days_in_month=days_of_month,
            amount=amount,
        )
    return rows


def _days_of_month(month: Month, plan: Plan) -> Decimal:
    if plan.assessment.day_basis == DayBasis.MONTHLY_DAYS_21_75:
        return Decimal("21.75")
    return Decimal(month.days)


def _days_paid(days: list[dt.date], plan: Plan) -> Decimal:
    """Calendar days; or Mondays to Fridays, at most as many as the month is reckoned with."""
    if plan.assessment.day_basis == DayBasis.MONTHLY_DAYS_21_75:
        return min(Decimal(sum(day.weekday() < SATURDAY for day in days)), Decimal("21.75"))
    return Decimal(len(days))
