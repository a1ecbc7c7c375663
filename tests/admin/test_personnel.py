"""The page of personnel changes: chosen, looked at, confirmed once; from a person's page and for HR alone."""

import re

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access.roles import PEOPLE
from clients.history.actions import rebuild_histories
from clients.models import Assignment, Handover
from staff.models import Employee, PersonnelEvent, Post, RankDecision
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_corrections import shown_on, words
from tests.admin.test_pages import links_of
from tests.firm import JUNE, on

ADD = address(PersonnelEvent, "add")
MOST = 60
"""Looking writes and takes back what an import would write, for however many clients in as many statements."""


@pytest.fixture
def hr(house: House) -> Browser:
    return house.browse(Role.HR)


def ask(browser: Browser, kind: str, step: str = "look", /, **given: object) -> str:
    return browser.post(f"{ADD}?kind={kind}", {"step": step, **given}, follow=True).content.decode()


def wrong_fields(page: str) -> list[str]:
    return re.findall(r'class="ask-field is-wrong">\s*<label for="id_(\w+)"', page)


def test_a_persons_page_leads_to_the_form(house: House, hr: Browser) -> None:
    page = address(Employee, "change", house.north.closer.pk)
    doors = [link.replace("&amp;", "&") for link in links_of(hr, page) if link.startswith(ADD)]
    assert len(doors) == 3
    for door in doors:
        assert f'value="{house.north.closer.number}"' in hr.get(door).content.decode()
    assert not any(link.startswith(ADD) for link in links_of(house.browse(Role.FINANCE), page))


@pytest.mark.parametrize("day", ["2011-05-01", "2999-12-31"])
def test_who_left_or_will_can_only_come_back(house: House, hr: Browser, day: str) -> None:
    person = house.south.developer
    page = address(Employee, "change", person.pk)
    log_in = f"{reverse('admin:staff_employee_log_ins')}?person={person.pk}"
    rank = address(RankDecision, "add")
    offered = links_of(hr, page)
    assert log_in in offered
    assert any(link.startswith(rank) for link in offered)
    Post.objects.filter(employee=person, end=None).update(end=day)
    left = links_of(hr, page)
    doors = [link.replace("&amp;", "&") for link in left if link.startswith(ADD)]
    assert doors == [f"{ADD}?kind=change_of_post&person={person.number}"]
    stays_awhile = day > "2026"
    assert (log_in in left) is stays_awhile
    assert any(link.startswith(rank) for link in left) is stays_awhile
    assert ("在岗的人才能开通登录账号" in hr.get(log_in).content.decode()) is not stays_awhile


def test_a_departure_is_shown_first_and_made_once(house: House, hr: Browser) -> None:
    closer = house.north.closer
    for given_to in (Handover, Assignment):
        given_to.objects.filter(developer=closer).update(developer=house.south.developer)
    rebuild_histories()
    given = {"person": closer.number, "date": "2011-06-16"}
    looked = words(page := ask(hr, "departure", **given))
    for told in ("最后在岗日为 2011-06-15", "3 个客户变为孤儿单", "2011年6月不参加考核", "2011年6月基本工资", "未到款"):
        assert told in looked
    assert not PersonnelEvent.objects.filter(kind="departure").exists()
    done = ask(hr, "departure", "confirm", shown=shown_on(page), **given)
    assert "已办理" in done
    assert "2011-06-16 离岗" in words(done)
    assert Post.objects.get(employee=closer).end == on("06-16")
    again = ask(hr, "departure", "confirm", shown=shown_on(page), **given)
    assert wrong_fields(again) == ["date"]
    assert PersonnelEvent.objects.filter(employee=closer, kind="departure").count() == 1


