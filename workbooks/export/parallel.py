"""A parallel run as a workbook: everybody side by side, and how ours came about for who differs; in Chinese."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from django.db import transaction
from django.utils import translation

from compensation.explain import explain_adjustment, explain_base_pay, explain_line, explain_share
from compensation.models import Payslip, SupportShare
from compensation.selectors import adjustments_of, base_pay_lines_by_person, commission_lines_of
from rulebook.month import Month
from rulebook.wording import month_text
from workbooks.export.book import ReportBook, write_book
from workbooks.export.layout import Kind, ReportColumn, ReportSheet, Value, mark, money, text
from workbooks.parallel.actions import HEADINGS
from workbooks.parallel.models import ParallelRun
from workbooks.parallel.selectors import Compared, compare

Row = Sequence[Value]

_SIDES = ("原工资", "本系统")
_BASE, _COMMISSION, _ADJUSTMENT, _SHARE = "基本工资", "提成", "调整", "支持奖金"


@transaction.atomic
def export_parallel(run: ParallelRun, path: Path) -> None:
    """Write the comparison to `path`; OSError if that can't be done."""
    with translation.override("zh-hans"):
        comparison = compare(run)
        slips = {person.slip.employee_id: person.slip for person in comparison.differing if person.slip}
        sheets = [
            ReportSheet("对比", _columns(), (_row(person) for person in comparison.people)),
            ReportSheet("本系统依据", _REASON_COLUMNS, list(_reasons(run.month, slips))),
        ]
        write_book(
            ReportBook(f"{month_text(run.month)}并行对比", "并行对比，不是正式结果", run.file_name, sheets), path
        )


_REASON_COLUMNS = (
    text("工号", 9),
    text("姓名", 10),
    mark("项目", 9),
    money("金额"),
    ReportColumn("依据", Kind.SENTENCE, 100),
)


def _columns() -> list[ReportColumn]:
    pairs = [money(f"{heading}（{side}）") for heading in ("应发合计", *HEADINGS.values()) for side in _SIDES]
    return [
        text("工号", 9),
        text("姓名", 10),
        *pairs[:2],
        money("差额"),
        *pairs[2:],
        ReportColumn("原因", Kind.SENTENCE, 60),
    ]


def _row(person: Compared) -> Row:
    parts = {part: (old, ours) for part, old, ours in person.parts}
    pairs = [amount for part in HEADINGS for amount in parts[part]]
    return person.number, person.name, *parts["gross"], person.difference, *pairs, person.reason


def _reasons(month: Month, slips: dict[int, Payslip]) -> Iterator[Row]:
    """How each part of these payslips came about."""
    base_pay = base_pay_lines_by_person(month)
    for employee, slip in slips.items():
        for part in base_pay.get(employee, ()):
            yield slip.employee.number, slip.name, _BASE, part.amount, explain_base_pay(part, slip)
    with closing(commission_lines_of(month)) as lines:
        for line in lines:
            if slip_ := slips.get(line.employee_id):
                yield slip_.employee.number, slip_.name, _COMMISSION, line.amount, explain_line(line)
    for row in adjustments_of(month):
        if slip_ := slips.get(row.employee_id):
            yield slip_.employee.number, slip_.name, _ADJUSTMENT, row.amount, explain_adjustment(row)
    for share in _shares(month, slips):
        slip = slips[share.employee_id]
        yield slip.employee.number, slip.name, _SHARE, share.amount, explain_share(share)


def _shares(month: Month, people: Collection[int]) -> Sequence[SupportShare]:
    return list(SupportShare.objects.filter(month=month, employee__in=people).order_by("employee"))
