"""A person is picked by name: offered within reach by number, name, pinyin; typed, the only one of a name is taken."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from compensation.models import Correction
from staff.forms import MOST
from staff.models import Absence, Employee, PersonnelEvent, Post, RankDecision
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.reaching import asked_from

LEAVES = {"step": "look", "date": "2011-06-16"}


def offered(browser: Browser, words: str, **more: str) -> list[str]:
    page = browser.get(reverse("admin:staff_employee_pick"), {"s": words, **more}).content.decode()
    return re.findall(r'data-label="([^"]*)"', page)


def called(person: Employee, name: str) -> Employee:
    Employee.objects.filter(pk=person.pk).update(name=name)
    return Employee.objects.get(pk=person.pk)


def refused(browser: Browser, words: str) -> str:
    """What the field says of a person typed; nothing where one is taken."""
    form = browser.post(f"{address(PersonnelEvent, 'add')}?kind=departure", {"person": words, **LEAVES}).context["form"]
    return " ".join(form.errors.get("person", []))


@pytest.mark.parametrize("words", ["曾庆红", "庆红", "zqh", "ZengQing", "zeng qing", "０"])
def test_people_are_offered_with_branch_and_rank(house: House, words: str) -> None:
    person = called(house.north.closer, "曾庆红")
    page = house.browse(Role.HR).get(reverse("admin:staff_employee_pick"), {"s": words}).content.decode()
    assert f'data-label="{person}" data-note="北方 · ' in page
    assert page.count("data-label") <= MOST


def test_nobody_is_offered_or_named_beyond_reach(house: House) -> None:
    near, far = called(house.north.closer, "曾庆红"), called(house.south.closer, "曾庆红")
    unique = called(house.south.developer, "欧阳远")
    assert offered(house.browse(Role.HR), "zqh") == [str(near), str(far)]
    for role in (Role.BRANCH_GM, Role.SALES_MANAGER):
        browser = house.browse(role)
        assert offered(browser, "zqh") == [str(near)]
        for words in (far.number, str(far), unique.name, "oyy", unique.number[:-1] + "%"):
            assert {str(far), str(unique)}.isdisjoint(offered(browser, words)), words
    recommend = reverse("admin:compensation_awardrecommendation_add")
    for words in (far.number, unique.name, str(unique)):
        given = {"employee": words, "year": "2011", "kind": "champion", "reason": "好"}
        form = house.browse(Role.BRANCH_GM).post(recommend, given).context["form"]
        assert form.errors["employee"] == [f"没有这个员工：{words}。"]
    for role in (Role.SALESPERSON, Role.OPERATOR):
        answer = house.browse(role).get(reverse("admin:staff_employee_pick"), {"s": "zqh"})
        assert answer.status_code in (302, 403)
        assert "曾庆红" not in answer.content.decode()


def test_the_only_one_of_a_name_is_taken_and_others_are_told_apart(house: House) -> None:
    hr, person = house.browse(Role.HR), called(house.north.closer, "曾庆红")
    for words in (person.number, "曾庆红", str(person), f"曾庆红（{person.number}）", f" {person.number}　"):
        assert refused(hr, words) == "", words
    assert "没有恰好是“庆红”的人" in (told := refused(hr, "庆红"))
    assert f"{person} 北方" in told
    assert str(person) in refused(hr, f"李四 ({person.number})")
    other = called(house.south.closer, "曾庆红")
    told = refused(hr, "曾庆红")
    assert "有多人叫“曾庆红”" in told
    assert f"{person} 北方" in told
    assert f"{other} 南方" in told
    assert refused(hr, str(other)) == ""
    assert refused(hr, "XY<b>") == "没有这个员工：XY<b>。"
    called(house.south.developer, person.number)
    assert refused(hr, person.number) == ""


def test_every_form_about_a_person_asks_so_in_few_questions(house: House) -> None:
    hr = house.browse(Role.HR)
    forms = [f"{address(PersonnelEvent, 'add')}?kind={kind}" for kind in ("change_of_post", "transfer", "departure")]
    forms += [address(RankDecision, "add"), f"{address(RankDecision, 'add')}?kind=take_back", address(Client, "add")]
    forms += [f"{address(Correction, 'add')}?kind={kind}" for kind in ("closer", "other")]
    forms += [reverse("admin:compensation_awarddecision_add")]
    for form in forms:
        assert f'data-people="{reverse("admin:staff_employee_pick")}"' in hr.get(form).content.decode(), form
    with CaptureQueriesContext(connection) as few:
        offered(hr, house.north.closer.number)
    with CaptureQueriesContext(connection) as many:
        offered(hr, "0")
    assert len(many) <= len(few) <= 8


def test_for_clients_sales_people_in_post_alone_are_offered(house: House) -> None:
    hr, seller, clerk = house.browse(Role.HR), house.north.closer, house.north.clerk
    assert offered(hr, seller.number, **{"in-sales": "1"}) == [str(seller)]
    assert offered(hr, clerk.number) == [str(clerk)]
    assert offered(hr, clerk.number, **{"in-sales": "1"}) == []
    Post.objects.filter(employee=seller, end=None).update(end=timezone.localdate())
    assert offered(hr, seller.number, **{"in-sales": "1"}) == []


def test_admin_forms_and_lists_find_by_pinyin(house: House) -> None:
    person, hr = called(house.north.closer, "曾庆红"), house.browse(Role.HR)

    def completed(browser: Browser) -> Any:
        query = {**asked_from(Absence, "employee"), "term": "zqh"}
        return [int(one["id"]) for one in browser.get(reverse("admin:autocomplete"), query).json()["results"]]

    assert completed(hr) == [person.pk]
    assert completed(house.browse(Role.BRANCH_GM)) == [person.pk]
    called(house.south.closer, "曾庆红")
    assert completed(house.browse(Role.BRANCH_GM)) == [person.pk]
    posts = hr.get(address(Post, "changelist"), {"q": "zqh"}).context["cl"].result_list
    assert {post.employee.name for post in posts} == {"曾庆红"}
