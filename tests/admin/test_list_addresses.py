"""What is typed behind a list's address: what narrows it, and what is refused instead of breaking it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.core.exceptions import SuspiciousOperation
from django.db.models import DateField, Field, ForeignKey
from django.test import RequestFactory

from access.models import AccountEvent, User
from access.rights import Right, may
from clients.models import BankLine, Receipt
from compensation.models import Payslip
from staff.models import Branch, Employee
from tests.admin.addresses import address
from tests.admin.cast import House

Role = User.Role
LISTS = admin.site._registry
NUL = "\0"
HUGE = "9" * 40
LONG = "9" * 5_000
READERS = (Role.AUDITOR, Role.HR, Role.GENERAL_MANAGER)


def own_filters(of: "ModelAdmin[Any]") -> Iterator[str]:
    for one in of.list_filter:
        if isinstance(one, type) and hasattr(one, "parameter_name"):
            yield str(one.parameter_name)


def asked_of_rows(of: "ModelAdmin[Any]") -> Iterator[dict[str, str]]:
    """What breaks a list that takes an address as it comes: a bad value for each filter, kind of field and lookup."""
    yield from ({"pk": HUGE}, {"pk__regex": NUL}, {"pk__range": HUGE}, {"": "1"}, {NUL: NUL}, {"_to_field": NUL})
    yield from ({name: value} for name in own_filters(of) for value in (NUL, HUGE, LONG))
    for field in {type(one): one for one in of.model._meta.concrete_fields}.values():
        yield from _asked_of(field)


def _asked_of(field: "Field[Any, Any]") -> Iterator[dict[str, str]]:
    yield from ({field.name: value} for value in (NUL, HUGE))
    yield from ({f"{field.name}__{lookup}": value} for lookup in ("in", "gte") for value in (f"1,{HUGE}", "1e400000"))
    yield from ({f"{field.name}__{lookup}": NUL} for lookup in ("regex", "contains", "range"))
    yield from ({f"{field.name}__range": value} for value in ("", HUGE))
    if isinstance(field, DateField):
        yield from ({f"{field.name}__{part}": HUGE} for part in ("year", "month", "day"))
    if isinstance(field, ForeignKey):
        yield {f"{field.name}__{field.target_field.name}__exact": HUGE}


def asked_of_pages(of: "ModelAdmin[Any]") -> Iterator[dict[str, str]]:
    """What breaks the page around the rows: its search, order and number, and the calendar above it."""
    yield from ({"q": NUL}, {"o": HUGE}, {"p": HUGE})
    if of.date_hierarchy:
        day = of.date_hierarchy
        yield from ({f"{day}__year": year, f"{day}__month": "12"} for year in ("9999", "9998", "0", HUGE))
        yield from ({f"{day}__year": "9999"}, {f"{day}__year": "1"}, {f"{day}__month": "13", f"{day}__day": HUGE})


def answer_to(of: "ModelAdmin[Any]", reader: User, asked: dict[str, str]) -> int:
    """How a list answers, without drawing its page."""
    request = RequestFactory().get("/", asked)
    request.user = reader
    try:
        return of.changelist_view(request).status_code
    except SuspiciousOperation:
        return 400


@pytest.mark.parametrize("model", LISTS, ids=[model._meta.label for model in LISTS])
def test_no_address_breaks_a_list(house: House, model: Any) -> None:
    of, url = LISTS[model], address(model, "changelist")
    role = next(role for role in READERS if may(house.users[role], Right.VIEW, model))
    browser = house.browse(role)
    assert browser.get(url).status_code == 200
    answers = {str(asked)[:80]: answer_to(of, house.users[role], asked) for asked in asked_of_rows(of)}
    answers |= {str(asked)[:80]: browser.get(url, asked).status_code for asked in asked_of_pages(of)}
    assert {asked: code for asked, code in answers.items() if code not in (200, 302, 400)} == {}


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        (Employee, "number=%00"),
        (Employee, "state=%00"),
        (Payslip, f"id__range={HUGE}"),
        (Payslip, "id__regex=%00"),
        (Payslip, "carried__gte=1e400"),
        (Payslip, "carried=NaN"),
        (Payslip, f"branch__id__exact={HUGE}"),
        (Payslip, f"id__in=1,{HUGE}"),
        (BankLine, "day__year=9999&day__month=12"),
        (BankLine, "day__range="),
        (AccountEvent, f"at__year={HUGE}"),
        (AccountEvent, "at__gte=2011-04-01"),
        (Branch, "code__contains=1"),
        (Branch, "nothing=1"),
    ],
)
def test_what_cannot_be_compared_is_refused(house: House, model: Any, asked: str) -> None:
    assert house.browse(Role.AUDITOR).get(f"{address(model, 'changelist')}?{asked}").status_code == 400


@pytest.mark.parametrize(
    ("model", "asked", "name", "value", "left"),
    [
        (Payslip, "month=april&o=2", "月份", "april", "o=2"),
        (Payslip, "branch__id__exact=x&carried=NaN&q=a", "分公司", "x", "q=a"),
        (Payslip, "carried__gte=1e400", "结转下月", "1e400", ""),
        (Receipt, "contract__branch__id__exact=x&contract__branch__id__exact=1", "分公司", "x", ""),
        (Receipt, "contract__number__contains=1", "合同编号", "1", ""),
        (BankLine, "day__year=9999&day__month=12", "日期", "9999", "day__month=12"),
        (Employee, "state=%00", "状态", "", ""),
        (Branch, f"nothing={LONG}", "nothing", f"{HUGE}{'9' * 20}…", ""),
    ],
)
def test_a_filter_that_is_not_understood_is_named_and_left_out(
    house: House, model: Any, asked: str, name: str, value: str, left: str
) -> None:
    url, browser = address(model, "changelist"), house.browse(Role.AUDITOR)
    way_back = f"{url}?{left}" if left else url
    page = browser.get(f"{url}?{asked}")
    assert page.status_code == 400
    words = page.content.decode()
    assert f"筛选条件“{name}”的值“{value}”无法识别" in words
    assert "重试" not in words
    assert f'<a href="{way_back}">' in words
    assert browser.get(way_back).status_code == 200


def test_a_filter_is_told_as_text(house: House) -> None:
    page = house.browse(Role.AUDITOR).get(address(Branch, "changelist"), {"<b>": "<i>"})
    assert "“&lt;b&gt;”的值“&lt;i&gt;”" in page.content.decode()


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        (Payslip, "id__in=1,2"),
        (Payslip, "month__gte=2011-04"),
        (Receipt, "contract__branch__id__exact=1"),
        (AccountEvent, "at__year=2011&at__month=4&at__day=1"),
        (BankLine, "day__year=2011&day__month=12"),
        (BankLine, "day__lt=2011-12-31"),
        (Branch, "code=N"),
    ],
)
def test_what_lists_and_doors_ask_is_answered(house: House, model: Any, asked: str) -> None:
    assert house.browse(Role.AUDITOR).get(f"{address(model, 'changelist')}?{asked}").status_code == 200
