"""A year's targets broken down to months, branches and people: what fits is saved, what doesn't is told."""

import datetime as dt
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.actor import CONSOLE
from access.models import User
from clients.models import Receipt
from people.targets.pages import weekly_table, weeks_of
from people.targets.pages_year import square_name
from rulebook.month import Month
from staff.models import Employee, PersonTarget, Target, YearTarget
from staff.targets.actions import TargetsRefused, YearTable, save_person_targets, save_year
from tests.admin.addresses import address
from tests.cast import browse, log_in_of
from tests.firm import APRIL, JULY, JUNE, MAY, Firm, on

pytestmark = pytest.mark.django_db
Role = User.Role
YEAR = "/admin/staff/target/year/2011/"


def given(firm: Firm) -> dict[tuple[int, Month], Decimal | None]:
    """The targets as they stand: 100,000.00 for each branch from April to September."""
    return {(row.branch_id, row.month): row.amount for row in Target.objects.all()}


def save(total: Decimal | None, targets: dict[tuple[int, Month], Decimal | None]) -> None:
    """Save a year in place of what stands there."""
    stands = YearTable(None, {(row.branch_id, row.month): row.amount for row in Target.objects.all()})
    save_year(2011, YearTable(total, targets), shown=stands, by=CONSOLE)


@pytest.mark.parametrize(("total", "fits"), [("1200000.00", True), ("1200000.01", False), ("1199999.99", False)])
def test_the_months_must_add_up_to_the_year(total: str, fits: bool) -> None:
    firm = Firm()
    with nullcontext() if fits else pytest.raises(TargetsRefused, match=r"0\.01"):
        save(Decimal(total), given(firm))
    assert YearTarget.objects.filter(year=2011).exists() is fits


def test_a_year_without_a_target_of_its_own_takes_any_months() -> None:
    firm = Firm()
    wanted = given(firm)
    wanted[firm.north.pk, APRIL] = Decimal("1.00")
    wanted[firm.north.pk, MAY] = None
    wanted[firm.north.pk, Month(2011, 1)] = Decimal("5.00")
    save(None, wanted)
    north = dict(Target.objects.filter(branch=firm.north).values_list("month", "amount"))
    assert (north[APRIL], north[Month(2011, 1)]) == (Decimal("1.00"), Decimal("5.00"))
    assert MAY not in north


def test_a_locked_months_targets_stand() -> None:
    firm = Firm()
    firm.seller()
    firm.close(APRIL)
    for change in (Decimal("1.00"), None):
        with pytest.raises(TargetsRefused, match="2011年4月已锁定"):
            save(None, given(firm) | {(firm.north.pk, APRIL): change})
    save(None, given(firm) | {(firm.north.pk, MAY): Decimal("1.00")})
    april = Target.objects.get(branch=firm.north, month=APRIL)
    with pytest.raises(TargetsRefused, match="2011年4月已锁定"):
        save_person_targets(april, {Employee.objects.get().pk: april.amount}, shown={}, by=CONSOLE)


@pytest.mark.parametrize(("second", "fits"), [("40000.00", True), ("39999.99", False), ("40000.01", False)])
def test_the_parts_must_add_up_to_the_branch(second: str, fits: bool) -> None:
    firm = Firm()
    people = [firm.seller(), firm.seller()]
    target = Target.objects.get(branch=firm.north, month=MAY)
    parts = dict(zip((person.pk for person in people), (Decimal("60000.00"), Decimal(second)), strict=True))
    with nullcontext() if fits else pytest.raises(TargetsRefused, match=r"0\.01"):
        save_person_targets(target, parts, shown={}, by=CONSOLE)
    assert PersonTarget.objects.count() == (2 if fits else 0)


