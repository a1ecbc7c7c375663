"""Nothing of others: every address against everybody else's rows, as somebody would who tries."""

import re

import pytest
from django.test import Client as Browser

from access.models import User
from access.roles import PEOPLE
from clients.models import Receipt
from compensation.models import CommissionLine
from portal import urls
from rulebook.month import Month
from staff.models import Employee
from tests.cast import log_in_of
from tests.firm import APRIL, MAY
from tests.portal.cast import Cast

READING = {"landing": "/", "home": "/pay/"}
OF_A_MONTH = {"month": "/pay/{month}/", "receipts": "/pay/{month}/receipts/"}
OF_A_LINE = {"line": "/pay/{month}/lines/{receipt}/{kind}/"}
OF_A_LOG_IN = {"login": "/login/", "logout": "/logout/", "password": "/password/"}
OF_AN_ACCOUNT = ("welcome", "log_ins", "second_factor", "set_up_second_factor", "orphans", "answer")
"""What is one's own, not a person's pay; asked for as every role in tests/admin/test_matrix.py."""
OF_DISPUTES = (
    "disputes", "raise_dispute", "dispute", "dispute_answer", "dispute_evidence", "dispute_take_back", "dispute_offer",
    "dispute_time_line",
)  # fmt: skip
"""What is the parties' alone: tests/portal/test_disputes.py, test_disputes_told.py."""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
"""Random letters, among which a short name may well be."""


def of_line(address: str, line: CommissionLine, month: Month) -> str:
    """The address of a line under a month."""
    return address.format(month=month, receipt=line.receipt_id, kind=line.kind)


def pages_of(person: Employee) -> list[str]:
    """The addresses of a person's own pages."""
    lines = CommissionLine.objects.filter(employee=person)
    return [
        *READING.values(),
        *(address.format(month=month) for address in OF_A_MONTH.values() for month in (APRIL, MAY)),
        *(of_line(address, line, line.month) for address in OF_A_LINE.values() for line in lines),
    ]


def others_lines(person: Employee) -> list[str]:
    """The addresses of everybody else's lines, under each month."""
    lines = CommissionLine.objects.exclude(employee=person)
    assert lines
    return [of_line(address, line, month) for address in OF_A_LINE.values() for line in lines for month in (APRIL, MAY)]


def test_every_address_of_the_portal_is_tried_here() -> None:
    told = {*READING, *OF_A_MONTH, *OF_A_LINE, *OF_A_LOG_IN, *OF_AN_ACCOUNT, *OF_DISPUTES}
    assert {pattern.name for pattern in urls.urlpatterns} == told


def test_anonymous_visitors_are_sent_to_the_log_in(cast: Cast) -> None:
    for address in pages_of(cast.alice):
        response = Browser().get(address)
        assert (response.status_code, response.headers["Location"]) == (302, f"/login/?next={address}")


def test_other_peoples_lines_do_not_exist(cast: Cast) -> None:
    for person in (cast.alice, cast.bob, cast.carol, cast.dan):
        browser = cast.browse(person)
        assert {browser.get(address).status_code for address in others_lines(person)} == {404}


def test_months_without_anything_of_ones_own_do_not_exist(cast: Cast) -> None:
    eve = cast.browse(cast.eve)
    addresses = [*OF_A_MONTH.values(), *OF_A_LINE.values()]
    months = [
        address.format(month=month, receipt=1, kind="commission")
        for address in addresses
        for month in (APRIL, MAY, MAY + 1)
    ]
    assert {eve.get(address).status_code for address in months} == {404}


def test_an_own_line_does_not_exist_under_another_month(cast: Cast) -> None:
    line = cast.line(cast.alice, MAY)
    alice = cast.browse(cast.alice)
    assert {alice.get(of_line(address, line, APRIL)).status_code for address in OF_A_LINE.values()} == {404}


@pytest.mark.parametrize("month", ["2011-13", "2011-00", "0000-01", "2011-4", "9999-12", "201104", "2011-04-01"])
def test_what_is_no_month_does_not_exist(cast: Cast, month: str) -> None:
    alice = cast.browse(cast.alice)
    for address in OF_A_MONTH.values():
        assert alice.get(address.format(month=month)).status_code == 404


