"""Bank statements as files: what is told twice is kept once; wrong ones are refused with their places."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from access.actor import CONSOLE, Actor
from access.pages.links import address as page_of
from clients.bank.actions import BankRefused, keep_statement
from clients.bank.selectors import reconciliation_of
from clients.models import BankLine, BankStatement, Client
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_bank import HEADINGS, act, send
from tests.admin.test_pages import text_of
from tests.imports.books import book_of, saved

KEPT = ["2011-05-03", "1,000.00", "", "北京某某有限公司", "", "T0001"]


@pytest.mark.parametrize(
    ("first", "again"),
    [
        pytest.param(KEPT, [*KEPT[:4], "货款", "T0001"], id="one more column"),
        pytest.param([*KEPT[:4], "货款", "T0001"], KEPT, id="one column less"),
        pytest.param([*KEPT[:4], "货款", "T0001"], [*KEPT[:4], "五月货款尾款", "T0001"], id="another wording"),
        pytest.param([*KEPT[:5], ""], [*KEPT[:4], "货款", ""], id="no number, one more column"),
        pytest.param([*KEPT[:5], ""], KEPT, id="the number is new"),
        pytest.param([*KEPT[:3], "", "", "T0001"], KEPT, id="the payer is new"),
    ],
)
def test_a_line_told_again_by_another_file_is_kept_once(house: House, first: list[Any], again: list[Any]) -> None:
    finance = house.browse(Role.FINANCE)
    lines = BankLine.objects.filter(day="2011-05-03")
    send(finance, [first, ["2011-05-04", "5.00", "", "甲", "", ""]], name="一.xlsx")
    send(finance, [again, ["2011-05-05", "6.00", "", "乙", "", ""]], name="二.xlsx")
    line = lines.get()
    assert line.reference in {first[5], again[5]} - {""} or not (first[5] or again[5])
    assert line.payer == "北京某某有限公司"
    assert bool(line.purpose) == bool(first[4] or again[4])
    assert BankStatement.objects.get(file_name="二.xlsx").known_lines == 1


@pytest.mark.parametrize(
    "again",
    [
        pytest.param([*KEPT[:5], "T0002"], id="another number"),
        pytest.param([*KEPT[:3], "广州某某有限公司", "", "T0001"], id="another payer"),
        pytest.param(["2011-05-03", "1,000.01", *KEPT[2:]], id="a fen more"),
    ],
)
def test_a_line_that_differs_is_another_one(house: House, again: list[Any]) -> None:
    finance = house.browse(Role.FINANCE)
    send(finance, [KEPT], name="一.xlsx")
    send(finance, [again], name="二.xlsx")
    assert BankLine.objects.filter(day="2011-05-03").count() == 2


def test_equal_lines_of_one_file_are_each_kept_whatever_was_told_before(house: House) -> None:
    finance = house.browse(Role.FINANCE)
    bare, told = [*KEPT[:5], ""], [*KEPT[:4], "货款", ""]
    send(finance, [bare], name="一.xlsx")
    send(finance, [told, told, bare], name="二.xlsx")
    assert BankLine.objects.filter(day="2011-05-03").count() == 3
    send(finance, [bare, told, told], name="三.xlsx")
    assert BankLine.objects.filter(day="2011-05-03").count() == 3


def test_the_same_file_twice_is_recognised(finance: Browser) -> None:
    rows = [["2011-05-20", "1.11", "", "甲", "", "T1"]]
    data = saved(book_of({"流水": [HEADINGS, *rows]}))
    for expected in (2, 2):
        file = SimpleUploadedFile("五月.xlsx", data)
        response = finance.post(address(BankStatement, "add"), {"file": file, "account": "工行", "days": 3})
        assert BankStatement.objects.count() == expected
    assert "同一文件已由u-finance于" in response.content.decode()


def test_lines_of_an_earlier_file_are_left_out(finance: Browser) -> None:
    one = ["2011-05-20", "1.11", "", "甲", "", "T1"]
    alike = ["2011-05-21", "2.22", "", "乙", "", ""]
    send(finance, [one, alike])
    send(finance, [one, alike, alike, ["2011-05-22", "3.33", "", "丙", "", "T3"]])
    latest = BankStatement.objects.latest("pk")
    assert latest.known_lines == 2
    assert sorted(latest.lines.values_list("amount", flat=True)) == [Decimal("2.22"), Decimal("3.33")]
    assert "已从其他文件导入" in send(finance, [one]).content.decode()
    assert "2 行已在之前的文件中" in text_of(finance, page_of(latest))


def test_receipts_that_come_later_are_found_by_matching_again(finance: Browser, house: House) -> None:
    client = Client.objects.filter(contracts__isnull=False).earliest("pk")
    send(finance, [["2011-05-20", "777.77", "", client.name, "", "T1"]])
    statement = BankStatement.objects.latest("pk")
    assert len(reconciliation_of(statement).unknown) == 1
    house.firm.receipt(client.contracts.earliest("pk"), "777.77", "05-22")
    assert "又对上 1 笔" in finance.post(page_of(statement), follow=True).content.decode()
    assert len(reconciliation_of(statement).paired) == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"days": 16}, "15"),
        ({"days": ""}, "请填写"),
        ({"name": "五月.xls"}, ".xlsx"),
    ],
)
def test_a_form_that_is_wrong(finance: Browser, given: dict[str, Any], told: str) -> None:
    assert told in send(finance, [["2011-05-20", "1.11", "", "甲", "", "T1"]], **given).content.decode()
    assert BankStatement.objects.count() == 1


def test_bad_cells_are_told_with_their_places(finance: Browser) -> None:
    page = send(finance, [["五月", "1.11", "", "甲", "", ""], ["2011-05-20", "x", "", "乙", "", ""]]).content.decode()
    assert "第 2 行，交易日期“五月”：不是日期" in page
    assert "第 3 行，贷方发生额“x”：不是数字" in page
    assert BankStatement.objects.count() == 1


def test_a_statement_sent_by_mistake_is_thrown_away_until_somebody_decided(
    finance: Browser, statement: BankStatement, undecided: BankLine
) -> None:
    send(finance, [["2011-05-20", "1.11", "", "甲", "", "T1"]])
    mistake = BankStatement.objects.latest("pk")
    assert finance.post(address(BankStatement, "delete", mistake.pk), {"post": "yes"}).status_code == 302
    assert BankStatement.objects.get() == statement

    act(finance, undecided, "set_aside", reason="代垫款")
    response = finance.post(address(BankStatement, "delete", statement.pk), {"post": "yes"}, follow=True)
    assert "不能丢弃" in response.content.decode()
    assert BankStatement.objects.get() == statement


def test_a_statement_of_too_many_lines_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clients.bank.actions.MOST_LINES", 0)
    from clients.bank.actions import ReadLine

    line = ReadLine(2, dt.date(2011, 4, 1), Decimal(1), "", "", "")
    with pytest.raises(BankRefused):
        keep_statement([line], data=b"x", file_name="", account="", days=3, by=Actor(house.users[Role.FINANCE]))


def test_the_console_uploads_nothing() -> None:
    with pytest.raises(PermissionDenied):
        keep_statement([], data=b"", file_name="", account="", days=3, by=CONSOLE)
