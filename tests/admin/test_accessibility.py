"""Every page of the site in a browser: axe finds nothing serious, light or dark, and at 360 px nothing is too wide."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.admin.cast import Role, make_house
from tests.admin.crawl import pages
from tests.admin.test_browser import QUIET
from tests.prerequisites import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SMALLEST = ViewportSize(width=360, height=740)
READERS: tuple[str, ...] = (
    Role.HR,
    Role.FINANCE,
    Role.MARKETING_DIRECTOR,
    Role.OPERATOR,
    Role.BRANCH_GM,
    Role.SALESPERSON,
)
STRANGERS = (("log-in", "/login/", ""), ("welcome", "/welcome/MQ/no-such-link/", ""))
ALL: dict[str, Any] = {"resultTypes": ["violations"]}
OF_COLOUR: dict[str, Any] = {**ALL, "runOnly": ["color-contrast"]}
"""What may differ in the dark."""
ALL_THERE = "!document.querySelector('.later')"
DARK = "document.documentElement.classList.add('dark')"
"""The admin chooses by its reader's system as a page opens; the portal's style sheet follows by itself."""
STILL = "*, *::before, *::after { transition: none !important; animation: none !important; }"
TOO_WIDE = "document.documentElement.scrollWidth > 360"
# Texts that end behind the edge of their box; those that are only read out are clipped on purpose.
CUT = """
    [...document.querySelectorAll("body *")]
        .filter((element) => element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
        .filter((element) => ["hidden", "clip"].includes(getComputedStyle(element).overflowX))
        .filter((element) => getComputedStyle(element).clipPath === "none")
        .filter((element) => element.checkVisibility() && element.innerText?.trim())
        .map((element) => element.outerHTML.slice(0, 120))
"""


def test_every_page_is_for_everybody(live_site: LiveServer) -> None:
    house = make_house()
    found = [*STRANGERS, *pages(house, *READERS)]  # before the browser: Django's database and its event loop don't mix
    sessions = {role: house.browse(role).cookies["sessionid"].value for role in READERS}
    wrong = list[str]()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for role in ("", *READERS):
            context = browser.new_context(viewport=SMALLEST, locale="zh-CN", bypass_csp=True)
            if role:
                context.add_cookies([{"name": "sessionid", "value": sessions[role], "url": live_site.url}])
            page = context.new_page()
            for name, url, reader in found:
                if reader == role:
                    page.goto(live_site.url + url)
                    page.wait_for_function(ALL_THERE)
                    wrong += (f"{name}: {url} {what}" for what in faults(page))
            context.close()
        browser.close()
    assert not wrong, "\n".join(["", *wrong])


def faults(page: Page) -> Iterator[str]:
    """What keeps somebody from reading the page that is open."""
    page.add_style_tag(content=STILL)
    if page.evaluate(TOO_WIDE):
        yield "scrolls sideways"
    yield from (f"cuts {element}" for element in page.evaluate(CUT))
    page.emulate_media(color_scheme="light")
    yield from (f"in the light: {fault}" for fault in found_by_axe(page))
    page.emulate_media(color_scheme="dark")
    page.evaluate(DARK)
    yield from (f"in the dark: {fault}" for fault in found_by_axe(page, OF_COLOUR))
    page.emulate_media(color_scheme="light")


def found_by_axe(page: Page, options: dict[str, Any] | None = None) -> Iterator[str]:
    """What axe calls serious or critical, and where."""
    for rule in Axe().run(page, options=options or ALL).response["violations"]:
        if rule["impact"] in ("serious", "critical"):
            for node in rule["nodes"]:
                yield f"{rule['id']} {node['target']} {node['html'][:200]}"
