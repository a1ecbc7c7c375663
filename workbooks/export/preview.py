"""A preview's result as a workbook: what is supposed, the sums, every branch and person side by side; in Chinese."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils import translation

from monthend.preview.figures import AMOUNTS, BRANCH_AMOUNTS
from monthend.preview.models import SIDES, Preview, PreviewBranch, PreviewLine
from monthend.preview.pages import changes_supposed
from monthend.preview.summary import Pair, Summary, summary_of
from monthend.preview.tables import amount_label, branch_label, names_of_ranks, ranks_in_order
from monthend.preview.wording import headline, supposed_text
from workbooks.export.book import ReportBook, write_book
from workbooks.export.layout import Kind, ReportColumn, ReportSheet, Value, mark, money, text

Row = Sequence[Value]

_SIDE_NAMES = {"as_is": "现状", "supposed": "假设"}
_CHUNK = 2_000


@transaction.atomic
def export_preview(preview: Preview, path: Path) -> None:
    """Write a finished preview's workbook to `path`; OSError if that can't be done."""
    with translation.override("zh-hans"):
        summary = summary_of(preview)
        names = names_of_ranks(preview)
        sheets = [
            ReportSheet("假设", (text("项目", 24), ReportColumn("内容", Kind.SENTENCE, 100)), _told(preview, summary)),
            ReportSheet("按月", _MONTH_COLUMNS, _months(summary)),
            ReportSheet("合计", (text("项目", 16), *_moneys(""), _DIFFERENCE), _sums(summary)),
            ReportSheet("职级", _RANK_COLUMNS, _ranks(summary, names)),
            ReportSheet("分公司", _branch_columns(), _branches(preview)),
            ReportSheet("人员", _line_columns(), _lines(preview, names)),
        ]
        if preview.plan_text:
            sheets.append(
                ReportSheet("方案", (text("假设的方案", 120),), ([line] for line in preview.plan_text.splitlines()))
            )
        title = f"{preview.months_text}假设测算"
        write_book(ReportBook(title, "假设测算，不是正式结果", supposed_text(preview), sheets), path)


def _moneys(heading: str, *, is_summed: bool = False) -> list[ReportColumn]:
    """An amount as it is, and supposed."""
    return [money(_headed(heading, side), is_summed=is_summed) for side in SIDES]


def _columns(heading: str, kind: Kind, width: int) -> list[ReportColumn]:
    return [ReportColumn(_headed(heading, side), kind, width) for side in SIDES]


def _headed(heading: str, side: str) -> str:
    return f"{heading}（{_SIDE_NAMES[side]}）" if heading else _SIDE_NAMES[side]


_DIFFERENCE = money("差额", is_summed=False)
_MONTH_COLUMNS = (
    mark("月份", 9),
    *_moneys("应发", is_summed=True),
    money("差额"),
    ReportColumn("应发不同人数", Kind.COUNT, 8),
    ReportColumn("职级不同人数", Kind.COUNT, 8),
)
_RANK_COLUMNS = (text("职级", 16), *_columns("人次", Kind.COUNT, 8), *_moneys("应发", is_summed=True), money("差额"))


def _told(preview: Preview, summary: Summary) -> Iterator[Row]:
    yield "结果", headline(preview, summary)
    yield "月份", preview.months_text
    yield "假设", supposed_text(preview)
    yield "提出人", str(preview.asked_by)
    for change in changes_supposed(preview):
        for row in change.rows:
            *place, last = (cell.text for cell in row.cells)
            yield change.title, " ".join([*place, "→" if len(place) > 1 else "", last])
    for problem in preview.problems:
        yield "未计算", problem


def _months(summary: Summary) -> Iterator[Row]:
    for row in summary.months:
        yield str(row.month), *_pair(row.gross), row.people_differing, row.ranks_differing


def _sums(summary: Summary) -> Iterator[Row]:
    for name, amounts in summary.amounts.items():
        yield amount_label(name), *_pair(amounts)


def _pair(amounts: Pair) -> tuple[Decimal, Decimal, Decimal]:
    return amounts.as_is, amounts.supposed, amounts.difference


def _ranks(summary: Summary, names: Mapping[str, str]) -> Iterator[Row]:
    for name, row in ranks_in_order(summary, names):
        yield name, *row.people, *_pair(row.gross)


def _branch_columns() -> list[ReportColumn]:
    amounts = [column for name in BRANCH_AMOUNTS for column in _moneys(branch_label(name), is_summed=True)]
    rejected = _columns("被拒支出单", Kind.COUNT, 8)
    return [mark("月份", 9), text("分公司", 20), *_columns("达成率", Kind.SHARE, 11), *amounts, *rejected]


def _branches(preview: Preview) -> Iterator[Row]:
    rows = PreviewBranch.objects.filter(preview=preview).select_related("branch").order_by("month", "branch__code")
    for row in rows:
        attainments = [_attainment(*_both(row, "sales", "target", side=side)) for side in SIDES]
        amounts = [getattr(row, f"{name}_{side}") for name in BRANCH_AMOUNTS for side in SIDES]
        rejected = (row.claims_rejected_as_is, row.claims_rejected_supposed)
        yield str(row.month), row.branch.name, *attainments, *amounts, *rejected


def _both(row: PreviewBranch, *names: str, side: str) -> list[Decimal | None]:
    return [getattr(row, f"{name}_{side}") for name in names]


def _attainment(sales: Decimal | None, target: Decimal | None) -> Decimal | None:
    return sales / target if sales is not None and target else None


def _line_columns() -> list[ReportColumn]:
    ranks = [*_columns("职级", Kind.TEXT, 15), *_columns("次月职级", Kind.TEXT, 15)]
    amounts = [column for name in AMOUNTS for column in _moneys(amount_label(name), is_summed=True)]
    return [mark("月份", 9), text("分公司", 13), text("工号", 9), text("姓名", 10), *ranks, *amounts, money("应发差额")]


def _lines(preview: Preview, names: Mapping[str, str]) -> Iterator[Row]:
    lines = PreviewLine.objects.filter(preview=preview).select_related("employee", "branch")
    for line in lines.order_by("month", "branch__code", "employee__number").iterator(chunk_size=_CHUNK):
        ranks = [getattr(line, f"{name}_{side}") for name in ("rank", "next_rank") for side in SIDES]
        yield (
            str(line.month),
            line.branch.name,
            line.employee.number,
            line.employee.name,
            *(names.get(code, code) for code in ranks),
            *(getattr(line, f"{name}_{side}") for name in AMOUNTS for side in SIDES),
            line.difference,
        )
