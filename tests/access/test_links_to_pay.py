"""The link into a person's own pay page: who may not read that pay holds none, and nobody alone sets a branch's."""

import pytest
from django.test import Client as Browser
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.accounts.actions import AccountRefused, lock_log_in, note_event, open_log_in, renew_link, save_log_in
from access.accounts.opening import waiting_to_be_opened_by
from access.actor import Actor
from access.models import AccountEvent, User
from access.pages.notices import waiting_for
from staff.log_ins.actions import link_log_in, make_log_ins
from staff.models import Employee
from tests.access.test_log_ins import set_password
from tests.cast import PASSWORD, browse, known, log_in_of, person

Role, Kind = User.Role, AccountEvent.Kind
BY_HR = "由人力资源生成"
OPENS = "须由另一人启用"
ONE_PERSONS = [Role.SALESPERSON]
pytestmark = [pytest.mark.django_db, pytest.mark.persons]


@pytest.fixture
def hr() -> User:
    return known(Role.HR)


@pytest.fixture
def operator() -> User:
    return known(Role.OPERATOR)


def linked(role: str) -> tuple[Employee, User]:
    employee, user = person("7"), log_in_of(role, "target")
    Employee.objects.filter(pk=employee.pk).update(user=user)
    return employee, User.objects.get(pk=user.pk)


