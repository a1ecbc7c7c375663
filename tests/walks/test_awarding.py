"""What takes a second person, in a browser: an award from recommendation to payment; a rank given by decision."""

import pytest
from playwright.sync_api import Page, expect

from tests.walks.conftest import Visit
from tests.walks.pictures import take

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PERSON = "冯伟杰 (00010)"


def test_an_award_is_recommended_decided_signed_and_paid(visit: Visit) -> None:
    page = visit("branchgm")
    page.get_by_role("link", name="年度评优").first.click()
    page.get_by_role("row", name=PERSON).get_by_role("link", name="推荐", exact=True).click()
    expect(page.locator(".subtitle").first).to_contain_text(PERSON)
    page.get_by_label("原因").fill("全年没有退款，带出一名新人。")
    page.get_by_role("button", name="推荐参评").click()

    page = visit("hr")
    page.get_by_role("link", name="待决定的奖励推荐").click()
    page.locator("#result_list tbody tr").filter(has_text=PERSON).get_by_role("link").first.click()
    page.get_by_role("link", name="决定奖励").click()
    page.get_by_label("奖金").fill("2000")
    page.get_by_label("原因").fill("业绩稳定，同意分公司的推荐。")
    take(page, "award-decide")
    page.get_by_role("button", name="决定奖励").click()
    expect(page.locator("h1 .state")).to_have_text("待第二人签署")

    page = visit("gm")
    page.get_by_role("link", name="待签署的奖励").click()
    page.locator("#result_list tbody tr").filter(has_text=PERSON).get_by_role("link").first.click()
    page.get_by_role("link", name="签署决定").click()
    page.get_by_role("button", name="签署决定").click()
    expect(page.locator("h1 .state")).to_have_text("已签署，待发放")

    page = visit("hr")
    page.get_by_role("link", name="年度目标").first.click()
    page.locator(".beside").get_by_role("link", name="年度评优").click()
    expect(page.get_by_label("分公司")).to_be_visible()
    take(page, "award-year")
    page.get_by_role("row", name=PERSON).get_by_role("link", name="已签署，待发放").click()
    page.get_by_role("link", name="发放奖金").click()
    expect(page.locator(".ask-kinds")).to_have_count(0)
    page.get_by_role("button", name="看影响").click()
    expect(page.locator("#effect")).to_contain_text("2,000.00")
    take(page, "award-pay")


def test_a_rank_is_given_by_decision(visit: Visit) -> None:
    page = visit("hr")
    page.locator("a[href='/admin/staff/employee/']").first.click()
    page.locator("#searchbar").fill("00010")
    page.locator("#searchbar").press("Enter")
    page.get_by_role("link", name="冯伟杰").first.click()
    page.get_by_role("link", name="调整职级").first.click()
    page.get_by_label("生效时间").fill("2011-06")
    page.get_by_label("新职级").select_option("资深智慧顾问")
    page.get_by_label("文号或文件名称").fill("人字〔2011〕17 号")
    page.get_by_label("原因").fill("新片区组长竞聘第一名。")
    page.get_by_role("button", name="看影响").click()
    effect = page.locator("#effect")
    expect(effect).to_be_visible()
    take(page, "rank-effect", effect)
    page.get_by_role("button", name="确认，交第二人签署").click()
    decision = page.url

    page = visit("director")
    page.get_by_role("link", name="职级调整待签署").click()
    opened(page)
    assert page.url.split("?")[0] == decision.split("?")[0]
    page.get_by_role("link", name="签署决定").click()
    take(page, "rank-sign")
    page.get_by_role("button", name="签署决定").click()
    expect(page.locator("h1 .state")).to_have_text("已签署")


def opened(page: Page) -> None:
    """Open the list's row of the person."""
    page.locator("#result_list tbody tr").filter(has_text=PERSON).get_by_role("link").first.click()
