"""Orphans in a browser: a manager assigns twenty by a rule, some by hand; a leaver's clients come into the pool."""

import pytest
from playwright.sync_api import Page, expect

from tests.walks.company import WITHOUT_OWNER
from tests.walks.conftest import Visit
from tests.walks.pictures import take

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BY_RULE = 20


def test_a_manager_assigns_by_rule_and_by_hand(visit: Visit) -> None:
    page = visit("manager")
    page.get_by_role("link", name="个孤儿单客户待分配").click()
    waiting = waiting_in(page)
    take(page, "orphan-pool", on_phone=True)

    page.get_by_role("button", name="按规则分配").click()
    page.get_by_label("规则", exact=True).select_option("给开发中客户最少的人")
    page.get_by_label("最多分配").fill(str(BY_RULE))
    page.get_by_role("button", name="查看分配清单").click()
    expect(page.locator("#effect table").first.locator("tbody tr")).to_have_count(BY_RULE)
    take(page, "orphan-rule", page.locator("#effect"))
    page.get_by_role("button", name=f"分配 {BY_RULE} 个").click()
    expect(page.locator("body")).to_contain_text(f"已分配 {BY_RULE} 个孤儿单客户")

    left = WITHOUT_OWNER[BY_RULE:]
    page.locator("a[href='/admin/clients/orphanclient/']").first.click()
    page.locator(".pool-tabs").get_by_role("link", name="待分配").click()
    assert waiting_in(page) == waiting - BY_RULE
    for name in left:
        page.get_by_label(f"选择{name}").check()
    page.get_by_role("button", name="分配", exact=False).first.click()
    page.get_by_role("combobox", name="开发人").fill("冯伟杰 (00010)")
    page.get_by_role("button", name="看影响").click()
    expect(page.locator("#effect .because")).to_contain_text(f"将把 {len(left)} 个孤儿单客户分配给 1 位销售人员")
    take(page, "orphan-by-hand", page.locator("#effect"))
    page.get_by_role("button", name=f"分配 {len(left)} 个").click()
    expect(page.locator("body")).to_contain_text(f"已分配 {len(left)} 个孤儿单客户")


def test_a_leavers_clients_come_into_the_pool(visit: Visit) -> None:
    page = visit("hr")
    page.locator("a[href='/admin/staff/employee/']").first.click()
    page.locator("#searchbar").fill("王杰娟")
    page.locator("#searchbar").press("Enter")
    page.get_by_role("link", name="王杰娟").first.click()
    take(page, "person")
    page.get_by_role("link", name="离岗").first.click()
    page.get_by_label("日期").fill("2011-07-01")
    page.get_by_role("button", name="看影响").click()
    expect(page.locator("#effect")).to_contain_text("个客户变为孤儿单")
    take(page, "leaver-effect", page.locator("#effect"), on_phone=True)
    page.get_by_role("button", name="确认离岗").click()
    expect(page.locator("body")).to_contain_text("已办理")

    page.locator("a[href='/admin/clients/orphanclient/']").first.click()
    page.locator("#searchbar").fill("王杰娟")
    page.locator("#searchbar").press("Enter")
    expect(page.locator("#result_list tbody tr").first).to_contain_text("王杰娟")
    take(page, "leaver-in-pool")


def waiting_in(page: Page) -> int:
    """How many the pool's tab says wait."""
    return int(page.locator(".pool-tabs").get_by_role("link", name="待分配").locator("b").inner_text())
