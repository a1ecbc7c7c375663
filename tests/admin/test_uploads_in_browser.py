"""HR imports a month in a browser: three mistakes, the marked copy mended, the preview confirmed; on a phone, too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, FilePayload, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from clients.models import Contract, Receipt
from tests.admin.addresses import address
from tests.admin.cast import House, Role, make_house
from tests.admin.test_browser import DESK, PALE, PHONE, QUIET, TOO_WIDE, page_of
from tests.admin.test_previews_in_browser import elsewhere
from tests.imports.books import book_of
from tests.prerequisites import chromium
from workbooks.models import ParallelLine, ParallelRun, Upload, UploadRow
from workbooks.uploads.work import work_on_uploads

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def house(live_site: LiveServer) -> House:
    return make_house()


@pytest.fixture
def session(house: House) -> str:
    """HR is logged in, in the house of two branches."""
    return house.browse(Role.HR).cookies["sessionid"].value


@pytest.fixture
def addresses(session: str) -> dict[str, str]:
    ready, refused = Upload.objects.get(state=Upload.State.READY), Upload.objects.get(state=Upload.State.REFUSED)
    return {
        "list": address(Upload, "changelist"),
        "form": address(Upload, "add"),
        "preview": address(Upload, "change", ready.pk),
        "errors": address(Upload, "change", refused.pk),
        "rows": address(UploadRow, "changelist"),
        "parallel run": address(ParallelRun, "change", ParallelRun.objects.get().pk),
        "parallel form": address(ParallelRun, "add"),
        "old pay": address(ParallelLine, "change", ParallelLine.objects.earliest("pk").pk),
        "row": address(UploadRow, "change", UploadRow.objects.earliest("pk").pk),
    }


@pytest.fixture
def browser(addresses: dict[str, str]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def workbook(house: House, tmp_path: Path) -> Path:
    """Receipts of June with three mistakes: an amount, a date, a contract that nobody knows."""
    contract = Contract.objects.filter(closer=house.north.closer).earliest("pk")
    rows: list[list[Any]] = [
        ["流水号", "合同编号", "到账日期", "金额"],
        ["X1", contract.number, "2011-06-03", "1,000.005"],
        ["X2", contract.number, "2011-06-31", 2000],
        ["X3", "HT-9", "2011-06-07", 3000],
        ["X4", contract.number, "2011-06-08", 4000],
    ]
    path = tmp_path / "六月.xlsx"
    book_of({"到款": rows}).save(path)
    return path


def test_pages_fit_and_can_be_read(
    live_site: LiveServer, session: str, addresses: dict[str, str], browser: Browser
) -> None:
    for viewport, scheme in ((PHONE, "dark"), (DESK, "light")):
        page = page_of(browser, live_site.url, session, viewport, scheme)
        for name, path in addresses.items():
            page.goto(live_site.url + path)
            assert not page.evaluate(TOO_WIDE), (name, viewport["width"])
            assert page.evaluate(PALE) == [], (name, scheme)


def test_a_month_with_three_mistakes_is_mended_and_imported(
    live_site: LiveServer, session: str, workbook: Path, browser: Browser, tmp_path: Path
) -> None:
    page = page_of(browser, live_site.url, session, DESK, "light")
    page.goto(f"{live_site.url}{address(Upload, 'changelist')}")
    page.goto(f"{live_site.url}{address(Upload, 'add')}")
    page.locator("input[type=file]").set_input_files(chosen(workbook))
    page.get_by_role("button", name="上传并查看").click()
    expect(page.locator(".because").first).to_have_text("即将开始处理。")
    elsewhere(work_on_uploads)
    expect(page.locator(".because").first).to_have_text("没有导入任何内容：共有 3 处错误。")
    expect(page.locator("#errors tbody tr")).to_have_count(3)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标出错误的工作簿").click()
    marked = tmp_path / download.value.suggested_filename
    download.value.save_as(marked)
    assert marked.name == "六月（标出错误）.xlsx"

    book = load_workbook(marked)
    wrong = {cell.coordinate for row in book["到款"].iter_rows() for cell in row if cell.comment}
    assert wrong == {"D2", "C3", "B4"}
    book["到款"]["D2"] = 1000
    book["到款"]["C3"] = "2011-06-30"
    book["到款"]["B4"] = book["到款"]["B5"].value
    book.save(marked)

    page.get_by_role("link", name="上传工作簿").click()
    page.locator("input[type=file]").set_input_files(chosen(marked))
    page.get_by_role("button", name="上传并查看").click()
    elsewhere(work_on_uploads)
    expect(page.locator(".because").first).to_have_text("新增 4 行（到款 4）。")
    expect(page.locator("#sheet-receipts tbody tr")).to_have_count(4)
    assert elsewhere_count() == 0
    page.get_by_role("button", name="确认导入：新增 4，修改 0").click()
    expect(page.locator(".because").first).to_have_text("即将开始处理。")
    elsewhere(work_on_uploads)
    expect(page.locator(".because").first).to_have_text("已导入：新增 4 行（到款 4）。")
    assert elsewhere_count() == 4
    page.get_by_role("link", name="导入记录").last.click()
    expect(page.get_by_role("link", name="查看全部新增与修改")).to_be_visible()


def chosen(path: Path) -> FilePayload:
    """A file as a reader chooses it."""
    return {"name": path.name, "mimeType": "", "buffer": path.read_bytes()}


def elsewhere_count() -> int:
    """How many of the workbook's receipts are there."""
    counted: list[int] = []
    elsewhere(lambda: counted.append(Receipt.objects.filter(number__startswith="X").count()))
    return counted[0]
