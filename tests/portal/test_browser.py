"""The walk of a salesperson with a phone: log in, look at the payslip, open a line, go back, log out."""

import base64
from collections.abc import Iterator
from typing import Literal

import pytest
import segno
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from access.models import User
from tests.cast import PASSWORD, log_in_of
from tests.portal.cast import make_cast
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
DARK_MODULES = """
    async ([png, modules]) => {
        const bytes = Uint8Array.from(atob(png), letter => letter.charCodeAt(0));
        const picture = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
        const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
        canvas.drawImage(picture, 0, 0);
        const middles = side => [...Array(modules).keys()].map(at => Math.floor((at + 0.5) * side / modules));
        return middles(picture.height).map(y =>
            middles(picture.width).map(x => canvas.getImageData(x, y, 1, 1).data[0] < 128));
    }
"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def site(live_site: LiveServer) -> str:
    """The site with the cast, in which Alice has a password."""
    alice = log_in_of(User.Role.SALESPERSON, "alice", of=make_cast().alice)
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
    expect(page.get_by_text("已锁定", exact=True)).to_be_visible()
    page.get_by_role("link", name="3,000.00").click()
    expect(page.get_by_text("30,000.00 × 10%", exact=True)).to_be_visible()
    fits_the_phone(page)
    page.get_by_role("link", name="2011年4月工资单").click()
    page.get_by_role("link", name="个人业绩").click()
    fits_the_phone(page)
    page.go_back()

    page.goto(f"{site}/second-factor/set-up/")
    fits_the_phone(page)
    is_scannable(page, browser)
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


def is_scannable(page: Page, browser: Browser) -> None:
    """All of the QR code is seen, quiet zone and each module, and it is large enough for another phone's camera."""
    shown = page.locator(".qr svg")
    box = shown.bounding_box()
    drawn = segno.make(page.locator(".qr ~ a").get_attribute("href") or "", error="m")
    modules = [[bool(module) for module in row] for row in drawn.matrix_iter(border=4)]
    assert box is not None
    assert box["width"] == pytest.approx(box["height"])
    assert box["width"] >= 3 * len(modules)
    png = base64.b64encode(shown.screenshot()).decode()
    scanner = browser.new_page()
    assert scanner.evaluate(DARK_MODULES, [png, len(modules)]) == modules
    scanner.close()
