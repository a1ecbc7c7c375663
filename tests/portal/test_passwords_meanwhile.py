"""A password is set by what the log-in is when it is set, not by what it was when the page was opened."""

from typing import Any

import pytest
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import resolve

from access.accounts.actions import lock_log_in, renew_link, save_log_in
from access.actor import CONSOLE
from access.models import AccountEvent, User
from portal.accounts import ChangePassword, Welcome
from tests.cast import PASSWORD

NEW = "better-horse-10"
TYPED = {"new_password1": NEW, "new_password2": NEW}
Role, Kind = User.Role, AccountEvent.Kind
pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_user("alice", password=PASSWORD, role=Role.GENERAL_MANAGER, is_staff=True)


def asked(fields: dict[str, str], user: User) -> HttpRequest:
    """A form that somebody sends, who was read just before."""
    browser = Browser()
    browser.get("/login/")
    request: Any = RequestFactory().post("/password/", fields)
    request.user, request.session = user, browser.session
    request._messages = FallbackStorage(request)
    return request  # type: ignore[no-any-return]


def change(user: User) -> HttpResponse:
    """The answer to the form by which the password is changed."""
    view: Any = ChangePassword()
    view.setup(asked({"old_password": PASSWORD, **TYPED}, user))
    return _rendered(view.post(view.request))


def _rendered(answer: Any) -> HttpResponse:
    return answer.render() if hasattr(answer, "render") else answer  # type: ignore[no-any-return]


def opened(link: str) -> Any:
    """The page behind a one-time link as a browser has opened it; what is sent from it comes later."""
    at = resolve(link).kwargs
    user = User.objects.get(username="alice")
    view: Any = Welcome()
    view.setup(asked(TYPED, user), uidb64=at["uidb64"], token="set-password")
    view.request.session[INTERNAL_RESET_SESSION_TOKEN] = at["token"]
    view.user, view.validlink = user, True
    return view


def sent(view: Any, **more: str) -> str:
    """What the page says to what is sent from it."""
    view.request.POST = view.request.POST.copy()
    view.request.POST.update(more)
    return _rendered(view.post(view.request)).content.decode()


def stands() -> tuple[bool, str, bool]:
    user = User.objects.get(username="alice")
    return user.is_active, user.role, user.check_password(NEW)


def events(kind: str) -> int:
    return AccountEvent.objects.filter(kind=kind).count()


def test_who_was_locked_meanwhile_stays_locked_and_keeps_the_password(user: User) -> None:
    stale = User.objects.get(pk=user.pk)
    lock_log_in(user=user, reason="离职", by=CONSOLE)
    assert "密码未修改" in change(stale).content.decode()
    assert stands() == (False, Role.GENERAL_MANAGER, False)
    assert events(Kind.PASSWORD_SET) == 0


def test_a_role_that_was_taken_away_meanwhile_stays_away(user: User) -> None:
    stale = User.objects.get(pk=user.pk)
    user.role = Role.SALESPERSON
    save_log_in(user=user, by=CONSOLE)
    assert change(stale).status_code == 302
    assert stands() == (True, Role.SALESPERSON, True)
    assert not User.objects.get(pk=user.pk).is_staff


def test_a_password_that_a_link_ended_meanwhile_stays_ended(user: User) -> None:
    stale = User.objects.get(pk=user.pk)
    renew_link(user=user, by=CONSOLE)
    assert "密码未修改" in change(stale).content.decode()
    assert not User.objects.get(pk=user.pk).has_usable_password()


def test_a_link_sets_one_password_and_the_second_browser_is_told(user: User) -> None:
    link = renew_link(user=user, by=CONSOLE)
    first, second = opened(link), opened(link)
    sent(first)
    told = sent(second, new_password1="worse-horse-11", new_password2="worse-horse-11")
    assert "刚刚已用此链接设置了密码" in told
    assert (stands(), events(Kind.PASSWORD_SET)) == ((True, Role.GENERAL_MANAGER, True), 1)


def test_a_link_into_a_log_in_that_was_locked_or_lost_its_role_undoes_neither(user: User) -> None:
    page = opened(renew_link(user=user, by=CONSOLE))
    user.role = Role.SALESPERSON
    save_log_in(user=user, by=CONSOLE)
    assert "此链接已失效" in sent(page), "a link ends with the role it was made under"
    assert stands() == (True, Role.SALESPERSON, False)
    page = opened(renew_link(user=user, by=CONSOLE))
    lock_log_in(user=user, reason="离职", by=CONSOLE)
    assert "页面打开期间" in sent(page)
    assert stands() == (False, Role.SALESPERSON, False)


def test_a_link_that_was_used_is_turned_down_by_nobody(user: User) -> None:
    link = renew_link(user=user, by=CONSOLE)
    first, second = opened(link), opened(link)
    sent(first)
    assert "刚刚已用此链接设置了密码" in sent(second, turn_down="1")
    assert (stands()[2], events(Kind.LINK_REFUSED)) == (True, 0)
