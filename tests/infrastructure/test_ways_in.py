"""The scripts in bin/, from a copy of the checkout with nothing made yet."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from salesorg.databases.clones import Clone
from salesorg.state.places import ROOT
from tests.infrastructure.checkouts import Checkout

pytestmark = pytest.mark.slow

WHERE = "from django.conf import settings as s; print(s.DATABASES['default']['NAME'], s.CELERY_BROKER_URL)"


def test_a_bare_checkout_makes_everything_once(checkout: Checkout) -> None:
    first = checkout.call("bin/manage", "check")
    assert first.returncode == 0, first.stderr
    assert "no issues" in first.stdout
    assert "Installing the packages" in first.stderr
    assert "Bringing the database's tables up to date" in first.stderr

    second = checkout.call("bin/manage", "check")
    assert (second.returncode, second.stderr) == (0, "")

    applied = checkout.call("bin/manage", "migrate", "--check")
    assert applied.returncode == 0, applied.stdout

    assert checkout.call("bin/manage", "stop_servers").stdout == "Stopped PostgreSQL and Valkey.\n"
    assert checkout.call("bin/manage", "stop_servers").stdout == "Nothing was running.\n"

    ill = checkout.call("bin/manage", "health")
    assert (ill.returncode, "无法连接数据库" in ill.stderr) == (1, True), ill.stderr
    assert checkout.call("bin/manage", "stop_servers").stdout == "Nothing was running.\n"


def test_servers_of_ones_own_are_used_and_none_is_started(equipped: Checkout, committed_db: Clone) -> None:
    addresses = committed_db.environment | {"REDIS_URL": settings.CELERY_BROKER_URL}
    shown = equipped.call("bin/manage", "shell", "-v", "0", "-c", WHERE, **addresses)
    assert shown.stdout == f"{committed_db.name} {settings.CELERY_BROKER_URL}\n", shown.stderr
    assert not (equipped.root / "var" / "servers").exists()


def test_who_serves_is_not_given_the_owner_s_log_in(equipped: Checkout, committed_db: Clone) -> None:
    addresses = committed_db.environment | {"REDIS_URL": settings.CELERY_BROKER_URL}
    given = equipped.call("bin/environment", "--serving", "--without-migrations", "env", **addresses).stdout
    assert f"DATABASE_URL={addresses['DATABASE_URL']}\n" in given
    assert "DATABASE_OWNER_URL" not in given
    assert '/environment" --serving ' in (equipped.root / "bin/work").read_text()


def test_what_python_compiles_is_kept_whatever_the_caller_is_used_to() -> None:
    habit = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    asked = [str(ROOT / "bin/environment"), "--without-servers", "env"]
    given = subprocess.run(asked, env=habit, capture_output=True, text=True, check=True).stdout
    assert "SALESORG_VAR=" in given
    assert "PYTHONDONTWRITEBYTECODE" not in given


def test_production_settings_pass_django_s_deployment_checks(equipped: Checkout, committed_db: Clone) -> None:
    production = committed_db.environment | {"REDIS_URL": settings.CELERY_BROKER_URL, "SALESORG_ENV": "production"}
    check = ("bin/manage", "check", "--deploy", "--fail-level", "WARNING")
    assert equipped.call(*check, **production, SALESORG_HOSTS="salesorg.example").returncode == 0
    assert "SALESORG_HOSTS is not set" in equipped.call(*check, **production).stderr


def test_a_machine_without_python_is_told_so(checkout: Checkout, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "dirname").symlink_to(shutil.which("dirname") or "")
    (programs / "python3").write_text("#!/bin/sh\nexit 1\n")
    (programs / "python3").chmod(0o755)
    told = checkout.call("bin/manage", "check", PATH=str(programs))
    assert told.returncode == 1
    assert "needs Python 3.11 or newer" in told.stderr
