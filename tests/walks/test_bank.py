"""Finance sets the bank's April beside our receipts in a browser, and says of one line which receipt it is."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, expect

from clients.models import Receipt
from tests.firm import APRIL
from tests.imports.books import book_of
from tests.walks.conftest import Visit
from tests.walks.pictures import take

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEADINGS = ["交易日期", "贷方发生额", "借方发生额", "对方户名", "摘要", "交易流水号"]
LINES = 12


@pytest.fixture
def statement(site: str, tmp_path: Path) -> Path:
    """The bank's file: one receipt under another payer's name, one missing, and interest; made before the browser."""
    receipts = Receipt.objects.filter(posted_in=APRIL, amount__gt=0).select_related("contract__client")
    missing, other, *rest = receipts.order_by("received_on", "number")[:LINES]
    rows: list[list[Any]] = [_line(other, "李建军"), *(_line(one, one.contract.client.name) for one in rest)]
    rows.append([missing.received_on.isoformat(), "342.18", "", "", "结息", "L1"])
    path = tmp_path / "工行流水 2011-04.xlsx"
    book_of({"流水": [HEADINGS, *rows]}).save(path)
    return path


def test_a_statement_is_set_beside_the_receipts(statement: Path, visit: Visit) -> None:
    page = visit("finance")
    page.locator("a[href='/admin/clients/bankstatement/']").first.click()
    page.locator("a[href*='bankstatement/add/']").first.click()
    page.locator("input[type=file]").set_input_files(
        FilePayload(name=statement.name, mimeType="", buffer=statement.read_bytes())
    )
    page.get_by_label("银行账户").fill("工行基本户")
    page.get_by_role("button", name="上传并匹配").click()
    expect(page.locator("#sums")).to_contain_text("分毫不差")
    expect(page.locator("#sums")).to_contain_text("待您选择的银行流水")
    take(page, "bank")
    page.locator("#undecided").get_by_role("button", name="就是这笔").first.click()
    expect(page.locator("#undecided")).to_have_count(0)


def _line(receipt: Receipt, payer: str) -> list[Any]:
    amount = Decimal(receipt.amount)
    return [receipt.received_on.isoformat(), f"{amount}", "", payer, "服务费", f"X{receipt.number}"]
