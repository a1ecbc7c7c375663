"""Four people with a phone: a claim with a photo, two findings, a ruling on a locked month, and what it moves."""

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from access.actor import CONSOLE
from access.models import User
from clients.history.actions import rebuild_histories
from clients.models import Contract, Receipt
from monthend.close import close_month
from rulebook.month import Month
from rulebook.wording import month_text
from staff.models import Target
from tests.admin.test_browser import TOO_WIDE
from tests.cast import PASSWORD, browse, known, log_in_of
from tests.disputes.pictures import jpeg
from tests.firm import Firm
from tests.portal.test_browser import QUIET
from tests.portal.test_disputes_browser import PHONE, is_for_everybody, phone_of
from tests.prerequisites import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAYS = "三月起由我拜访客户"
FOUND = "访客登记簿与照片相符"


def in_a_thread(write: Callable[[], object]) -> None:
    """Write while a browser runs, whose event loop and Django's database don't mix."""

    def act() -> None:
        try:
            write()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(act).result()


@dataclass(frozen=True)
class Deal:
    """A contract whose only cash came today, in a month that is locked already; and the deciders' sessions."""

    contract: Contract
    month: Month
    sessions: dict[str, str]

    def lock_next(self) -> None:
        """The month after, in which a ruling is posted, is closed and locked."""
        lock(self.month + 1)


def lock(month: Month) -> None:
    """Close and lock a month, be it over or not."""
    report = close_month(month, lock=True, today=month.last + dt.timedelta(days=9), by=CONSOLE)
    assert report.is_locked, report.blockers


@pytest.fixture
def deal(committed_db: object) -> Deal:
    """Bob closed it, and Carol assisted; both have passwords."""
    firm, today = Firm(), timezone.localdate()
    month = Month.of(today)
    bob, carol = firm.seller(), firm.seller()
    contract = firm.contract(bob, client=firm.client(), assistant=carol)
    Receipt.objects.create(
        number="R1", contract=contract, received_on=today, posted_in=month, amount=Decimal("20000.00")
    )
    Target.objects.all().delete()
    for branch in (firm.north, firm.south):
        for each in (month, month + 1):
            Target.objects.create(branch=branch, month=each, amount=Decimal("50000.00"))
    for person, name in ((bob, "Bob"), (carol, "Carol")):
        person.name = name
        person.save()
        user = log_in_of("salesperson", name.lower(), of=person)
        user.set_password(PASSWORD)
        user.save()
    rebuild_histories()
    lock(month)
    deciders = (User.Role.HR, User.Role.MARKETING_DIRECTOR)
    return Deal(contract, month, {role: browse(known(role)).cookies["sessionid"].value for role in deciders})


