"""The admin in a browser: figures open their sources, a filter stands in the address, a person is picked."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from compensation.models import Payslip
from staff.models import PersonnelEvent
from tests.admin.addresses import address
from tests.admin.cast import Role
from tests.admin.conftest import ServedHouse
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
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1440, height=900)
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# Contrast of each visible text with the ground it stands on, by WCAG; those below 4.5 with what they say.
PALE = """
() => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([r, g, b]) =>
        [r, g, b].map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
            .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    const ground = (element) => {
        for (let one = element; one; one = one.parentElement) {
            const colour = rgba(getComputedStyle(one).backgroundColor);
            if (colour[3] === 255) return colour;
        }
        return [255, 255, 255, 255];
    };
    const found = [];
    for (const element of document.querySelectorAll("#content *")) {
        const words = [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim());
        if (!words.length || !element.checkVisibility() || element.matches(".material-symbols-outlined")) continue;
        const [ink, paper] = [luminance(rgba(getComputedStyle(element).color)), luminance(ground(element))];
        const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
        if (contrast < 4.5) found.push([words[0].textContent.trim(), contrast.toFixed(2)]);
    }
    return found;
}
"""


@pytest.fixture
def sessions(served_house: ServedHouse) -> dict[str, str]:
    """Who is logged in already, by role."""
    roles = (Role.HR, Role.BRANCH_GM)
    return {role: served_house.house.browse(role).cookies["sessionid"].value for role in roles}


@pytest.fixture
def browser(sessions: dict[str, str]) -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


def page_of(browser: Browser, url: str, session: str, viewport: ViewportSize, scheme: str) -> Page:
    """A page in which a session is logged in; what goes wrong in it fails the test."""
    context = browser.new_context(viewport=viewport, color_scheme=scheme, locale="zh-CN")  # type: ignore[arg-type]
    context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("console", lambda message: pytest.fail(message.text) if message.type == "error" else None)
    return page


def test_from_the_month_to_the_receipt(served_house: ServedHouse, sessions: dict[str, str], browser: Browser) -> None:
    url, house = served_house.url, served_house.house
    page = page_of(browser, url, sessions[Role.BRANCH_GM], DESK, "light")
    page.goto(url + "/admin/")
    page.get_by_role("row", name="2011年4月").get_by_role("link").nth(1).click()
    expect(page.locator("#result_list tbody tr")).to_have_count(3)
    page.get_by_role("link", name=str(house.north.closer)).click()
    expect(page.locator(".sum")).to_contain_text("应发合计")
    page.locator("#commission tbody tr").first.get_by_role("link").last.click()
    expect(page.locator(".because")).to_contain_text("70,000.00 × 10% = 7,000.00")
    page.locator(".facts").get_by_role("link", name="R").first.click()
    expect(page.locator(".subtitle")).to_contain_text("到款")
    page.go_back()
    page.get_by_role("link", name="1-4.1").click()
    expect(page.locator("h1")).to_contain_text("1-4.1")


def test_filters_and_people_are_chosen(served_house: ServedHouse, sessions: dict[str, str], browser: Browser) -> None:
    url, house = served_house.url, served_house.house
    page = page_of(browser, url, sessions[Role.HR], DESK, "light")
    page.goto(url + address(Payslip, "changelist"))
    page.get_by_label("月份").select_option("2011年4月")
    expect(page).to_have_url(f"{url}{address(Payslip, 'changelist')}?month=2011-04")
    page.get_by_label("分公司").select_option("南方")
    expect(page.locator("#result_list tbody tr")).to_have_count(3)
    page.get_by_role("link", name="清除筛选").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(12)
    clerk = house.north.clerk
    page.goto(f"{url}{address(PersonnelEvent, 'add')}?kind=departure&person={clerk.number}")
    field = page.get_by_role("combobox", name="员工")
    expect(field).to_have_value(str(clerk))
    field.fill(house.north.closer.name[-2:])
    for key in ("ArrowUp", "ArrowDown", "Enter"):
        expect(page.get_by_role("option").first).to_be_visible()
        field.press(key)
    expect(field).to_have_value(re.compile(r".+ \(\d+\)"))
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_role("status").filter(has_text="·")).to_have_count(1)
