"""A preview in a browser: asked for, waited for, read; on a desk and on a phone, light and dark."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from playwright.sync_api import Browser, expect, sync_playwright

from monthend.preview.models import Preview, PreviewLine
from monthend.preview.work import work_on_previews
from tests.admin.addresses import address
from tests.admin.cast import Role
from tests.admin.conftest import ServedHouse
from tests.admin.test_browser import DESK, PALE, PHONE, QUIET, TOO_WIDE, page_of
from tests.prerequisites import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MIDDLE_TIER, HIGHER_TIER = '["40000.00", "0.10"]', '["40000.00", "0.11"]'


@pytest.fixture
def session(served_house: ServedHouse) -> str:
    """HR is logged in, in the house of two branches."""
    return served_house.house.browse(Role.HR).cookies["sessionid"].value


@pytest.fixture
def addresses(session: str) -> dict[str, str]:
    preview, line = Preview.objects.get(), PreviewLine.objects.exclude(difference=0).earliest("pk")
    return {
        "list": address(Preview, "changelist"),
        "form": address(Preview, "add"),
        "form with a plan": address(Preview, "add") + f"?like={preview.pk}",
        "result": address(Preview, "change", preview.pk),
        "line": address(PreviewLine, "change", line.pk),
        "lines": address(PreviewLine, "changelist") + f"?preview__id__exact={preview.pk}",
    }


@pytest.fixture
def browser(addresses: dict[str, str]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


def elsewhere(call: Callable[[], object]) -> None:
    """Do something in a thread of its own, as a worker does: Django's database and the browser's loop don't mix."""

    def alone() -> None:
        try:
            call()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(alone).result()


def test_pages_fit_and_can_be_read(
    served_house: ServedHouse, session: str, addresses: dict[str, str], browser: Browser
) -> None:
    for viewport, scheme in ((PHONE, "dark"), (DESK, "light")):
        page = page_of(browser, served_house.url, session, viewport, scheme)
        for name, path in addresses.items():
            page.goto(served_house.url + path)
            assert not page.evaluate(TOO_WIDE), (name, viewport["width"])
            assert page.evaluate(PALE) == [], (name, scheme)


def test_what_if_the_tier_had_been_higher_in_april(served_house: ServedHouse, session: str, browser: Browser) -> None:
    page = page_of(browser, served_house.url, session, DESK, "light")
    page.goto(f"{served_house.url}/admin/monthend/preview/add/")
    page.get_by_label("起", exact=True).select_option("2011-04")
    page.get_by_label("止", exact=True).select_option("2011-04")
    text = page.get_by_label("方案正文")
    expect(text).to_be_hidden()
    page.get_by_label("现行方案，改动其中的数字").check()
    plan = text.input_value()
    text.fill(plan.replace(MIDDLE_TIER, '["40000.00", "eleven"]'))
    page.get_by_role("button", name="开始测算").click()
    expect(page.get_by_role("alert")).to_contain_text("ranks.levels[1].commission_tiers[1]: “eleven”不是数字")
    text.fill(plan.replace(MIDDLE_TIER, HIGHER_TIER))
    page.get_by_role("button", name="开始测算").click()
    expect(page.locator(".because").first).to_have_text("等待开始计算。")
    elsewhere(work_on_previews)
    expect(page.locator(".because").first).to_have_text(
        "若2011年4月按改动后的方案计算：应发合计增加 1,401.23 元，涉及 2 人。"
    )
    expect(page.locator(".busy")).to_have_count(0)
    page.locator("#people tbody a").first.click()
    expect(page.locator(".figure")).to_contain_text("+701.23")
    page.go_back()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载工作簿").click()
    assert download.value.suggested_filename == "假设测算 2011-04.xlsx"
