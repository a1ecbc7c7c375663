"""What takes two people, in a browser: a plan drafted, tried and approved; a dismissal decided and signed."""

import pytest
from playwright.sync_api import expect

from monthend.preview.work import work_on_previews
from tests.admin.test_previews_in_browser import elsewhere
from tests.walks.conftest import Visit
from tests.walks.pictures import take

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_plan_is_drafted_previewed_submitted_and_approved(visit: Visit) -> None:
    page = visit("director")
    page.get_by_role("link", name="方案草稿").first.click()
    page.locator("a[href*='plandraft/add/']").first.click()
    page.get_by_role("button", name="开始起草").click()
    tiers = page.get_by_role("group", name="智慧顾问 (GW) · 提成档位", exact=True)
    tiers.get_by_label("比例（%）").nth(1).fill("eleven")
    page.get_by_role("button", name="保存草稿").click()
    expect(tiers.get_by_role("alert")).to_have_text("“eleven”不是数字")
    take(page, "plan-form", tiers)
    tiers.get_by_label("比例（%）").nth(1).fill("11")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("#changes")).to_contain_text("11%")

    page.get_by_label("起", exact=True).select_option("2011-04")
    page.get_by_label("止", exact=True).select_option("2011-04")
    draft = page.url
    page.get_by_role("button", name="按草稿测算").click()
    expect(page.locator(".because").first).to_have_text("等待开始计算。")
    elsewhere(work_on_previews)
    expect(page.locator(".because").first).to_contain_text("若2011年4月按改动后的方案计算：应发合计增加")
    take(page, "plan-preview", on_phone=True)
    page.goto(draft)
    page.get_by_role("button", name="提交总经理审批").click()
    expect(page.locator(".turn")).to_have_text("等待总经理批准或退回。")

    page = visit("gm")
    page.get_by_role("link", name="份方案草稿等待您批准").click()
    take(page, "plan-approval")
    page.get_by_role("button", name="批准方案").click()
    expect(page.locator("h1 .state")).to_have_text("已审批")


def test_a_dismissal_review_is_decided_and_signed(visit: Visit) -> None:
    page = visit("hr")
    page.get_by_role("link", name="解除审核待决定").click()
    page.locator("#result_list tbody tr").first.get_by_role("link").first.click()
    take(page, "review")
    page.get_by_role("link", name="登记经过").click()
    page.get_by_label("类型").select_option("谈话")
    page.get_by_label("日期").fill("2011-06-02")
    page.get_by_label("经过").fill("谈了近两个月的客户，分公司安排人陪访。")
    page.get_by_role("button", name="登记经过").click()
    page.get_by_role("link", name="作出决定").click()
    page.get_by_label("决定", exact=False).first.select_option("培训")
    page.get_by_label("原因").fill("新到片区，业绩在回升：培训一个月后再看。")
    page.get_by_role("button", name="作出决定").click()
    case = page.url.split("?")[0]

    page = visit("gm")
    page.get_by_role("link", name="解除审核待签署").click()
    page.locator("#result_list tbody tr").first.get_by_role("link").first.click()
    assert page.url.split("?")[0] == case
    page.get_by_role("link", name="签署决定").click()
    take(page, "review-sign", on_phone=True)
    page.get_by_role("button", name="签署决定").click()
    expect(page.locator("h1 .state")).to_have_text("已办结")