def test_hr_gives_a_year_out_and_saves_it() -> None:
    firm = Firm()
    firm.seller()
    firm.close(APRIL)
    hr = browsing(Role.HR)
    listed = hr.get(address(Target, "changelist")).content.decode()
    assert '<a href="/admin/staff/target/year/" class="addlink' in listed, (
        "the year's table, not a form for each branch"
    )
    form = fields(hr.get(YEAR)) | {"total": "1,300,000.00", square_name(firm.north.pk, Month(2011, 10)): ""}
    assert square_name(firm.north.pk, APRIL) not in form
    filled = hr.post(YEAR, form | {"step": "give-out"})
    assert Target.objects.filter(month=Month(2011, 10)).count() == 0
    form = fields(filled)
    assert sum(amount_of(form[square_name(branch.pk, Month(2011, 12))]) for branch in (firm.north, firm.south)) > 0
    saved = hr.post(YEAR, form | {"step": "save"}, follow=True)
    assert "目标已保存" in saved.content.decode()
    assert sum(Target.objects.values_list("amount", flat=True)) == YearTarget.objects.get().amount == Decimal("1300000")
    wrong = hr.post(YEAR, fields(saved) | {"total": "1300000.01", "step": "save"})
    assert "还有 0.01 未分配" in wrong.content.decode()


def test_a_manager_gives_a_month_out_to_people() -> None:
    firm = Firm()
    manager, junior, senior = firm.clerk(), firm.seller("GW"), firm.seller("ZL")
    gone = firm.seller()
    firm.leave(gone, "05-01")
    target = Target.objects.get(branch=firm.north, month=MAY)
    url = address(Target, "people", target.pk)
    browser = browsing(Role.SALES_MANAGER, manager)
    form = fields(browser.get(url))
    parts = {f"p{person.number}" for person in (junior, senior)}
    assert set(form) == parts | {"shown"}
    filled = fields(browser.post(url, form | {"step": "give-out"}))
    assert sum(amount_of(filled[name]) for name in parts) == target.amount
    browser.post(url, filled | {"step": "save"})
    assert set(PersonTarget.objects.values_list("employee", flat=True)) == {junior.pk, senior.pk}
    assert "个人目标" in browser.get(address(Target, "change", target.pk)).content.decode()
    south = Target.objects.get(branch=firm.south, month=MAY)
    assert browser.get(address(Target, "people", south.pk)).status_code == 404
    assert browsing(Role.FINANCE).get(url).status_code == 403


def test_what_a_colleague_saved_meanwhile_stays_in_a_years_table() -> None:
    firm = Firm()
    october, november = Month(2011, 10), Month(2011, 11)
    firsts, seconds, thirds = (square_name(firm.north.pk, month) for month in (october, november, JULY))
    first, second = browsing(Role.HR), browsing(Role.HR)
    mine, theirs = fields(first.get(YEAR)), fields(second.get(YEAR))
    saved = second.post(YEAR, theirs | {firsts: "500000", thirds: "7", "step": "save"})
    assert saved.status_code == 302
    refused = first.post(YEAR, mine | {seconds: "300000", thirds: "8", "step": "save"})
    page = refused.content.decode()
    assert f"{who(second)}于 {timezone.localdate()}" in page
    assert "保存了目标" in page
    assert "已保存：500,000.00" in page
    assert set(Target.objects.filter(month=november)) == set(), "nothing is saved of it yet"
    again = fields(refused)
    assert [amount_of(again[name]) for name in (firsts, seconds, thirds)] == [500000, 300000, 8], (
        "what both typed: mine"
    )
    assert "已保存：7.00" in page
    assert first.post(YEAR, again | {"step": "save"}).status_code == 302
    north = dict(Target.objects.filter(branch=firm.north).values_list("month", "amount"))
    assert [north[month] for month in (october, november, JULY)] == [500000, 300000, 8]
    assert second.post(YEAR, theirs | {"shown": "nothing", "step": "save"}).status_code == 200, "shown nothing true"
    emptied = fields(first.get(YEAR)) | {firsts: "", seconds: "", thirds: ""}
    mine = fields(second.get(YEAR))
    assert first.post(YEAR, emptied | {"step": "save"}).status_code == 302
    page = second.post(YEAR, mine | {firsts: "1", "step": "save"}).content.decode()
    assert f"{who(first)}于 {timezone.localdate()}" in page, "who deleted"


