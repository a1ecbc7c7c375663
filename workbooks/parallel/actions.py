"""Keeping what the old payroll paid."""

import hashlib

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from access.rights import Right, may
from compensation.models import Payslip
from rulebook.month import Month
from staff.models import Employee
from workbooks.company.cells import Amount, Sign
from workbooks.company.columns import Sheet, SheetColumn
from workbooks.company.layout import STAFF_NUMBER
from workbooks.company.rows import ParsedSheet, parse_sheet
from workbooks.parallel.models import ParallelLine, ParallelRun
from workbooks.problems import Problem, Problems, printable
from workbooks.xlsx.package import UnreadableWorkbook
from workbooks.xlsx.reading import read_sheets

HEADINGS = {
    "base_pay": "基本工资",
    "commission": "提成",
    "assist": "协助提成",
    "brought": "上月结转",
    "adjustment": "调整",
    "support_bonus": "支持奖金",
}
"""The headings of the parts, as in our own payroll workbook."""

COLUMNS = (
    SheetColumn("number", "工号", STAFF_NUMBER),
    SheetColumn("gross", "应发合计", Amount(Sign.ANY)),
    *(SheetColumn(name, heading, Amount(Sign.ANY), required=False) for name, heading in HEADINGS.items()),
)


class OldPayRefused(Exception):
    """The workbook can't be taken; `problems` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems


@action
def keep_old_pay(data: bytes, *, month: Month, file_name: str, by: Actor) -> ParallelRun:
    """Keep what the first sheet of a workbook says was paid for a month. OldPayRefused tells every mistake."""
    if by.user is None or not may(by.user, Right.ADD, ParallelRun):
        raise PermissionDenied
    parsed = _parse(data)
    run = ParallelRun.objects.create(
        month=month,
        file_name=printable(file_name)[-255:],
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_at=timezone.now(),
        uploaded_by=by.user,
    )
    people = dict(Employee.objects.values_list("number", "pk"))
    ParallelLine.objects.bulk_create(
        ParallelLine(run=run, employee_id=people.get(entry.said["number"]), **_amounts(entry.said))
        for entry in parsed.entries.values()
    )
    return run


@action
def remove_old_pay(run: ParallelRun, *, by: Actor) -> None:
    """Throw a comparison away."""
    if by.user is None or not may(by.user, Right.DELETE, ParallelRun):
        raise PermissionDenied
    run.delete()


def months_to_compare() -> list[Month]:
    """The months that have payslips, the latest first."""
    return list(Payslip.objects.order_by("-month").values_list("month", flat=True).distinct())


def _amounts(said: dict[str, object]) -> dict[str, object]:
    return {column.field: said.get(column.field) for column in COLUMNS}


def _parse(data: bytes) -> ParsedSheet:
    problems = Problems()
    try:
        raw = next(iter(read_sheets(data)), None)
        if raw is None:
            raise UnreadableWorkbook(_("The file holds no rows."))
        parsed = parse_sheet(Sheet("old_pay", raw.title, ("number",), COLUMNS), raw, problems)
    except UnreadableWorkbook as error:
        raise OldPayRefused([Problem(error.sheet, None, None, None, error.reason)]) from error
    if problems.errors:
        raise OldPayRefused(problems.errors)
    if not parsed.entries:
        raise OldPayRefused([Problem(raw.title, None, None, None, _("The file holds no rows."))])
    return parsed
