"""The second factor: set up at the first log-in of finance, HR and operators, then asked for, by choice of others."""

import re
import time
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client as Browser
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.accounts.actions_second_factor import reset_second_factor
from access.actor import Actor
from access.models import AccountEvent, User
from salesorg.naming import issuer
from tests.cast import PASSWORD, log_in_of

Role = User.Role
pytestmark = pytest.mark.django_db


def code_of(user: User, steps: int = 0) -> str:
    """The code that the user's phone shows, or will in some half minutes."""
    device = TOTPDevice.objects.get(user=user)
    totp = TOTP(device.bin_key)
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06}"


def entered(user: User) -> Browser:
    """A browser in which the password was right."""
    browser = Browser()
    browser.post("/login/", {"username": user.username, "password": PASSWORD})
    return browser


@pytest.fixture(params=[Role.FINANCE, Role.HR, Role.OPERATOR])
def user(request: pytest.FixtureRequest) -> User:
    return User.objects.create_user("alice", password=PASSWORD, role=request.param, is_staff=True)


def set_up(user: User) -> list[str]:
    """Go through the set-up; the recovery codes."""
    browser = entered(user)
    browser.get("/second-factor/set-up/")
    page = browser.post("/second-factor/set-up/", {"code": code_of(user)}).content.decode()
    codes = re.findall(r"<code>(\w+)</code>", page)
    assert len(codes) == 10
    assert browser.get("/admin/").status_code == 200
    return codes


def test_without_it_nothing_opens_until_it_is_set_up(user: User) -> None:
    browser = entered(user)
    for path in ("/", "/admin/", "/pay/", "/password/", "/log-ins/", "/workbooks/payroll-2011-04.xlsx"):
        assert browser.get(path).headers["Location"].startswith("/second-factor/"), path
    assert browser.get("/admin/", headers={"hx-request": "true"}).headers["HX-Redirect"] == "/second-factor/"
    page = browser.get("/second-factor/", follow=True).content.decode()
    assert "<svg" in page
    assert f"otpauth://totp/{quote('营销薪酬管理')}%3Aalice?" in page
    wrong = browser.post("/second-factor/set-up/", {"code": "000000"}).content.decode()
    assert "验证码不对" in wrong
    assert browser.get("/admin/").status_code == 302


def test_it_is_asked_for_at_each_log_in(user: User) -> None:
    set_up(user)
    browser = entered(user)
    asked = browser.get("/admin/").headers["Location"]
    assert asked == "/second-factor/?next=%2Fadmin%2F"
    assert browser.get("/second-factor/set-up/").headers["Location"] == "/second-factor/", "no second one beside it"
    code = code_of(user, 1)
    passed = browser.post(asked, {"code": code, "next": "/admin/"})
    assert passed.headers["Location"] == "/admin/"
    assert browser.get("/admin/").status_code == 200
    assert entered(user).post("/second-factor/", {"code": code}).status_code == 200, "a code is good once"


def test_after_it_one_goes_nowhere_else(user: User) -> None:
    set_up(user)
    browser = entered(user)
    passed = browser.post("/second-factor/", {"code": code_of(user, 1), "next": "https://evil.example/"})
    assert passed.headers["Location"] == "/"


def test_a_recovery_code_opens_once(user: User) -> None:
    code = set_up(user)[0]
    assert entered(user).post("/second-factor/", {"code": code}).status_code == 302
    assert entered(user).post("/second-factor/", {"code": code}).status_code == 200


def test_another_resets_it(user: User) -> None:
    set_up(user)
    other = log_in_of(Role.OPERATOR, "other")
    reset_second_factor(user=user, reason="手机丢失", by=Actor(other))
    assert entered(user).get("/admin/", follow=True).redirect_chain[-1][0] == "/second-factor/set-up/"
    assert AccountEvent.objects.filter(user=user, kind=AccountEvent.Kind.FACTOR_RESET, by=other).exists()


def test_a_reset_ends_the_open_sessions_and_no_others(user: User) -> None:
    paper = set_up(user)
    here, there, halfway, other = entered(user), entered(user), entered(user), log_in_of(Role.OPERATOR, "other")
    here.post("/second-factor/", {"code": code_of(user, 1)})
    there.post("/second-factor/", {"code": paper[0]})
    others = Browser()
    others.force_login(other)
    assert [one.get("/admin/").status_code for one in (here, there, others)] == [200, 200, 200]
    reset_second_factor(user=user, reason="手机丢失", by=Actor(other))
    for ended in (here, there, halfway):
        assert ended.get("/admin/").headers["Location"].startswith("/admin/login/")
        assert ended.get("/second-factor/set-up/").headers["Location"].startswith("/login/")
    assert others.get("/admin/").status_code == 200
    again = entered(user)
    assert again.get("/admin/", follow=True).redirect_chain[-1][0] == "/second-factor/set-up/"
    again.post("/second-factor/set-up/", {"code": code_of(user)})
    assert again.get("/admin/").status_code == 200
    words = {"old_password": PASSWORD, "new_password1": "another-horse-8", "new_password2": "another-horse-8"}
    again.post("/password/", words)
    assert again.get("/admin/").status_code == 200, "who changes the own password stays"


def test_others_choose_it_and_are_asked_from_then_on() -> None:
    user = User.objects.create_user("bob", password=PASSWORD)
    assert entered(user).get("/pay/").status_code == 200
    browser = entered(user)
    browser.get("/second-factor/set-up/")
    browser.post("/second-factor/set-up/", {"code": code_of(user)})
    assert browser.get("/pay/").status_code == 200
    assert entered(user).get("/pay/").headers["Location"].startswith("/second-factor/")


def test_codes_of_two_sites_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PRODUCTION", True)
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", [".pay.example", "other.example"])
    monkeypatch.setenv("SALESORG_NAME", "甲公司")
    assert issuer(None) == "甲公司 (pay.example)"
