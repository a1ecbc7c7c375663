"""No English is left on the admin's pages: lists, records, forms, their errors, empty lists, what went wrong."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.test import Client as Browser

from access.models import Change, User
from compensation.models import SupportWeight
from funds.models import FundClaim
from monthend.preview.models import Preview
from staff.models import Absence, Department, Employee, Target
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from workbooks.models import ParallelRun, Upload

UNSEEN = {"script", "style", "template", "textarea"}
SPOKEN = {"title", "placeholder", "aria-label", "alt", "data-label"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# The firm's own: numbers such as P00001 or K00007, log-ins, rank codes, a workbook's name, the start of a seal; the law
# itself says HR, and everybody Excel.
OWN = re.compile(
    r"[A-Z][A-Z0-9]*-?\d+\w*|u-[a-z_]+|(?<![A-Za-z])(ZL|GW|GJ|ZS|SX|HR|Excel)(?![A-Za-z])|\w+\.xlsx|\b[0-9a-f]{12,64}\b"
)
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ '][A-Za-z]+)*")


class Words(HTMLParser):
    """What a reader sees, or hears read out; icons are drawn from their names and left out, as is what people write."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.found += [value for name, value in values.items() if name in SPOKEN]
        if tag not in VOID:
            self._hidden.append(tag in UNSEEN or "material-symbols" in values.get("class", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._hidden:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._hidden):
            self.found.append(data)


def english(page: str) -> set[str]:
    """The English words on a page."""
    words = Words()
    words.feed(page)
    return {match for text in words.found for match in ENGLISH.findall(OWN.sub("", text))}


def test_english_is_noticed() -> None:
    page = '<p title="Go back">客户<b>No results</b><i class="material-symbols-outlined">inbox</i> P00001</p>'
    assert english(page) == {"Go back", "No results"}


def pages_of(role: str) -> Iterator[str]:
    """What the role works with: HR every list and the oldest record of each, others their own forms."""
    yield "/admin/"
    yield "/admin/password_change/"
    if role == Role.HR:
        for model in admin.site._registry:
            yield address(model, "changelist")
            rows = model._default_manager
            # The first changes tell of the branches under the names they were made with.
            yield address(model, "change", (rows.latest("pk") if model is Change else rows.earliest("pk")).pk)
        yield from (
            address(model, "add") for model in (Target, Absence, FundClaim, Department, Preview, Upload, ParallelRun)
        )
        yield address(Target, "changelist") + "?month=2099-01"
        yield address(Target, "delete", Target.objects.latest("month").pk)
        yield address(Target, "history", Target.objects.latest("month").pk)
        yield "/admin/rulebook/planversion/law/"
        yield "/admin/compensation/"
    if role == Role.BRANCH_GM:
        yield address(SupportWeight, "add")
        yield address(SupportWeight, "change", SupportWeight.objects.earliest("pk").pk)
    if role == Role.OPERATOR:
        yield address(User, "add")
        yield address(User, "change", User.objects.earliest("pk").pk)


@pytest.mark.parametrize("role", [Role.HR, Role.BRANCH_GM, Role.OPERATOR])
def test_no_english_is_left(house: House, role: str) -> None:
    browser = house.browse(role)
    for url in pages_of(role):
        response = browser.get(url)
        assert response.status_code == 200, url
        assert english(response.content.decode()) == set(), url


def test_forms_complain_in_chinese(house: House) -> None:
    hr = house.browse(Role.HR)
    for model in (Target, Absence, FundClaim, Department):
        assert english(hr.post(address(model, "add"), {}).content.decode()) == set(), model
    operator = house.browse(Role.OPERATOR)
    weak = {"username": "u-x", "role": "hr", "password1": "123", "password2": "123"}
    assert english(operator.post(address(User, "add"), weak).content.decode()) == set()
    done = hr.post(address(Employee, "change", house.north.closer.pk), {"name": "王新"}, follow=True)
    assert english(done.content.decode()) == set()
    assert "王新" in done.content.decode()


def test_what_went_wrong_is_told_in_chinese(house: House) -> None:
    salesperson, hr = house.browse(Role.SALESPERSON), house.browse(Role.HR)
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(house.users[Role.HR])
    for response, status in (
        (salesperson.get("/admin/", follow=True), 403),
        (hr.get("/admin/compensation/payslip/0/change/"), 404),
        (hr.get("/nowhere/"), 404),
        (strict.post(address(Target, "add"), {}), 403),
    ):
        assert response.status_code == status
        assert english(response.content.decode()) == set()


def test_a_failure_is_told_in_chinese(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("monthend.home.overview", broken)
    browser = house.browse(Role.HR)
    browser.raise_request_exception = False
    response = browser.get("/admin/")
    assert response.status_code == 500
    assert "系统出错了" in response.content.decode()
    assert english(response.content.decode()) == set()
