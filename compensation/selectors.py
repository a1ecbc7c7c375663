"""The month's pay, read in a fixed number of queries; large results are streamed."""

from collections.abc import Generator
from itertools import groupby

from django.db import connection
from django.db.models import QuerySet

from compensation.models import Adjustment, BasePayLine, CommissionLine, HeldCommission, Payslip, SupportPool
from rulebook.models import PlanVersion
from rulebook.month import Month
from staff.models import Employee

_CHUNK = 2_000


def payslips_of(month: Month) -> QuerySet[Payslip]:
    """The month's payslips by branch, department and staff number."""
    return (
        Payslip.objects.filter(month=month)
        .select_related("employee")
        .prefetch_related("plan_version")
        .order_by("branch__code", "department__code", "employee__number")
    )


def base_pay_lines_by_person(month: Month) -> dict[int, list[BasePayLine]]:
    """Each employee id's stretches of base pay in the month, in order."""
    lines = BasePayLine.objects.filter(month=month).order_by("employee_id", "start")
    return {person: list(stretches) for person, stretches in groupby(lines, key=lambda line: line.employee_id)}


def commission_lines_of(month: Month) -> Generator[CommissionLine, None, None]:
    """The month's commission lines by staff number, day and receipt, streamed with all that explains them.

    The generator holds a cursor of the transaction: close it before the transaction ends.
    """
    versions = PlanVersion.objects.in_bulk()
    people = Employee.objects.filter(lines__month=month).distinct().in_bulk()
    lines = (
        CommissionLine.objects.filter(month=month)
        .select_related("receipt__contract", "receipt__reverses", "reversed_line", "ruling")
        .prefetch_related("ruling__shares")
        .order_by("employee__number", "receipt__received_on", "receipt__number", "-kind")
    )
    with connection.cursor() as cursor:  # all rows will be read: the planner must not bet on the first tenth
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
    for line in lines.iterator(chunk_size=_CHUNK):
        line.plan_version = versions[line.plan_version_id]
        line.employee = people[line.employee_id]
        yield line


def support_pools_of(month: Month) -> QuerySet[SupportPool]:
    """The branches' support bonus pools of the month."""
    return SupportPool.objects.filter(month=month).select_related("branch", "plan_version").order_by("branch__code")


def with_cause(rows: QuerySet[Adjustment]) -> QuerySet[Adjustment]:
    """Adjustments with all that explains them, in the order they were made."""
    return rows.select_related(
        "employee",
        "line__receipt__contract__client",
        "line__employee",
        "correction__receipt",
        "correction__contract",
        "correction__wrong_closer",
        "correction__right_closer",
    ).order_by("correction", "pk")


def held_commissions_of(month: Month) -> QuerySet[HeldCommission]:
    """What is held of the month's lines, with all that explains it."""
    rows = HeldCommission.objects.filter(month=month).select_related("employee", "hold", "line__receipt__contract")
    return rows.select_related("line__employee").order_by("employee__number", "line__receipt__number", "line__kind")


def adjustments_of(month: Month) -> QuerySet[Adjustment]:
    """The month's adjustments by correction, with all that explains them."""
    rows = with_cause(Adjustment.objects.filter(month=month))
    return rows.order_by("correction__number", "employee__number", "line__receipt__number", "line__kind")
