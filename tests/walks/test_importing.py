"""HR imports June in a browser: three mistakes marked beside their cells, mended in Excel, looked at, imported."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import FilePayload, Page, expect

from tests.admin.test_previews_in_browser import elsewhere
from tests.walks.company import june
from tests.walks.conftest import Visit
from tests.walks.pictures import take
from workbooks.uploads.work import work_on_uploads

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """June with three mistakes in its receipts: an amount, a day that there isn't, a contract that nobody knows."""
    book = june()
    receipts = book["到款"]
    receipts["D4"], receipts["C6"], receipts["B9"] = "12,000.005", "2011-06-31", "K900000"
    path = tmp_path / "2011年6月.xlsx"
    book.save(path)
    return path


def test_june_is_imported_after_three_mistakes(visit: Visit, workbook: Path, tmp_path: Path) -> None:
    page = visit("hr")
    page.get_by_role("link", name="导入工作簿").first.click()
    page.locator("a[href*='upload/add/']").first.click()
    take(page, "import-form")
    upload(page, workbook)
    expect(page.locator(".because").first).to_have_text("没有导入任何内容：共有 3 处错误。")
    expect(page.locator("#errors tbody tr")).to_have_count(3)
    take(page, "import-mistakes", on_phone=True)

    with page.expect_download() as download:
        page.get_by_role("link", name="下载标出错误的工作簿").click()
    marked = tmp_path / download.value.suggested_filename
    download.value.save_as(marked)
    book, right = load_workbook(marked), june()
    wrong = {cell.coordinate for row in book["到款"].iter_rows() for cell in row if cell.comment}
    assert wrong == {"D4", "C6", "B9"}
    for place in wrong:
        book["到款"][place] = right["到款"][place].value
    book.save(marked)

    page.get_by_role("link", name="上传工作簿").click()
    upload(page, marked)
    confirm = page.get_by_role("button", name="确认导入：新增")
    expect(confirm).to_be_visible()
    take(page, "import-preview")
    confirm.click()
    be_worked_on(page)
    expect(page.locator(".because").first).to_contain_text("已导入：")
    take(page, "import-done")


def upload(page: Page, path: Path) -> None:
    """Choose a file and have it read, by the worker."""
    page.locator("input[type=file]").set_input_files(FilePayload(name=path.name, mimeType="", buffer=path.read_bytes()))
    page.get_by_role("button", name="上传并查看").click()
    be_worked_on(page)


def be_worked_on(page: Page) -> None:
    """Do what the page waits for, as a worker does."""
    expect(page.locator(".because").first).to_have_text("即将开始处理。")
    elsewhere(work_on_uploads)
