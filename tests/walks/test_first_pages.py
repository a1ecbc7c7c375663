"""What each role finds first, and how a client is registered after a look for duplicates."""

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import DESK, PHONE
from tests.walks.conftest import Visit
from tests.walks.pictures import take

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(
    ("name", "picture", "heading"),
    [
        ("branchgm", "home-branch-gm", "等您处理"),
        ("director", "home-director", "等您处理"),
        ("finance", "home-finance", "月份"),
        ("operator", "home-operator", "账号"),
    ],
)
def test_the_first_page_of_a_role(visit: Visit, name: str, picture: str, heading: str) -> None:
    page = visit(name)
    expect(page.get_by_role("main").or_(page.locator("#main")).get_by_text(heading).first).to_be_visible()
    take(page, picture, on_phone=name == "branchgm")


def test_a_client_is_registered_unless_it_is_here_already(visit: Visit) -> None:
    page = visit("hr")
    page.goto(page.url.split("/admin/")[0] + "/admin/clients/client/")
    known = page.locator("#result_list tbody tr").first.get_by_role("link").first.inner_text()
    page.get_by_role("link", name="新增").first.click()
    page.get_by_label("名称").fill(known)
    page.get_by_role("combobox", name="归属人").fill("冯伟杰")
    page.get_by_role("button", name="登记").first.click()
    expect(page.get_by_role("button", name="都不是，登记")).to_be_visible()
    take(page, "register-duplicate")


def test_a_list_leads_to_those_of_its_work_and_the_search_to_every_list(visit: Visit) -> None:
    page = visit("hr")
    page.locator("a[href='/admin/staff/employee/']").first.click()
    beside = page.locator(".beside")
    beside.locator("summary").click()
    take(page, "beside")
    beside.get_by_role("link", name="任职记录").click()
    expect(beside.locator("summary")).to_have_text("任职记录")
    page.set_viewport_size(PHONE)
    beside.locator("summary").click()
    expect(beside.get_by_role("link", name="分公司")).to_be_in_viewport()
    page.set_viewport_size(DESK)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.locator("#search-dialog").get_by_role("searchbox").fill("职级记录")
    page.locator("#search-found").get_by_role("link", name="职级记录").click()
    expect(page).to_have_title("职级记录 | 营销薪酬管理")
