"""No English is left on the admin's pages: lists, records, forms, their errors, empty lists, what went wrong."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client as Browser

from access.models import User
from funds.models import FundClaim
from rulebook.law.selectors import the_law
from staff.models import Absence, Department, Employee, Target
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.crawl import Found, pages

UNSEEN = {"script", "style", "template", "textarea"}
ICON_OR_KEY = re.compile("material-symbols|secret")
SPOKEN = {"title", "placeholder", "aria-label", "alt", "data-label"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# The firm's own: numbers such as P00001 or K00007, log-ins, rank codes, a workbook's name, a seal or a chain code; the
# law itself says HR, and everybody Excel and the kinds of files.
OWN = re.compile(
    r"[A-Z][A-Z0-9]*-?\d+\w*|u-[a-z_]+|(?<![A-Za-z])(ZL|GW|GJ|ZS|SX|HR|Excel|YAML|PDF|JPEG|PNG|HEIC|XLSX)(?![A-Za-z])|\w+\.xlsx"
    r"|\b[0-9a-f]{4}(?: [0-9a-f]{4}){3,15}\b|\b[0-9a-f]{12,64}\b"
)
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ '][A-Za-z]+)*")


class Words(HTMLParser):
    """What a reader sees, or hears read out, but icons (drawn from their names), keys, and what people write."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.found += [value for name, value in values.items() if name in SPOKEN]
        if tag not in VOID:
            self._hidden.append(tag in UNSEEN or bool(ICON_OR_KEY.search(values.get("class", ""))))

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
    return {match for text in words.found for match in ENGLISH.findall(OWN.sub("", text))} - LANGUAGES


def test_english_is_noticed() -> None:
    page = '<p title="Go back">客户<b>No results</b><i class="material-symbols-outlined">inbox</i> P00001</p>'
    assert english(page) == {"Go back", "No results"}


HAN = re.compile(r"[\u4e00-\u9fff]+")
LANGUAGES = {"English", "中文", "简体中文"}
"""What languages call themselves stands on pages of all languages."""
FIXED = ("workbooks/company/layout.py", "workbooks/bank/headings.py", "workbooks/parallel/actions.py")
"""Where the headings of workbooks are kept, which aren't translated; nor is the law."""
READERS: tuple[str, ...] = (
    Role.HR,
    Role.FINANCE,
    Role.MARKETING_DIRECTOR,
    Role.OPERATOR,
    Role.BRANCH_GM,
    Role.SALESPERSON,
)


@pytest.mark.slow
@pytest.mark.long
def test_every_page_is_in_one_language(house: House) -> None:
    data, wrong = data_of_the_firm(), set[tuple[str, str, str]]()
    foreign = {role: house.browse(role) for role in READERS}
    for browser in foreign.values():
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    nothing = address(Target, "changelist") + "?month=2099-01"
    empty = Found("an empty list", nothing, house.browse(Role.HR).get(nothing).content.decode(), Role.HR)
    for page in [*pages(house, *READERS), empty]:
        translated = foreign[page.reader].get(page.url).content.decode()
        left = english(page.text) | chinese(translated)
        wrong |= {(page.name, page.url, words) for words in left if words not in data}
    assert not wrong, "\n".join(["", *map(str, sorted(wrong))])


def chinese(page: str) -> set[str]:
    """The Chinese words on a page."""
    words = Words()
    words.feed(page)
    return {match for text in words.found for match in HAN.findall(text)} - LANGUAGES


def data_of_the_firm() -> str:
    """Every text that is stored: names, reasons, the plan with what its ranks are called; and those that are fixed."""
    rows = (row for model in apps.get_models() for row in model._default_manager.values_list())
    stored = (str(value) for row in rows for value in row if not isinstance(value, int | memoryview))
    return " ".join([*stored, repr(the_law()), *(Path(file).read_text() for file in FIXED)])


def test_forms_complain_in_chinese(house: House) -> None:
    hr = house.browse(Role.HR)
    for model in (Target, Absence, FundClaim, Department):
        page = hr.post(address(model, "add"), {}).content.decode()
        assert english(page) == set(), model
        assert "请填写" in page or "请选择" in page, model
        assert not re.search("你|这个字段|此项", page), model
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

    monkeypatch.setattr("monthend.page.home.overview", broken)
    browser = house.browse(Role.HR)
    browser.raise_request_exception = False
    response = browser.get("/admin/")
    assert response.status_code == 500
    assert "系统出错了" in response.content.decode()
    assert english(response.content.decode()) == set()
