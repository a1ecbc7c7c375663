"""The walk of a plan: the director drafts it and previews April, the general manager approves; on desk and phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from monthend.preview.work import work_on_previews
from rulebook.models import PlanDraft
from tests.admin.addresses import address
from tests.admin.cast import Role, make_house
from tests.admin.test_browser import DESK, PALE, PHONE, QUIET, TOO_WIDE, page_of
from tests.admin.test_previews_in_browser import elsewhere
from tests.prerequisites import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NARROW = {**PHONE, "width": 360}
LAW = "/admin/rulebook/planversion/law/"


@pytest.fixture
def sessions(live_site: LiveServer) -> dict[str, str]:
    """The director and the general manager are logged in, in the house of two branches."""
    house = make_house()
    roles = (Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER)
    return {role: house.browse(role).cookies["sessionid"].value for role in roles}


@pytest.fixture
def draft(sessions: dict[str, str]) -> str:
    """The address of the draft that the director began for July."""
    return address(PlanDraft, "change", PlanDraft.objects.get().pk)


@pytest.fixture
def browser(draft: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


def test_pages_fit_and_can_be_read(
    live_site: LiveServer, sessions: dict[str, str], draft: str, browser: Browser
) -> None:
    addresses = {
        "draft": draft,
        "form": draft.replace("change", "edit"),
        "list": address(PlanDraft, "changelist"),
        "begin": address(PlanDraft, "add"),
        "law": LAW,
        "article": f"{LAW}1-4.1/",
        "decision": "/admin/rulebook/interpretation/add/?article=1-4.1",
    }
    for viewport, scheme in ((NARROW, "dark"), (DESK, "light")):
        page = page_of(browser, live_site.url, sessions[Role.MARKETING_DIRECTOR], viewport, scheme)  # type: ignore[arg-type]
        for name, path in addresses.items():
            page.goto(live_site.url + path)
            assert not page.evaluate(TOO_WIDE), (name, viewport["width"])
            assert page.evaluate(PALE) == [], (name, scheme)


def test_a_plan_is_drafted_previewed_submitted_and_approved(
    live_site: LiveServer, sessions: dict[str, str], draft: str, browser: Browser
) -> None:
    page = page_of(browser, live_site.url, sessions[Role.MARKETING_DIRECTOR], DESK, "light")
    page.goto(live_site.url + draft)
    page.get_by_role("link", name="编辑草稿").click()
    tiers = page.get_by_role("group", name="智慧顾问 (GW) · 提成档位", exact=True)
    tiers.get_by_label("比例（%）").nth(1).fill("eleven")
    page.get_by_role("button", name="保存草稿").click()
    expect(tiers.get_by_role("alert")).to_have_text("“eleven”不是数字")
    tiers.get_by_label("比例（%）").nth(1).fill("11")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("#changes")).to_contain_text("40,000.00 起 11%")

    page.get_by_label("起", exact=True).select_option("2011-04")
    page.get_by_label("止", exact=True).select_option("2011-04")
    page.get_by_role("button", name="按草稿测算").click()
    expect(page.locator(".because").first).to_have_text("等待开始计算。")
    elsewhere(work_on_previews)
    expect(page.locator(".because").first).to_have_text(
        "若2011年4月按改动后的方案计算：应发合计增加 1,401.23 元，涉及 2 人。"
    )
    page.goto(live_site.url + draft)
    expect(page.locator("#previews")).to_contain_text("2011年4月")
    page.get_by_role("button", name="提交总经理审批").click()
    expect(page.locator(".turn")).to_have_text("等待总经理批准或退回。")

    page = page_of(browser, live_site.url, sessions[Role.GENERAL_MANAGER], DESK, "light")
    page.goto(f"{live_site.url}/admin/")
    page.get_by_role("link", name="份方案草稿等待您批准").click()
    expect(page.locator("#changes")).to_contain_text("40,000.00 起 11%")
    page.get_by_role("button", name="批准方案").click()
    expect(page.locator("h1 .state")).to_have_text("已审批")
    page.goto(f"{live_site.url}{LAW}1-4.1/")
    expect(page.locator("#dates tbody tr").first).to_contain_text("2011-07")