def test_what_a_colleague_gave_out_meanwhile_stays_with_the_people() -> None:
    firm = Firm()
    one, two = firm.seller(), firm.seller()
    target = Target.objects.get(branch=firm.north, month=MAY)
    url = address(Target, "people", target.pk)
    hr = browsing(Role.HR)
    mine = fields(hr.get(url))
    names = [f"p{person.number}" for person in (one, two)]
    saved = hr.post(url, mine | dict(zip(names, ("60000", "40000"), strict=True)) | {"step": "save"})
    assert saved.status_code == 302
    refused = hr.post(url, mine | dict(zip(names, ("100000", "0"), strict=True)) | {"step": "save"})
    assert f"{who(hr)}于 {timezone.localdate()}" in refused.content.decode()
    assert "已保存：60,000.00" in refused.content.decode()
    assert set(PersonTarget.objects.values_list("amount", flat=True)) == {60000, 40000}
    assert hr.post(url, fields(refused) | {"step": "save"}).status_code == 302
    assert set(PersonTarget.objects.values_list("amount", flat=True)) == {100000, 0}


def test_a_change_of_the_branchs_target_is_told_where_it_is_given_out() -> None:
    firm = Firm()
    person = firm.seller()
    target = Target.objects.get(branch=firm.north, month=MAY)
    save_person_targets(target, {person.pk: target.amount}, shown={}, by=CONSOLE)
    page = address(Target, "change", target.pk)
    assert "请重新分解" not in browsing(Role.FINANCE).get(page).content.decode()
    Target.objects.filter(pk=target.pk).update(amount="100000.01")
    assert "请重新分解" in browsing(Role.FINANCE).get(page).content.decode()


def test_weeks_end_with_sunday_and_the_month() -> None:
    assert weeks_of(MAY) == [
        (on("05-01"), on("05-01")),
        (on("05-02"), on("05-08")),
        (on("05-09"), on("05-15")),
        (on("05-16"), on("05-22")),
        (on("05-23"), on("05-29")),
        (on("05-30"), on("05-31")),
    ]
    assert weeks_of(Month(2010, 2)) == [
        (dt.date(2010, 2, first), dt.date(2010, 2, first + 6)) for first in (1, 8, 15, 22)
    ]


def test_each_week_adds_up_and_late_cash_counts_with_the_first() -> None:
    firm = Firm()
    seller = firm.seller()
    for date, amount in (("05-01", "1.00"), ("05-02", "20.00"), ("05-08", "300.00"), ("05-31", "4000.00")):
        firm.sells(seller, amount, date)
    late = firm.sells(seller, "50000.00", "04-30")
    Receipt.objects.filter(pk=late.pk).update(posted_in=MAY)
    target = Target.objects.get(branch=firm.north, month=MAY)
    rows = [[cell.text for cell in row.cells[1:4]] for row in weekly_table(target, on("05-31")).rows]
    assert rows[0] == ["50,001.00", "50,001.00", "50.00%"]
    assert rows[1] == ["320.00", "50,321.00", "50.32%"]
    assert rows[-1] == ["4,000.00", "54,321.00", "54.32%"]
    ahead = [[cell.text for cell in row.cells[1:4]] for row in weekly_table(target, on("05-08")).rows]
    assert ahead[1] == rows[1]
    assert ahead[2] == ["–", "–", "–"]


def test_queries_do_not_grow() -> None:
    firm = Firm()
    firm.seller()
    target = Target.objects.get(branch=firm.north, month=JULY)
    urls = (YEAR, address(Target, "change", target.pk), address(Target, "people", target.pk))
    hr = browsing(Role.HR)
    few = [asked(hr, url) for url in urls]
    for _ in range(5):
        firm.sells(firm.seller(), "100.00", "07-04")
    for month in (APRIL, MAY, JUNE):
        firm.close(month)
    many = [asked(hr, url) for url in urls]
    assert many <= few
    assert max(many) <= 20


def asked(browser: Browser, url: str) -> int:
    browser.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


def browsing(role: str, person: Employee | None = None) -> Browser:
    return browse(log_in_of(role, f"{role}{User.objects.count()}", of=person))


def who(browser: Browser) -> str:
    """The name of whoever is logged in."""
    return str(User.objects.get(pk=browser.session["_auth_user_id"]))


def fields(response: Any) -> dict[str, str]:
    """What the form on a page holds."""
    form = response.context["form"]
    return {name: str("" if (value := form[name].value()) is None else value) for name in form.fields}


def amount_of(text: str) -> Decimal:
    return Decimal(text.replace(",", "") or 0)
