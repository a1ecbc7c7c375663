"""How long a log-in lasts, password rules, and the page of one's own log-ins."""

from typing import Any

import pytest
from django.test import Client as Browser

from access.middleware import BEGAN, SEEN
from access.models import User
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_user("alice", password=PASSWORD)


def log_in(password: str, browser: Browser | None = None) -> int:
    """Try to log in; the status."""
    return (browser or Browser()).post("/login/", {"username": "alice", "password": password}).status_code


@pytest.mark.parametrize(("key", "age", "ends"), [(SEEN, 3700, True), (SEEN, 3500, False), (BEGAN, 43300, True)])
def test_a_log_in_ends_unused_or_after_its_hours(user: User, key: str, age: int, ends: bool) -> None:
    browser = Browser()
    log_in(PASSWORD, browser)
    browser.get("/pay/")
    session = browser.session
    session[key] -= age
    session.save()
    answer = browser.get("/pay/")
    assert answer.status_code == (302 if ends else 200)
    if ends:
        assert "为安全起见" in browser.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize(("age", "is_noted"), [(55, False), (65, True)])
def test_that_it_is_in_use_is_noted_now_and_then(user: User, settings: Any, age: int, is_noted: bool) -> None:
    settings.SALESORG_SEEN_SECONDS = 60
    browser = Browser()
    log_in(PASSWORD, browser)
    browser.get("/pay/")
    session = browser.session
    session[SEEN] = before = session[SEEN] - age
    session.save()
    browser.get("/pay/")
    assert (browser.session[SEEN] > before) is is_noted


def test_a_log_in_ends_with_the_browser(user: User) -> None:
    browser = Browser()
    log_in(PASSWORD, browser)
    assert browser.cookies["sessionid"]["max-age"] == ""


def test_the_same_password_is_no_new_one(user: User) -> None:
    browser = Browser()
    browser.force_login(user)
    same = {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "这是您现在的密码" in browser.post("/password/", same).content.decode()


def test_one_sees_ones_own_log_ins(user: User) -> None:
    User.objects.create_user("bob", password=PASSWORD)
    for name, agent in (("alice", "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36"), ("bob", "Firefox")):
        Browser().post("/login/", {"username": name, "password": PASSWORD}, headers={"user-agent": agent})
    browser = Browser()
    browser.force_login(user)
    page = browser.get("/log-ins/").content.decode()
    assert "Chrome · Windows" in page
    assert "127.0.0.1" in page
    assert "Firefox" not in page
    assert "不是您本人" in page
