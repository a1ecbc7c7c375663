"""A month's other work in a browser: from the first page to the month; targets, corrections, log-ins."""

import pytest
from playwright.sync_api import expect

from tests.walks.company import LOCKED
from tests.walks.conftest import Visit
from tests.walks.pictures import take

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_first_page_leads_to_the_month_that_is_handed_over(visit: Visit) -> None:
    page = visit("hr")
    take(page, "home", on_phone=True)
    page.get_by_role("link", name="处理2011年5月").click()
    expect(page.locator("#next")).to_contain_text("将把2011年5月提交营销总监审批")
    expect(page.get_by_role("button", name="提交审批")).to_be_visible()
    take(page, "month")


def test_a_locked_receipt_is_corrected_in_the_open_month(visit: Visit) -> None:
    page = visit("hr")
    page.locator("a[href='/admin/compensation/correction/']").first.click()
    page.locator("a[href*='correction/add/']").first.click()
    page.get_by_label("流水号").fill(LOCKED)
    page.get_by_label("正确金额").fill("160999.99")
    page.get_by_label("原因").fill("银行回单为 160,999.99。")
    page.get_by_role("button", name="看影响").click()
    expect(page.get_by_role("button", name="确认更正")).to_be_visible()
    take(page, "correction")


def test_a_years_target_is_broken_down_to_people(visit: Visit) -> None:
    page = visit("hr")
    page.locator("a[href='/admin/staff/target/year/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2011 年目标")
    take(page, "targets")
    page.locator("td a[href*='/staff/target/']").last.click()
    page.get_by_role("link", name="分解到人").click()
    page.get_by_role("button", name="按职级月目标填满空格").click()
    take(page, "targets-of-people")
    page.get_by_role("button", name="保存个人目标").click()
    expect(page.locator("#people")).to_be_visible()


def test_log_ins_are_made_with_one_time_links(visit: Visit) -> None:
    page = visit("hr")
    page.get_by_role("link", name="名销售人员还没有登录账号").click()
    take(page, "log-ins")
    page.get_by_role("button", name="开通账号").click()
    expect(page.get_by_text("陈静军")).to_be_visible()