@pytest.mark.parametrize("line", ["0", "-1", "x", "1e3", "99999999999999999999", "1;", "%00"])
def test_what_is_no_line_does_not_exist(cast: Cast, line: str) -> None:
    alice = cast.browse(cast.alice)
    assert alice.get(f"/pay/2011-04/lines/{line}/commission/").status_code == 404


@pytest.mark.parametrize("role", [role for role in PEOPLE if role != User.Role.SALESPERSON])
def test_no_role_sees_others_here_however_far_it_reaches(cast: Cast, role: str) -> None:
    browser = cast.browse(cast.eve, role)
    seen = [address for address in others_lines(cast.eve) if browser.get(address).status_code != 404]
    assert seen == []
    assert browser.get("/pay/2011-04/").status_code == 404
    assert browser.get("/pay/2011-04/receipts/").status_code == 404


@pytest.mark.parametrize("role", PEOPLE)
def test_a_log_in_that_belongs_to_nobody_sees_nothing(cast: Cast, role: str) -> None:
    browser = cast.browse(None, role)
    everything = {*pages_of(cast.alice), *pages_of(cast.bob)} - set(READING.values())
    assert {browser.get(address).status_code for address in everything} == {404}


def test_a_closed_account_is_out_at_once(cast: Cast) -> None:
    user = log_in_of(User.Role.SALESPERSON, "alice", of=cast.alice)
    browser = Browser()
    browser.force_login(user)
    assert browser.get("/pay/2011-04/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    for address in pages_of(cast.alice):
        assert browser.get(address).status_code == 302


def test_nothing_can_be_sent_to_a_page(cast: Cast) -> None:
    alice = cast.browse(cast.alice)
    for address in pages_of(cast.alice):
        for method in (alice.post, alice.put, alice.patch, alice.delete):
            assert method(address).status_code == 405, address
        assert alice.head(address).status_code == 200


def test_others_names_and_amounts_stand_on_no_page(cast: Cast) -> None:
    """Nor does the assistant learn the developer's name, receipt, rate or sales; the share's base alone."""
    secrets = {
        cast.alice: ["Bob", "Carol", "Dan", "2,400.00", "240.00", "7,777.77"],
        cast.bob: ["Alice", "Carol", "Dan", "7,000.00", "+5,000.00", "240.00", "7,777.77"],
        cast.carol: ["Alice", "Bob", "Dan", "30,000.00", "8%", "50,000.00", "7,777.77", "智慧助理"],
        cast.dan: ["Alice", "Bob", "Carol", "30,000.00", "7,000.00", "2,400.00", "240.00"],
    }
    for person, hidden in secrets.items():
        browser = cast.browse(person)
        for address in pages_of(person):
            page = TOKEN.sub("", browser.get(address).content.decode())
            assert [secret for secret in hidden if secret in page] == [], (person.name, address)


def test_no_page_about_pay_is_kept_framed_or_fed_from_outside(cast: Cast) -> None:
    alice = cast.browse(cast.alice)
    addresses = [*pages_of(cast.alice), "/password/", "/pay/2011-08/", others_lines(cast.alice)[0]]
    for address in addresses:
        response = alice.get(address)
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        if response.status_code == 200:
            assert {"private", "no-store"} <= set(response.headers["Cache-Control"].replace(" ", "").split(","))
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
            page = response.content.decode()
            assert "<script" not in page
            assert "style=" not in page
            assert "//" not in page.replace("<!doctype html>", "")


def test_what_a_client_is_called_cannot_become_part_of_the_page(cast: Cast) -> None:
    line = cast.line(cast.bob)
    client = Receipt.objects.get(pk=line.receipt_id).contract.client
    client.name = '<script>alert(1)</script>"><img src=x>'
    client.save()
    bob = cast.browse(cast.bob)
    for address in pages_of(cast.bob):
        page = bob.get(address).content.decode()
        assert "<script" not in page
        assert "<img src=x" not in page
