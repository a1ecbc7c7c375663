"""A month's other work in a browser: from the first page to the month; targets, corrections, log-ins."""

import pytest
from playwright.sync_api import Route, expect

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
    page.get_by_role("button", name="提交审批").click()

    page = visit("director")
    page.get_by_role("link", name="处理2011年5月").click()
    page.get_by_role("button", name="通过并锁定").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("通过并锁定")
    for name in ("#changes", "#by-hand"):
        expect(page.locator(f"{name} table, {name} .empty")).to_be_visible()
    take(page, "month-approve", on_phone=True)
    page.get_by_role("link", name="返回").click()
    page.get_by_label("原因").fill("请先与银行核对 R0000020。")
    page.get_by_role("button", name="退回").click()
    expect(page.locator("#next")).to_contain_text("等待人力资源提交审批")


def test_finance_reads_what_it_marks_as_paid(visit: Visit) -> None:
    page = visit("finance")
    page.get_by_role("link", name="已锁定，未标记发放").click()
    held: list[Route] = []
    page.route("**/by-hand/**", lambda route: held.append(route))
    with page.expect_request("**/by-hand/**"):
        page.get_by_role("button", name="标记为已发放").click()
    marks = page.locator("form.ask").get_by_role("button", name="标记为已发放")
    expect(marks).to_have_css("pointer-events", "none")
    for route in held:
        route.continue_()
    expect(page.locator("#by-hand table, #by-hand .empty")).to_be_visible()
    expect(marks).to_have_css("pointer-events", "auto")
    page.get_by_label("发放日期").fill("2011-05-10")
    page.get_by_label("凭证号").fill("2011-05-017")
    take(page, "month-pay")


def test_a_hire_is_looked_at_first_and_confirmed_by_a_second_person(visit: Visit) -> None:
    page = visit("hr")
    page.locator("a[href='/admin/staff/personnelevent/']").first.click()
    page.get_by_role("link", name="新增").first.click()
    page.get_by_label("姓名").fill("周小萌")
    page.get_by_label("入职日期").fill("2011-06-13")
    page.get_by_label("部门", exact=True).select_option(index=1)
    page.get_by_label("职级", exact=True).select_option("智慧助理")
    page.get_by_label("证件类型").select_option("护照")
    page.get_by_label("证件号码").fill("E12345678")
    page.get_by_role("button", name="看影响").click()
    expect(page.locator("#effect")).to_be_visible()
    take(page, "hire-form")
    page.get_by_role("button", name="确认入职").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("周小萌")

    page = visit("finance")
    page.get_by_role("link", name="人的发薪信息待您确认").click()
    page.get_by_role("checkbox", name="周小萌").check()
    page.get_by_label("如何核对").fill("已看护照和签好的劳动合同。")
    take(page, "pay-confirm")
    page.get_by_role("button", name="确认所选").click()
    expect(page.get_by_text("没有待确认")).to_be_visible()


def test_a_locked_receipt_is_corrected_in_the_open_month(visit: Visit) -> None:
    page = visit("hr")
    page.get_by_role("link", name="工资单").first.click()
    page.locator(".beside").get_by_role("link", name="更正").click()
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


def test_weights_are_given_as_one_table_that_tells_the_shares_as_one_types(visit: Visit) -> None:
    page = visit("branchgm")
    page.locator("a[href='/admin/compensation/supportweight/table/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("支持奖金权重")
    field = page.locator("input[name^='weight-']").nth(1)
    share = page.locator("output[id^='share-']").nth(1)
    expect(field).to_have_value("3")
    field.fill("300")
    expect(share).to_contain_text("95.54%")
    expect(share).to_contain_text("上月")
    take(page, "weights", on_phone=True)
    field.fill("0")
    expect(share).to_contain_text("0%")
    page.get_by_role("button", name="保存权重").click()
    expect(page.get_by_text("已保存")).not_to_have_count(0)
