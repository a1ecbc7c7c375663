"""Bank statements: uploaded, matched with receipts, decided by hand; sums that fit, and receipts that never change."""

import io
from collections.abc import Collection
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from access.actor import Actor
from access.pages.links import address as page_of
from access.roles import PEOPLE
from clients.bank.actions import pair_by_hand, throw_statement_away
from clients.bank.pages import line_record, statement_record
from clients.bank.selectors import lines_waiting, reconciliation_of
from clients.models import BankLine, BankPair, BankStatement, Receipt
from compensation.corrections.actions import WrongAmount, withdraw_correction
from compensation.models import Correction
from rulebook.wording import amount_text
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_language import english
from tests.admin.test_pages import text_of
from tests.admin.test_previews import content
from tests.firm import APRIL
from tests.imports.books import book_of, saved
from tests.monthend.correcting import correct

MOST = 20
HEADINGS = ["交易日期", "贷方发生额", "借方发生额", "对方户名", "摘要", "交易流水号"]


@pytest.fixture
def corrected(undecided: BankLine) -> Correction:
    """The correction of that line's receipt: the bank tells the right amount."""
    return Correction.objects.get(right_amount=undecided.amount)


def corrected_receipt(corrected: Correction) -> Receipt:
    assert corrected.receipt is not None
    return corrected.receipt


def counted(receipts: Collection[Receipt]) -> Decimal:
    """What receipts count with, by their corrections."""
    moved = Correction.objects.filter(receipt__in=receipts).values_list("moved_sales", flat=True)
    return sum((*(receipt.amount for receipt in receipts), *moved), Decimal(0))


def paid_by_client(receipt: Receipt, amount: Decimal, reference: str) -> list[Any]:
    return [receipt.received_on.isoformat(), str(amount), "", receipt.contract.client.name, "", reference]


def send(browser: Browser, rows: list[list[Any]], **given: Any) -> Any:
    data = saved(book_of({"流水": [HEADINGS, *rows]}))
    file = SimpleUploadedFile(given.pop("name", "五月.xlsx"), data)
    return browser.post(address(BankStatement, "add"), {"file": file, "account": "工行", "days": 3, **given})


def act(browser: Browser, line: BankLine, act: str, **given: Any) -> str:
    response = browser.post(page_of(line), {"act": act, **given}, follow=True)
    assert response.status_code == 200
    return "".join(str(message) for message in response.context["messages"])


def test_the_page_tells_what_differs_on_either_side(finance: Browser, statement: BankStatement) -> None:
    receipts = list(Receipt.objects.filter(posted_in=APRIL).order_by("number"))
    page = text_of(finance, page_of(statement))
    assert "已对上 2 笔，待您选择 1 笔，仅银行有 1 笔；银行没有的到款 1 笔。" in page
    assert "付款人不同" in page
    assert "分毫不差" in page
    assert amount_text(receipts[-1].amount) in page
    assert "1,200.34" in page


def test_the_sums_fit_to_the_fen(statement: BankStatement) -> None:
    found = reconciliation_of(statement)
    assert found.unexplained == 0
    assert found.at_bank == sum(line.amount for line in statement.lines.all() if line.amount > 0)
    assert found.ours == counted(list(Receipt.objects.filter(posted_in=APRIL)))
    assert found.at_bank - found.ours == found.to_decide - found.could_be + found.only_bank - found.only_ours


def test_what_is_to_be_decided_is_counted_under_no_other_heading(statement: BankStatement, undecided: BankLine) -> None:
    found = reconciliation_of(statement)
    assert [line for line, _ones in found.undecided] == [undecided]
    assert found.to_decide == undecided.amount == found.could_be
    assert undecided not in found.unknown
    assert not {one.pk for one in found.choosable} & {one.pk for one in found.missing}


def test_a_person_decides_and_takes_it_back(
    finance: Browser, house: House, statement: BankStatement, undecided: BankLine, corrected: Correction
) -> None:
    receipt = corrected_receipt(corrected)
    assert receipt.number in act(finance, undecided, "pair", receipts=receipt.number)
    pair = BankPair.objects.get(line=undecided)
    assert (pair.receipt, pair.paired_by, pair.evidence) == (receipt, house.users[Role.FINANCE], None)
    assert "人工：u-finance" in text_of(finance, page_of(statement))
    assert "王代付" in text_of(finance, page_of(receipt))

    assert act(finance, undecided, "take_apart")
    pair.refresh_from_db()
    assert pair.ended_by == house.users[Role.FINANCE]
    finance.post(page_of(statement))
    assert not undecided.pairs.filter(ended_at=None).exists()
    assert reconciliation_of(statement).unexplained == 0


