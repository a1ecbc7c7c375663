"""The auditor finds in a browser who changed a receipt: three clicks from the first page."""

import pytest
from playwright.sync_api import expect

from tests.walks.company import MENDED
from tests.walks.conftest import Visit
from tests.walks.pictures import take

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_who_changed_a_receipt(visit: Visit) -> None:
    page = visit("auditor")
    page.get_by_role("link", name="搜索").first.click()
    page.locator("#search-dialog").get_by_role("searchbox").fill(MENDED)
    page.locator("#search-found").get_by_role("link", name=MENDED).click()
    expect(page.locator(".subtitle")).to_contain_text("到款")
    page.get_by_role("link", name="变更记录", exact=True).last.click()
    expect(page.locator(".part-table").first).to_contain_text("到款更正.xlsx")
    expect(page.locator(".part-table").first).to_contain_text("吕勇")
    take(page, "history", on_phone=True)
