"""The walk of two people with a phone: one claims a deal from the payslip's line, the other answers, they settle."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from clients.models import Contract, Receipt
from rulebook.month import Month
from staff.models import Target
from tests.cast import PASSWORD, log_in_of
from tests.firm import Firm
from tests.portal.test_browser import QUIET, fits_the_phone
from tests.prerequisites import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = ViewportSize(width=390, height=844)
SAYS = "三月起由我拜访客户"
SERIOUS = ("serious", "critical")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ANSWERS = "客户是我在展会上认识的"


@pytest.fixture
def deal(committed_db: object) -> Contract:
    """Bob's contract, on which Carol assists, with its first cash today; both have passwords."""
    firm, today = Firm(), timezone.localdate()
    bob, carol = firm.seller(), firm.clerk()
    contract = firm.contract(bob, client=firm.client(), assistant=carol)
    Receipt.objects.create(
        number="R1", contract=contract, received_on=today, posted_in=Month.of(today), amount=Decimal("20000.00")
    )
    Target.objects.all().delete()
    for branch in (firm.north, firm.south):
        Target.objects.create(branch=branch, month=Month.of(today), amount=Decimal("50000.00"))
    firm.close(Month.of(today), lock=False)
    for person, name in ((bob, "Bob"), (carol, "Carol")):
        person.name = name
        person.save()
        user = log_in_of("salesperson", person.name.lower(), of=person)
        user.set_password(PASSWORD)
        user.save()
    return contract


@pytest.fixture
def browser(deal: Contract) -> Iterator[Browser]:
    """Debian's Chromium; started after the deal is written, for Django's database and its event loop don't mix."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


def is_for_everybody(page: Page) -> None:
    """It fits the phone, and axe finds nothing serious in it, light or dark."""
    fits_the_phone(page)
    page.evaluate(AXE_SCRIPT)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS] == [], page.url


def phone_of(name: str, site: str, browser: Browser) -> Page:
    """A phone on which somebody has logged in."""
    page = browser.new_context(viewport=PHONE).new_page()
    page.goto(site)
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#lines")).to_be_visible()
    return page


def test_claim_from_the_line_answer_offer_agree(live_site: LiveServer, deal: Contract, browser: Browser) -> None:
    carol = phone_of("carol", live_site.url, browser)
    carol.locator("#lines").get_by_role("link", name=deal.client.name).click()
    carol.get_by_role("link", name="对该合同提出争议").click()
    expect(carol.get_by_text("可以提出", exact=True)).to_be_visible()
    is_for_everybody(carol)
    carol.get_by_label("您应占的业绩份额").fill("30")
    carol.get_by_label("申诉理由").fill(SAYS)
    carol.get_by_role("button", name="提出争议").click()
    expect(carol.get_by_role("status")).to_contain_text("提成暂扣")
    expect(carol.get_by_text("待人力资源开始核查")).to_be_visible()
    is_for_everybody(carol)

    bob = phone_of("bob", live_site.url, browser)
    bob.get_by_role("link", name="查看争议").click()
    expect(bob.get_by_text(SAYS)).to_have_count(0)
    bob.get_by_label("您的说明").fill(ANSWERS)
    bob.get_by_role("button", name="记录").click()
    expect(bob.locator("#sides ~ ul").get_by_text(ANSWERS)).to_be_visible()
    is_for_everybody(bob)

    carol.reload()
    expect(carol.get_by_text(ANSWERS)).to_be_visible()
    carol.get_by_role("link", name="提出方案").click()
    for name, share in (("Bob", "80"), ("Carol", "20")):
        carol.get_by_label(f"{name}：业绩份额").fill(share)
    carol.get_by_role("button", name="查看结果").click()
    expect(carol.get_by_text("各方同意后的结果")).to_be_visible()
    is_for_everybody(carol)
    carol.get_by_role("button", name="提出此方案").click()
    expect(carol.get_by_role("status")).to_contain_text("方案已提出")

    bob.goto(f"{live_site.url}/pay/")
    bob.get_by_role("link", name="查看争议").click()
    expect(bob.get_by_text(SAYS)).to_be_visible()
    bob.get_by_role("link", name="查看结果并答复").click()
    is_for_everybody(bob)
    bob.get_by_role("button", name="查看结果").click()
    bob.get_by_role("button", name="同意").click()
    expect(bob.get_by_role("status")).to_contain_text("您已同意该方案")
    expect(bob.locator("#ruling ~ dl").first).to_contain_text("80%")
    is_for_everybody(bob)
    carol.reload()
    expect(carol.locator("#ruling ~ dl").first).to_contain_text("20%")
