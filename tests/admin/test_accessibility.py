"""Every page of the site in a browser: axe finds nothing serious, light or dark, and at 360 px nothing is too wide.

On none does a script fail, or the policy of what a page may load and run forbid anything. They are looked at in parts,
for the whole takes minutes.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Error, Page, ViewportSize, sync_playwright

from tests.admin.cast import Role
from tests.admin.conftest import ServedHouse
from tests.admin.crawl import Found, pages
from tests.admin.test_browser import QUIET
from tests.prerequisites import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

SMALLEST = ViewportSize(width=360, height=740)
READERS: tuple[str, ...] = (
    Role.HR,
    Role.FINANCE,
    Role.MARKETING_DIRECTOR,
    Role.OPERATOR,
    Role.BRANCH_GM,
    Role.SALESPERSON,
)
STRANGERS = (Found("log-in", "/login/", "", ""), Found("welcome", "/welcome/MQ/no-such-link/", "", ""))
PARTS = 4
ALL: dict[str, Any] = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}
AXE = "options => axe.run(options)"
# Of each look that texts have here, and had nowhere yet where axe judged one: whether axe finds it of enough contrast.
# A text's look is all that its contrast comes from: its colour, size and weight, and what lies behind it.
CONTRAST = """
    async (known) => {
        const looks = new Map();
        const behind = (element) => {
            if (!element) return "";
            if (!looks.has(element)) {
                const style = getComputedStyle(element);
                const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter,
                    style.mixBlendMode];
                const plain = own.join() === "rgba(0, 0, 0, 0),none,1,none,normal" && style.position === "static";
                looks.set(element, behind(element.parentElement) + (plain ? "" : `>${own} ${style.position}`));
            }
            return looks.get(element);
        };
        const look = (element) => {
            const style = getComputedStyle(element);
            return [style.color, style.fontSize, style.fontWeight, style.textShadow, behind(element)].join(" ");
        };
        const says = (element) => element.matches("input, select, textarea") ||
            [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
        const texts = [...document.querySelectorAll("body *")].filter((element) =>
            element.checkVisibility() && says(element));
        const unknown = texts.filter((element) => !known.includes(look(element)));
        if (!unknown.length) return [[], []];
        const {violations, passes} = await axe.run({include: unknown}, {runOnly: ["color-contrast"], elementRef: true});
        const judged = [...violations, ...passes].flatMap((rule) => rule.nodes.map((node) => node.element));
        for (const node of violations.flatMap((rule) => rule.nodes)) delete node.element;
        return [violations, [...new Set(judged.map(look))]];
    }
"""
ALL_THERE = "!document.querySelector('.later')"
DARK = "document.documentElement.classList.add('dark')"
"""The admin chooses by its reader's system as a page opens; the portal's style sheet follows by itself."""
STILL = """
    const still = new CSSStyleSheet();
    still.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important; }");
    document.adoptedStyleSheets = [still];
"""
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


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_for_everybody(served_house: ServedHouse, part: int) -> None:
    url, house = served_house.url, served_house.house
    # Before the browser: Django's database and its event loop don't mix.
    found = [*STRANGERS[part::PARTS], *pages(house, *READERS, part=slice(part, None, PARTS))]
    sessions = {role: house.browse(role).cookies["sessionid"].value for role in READERS}
    wrong, looks = list[str](), set[str]()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for role in ("", *READERS):
            context = browser.new_context(viewport=SMALLEST, locale="zh-CN")
            if role:
                context.add_cookies([{"name": "sessionid", "value": sessions[role], "url": url}])
            page = context.new_page()
            told = _told_by(page)
            for each in found:
                if each.reader == role:
                    page.goto(url + each.url)
                    page.wait_for_function(ALL_THERE)
                    wrong += (f"{each.name}: {each.url} {what}" for what in [*faults(page, looks), *told])
                    told.clear()
            context.close()
        browser.close()
    assert not wrong, "\n".join(["", *wrong])


def _told_by(page: Page) -> list[str]:
    """What the browser complains of on this page, from now on: refused by the policy, failed scripts, missing files."""
    told = list[str]()

    def keep(message: ConsoleMessage) -> None:
        if message.type == "error":
            told.append(message.text)

    def keep_failed(error: Error) -> None:
        told.append(str(error))

    page.on("console", keep)
    page.on("pageerror", keep_failed)
    return told


def faults(page: Page, looks: set[str]) -> Iterator[str]:
    """What keeps somebody from reading the page that is open; `looks` are those that texts had on pages before."""
    page.evaluate(STILL)
    if page.evaluate(TOO_WIDE):
        yield "scrolls sideways"
    yield from (f"cuts {element}" for element in page.evaluate(CUT))
    page.evaluate(AXE_SCRIPT)
    yield from serious(page.evaluate(AXE, ALL)["violations"])
    yield from (f"in the light: {fault}" for fault in of_contrast(page, looks))
    page.emulate_media(color_scheme="dark")
    page.evaluate(DARK)
    yield from (f"in the dark: {fault}" for fault in of_contrast(page, looks))
    page.emulate_media(color_scheme="light")


def of_contrast(page: Page, looks: set[str]) -> Iterator[str]:
    """Texts of too little contrast to what lies behind them, of each look one page's."""
    violations, judged = page.evaluate(CONTRAST, sorted(looks))
    looks |= set(judged)
    return serious(violations)


def serious(violations: list[dict[str, Any]]) -> Iterator[str]:
    """What axe calls serious or critical, and where."""
    for rule in violations:
        if rule["impact"] in ("serious", "critical"):
            for node in rule["nodes"]:
                yield f"{rule['id']} {node['target']} {node['html'][:200]}"
