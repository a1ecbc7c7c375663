"""A person's further log-in, whose link another would hold while the first is in use, is no affair of one alone."""

import datetime as dt

import pytest
from django.core.management import call_command

from access.accounts.actions import AccountRefused, lock_log_in, open_log_in
from access.actor import Actor
from access.models import User
from staff.actions import change_employee
from staff.log_ins.actions import link_log_in, make_log_ins, without_log_in
from staff.models import Employee
from tests.access.test_log_ins import LOG_INS
from tests.admin.addresses import address
from tests.cast import browse, known, log_in_of, person
from tests.firm import Firm

Role = User.Role
ONE_ALONE = "不能再为其关联其他账号"
pytestmark = [pytest.mark.django_db, pytest.mark.persons]


@pytest.fixture
def hr() -> User:
    return known(Role.HR)


@pytest.fixture
def chief() -> Employee:
    """A branch's general manager in post, with the log-in `chief`."""
    employee = Firm().clerk()
    Employee.objects.filter(pk=employee.pk).update(user=log_in_of(Role.BRANCH_GM, "chief"))
    return Employee.objects.get(pk=employee.pk)


def taken_off(employee: Employee, by: User) -> Employee:
    link_log_in(employee=employee, user=None, by=Actor(by))
    return Employee.objects.get(pk=employee.pk)


@pytest.mark.parametrize("role", [Role.SALESPERSON, Role.SALES_MANAGER, Role.BRANCH_GM])
def test_hr_makes_no_second_log_in_of_a_person(hr: User, chief: Employee, role: str) -> None:
    off = taken_off(chief, hr)
    with pytest.raises(AccountRefused, match=ONE_ALONE):
        make_log_ins(employees=[off], role=role, by=Actor(hr))
    assert User.objects.count() == 2
    door = f"{LOG_INS}?person={off.pk}"
    page = browse(hr).get(address(Employee, "change", off.pk)).content.decode()
    assert (door in page, address(User, "change", User.objects.get(username="chief").pk) in page) == (False, True)
    told = browse(hr).post(door, {"people": [off.pk], "role": role}).content.decode()
    assert (ONE_ALONE in told, "make_log_in" in told) == (True, True)
    assert off not in without_log_in(dt.date(2011, 6, 1))
    assert User.objects.count() == 2


def test_hr_links_no_second_log_in_to_a_person(hr: User, chief: Employee) -> None:
    spare = log_in_of(Role.BRANCH_GM, "spare")
    with pytest.raises(AccountRefused, match=ONE_ALONE):
        link_log_in(employee=chief, user=spare, by=Actor(hr))
    off = taken_off(chief, hr)
    off.user = spare
    with pytest.raises(AccountRefused, match=ONE_ALONE):
        change_employee(employee=off, by=Actor(hr))
    form = {"name": off.name, "id_number": "", "bank_name": "", "bank_account": "", "phone": "", "email": ""}
    page = browse(hr).post(f"{address(Employee, 'change', off.pk)}?edit=1", {**form, "user": spare.pk})
    assert ONE_ALONE in page.content.decode()
    assert Employee.objects.get(pk=chief.pk).user is None


def test_who_has_two_log_ins_by_the_console_is_given_neither_by_hr(hr: User, chief: Employee) -> None:
    first = User.objects.get(username="chief")
    off = taken_off(chief, hr)
    call_command("make_log_in", "second", "--role=sales_manager", f"--employee={off.number}")
    second = User.objects.get(username="second")
    assert (Employee.objects.get(pk=off.pk).user, second.person_key) == (second, off.pk)
    for user in (first, second):
        with pytest.raises(AccountRefused, match=ONE_ALONE):
            link_log_in(employee=taken_off(off, hr), user=user, by=Actor(hr))


def test_who_comes_back_gets_the_one_log_in_again(hr: User, chief: Employee) -> None:
    first = User.objects.get(username="chief")
    lock_log_in(user=first, reason="离职", by=Actor(hr))
    off = taken_off(chief, hr)
    off.user = first
    change_employee(employee=off, by=Actor(hr))
    with pytest.raises(AccountRefused, match="须由另一人启用"):
        open_log_in(user=first, reason="再次入职", by=Actor(hr))
    open_log_in(user=first, reason="再次入职", by=Actor(known(Role.HR, "hr-2")))
    assert (Employee.objects.get(pk=off.pk).user, User.objects.get(pk=first.pk).is_active) == (first, True)


def test_who_never_had_a_log_in_is_given_one_that_is_nobodys(hr: User) -> None:
    newcomer, spare = person("3"), log_in_of(Role.BRANCH_GM, "spare")
    known(Role.HR, "hr-2")
    link_log_in(employee=newcomer, user=spare, by=Actor(hr))
    assert Employee.objects.get(pk=newcomer.pk).user == spare


def test_who_links_a_log_in_is_told_before_that_another_opens_it_then(hr: User) -> None:
    form = browse(hr).get(f"{address(Employee, 'change', person('3').pk)}?edit=1").content.decode()
    assert "关联的人不能再启用它" in form


def test_who_links_a_log_in_is_told_before_who_can_open_it_then(hr: User) -> None:
    employee = person("3")
    url = f"{address(Employee, 'change', employee.pk)}?edit=1"
    assert "以下人员可以启用" not in browse(hr).get(url).content.decode()
    second = known(Role.HR, "hr-2")
    log_in_of(Role.OPERATOR, "nobody")
    form = browse(hr).get(url).content.decode()
    assert f"以下人员可以启用（录入此账号或生成其链接的除外）：{second}（人力资源）。" in form


def test_a_link_that_would_shut_a_log_in_for_good_is_refused_with_the_way_out(hr: User) -> None:
    employee, second = person("3"), log_in_of(Role.HR, "second")
    log_in_of(Role.OPERATOR, "nobody")
    with pytest.raises(AccountRefused, match="现在没有人可以启用") as refused:
        link_log_in(employee=employee, user=second, by=Actor(hr))
    way_out = f"bin/manage make_log_in second --role hr --employee {employee.number}"
    assert way_out in str(refused.value)
    assert User.objects.get(pk=second.pk).is_active
    call_command(*way_out.removeprefix("bin/manage ").split())
    linked = User.objects.get(pk=second.pk)
    assert (linked.person_key, linked.is_active) == (employee.pk, True)


def test_a_link_after_which_another_can_open_the_log_in_is_made(hr: User) -> None:
    employee, second, third = person("3"), log_in_of(Role.HR, "second"), known(Role.HR, "hr-3")
    link_log_in(employee=employee, user=second, by=Actor(hr))
    shut = User.objects.get(pk=second.pk)
    assert not shut.is_active
    open_log_in(user=shut, reason="新同事", by=Actor(third))
    assert User.objects.get(pk=second.pk).is_active
