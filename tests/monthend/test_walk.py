"""The walk of a month end in the browser: compute, look, hand over, approve as another, lock, download, pay."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from access.actor import Actor
from clients.history.actions import rebuild_histories
from monthend.approval.actions_deputies import name_deputy
from monthend.models import Deputy
from salesorg.databases.clones import Clone
from salesorg.state.places import ROOT
from tests.admin.cast import House, Role, make_house
from tests.admin.test_browser import PALE, QUIET, TOO_WIDE
from tests.firm import JUNE, MAY
from tests.prerequisites import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DESK, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
PATIENCE = 60_000
WALKERS = (Role.HR, Role.MARKETING_DIRECTOR, Role.FINANCE)


@pytest.fixture
def sessions(live_site: LiveServer) -> dict[str, str]:
    """Who is logged in, by role, at a house whose June is due; on this day the preparer stands in for the approver."""
    house = make_house()
    firm = house.firm
    firm.close(MAY)
    firm.sells(house.north.closer, "64120.50", "06-10")
    firm.sells(house.south.closer, "30000.33", "06-11")
    for side in (house.north, house.south):
        firm.weigh(side.clerk, "1", JUNE)
    rebuild_histories()
    _name_deputy(house)
    return {role: house.browse(role).cookies["sessionid"].value for role in WALKERS}


def _name_deputy(house: House) -> None:
    today = timezone.localdate()
    deputy = Deputy(deputy=house.users[Role.HR], start=today, end=today)
    name_deputy(deputy, by=Actor(house.users[Role.MARKETING_DIRECTOR]))


@pytest.fixture
def browser(sessions: dict[str, str]) -> Iterator[Browser]:
    """Debian's Chromium; started after the house is written, for Django's database and its event loop don't mix."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


