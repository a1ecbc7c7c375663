"""Base pay of locked months that a correction leaves as it was paid, though the right sales pass the rank's threshold.

Nothing is recomputed in a locked month: docs/adr/0009-corrections.md. What a person would have been paid is told, so
that human resources can pay what is owed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db.models import QuerySet, Sum

from compensation.corrections.effects import BasePayLeft, ProposedAdjustment
from compensation.models import Adjustment, Correction
from compensation.rules import full_month_pay
from rulebook.money import ZERO
from rulebook.month import Month
from staff.models import RankAssessment

MonthOfPerson = tuple[int, Month]


def left_by_moves(moves: Sequence[ProposedAdjustment]) -> list[BasePayLeft]:
    """What a correction not made yet would leave; two queries."""
    moved: dict[MonthOfPerson, Decimal] = defaultdict(lambda: ZERO)
    for move in moves:
        if move.line is not None and move.change.sales:
            moved[move.person.pk, move.line.month] += move.change.sales
    return _left(moved, Adjustment.objects.all())


def left_by_correction(correction: Correction, rows: QuerySet[Adjustment]) -> list[BasePayLeft]:
    """What a correction left, of those whose adjustments are among `rows`, by the sales as corrected up to it."""
    touched = rows.filter(correction=correction, line__isnull=False).exclude(sales=0).order_by()
    found = touched.values_list("employee", "line__month")
    return _left(dict.fromkeys(found, ZERO), Adjustment.objects.filter(correction__lte=correction.pk))


def _left(moved: Mapping[MonthOfPerson, Decimal], earlier: QuerySet[Adjustment]) -> list[BasePayLeft]:
    """By person and month, with the sales (CNY) about to move beside those that `earlier` adjustments moved."""
    if not moved:
        return []
    people, months = {person for person, _month in moved}, {month for _person, month in moved}
    rows = earlier.filter(employee__in=people, line__month__in=months).order_by().values_list("employee", "line__month")
    moved_before = {(person, month): sales for person, month, sales in rows.annotate(Sum("sales"))}
    assessed = RankAssessment.objects.filter(employee__in=people, month__in=months).order_by("month", "employee")
    left = []
    for row in assessed.select_related("employee", "plan_version"):
        key = (row.employee_id, row.month)
        if key not in moved:
            continue
        rank = row.plan_version.plan.rank(row.rank)
        right = row.sales + moved_before.get(key, ZERO) + moved[key]
        paid, by_right = full_month_pay(rank, row.sales), full_month_pay(rank, right)
        if paid != by_right:
            left.append(BasePayLeft(row.employee, row.month, rank, row.sales, right, paid, by_right))
    return left
