"""Logging in and out, the password, the language."""

import base64
import hashlib

import pytest
from django.test import Client as Browser

from access.models import User
from tests.cast import PASSWORD

WRONG = "用户名或密码不对"


@pytest.fixture
def user(db: None) -> User:
    """A salesperson's log-in."""
    return User.objects.create_user("alice", password=PASSWORD)


def log_in(browser: Browser, username: str, password: str, **more: str) -> str:
    """Try to log in; return where it leads, or the page that says why not."""
    response = browser.post("/login/", {"username": username, "password": password, **more})
    return response.headers.get("Location", response.content.decode())


def test_the_right_password_leads_to_the_own_page(user: User) -> None:
    browser = Browser()
    assert log_in(browser, "alice", PASSWORD) == "/"
    assert browser.get("/").status_code == 200
    assert browser.get("/login/").headers["Location"] == "/"


def test_after_the_log_in_one_is_where_one_wanted_to_go_but_never_elsewhere(user: User) -> None:
    assert log_in(Browser(), "alice", PASSWORD, next="/pay/2011-04/") == "/pay/2011-04/"
    assert log_in(Browser(), "alice", PASSWORD, next="https://evil.example/") == "/"


def test_whoever_works_in_the_admin_is_sent_there(user: User) -> None:
    User.objects.filter(pk=user.pk).update(role=User.Role.AUDITOR, is_staff=True)
    browser = Browser()
    assert log_in(browser, "alice", PASSWORD) == "/"
    assert browser.get("/").headers["Location"].startswith("/second-factor/")
    browser.force_login(User.objects.get(pk=user.pk))
    assert browser.get("/").headers["Location"] == "/admin/"


def test_a_wrong_name_a_wrong_password_and_a_closed_account_get_the_same_answer(user: User) -> None:
    answers = [log_in(Browser(), "alice", "wrong"), log_in(Browser(), "ghost", PASSWORD)]
    User.objects.filter(pk=user.pk).update(is_active=False)
    answers.append(log_in(Browser(), "alice", PASSWORD))
    assert [WRONG in answer for answer in answers] == [True] * 3


def test_the_log_in_page_is_kept_by_no_cache_and_runs_no_script(db: None) -> None:
    response = Browser().get("/login/")
    assert {"private", "no-store"} <= set(response.headers["Cache-Control"].replace(" ", "").split(","))
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "<script" not in response.content.decode()


def test_logging_out_takes_a_button_not_a_link(user: User) -> None:
    browser = Browser()
    browser.force_login(user)
    assert browser.get("/logout/").status_code == 405
    assert browser.get("/").status_code == 200
    assert browser.post("/logout/").headers["Location"] == "/login/"
    assert browser.get("/").headers["Location"] == "/login/?next=/"


def test_log_in_and_log_out_refuse_a_form_of_another_site(user: User) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(user)
    assert browser.post("/logout/").status_code == 403
    assert browser.post("/password/", {}).status_code == 403
    assert browser.post("/i18n/setlang/", {"language": "en"}).status_code == 403
    browser.logout()
    assert browser.post("/login/", {"username": "alice", "password": PASSWORD}).status_code == 403


def test_a_password_is_changed_with_the_old_one_and_one_stays_logged_in(user: User) -> None:
    browser = Browser()
    browser.force_login(user)
    new = {"new_password1": "better-horse-10", "new_password2": "better-horse-10"}
    refused = browser.post("/password/", {"old_password": "wrong", **new}).content.decode()
    assert "旧密码" in refused
    assert browser.post("/password/", {"old_password": PASSWORD, **new}).headers["Location"] == "/"
    assert "密码已修改" in browser.get("/").content.decode()
    assert WRONG in log_in(Browser(), "alice", PASSWORD)
    assert log_in(Browser(), "alice", "better-horse-10") == "/"


def test_a_weak_password_is_refused_with_the_reason(user: User) -> None:
    browser = Browser()
    browser.force_login(user)
    weak = {"old_password": PASSWORD, "new_password1": "12345", "new_password2": "12345"}
    assert "至少须有 10 个字符" in browser.post("/password/", weak).content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_the_password_page_asks_for_a_log_in(db: None) -> None:
    assert Browser().get("/password/").headers["Location"] == "/login/?next=/password/"


def test_the_language_is_switched_and_stays(db: None) -> None:
    browser = Browser()
    assert '<html lang="zh-hans">' in browser.get("/login/").content.decode()
    switched = browser.post("/i18n/setlang/", {"language": "en", "next": "/login/"})
    assert switched.headers["Location"] == "/login/"
    page = browser.get("/login/").content.decode()
    assert '<html lang="en">' in page
    assert "Log in" in page
    assert browser.post("/i18n/setlang/", {"language": "zh-hans", "next": "//evil.example/"}).headers["Location"] == "/"
    assert "登录" in browser.get("/login/").content.decode()


def test_every_answer_says_what_a_page_may_load_and_run(user: User) -> None:
    answers = {path: Browser().get(path) for path in ("/login/", "/pay/", "/nosuch/", "/admin/", "/admin/nosuch/")}
    for path, answer in answers.items():
        policy = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
        assert [policy[name] for name in ("default-src", "object-src", "base-uri", "frame-ancestors")] == ["'none'"] * 4
        assert policy["form-action"] == "'self'"
        assert "unsafe-inline" not in policy["style-src"]
        assert policy.get("script-src") == ("'self' 'unsafe-eval'" if path.startswith("/admin/") else None)
    style = answers["/nosuch/"].content.partition(b"<style>")[2].partition(b"</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert f"'sha256-{digest}'" in answers["/nosuch/"].headers["Content-Security-Policy"]