@pytest.fixture
def browser(deal: Deal) -> Iterator[Browser]:
    """Debian's Chromium; started after the deal is written."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


def decider(role: str, deal: Deal, site: str, browser: Browser) -> Page:
    """A phone on which one of those who decide has logged in."""
    context = browser.new_context(viewport=PHONE, accept_downloads=True)
    context.add_cookies([{"name": "sessionid", "value": deal.sessions[role], "url": site}])
    return context.new_page()


def find(page: Page, number: str, site: str) -> None:
    """Give a finding of 70 to 30 from the list of disputes on, and see before what it does."""
    page.goto(f"{site}/admin/disputes/dispute/")
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name="作出核查结论").click()
    for person, share in (("Bob", "70"), ("Carol", "30")):
        page.get_by_role("group", name=person).get_by_label("业绩份额").fill(share)
    page.get_by_label("理由").fill(FOUND)
    page.get_by_role("button", name="看影响").click()
    expect(page.locator("#effect")).to_contain_text("Bob 70%、Carol 30%")
    expect(page.locator("#effect")).to_contain_text("480.00")
    assert not page.evaluate(TOO_WIDE)
    page.get_by_role("button", name="作出核查结论").click()
    expect(page.locator("body")).to_contain_text("核查结论已作出")


def test_from_the_claim_to_both_payslips_and_the_workbook(
    live_site: LiveServer, deal: Deal, browser: Browser, tmp_path: Path
) -> None:
    site = live_site.url
    carol = phone_of("carol", site, browser)
    carol.locator("#lines").get_by_role("link", name=deal.contract.client.name).click()
    carol.get_by_role("link", name="对该合同提出争议").click()
    carol.get_by_label("您应占的业绩份额").fill("30")
    carol.get_by_label("申诉理由").fill(SAYS)
    carol.get_by_role("button", name="提出争议").click()
    expect(carol.get_by_role("status")).to_contain_text("请在下方提交证据")
    number = carol.get_by_role("heading", level=1).inner_text().split()[-1]

    carol.get_by_text("提交证据", exact=True).click()
    carol.get_by_label("类型").select_option("拜访")
    carol.get_by_label("日期").fill(timezone.localdate().isoformat())
    carol.get_by_label("证明内容").fill("客户前台的访客登记簿")
    carol.get_by_label("文件").set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    is_for_everybody(carol)
    carol.get_by_role("button", name="提交", exact=True).click()
    with carol.expect_download() as photo:
        carol.get_by_role("link", name="IMG_1.jpg").click()
    assert photo.value.suggested_filename == f"{number} IMG_1.jpg"

    hr = decider(User.Role.HR, deal, site, browser)
    hr.goto(f"{site}/admin/disputes/dispute/")
    hr.get_by_role("link", name=number).click()
    expect(hr.get_by_role("link", name="IMG_1.jpg")).to_be_visible()
    assert not hr.evaluate(TOO_WIDE)
    hr.get_by_role("link", name="开始核查").click()
    hr.get_by_role("button", name="开始核查").click()
    find(hr, number, site)
    director = decider(User.Role.MARKETING_DIRECTOR, deal, site, browser)
    find(director, number, site)
    director.get_by_role("link", name="确认裁决").click()
    expect(director.locator("body")).to_contain_text("Bob 70%、Carol 30%")
    assert not director.evaluate(TOO_WIDE)
    director.get_by_role("button", name="确认裁决").click()
    expect(director.locator("body")).to_contain_text("已裁决")
    expect(director.get_by_text("Bob 70%、Carol 30%").first).to_be_visible()

    in_a_thread(deal.lock_next)
    bob = phone_of("bob", site, browser)
    bob.goto(f"{site}/pay/{deal.month + 1}/")
    is_for_everybody(bob)
    bob.locator("#adjustments").get_by_role("link").first.click()
    expect(bob.locator("#adjusted ~ ul")).to_contain_text("-480.00")
    for page, amount in ((bob, "-480.00"), (carol, "480.00")):
        page.goto(f"{site}/pay/{deal.month + 1}/")
        adjusted = page.locator("#adjustments")
        expect(adjusted.locator("li b")).to_have_text(amount)
        expect(adjusted).to_contain_text(number)
        adjusted.get_by_role("link", name=f"争议 {number} ›").click()
        expect(page.get_by_text("30%" if page is carol else "70%").first).to_be_visible()
        expect(page.get_by_role("link", name="的调整")).to_contain_text(amount)

    hr.goto(f"{site}/admin/")
    hr.get_by_role("link", name=month_text(deal.month + 1)).first.click()
    with hr.expect_download() as workbook:
        hr.get_by_role("link", name="下载工资表").click()
    workbook.value.save_as(tmp_path / "payroll.xlsx")
    book = load_workbook(tmp_path / "payroll.xlsx", read_only=True)
    heading, *rows, _total = book["调整明细"].iter_rows(values_only=True)
    moved = {row[heading.index("姓名")]: row[heading.index("金额")] for row in rows}
    assert moved == {"Bob": -480, "Carol": 480}
    assert all(number in str(row) for row in rows)