def gets_in(user: User) -> bool:
    return Browser().post("/login/", {"username": user.username, "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("role", ONE_PERSONS)
def test_an_operator_makes_no_link_into_a_persons_own_pay_page(operator: User, hr: User, role: str) -> None:
    _employee, user = linked(role)
    page = browse(operator).get(f"/admin/access/user/{user.pk}/care/").content.decode()
    assert (BY_HR in page, 'value="link"' in page, 'value="lock"' in page) == (True, False, True)
    with pytest.raises(AccountRefused, match=BY_HR):
        renew_link(user=user, by=Actor(operator))
    assert User.objects.get(pk=user.pk).password == user.password
    assert 'value="link"' in browse(hr).get(f"/admin/access/user/{user.pk}/care/").content.decode()
    assert "密码已设置" in set_password(renew_link(user=user, by=Actor(hr)))


@pytest.mark.parametrize("role", ONE_PERSONS)
@pytest.mark.parametrize("is_used", [False, True])
def test_a_link_made_while_it_was_nobodys_opens_nothing_once_it_is_a_persons(
    operator: User, hr: User, role: str, is_used: bool
) -> None:
    user, employee = User(username="target", role=role), person("7")
    save_log_in(user=user, by=Actor(operator))
    link = renew_link(user=user, by=Actor(operator))
    if is_used:
        assert "密码已设置" in set_password(link)
        assert gets_in(user)
    link_log_in(employee=employee, user=user, by=Actor(hr))
    assert not gets_in(user)
    if not is_used:
        assert "密码已设置" not in set_password(link)
    assert "密码已设置" in set_password(renew_link(user=user, by=Actor(hr)))
    assert gets_in(user)


def test_a_log_in_that_was_linked_before_keeps_its_password(hr: User) -> None:
    employee, user = linked(Role.SALESPERSON)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    link_log_in(employee=employee, user=None, by=Actor(hr))
    link_log_in(employee=employee, user=User.objects.get(pk=user.pk), by=Actor(hr))
    assert gets_in(user)


def test_hr_alone_makes_no_general_manager_of_a_branch(hr: User) -> None:
    other = known(Role.HR, "hr-2")
    employee = person("7")
    made = make_log_ins(employees=[employee], role=Role.BRANCH_GM, by=Actor(hr))
    user = User.objects.get(employee=employee)
    set_password(made[0][1])
    assert not gets_in(user)
    with pytest.raises(AccountRefused, match=OPENS):
        open_log_in(user=user, reason="x", by=Actor(hr))
    open_log_in(user=user, reason="新任总经理", by=Actor(other))
    assert User.objects.get(pk=user.pk).is_active


def test_hr_alone_makes_no_general_manager_of_a_salesperson_whose_link_they_hold(hr: User) -> None:
    _employee, user = linked(Role.SALESPERSON)
    link = renew_link(user=user, by=Actor(hr))
    user = User.objects.get(pk=user.pk)
    user.role = Role.BRANCH_GM
    save_log_in(user=user, by=Actor(hr))
    set_password(link)
    assert not gets_in(user)
    with pytest.raises(AccountRefused, match=OPENS):
        open_log_in(user=user, reason="x", by=Actor(hr))


def test_hr_alone_holds_no_whole_log_in_of_a_branchs_general_manager(hr: User) -> None:
    _employee, user = linked(Role.BRANCH_GM)
    note_event(user, Kind.LOGGED_IN, by=Actor(user))
    renew_link(user=user, by=Actor(hr))
    assert not User.objects.get(pk=user.pk).is_active
    with pytest.raises(AccountRefused, match=OPENS):
        open_log_in(user=user, reason="x", by=Actor(hr))


def given(user: User, role: str, by: User) -> User:
    """Give another role, as the form does; the log-in as it stands then."""
    user = User.objects.get(pk=user.pk)
    user.role = role
    save_log_in(user=user, by=Actor(by))
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("role", [Role.BRANCH_GM, Role.FINANCE])
def test_a_role_given_for_a_moment_opens_nothing_to_who_gave_it(operator: User, hr: User, role: str) -> None:
    _employee, user = linked(Role.SALESPERSON)
    user = given(user, role, operator)
    link = renew_link(user=user, by=Actor(operator))
    user = given(user, Role.SALESPERSON, operator)
    page = browse(operator).get(f"/admin/access/user/{user.pk}/care/").content.decode()
    assert ('value="open"' in page, f"{hr.username}（人力资源）" in page) == (False, True)
    with pytest.raises(AccountRefused, match=OPENS):
        open_log_in(user=user, reason="x", by=Actor(operator))
    open_log_in(user=user, reason="x", by=Actor(hr))
    assert "密码已设置" not in set_password(link)
    assert not gets_in(user)


def test_a_password_set_by_a_link_of_another_role_ends_with_that_role(operator: User, hr: User) -> None:
    _employee, user = linked(Role.BRANCH_GM)
    TOTPDevice.objects.create(user=user, name="totp", confirmed=True)
    assert "密码已设置" in set_password(renew_link(user=user, by=Actor(operator))), "open: the factor is in the way"
    user = given(user, Role.SALESPERSON, operator)
    assert user.is_active
    assert not gets_in(user)
    assert "密码已设置" in set_password(renew_link(user=user, by=Actor(hr)))


def test_what_was_locked_before_another_role_is_opened_by_one(hr: User) -> None:
    _employee, user = linked(Role.SALESPERSON)
    lock_log_in(user=user, reason="休假", by=Actor(hr))
    open_log_in(user=user, reason="回来", by=Actor(hr))
    assert User.objects.get(pk=user.pk).is_active


def test_who_waits_for_a_second_person_is_on_the_first_page_whatever_the_role(operator: User, hr: User) -> None:
    _employee, user = linked(Role.SALESPERSON)
    note_event(user, Kind.LOGGED_IN, by=Actor(user))
    user = given(given(user, Role.BRANCH_GM, operator), Role.SALESPERSON, operator)
    assert waiting_to_be_opened_by(User.objects.get(pk=hr.pk)) == [user]
    assert "个账号等您启用" in [notice.text for notice in waiting_for(User.objects.get(pk=hr.pk))]
    assert waiting_to_be_opened_by(User.objects.get(pk=operator.pk)) == []


def test_an_operator_alone_lets_no_friend_read_a_branchs_pay(operator: User) -> None:
    _employee, user = linked(Role.SALESPERSON)
    user = given(user, Role.SALES_MANAGER, operator)
    with pytest.raises(AccountRefused, match=OPENS):
        open_log_in(user=user, reason="x", by=Actor(operator))
    assert not User.objects.get(pk=user.pk).is_active
