"""What another did to a log-in after it was read stands, whatever is saved of it then."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from access.accounts.actions import AccountRefused, lock_log_in, renew_link, save_log_in
from access.actor import CONSOLE, Actor
from access.models import AccountEvent, User
from salesorg.databases.clones import Clone
from staff.log_ins.actions import link_log_in
from tests.access.test_log_ins import kinds
from tests.admin.addresses import address
from tests.cast import browse, known, log_in_of, person

Role, Kind = User.Role, AccountEvent.Kind
in_database = pytest.mark.django_db


def read(user: User, role: str = "") -> User:
    """The log-in as a form reads it now, with the role that is chosen in it."""
    fresh = User.objects.get(pk=user.pk)
    fresh.role = role or fresh.role
    return fresh


@in_database
def test_a_role_that_is_given_twice_at_once_shuts_the_log_in_for_good() -> None:
    operator, user = log_in_of(Role.OPERATOR), log_in_of(Role.SALESPERSON)
    first, second = read(user, Role.GENERAL_MANAGER), read(user, Role.GENERAL_MANAGER)
    save_log_in(user=first, by=Actor(operator))
    save_log_in(user=second, by=Actor(operator))
    stands = User.objects.get(pk=user.pk)
    assert (stands.role, stands.is_active, first.is_active, second.is_active) == (Role.GENERAL_MANAGER, *[False] * 3)
    assert kinds(user) == [Kind.ROLE_GIVEN]


@in_database
def test_a_form_writes_nothing_back_that_it_does_not_show() -> None:
    operator = log_in_of(Role.OPERATOR)
    user = User.objects.create_user("alice", password="correct-horse-9", role=Role.SALESPERSON)
    stale = read(user)
    stale.last_name = "王"
    renew_link(user=user, by=Actor(log_in_of(Role.HR)))
    lock_log_in(user=user, reason="停职", by=Actor(operator))
    save_log_in(user=stale, by=Actor(operator))
    stands = User.objects.get(pk=user.pk)
    assert (stands.last_name, stands.is_active, stands.has_usable_password()) == ("王", False, False)


@in_database
def test_who_no_longer_looks_after_a_log_in_does_nothing_to_it() -> None:
    hr, user = log_in_of(Role.HR), log_in_of(Role.SALES_MANAGER)
    stale = read(user)
    save_log_in(user=read(user, Role.FINANCE), by=CONSOLE)
    for act in (
        lambda: save_log_in(user=stale, by=Actor(hr)),
        lambda: lock_log_in(user=stale, reason="x", by=Actor(hr)),
        lambda: renew_link(user=stale, by=Actor(hr)),
    ):
        with pytest.raises(AccountRefused, match="不由您管理"):
            act()
    assert User.objects.get(pk=user.pk).role == Role.FINANCE


@in_database
def test_a_log_in_that_was_given_a_role_meanwhile_is_shut_by_its_link() -> None:
    hr, user, someone = known(Role.HR), log_in_of(Role.SALESPERSON), person("1")
    known(Role.HR, "hr-2")
    stale = read(user)
    save_log_in(user=read(user, Role.FINANCE), by=CONSOLE)
    link_log_in(employee=someone, user=stale, by=Actor(hr))
    assert (User.objects.get(pk=user.pk).is_active, stale.is_active) == (False, False)


def test_an_operator_who_sends_a_form_many_times_makes_no_general_manager(committed_db: Clone) -> None:
    operator, user = log_in_of(Role.OPERATOR), log_in_of(Role.SALES_MANAGER)
    browsers = [browse(operator) for _number in range(4)]
    form = {"username": user.username, "last_name": "", "email": "", "role": Role.GENERAL_MANAGER.value}

    def sends(number: int) -> int:
        try:
            return browsers[number].post(address(User, "change", user.pk), form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(browsers)) as pool:
        assert set(pool.map(sends, range(len(browsers)))) == {302}
    stands = User.objects.get(pk=user.pk)
    assert (stands.role, stands.is_active) == (Role.GENERAL_MANAGER, False)
    assert kinds(user) == [Kind.ROLE_GIVEN]
