"""The walk of a salesperson with a phone: log in, look at the payslip, open a line, go back, log out."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.portal.cast import PASSWORD, make_cast, user_of
from tests.prerequisites import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SMALLEST = ViewportSize(width=360, height=740)
TOO_SMALL = """
    [...document.querySelectorAll("a, button, summary, input:not([type=hidden])")]
        .filter(element => !element.classList.contains("skip"))
        .map(element => [element.outerHTML.slice(0, 90), element.getBoundingClientRect().height])
        .filter(([_, height]) => height > 0 && height < 44)
"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def site(live_site: LiveServer) -> str:
    """The site with the cast, in which Alice has a password."""
    alice = user_of(make_cast().alice)
    alice.set_password(PASSWORD)
    alice.save()
    return str(live_site.url)


@pytest.fixture
def browser(site: str) -> Iterator[Browser]:
    """Debian's Chromium; started after the cast is written, for Django's database and its event loop don't mix."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_log_in_payslip_line_back_log_out(site: str, browser: Browser, scheme: Literal["light", "dark"]) -> None:
    phone = browser.new_context(viewport=SMALLEST, color_scheme=scheme, java_script_enabled=False)
    page = phone.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))

    page.goto(site)
    fits_the_phone(page)
    page.get_by_label("用户名").fill("alice")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()

    expect(page.get_by_role("heading", name="2011年5月")).to_be_visible()
    fits_the_phone(page)
    page.get_by_role("link", name="2011年4月").first.click()
    expect(page.get_by_text("已锁定")).to_be_visible()
    page.get_by_role("link", name="3,000.00").click()
    expect(page.get_by_text("30,000.00 × 10%", exact=True)).to_be_visible()
    fits_the_phone(page)
    page.get_by_role("link", name="2011年4月工资单").click()
    page.get_by_role("link", name="个人业绩").click()
    fits_the_phone(page)
    page.go_back()

    page.locator("summary", has_text="Alice").click()
    fits_the_phone(page)
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(f"{site}/login/")
    page.go_back()
    page.reload()
    expect(page).to_have_url(f"{site}/login/?next=/pay/2011-04/")
    assert problems == []
    phone.close()


def fits_the_phone(page: Page) -> None:
    """Nothing to scroll sideways, nothing too small for a thumb."""
    assert page.evaluate(TOO_WIDE) is False, page.url
    assert page.evaluate(TOO_SMALL) == [], page.url