def test_several_receipts_that_sum_to_the_line(finance: Browser, house: House, statement: BankStatement) -> None:
    receipts = list(Receipt.objects.filter(posted_in=APRIL, bank_pairs=None))
    send(finance, [["2011-04-15", str(counted(receipts)), "", "合并付款", "", "X1"]])
    line = BankLine.objects.get(reference="X1")
    assert "到款合计" in act(finance, line, "pair", receipts=receipts[0].number)
    assert act(finance, line, "pair", receipts="，".join(receipt.number for receipt in receipts))
    assert line.pairs.count() == len(receipts) == 2
    for one in BankStatement.objects.all():
        assert reconciliation_of(one).unexplained == 0


def test_what_cannot_be_paired_is_refused(finance: Browser, statement: BankStatement, undecided: BankLine) -> None:
    taken = BankPair.objects.earliest("pk").receipt
    assert "没有流水号为 R-9 的到款" in act(finance, undecided, "pair", receipts="R-9")
    assert "已与另一条流水配对" in act(finance, undecided, "pair", receipts=taken.number)
    assert "请填写" in act(finance, undecided, "pair", receipts=" , ")
    paired = BankPair.objects.earliest("pk").line
    assert "请先解除配对" in act(finance, paired, "pair", receipts=taken.number)
    assert "请先解除配对" in act(finance, paired, "set_aside", reason="利息")
    assert "尚未配对" in act(finance, undecided, "take_apart")
    assert not undecided.pairs.exists()


def test_interest_is_set_aside_with_its_reason(finance: Browser, statement: BankStatement) -> None:
    line = statement.lines.get(purpose="结息款项")
    assert "请说明" in act(finance, line, "set_aside", reason=" ")
    act(finance, line, "set_aside", reason="活期利息")
    assert "活期利息" in text_of(finance, page_of(statement))
    found = reconciliation_of(statement)
    assert line in found.aside
    assert found.unexplained == 0
    act(finance, line, "take_back")
    assert line in reconciliation_of(statement).unknown


def test_a_receipt_that_changed_since_stands_out(finance: Browser, statement: BankStatement) -> None:
    receipt = Receipt.objects.exclude(posted_in=APRIL).filter(amount__lt=0).earliest("pk")
    keep = send(
        finance,
        [[receipt.received_on.isoformat(), "", str(-receipt.amount), receipt.contract.client.name, "退款", "T1"]],
    )
    may = BankStatement.objects.latest("pk")
    assert page_of(may) == keep.url
    assert receipt.bank_pairs.get().evidence is not None
    Receipt.objects.filter(pk=receipt.pk).update(amount=receipt.amount + 1)
    found = reconciliation_of(may)
    assert found.off == Decimal("-1.00")
    assert found.unexplained == 0
    assert "配对后有改动" in text_of(finance, page_of(may))


def test_a_corrected_receipt_is_paired_by_its_right_amount_alone(finance: Browser, corrected: Correction) -> None:
    receipt = corrected_receipt(corrected)
    send(finance, [paid_by_client(receipt, receipt.amount, "T1")])
    recorded = BankLine.objects.get(reference="T1")
    assert "71,000.00" in act(finance, recorded, "pair", receipts=receipt.number)
    assert not receipt.bank_pairs.exists()

    send(finance, [paid_by_client(receipt, receipt.amount + 1000, "T2")])
    assert receipt.bank_pairs.get().line.reference == "T2"
    for one in BankStatement.objects.all():
        found = reconciliation_of(one)
        assert found.unexplained == found.off == 0


def test_the_latest_correction_tells_and_what_is_taken_back_no_more(
    finance: Browser, house: House, corrected: Correction
) -> None:
    receipt, hr = corrected_receipt(corrected), Actor(house.users[Role.HR])
    latest = correct(WrongAmount(receipt, Decimal("71000.07")), hr)
    send(finance, [paid_by_client(receipt, Decimal("71000.07"), "T1")])
    statement = BankStatement.objects.latest("pk")
    assert reconciliation_of(statement).off == 0

    withdraw_correction(latest, by=hr)
    assert reconciliation_of(statement).off == Decimal("0.07")
    withdraw_correction(corrected, by=hr)
    found = reconciliation_of(statement)
    assert found.off == Decimal("1000.07")
    assert found.unexplained == 0

    act(finance, receipt.bank_pairs.get().line, "take_apart")
    send(finance, [paid_by_client(receipt, receipt.amount, "T2")])
    assert receipt.bank_pairs.get(ended_at=None).line.reference == "T2"
    assert reconciliation_of(BankStatement.objects.latest("pk")).off == 0


