"""A reconciliation as a workbook: the sums, what is open on either side, and what is paired; in Chinese."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils import translation

from clients.bank.pages import EVIDENCE, corrections_text
from clients.bank.selectors import PairedLine, Reconciliation, reconciliation_of
from clients.bank.selectors_amounts import PresentAmounts
from clients.models import BankLine, BankStatement, Receipt
from workbooks.export.book import ReportBook, write_book
from workbooks.export.layout import Kind, ReportColumn, ReportSheet, Value, mark, money, text

Row = Sequence[Value]

_BANK = (text("日期", 11), text("对方户名", 30), text("摘要", 40), text("银行流水号", 22))
_CORRECTED = ReportColumn("更正", Kind.SENTENCE, 40)


@transaction.atomic
def export_bank(statement: BankStatement, path: Path) -> None:
    """Write a statement's reconciliation to `path`; OSError if that can't be done."""
    with translation.override("zh-hans"):
        found = reconciliation_of(statement)
        sheets = [
            ReportSheet("调节表", (text("项目", 40), money("金额", is_summed=False)), list(_sums(found))),
            ReportSheet(
                "银行有_到款没有",
                (*_BANK, money("金额"), ReportColumn("可能的到款", Kind.SENTENCE, 60)),
                list(_at_bank(found)),
            ),
            ReportSheet(
                "到款有_银行没有",
                (
                    text("流水号", 14),
                    text("合同编号", 14),
                    text("客户", 30),
                    text("到账日期", 11),
                    money("金额"),
                    _CORRECTED,
                ),
                [_receipt(receipt, found.present) for receipt in (*found.choosable, *found.missing)],
            ),
            ReportSheet(
                "已对上",
                (
                    *_BANK,
                    money("银行金额"),
                    text("到款流水号", 20),
                    money("差额"),
                    ReportColumn("依据", Kind.SENTENCE, 40),
                    _CORRECTED,
                ),
                [_paired(paired) for paired in found.paired],
            ),
            ReportSheet("不对账", (*_BANK, money("金额"), mark("类别", 8), text("原因", 30)), list(_left_out(found))),
        ]
        write_book(ReportBook(f"银行对账 {statement}", "", statement.file_name, sheets), path)


def _sums(found: Reconciliation) -> Iterator[Row]:
    yield "本期到款合计", found.ours
    yield "加：待选择的银行流水", found.to_decide
    yield "减：可能与其对应的到款", -found.could_be
    yield "加：银行有、到款没有", found.only_bank
    yield "减：到款有、银行没有", -found.only_ours
    yield "减：已在其他对账单对上", -found.elsewhere
    yield "加：对上的期外到款", found.beyond
    yield "加：对上后到款有改动", found.off
    yield "未能解释", found.unexplained
    yield "银行合计（不含不对账的）", found.at_bank


def _at_bank(found: Reconciliation) -> Iterator[Row]:
    undecided = {line.pk: candidates for line, candidates in found.undecided}
    lines: Iterable[BankLine] = (*(line for line, _candidates in found.undecided), *found.unknown)
    for line in sorted(lines, key=lambda line: (line.day, line.row)):
        yield *_line(line), "、".join(one.receipt.number for one in undecided.get(line.pk, ()))


def _left_out(found: Reconciliation) -> Iterator[Row]:
    for line in found.aside:
        yield *_line(line), "已搁置", line.set_aside_reason
    for line in found.outgoing:
        yield *_line(line), "支出", "不是我方登记的退款"


def _line(line: BankLine) -> tuple[str, str, str, str, Decimal]:
    return line.day.isoformat(), line.payer, line.purpose, line.reference, line.amount


def _receipt(receipt: Receipt, present: PresentAmounts) -> Row:
    contract = receipt.contract
    return (
        receipt.number,
        contract.number,
        contract.client.name,
        receipt.received_on.isoformat(),
        present.of(receipt),
        corrections_text([receipt], present),
    )


def _paired(paired: PairedLine) -> Row:
    first = paired.pairs[0]
    why = f"人工：{first.paired_by}" if first.paired_by else str(EVIDENCE[first.evidence or 0])
    numbers = "、".join(receipt.number for receipt in paired.receipts)
    return *_line(paired.line), numbers, paired.off, why, corrections_text(paired.receipts, paired.present)
