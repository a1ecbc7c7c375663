"""bin/manage second_factor: the code of a demo's second factor, in place of a phone."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django.fixtures import Settings

from access.models import User
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    user = User.objects.create_user("hr", password=PASSWORD, role=User.Role.HR, is_staff=True)
    TOTPDevice.objects.create(user=user, name="demo")
    return user


def test_the_code_opens_each_time(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    for _log_in in range(2):
        browser = Browser()
        browser.post("/login/", {"username": "hr", "password": PASSWORD})
        call_command("second_factor", "hr")
        code = capsys.readouterr().out.strip()
        assert browser.post("/second-factor/", {"code": code, "next": "/admin/"}).headers["Location"] == "/admin/"


def test_it_tells_nothing_in_production_nor_of_who_has_none(user: User, settings: Settings) -> None:
    with pytest.raises(CommandError, match="ghost"):
        call_command("second_factor", "ghost")
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("second_factor", "hr")