def test_somebody_joins_with_a_first_post(house: House, hr: Browser) -> None:
    form = hr.get(f"{ADD}?kind=hired").content.decode()
    number = re.search(r'name="number" value="(\w+)"', form)
    assert number
    given: dict[str, object] = {
        "number": number[1], "name": "新人", "date": "2011-06-16", "department": house.firm.sales.pk, "rank": "ZL",
        "id_number": "110101199003074522",
    }  # fmt: skip
    passport = given | {"id_number": "C3JJPMNT4"}
    assert wrong_fields(ask(hr, "hired", **passport)) == ["id_number"]
    assert "考核周期" in words(ask(hr, "hired", **passport, document="passport"))
    assert wrong_fields(ask(hr, "hired", **given, document="passport")) == ["id_number"]
    wrong = {"id_number": "110101199003074521", "bank_account": "6222021001122334459", "phone": "138001"}
    assert set(wrong_fields(ask(hr, "hired", **given | wrong))) == set(wrong)
    looked = ask(hr, "hired", **given)
    assert "考核周期从2011年7月起算" in words(looked)
    ask(hr, "hired", "confirm", shown=shown_on(looked), **given)
    made = Employee.objects.get(number=number[1])
    assert (made.name, made.hired_on, made.id_number) == ("新人", on("06-16"), "110101199003074522")
    assert made.ranks.get().rank == "ZL"
    house.firm.close(house_month := JUNE - 1)
    house.firm.close(JUNE, lock=False)
    assert made.payslips.filter(month=JUNE).exists()
    assert not made.payslips.filter(month=house_month).exists()


@pytest.mark.parametrize(
    ("kind", "field", "given"),
    [
        ("departure", "person", {"person": "X99", "date": "2011-06-16"}),
        ("departure", "date", {"person": "{closer}", "date": "2011-04-16"}),
        ("departure", "date", {"person": "{closer}", "date": "31.6."}),
        ("transfer", "department", {"person": "{closer}", "date": "2011-06-16", "department": "{office}"}),
        ("transfer", "department", {"person": "{closer}", "date": "2011-06-16", "department": "999999"}),
        ("change_of_post", "base_salary", {"person": "{closer}", "date": "2011-06-16", "department": "{office}"}),
        ("change_of_post", "rank", {"person": "{clerk}", "date": "2011-06-16", "department": "{sales}"}),
    ],
)
def test_what_is_refused_is_told_beside_its_field(
    house: House, hr: Browser, kind: str, field: str, given: dict[str, str]
) -> None:
    known = {
        "closer": house.north.closer.number,
        "clerk": house.north.clerk.number,
        "office": house.firm.office.pk,
        "sales": house.firm.sales.pk,
    }
    before = PersonnelEvent.objects.count()
    page = ask(hr, kind, "confirm", **{name: value.format(**known) for name, value in given.items()})
    assert wrong_fields(page) == [field]
    assert PersonnelEvent.objects.count() == before


def test_it_is_taken_back_on_its_page(house: House, hr: Browser) -> None:
    house.firm.leave(house.north.closer, "06-16")
    event = PersonnelEvent.objects.get(kind="departure")
    hire = PersonnelEvent.objects.get(employee=house.north.closer, kind="hired")
    assert hr.get(address(PersonnelEvent, "delete", hire.pk)).status_code == 403
    assert any(link.endswith("/delete/") for link in links_of(hr, address(PersonnelEvent, "change", event.pk)))
    assert hr.post(address(PersonnelEvent, "delete", event.pk), {"post": "yes"}).status_code == 302
    assert Post.objects.get(employee=house.north.closer).end is None


@pytest.mark.parametrize("role", [role for role in PEOPLE if role != Role.HR])
def test_nobody_else_enters_changes(house: House, role: str) -> None:
    browser = house.browse(role)
    assert browser.get(ADD).status_code in (302, 403)
    given = {"person": house.north.closer.number, "date": "2011-06-16", "step": "confirm"}
    assert browser.post(f"{ADD}?kind=departure", given).status_code in (302, 403)
    assert not PersonnelEvent.objects.filter(kind="departure").exists()


def test_looking_takes_a_fixed_number_of_queries(house: House, hr: Browser) -> None:
    given = {"person": house.north.closer.number, "date": "2011-06-16"}
    ask(hr, "departure", **given)
    with CaptureQueriesContext(connection) as few:
        ask(hr, "departure", **given)
    for _number in range(8):
        house.firm.client(house.north.closer, since="06-01")
    with CaptureQueriesContext(connection) as many:
        ask(hr, "departure", **given)
    assert len(many) <= len(few) + 1
    assert len(many) <= MOST