def test_the_pages_tell_that_a_receipt_was_corrected(
    finance: Browser, house: House, statement: BankStatement, undecided: BankLine, corrected: Correction
) -> None:
    viewer, receipt = house.users[Role.FINANCE], corrected_receipt(corrected)
    told = f"{receipt.number} 已更正，登记金额 70,000.00"
    assert told in text_of(finance, page_of(statement))
    assert told in text_of(finance, page_of(undecided))
    act(finance, undecided, "pair", receipts=receipt.number)
    assert told in text_of(finance, page_of(statement))
    pair = line_record(undecided, viewer).tables[0].rows[0]
    assert (pair.cells[-1].text, pair.sentence) == ("71,000.00", told)

    undecided.delete()
    tables = {table.anchor: table for table in statement_record(reconciliation_of(statement), viewer).tables}
    missing = next(row for row in tables["missing"].rows if row.cells[0].text == receipt.number)
    assert (missing.cells[-1].text, missing.sentence) == ("71,000.00", told)


def test_a_receipt_is_at_the_bank_once(statement: BankStatement, undecided: BankLine) -> None:
    taken = BankPair.objects.earliest("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        BankPair.objects.create(line=undecided, receipt=taken.receipt, paired_at=taken.paired_at)


def test_receipts_never_change(finance: Browser, undecided: BankLine, corrected: Correction) -> None:
    before = list(Receipt.objects.order_by("pk").values())
    send(finance, [["2011-04-20", "1.11", "", "甲", "", "T1"]])
    act(finance, undecided, "pair", receipts=corrected_receipt(corrected).number)
    act(finance, undecided, "take_apart")
    assert list(Receipt.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("role", [role for role in PEOPLE if role != Role.FINANCE])
def test_only_finance_pairs(house: House, role: str, statement: BankStatement, undecided: BankLine) -> None:
    browser = house.browse(role)
    given = {"act": "set_aside", "reason": "不要"}
    assert browser.post(page_of(undecided), given).status_code in (302, 403, 404)
    assert browser.post(page_of(statement)).status_code in (302, 403, 404)
    undecided.refresh_from_db()
    assert undecided.set_aside_at is None
    by = Actor(house.users[role])
    with pytest.raises(PermissionDenied):
        pair_by_hand(undecided, ["R1"], by=by)
    with pytest.raises(PermissionDenied):
        throw_statement_away(statement, by=by)
    assert lines_waiting(house.users[role]) == (0, "")


def test_an_unknown_act_does_nothing(finance: Browser, undecided: BankLine) -> None:
    assert "未执行任何操作" in act(finance, undecided, "dance")


def test_finance_is_told_what_waits(house: House, finance: Browser) -> None:
    count, url = lines_waiting(house.users[Role.FINANCE])
    assert count == 2
    assert len(finance.get(url).context["cl"].queryset) == 2


@pytest.mark.parametrize(("state", "count"), [("open", 2), ("paired", 2), ("outgoing", 1), ("aside", 0)])
def test_lines_by_state(finance: Browser, state: str, count: int) -> None:
    assert len(finance.get(address(BankLine, "changelist"), {"state": state}).context["cl"].queryset) == count


def test_the_workbook_holds_both_sides(finance: Browser, statement: BankStatement) -> None:
    book = load_workbook(io.BytesIO(content(finance.get(reverse("workbooks:bank", args=[statement.pk])))))
    assert book.sheetnames == ["调节表", "银行有_到款没有", "到款有_银行没有", "已对上", "不对账"]
    sums = {row[0]: row[1] for row in book["调节表"].iter_rows(min_row=2, values_only=True)}
    assert Decimal(str(sums["未能解释"])) == 0
    both = [*book["到款有_银行没有"].iter_rows(values_only=True), *book["已对上"].iter_rows(values_only=True)]
    assert sum("已更正，登记金额" in str(row[-1]) for row in both) == 2
    assert [row[1] for row in book["不对账"].iter_rows(min_row=2, max_col=2, values_only=True)][:1] == [None]


def test_pages_ask_few_questions(finance: Browser, statement: BankStatement, undecided: BankLine) -> None:
    for url in (
        address(BankStatement, "changelist"),
        page_of(statement),
        address(BankStatement, "add"),
        address(BankLine, "changelist"),
        page_of(undecided),
        address(BankPair, "changelist"),
    ):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert finance.get(url).status_code == 200
        assert len(asked) <= MOST, (url, len(asked))


def test_pages_speak_chinese(finance: Browser, statement: BankStatement, undecided: BankLine) -> None:
    for url in (address(BankStatement, "add"), page_of(statement), page_of(undecided)):
        assert not english(finance.get(url).content.decode()), url