@contextmanager
def worker(clone: Clone) -> Iterator[None]:
    """A Celery worker on the test's database and queue."""
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--app", "salesorg.celery", "--quiet", "worker"]
    process = subprocess.Popen(
        [*command, "--pool", "solo", "--loglevel", "warning"],
        cwd=ROOT,
        env=os.environ | clone.environment | {"SALESORG_QUEUE_PREFIX": prefix},
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def page_of(browser: Browser, url: str, session: str, viewport: ViewportSize = DESK, **options: object) -> Page:
    """A page in which a session is logged in; what goes wrong in it fails the test."""
    context = browser.new_context(viewport=viewport, locale="zh-CN", **options)  # type: ignore[arg-type]
    context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("console", lambda message: pytest.fail(message.text) if message.type == "error" else None)
    return page


def is_fit_to_be_seen(page: Page) -> None:
    """It fits the desk and the phone, and can be read light and dark, once its later parts are there."""
    expect(page.locator(".later")).to_have_count(0)
    for viewport, scheme in ((PHONE, "dark"), (PHONE, "light"), (DESK, "dark"), (DESK, "light")):
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate("document.fonts.ready")
        assert not page.evaluate(TOO_WIDE), viewport
        assert page.evaluate(PALE) == [], scheme


def test_a_month_end(
    live_site: LiveServer, committed_db: Clone, sessions: dict[str, str], browser: Browser, tmp_path: Path
) -> None:
    url = str(live_site.url)
    hr = page_of(browser, url, sessions[Role.HR])

    # Compute: begun on the first page; it waits for a worker, survives a reload, goes on without JavaScript.
    hr.goto(f"{url}/admin/")
    hr.get_by_role("button", name="计算2011年6月").click()
    expect(hr.locator("#progress")).to_contain_text("正在计算：0 / 14 步")
    month = hr.url
    hr.reload()
    expect(hr.locator("#progress")).to_contain_text("正在计算：0 / 14 步")
    is_fit_to_be_seen(hr)
    plain = page_of(browser, url, sessions[Role.HR], java_script_enabled=False)
    plain.goto(month)
    expect(plain.locator("#progress")).to_contain_text("正在计算")
    with worker(committed_db):
        expect(hr.locator("#progress")).to_have_count(0, timeout=PATIENCE)
        expect(plain.locator("#progress")).to_have_count(0, timeout=PATIENCE)

        # Look: every sum is there, and leads to what it is made of.
        expect(hr.locator("h1")).to_contain_text("已计算")
        is_fit_to_be_seen(hr)
        phone = page_of(browser, url, sessions[Role.HR], PHONE, is_mobile=True)
        phone.goto(f"{month}#differences")
        expect(phone.locator(".later")).to_have_count(0)
        expect(phone.locator("#differences[open]")).to_have_count(1)
        expect(phone.locator("details.part[open]")).to_have_count(1)
        hr.locator("#differences tbody a").first.click()
        expect(hr.locator(".sum")).to_contain_text("应发合计")
        hr.go_back()

        # Hand over; one's own work can't be approved, not even with a button of one's own making.
        hr.get_by_role("button", name="提交审批").click()
        expect(hr.locator(".next")).to_contain_text("本月由您提交，须由另一人审批")
        expect(hr.get_by_role("button", name="通过")).to_have_count(0)
        hr.locator('button[name="act"][value="verify"]').evaluate("button => { button.value = 'approve'; }")
        hr.locator('button[name="act"][value="approve"]').click()
        expect(hr.locator("body")).to_contain_text("提交人不能审批自己提交的月份")
        expect(hr.locator("h1")).to_contain_text("待审批")

        # Approve as another, and lock: what will happen is said before, in people and yuan.
        director = page_of(browser, url, sessions[Role.MARKETING_DIRECTOR])
        director.goto(month)
        is_fit_to_be_seen(director)
        gross, people = sums_on(director)
        expect(director.locator(".next")).to_contain_text(f"{people} 人，应发 {gross:,} 元；之后不可修改")
        director.get_by_role("button", name="通过并锁定").click()
        expect(director.locator(".facts")).to_contain_text(f"{gross:,}")
        is_fit_to_be_seen(director)
        director.get_by_role("button", name="通过并锁定").click()
        expect(director.locator("h1")).to_contain_text("已锁定", timeout=PATIENCE)
        expect(director.locator("#verification")).to_contain_text("完全一致")

    # Download: the workbook's sums are the page's.
    finance = page_of(browser, url, sessions[Role.FINANCE])
    finance.goto(month)
    assert sums_on(finance) == (gross, people)
    with finance.expect_download() as waiting:
        finance.get_by_role("link", name="下载工资表").click()
    assert waiting.value.suggested_filename == "工资表-2011-06.xlsx"
    path = tmp_path / "payroll.xlsx"
    waiting.value.save_as(path)
    assert payroll_sums(path) == (gross, people)
    assert branch_sales(path) == branch_sales_on(finance)
    finance.get_by_role("button", name="标记为已发放").click()
    finance.get_by_label("凭证号").fill("记-0601")
    finance.get_by_role("button", name="标记为已发放").click()
    expect(finance.locator(".chain")).to_contain_text("发放 ✓")
    is_fit_to_be_seen(finance)


def sums_on(page: Page) -> tuple[Decimal, int]:
    """Gross pay and people as the page tells them."""
    expect(page.locator(".trend-value a")).to_have_count(3)
    gross, _sales, people = page.locator(".trend-value a").all_inner_texts()
    return number(gross), int(people)


def branch_sales_on(page: Page) -> dict[str, Decimal]:
    """Each branch's credited sales as the page tells them."""
    rows = page.locator("#branches tbody tr").all()
    return {row.locator("td").nth(0).inner_text(): number(row.locator("td").nth(1).inner_text()) for row in rows}


def payroll_sums(path: Path) -> tuple[Decimal, int]:
    """Gross pay and people in the workbook's payslips."""
    rows = sheet(path, "工资表")
    return sum((Decimal(str(row["应发合计"])) for row in rows), Decimal(0)), len(rows)


def branch_sales(path: Path) -> dict[str, Decimal]:
    """Each branch's credited sales in the workbook."""
    return {str(row["分公司"]): Decimal(str(row["业绩"])) for row in sheet(path, "支持奖金")}


def sheet(path: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a sheet by heading, without the total."""
    heading, *rows = load_workbook(path, read_only=True)[name].iter_rows(values_only=True)
    named = [dict(zip(map(str, heading), row, strict=True)) for row in rows]
    return [row for row in named if re.fullmatch(r"\d{4}-\d{2}", str(row["月份"]))]


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))
