"""The tests' own databases, and the address of a database as one setting."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.request import urlopen

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.utils import ConnectionHandler
from pytest_django.live_server_helper import LiveServer

from access.models import User
from salesorg.databases.clones import Clone, Databases, connected_to, open_databases
from salesorg.databases.database import parse_database_url, with_limits


def users_seen_by_another_thread() -> list[str]:
    def names() -> list[str]:
        try:
            return list(User.objects.values_list("username", flat=True))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(names).result()


def test_what_is_committed_is_seen_by_others(committed_db: Clone) -> None:
    with transaction.atomic():
        User.objects.create_user("wang")
        assert users_seen_by_another_thread() == []
    assert users_seen_by_another_thread() == ["wang"]


def test_the_next_test_finds_its_database_as_migrated(committed_db: Clone) -> None:
    assert users_seen_by_another_thread() == []
    assert apps.get_model("rulebook", "PlanVersion").objects.exists()


def test_the_site_is_served_from_the_committed_database(live_site: LiveServer) -> None:
    with urlopen(f"{live_site.url}/admin/login/") as answer:
        assert answer.status == 200
        assert '<html lang="zh-hans"' in answer.read().decode()


def test_databases_of_a_killed_run_are_dropped_and_those_in_use_kept(databases: Databases) -> None:
    abandoned = f"{databases.prefix}abandoned"
    databases._create(abandoned, "template1")
    with open_databases() as others, others.clone() as used, databases.clone() as own, connected_to(used.name):
        databases.ensure_template()
        left = databases._existing()
    assert abandoned not in left
    assert {used.name, own.name, databases.template} <= left


def test_a_connection_is_kept_for_the_next_time_until_its_database_is_copied(databases: Databases) -> None:
    with databases.standing() as clone:
        first, second = served_by(clone), served_by(clone)
        with databases.standing(of=clone.name):
            third = served_by(clone)
    assert (first == second, second == third) == (True, False)


def test_a_connection_in_which_something_is_left_open_is_not_kept(databases: Databases) -> None:
    with databases.standing() as clone:
        first = served_by(clone, leave="BEGIN")
        assert served_by(clone) != first


def served_by(clone: Clone, leave: str = "") -> int:
    """The process of PostgreSQL's that serves Django in this database; `leave` is said to it at the end."""
    with connected_to(clone.name), connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
        if leave:
            cursor.execute(leave)
        return int(pid)


@pytest.mark.parametrize(
    ("process", "limits"),
    [("site", ["3s", "30s", "1min"]), ("work", ["10min", "30min", "15min"]), ("owner", ["1min", "0", "1h"])],
)
@pytest.mark.django_db
def test_each_kind_of_process_waits_as_long_as_is_good_for_the_others(process: str, limits: list[str]) -> None:
    """A page that waits for a lock gives way before its statement would end it, or each thread would be held."""
    plain = {**connection.settings_dict, "OPTIONS": {}}
    limited = ConnectionHandler({"default": with_limits(plain, process)})["default"]
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    with closing(limited), limited.cursor() as cursor:
        found = [cursor.execute(f"SHOW {name}") or cursor.fetchone()[0] for name in names]
    assert found == limits


def test_an_address_becomes_a_setting() -> None:
    setting = parse_database_url("postgresql://li%20na:p%40ss@db.example:6432/sales%20org?sslmode=require")
    assert setting == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "sales org",
        "USER": "li na",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize("address", ["", "mysql://a@b/c", "postgresql://a@b", "postgresql://a@b/"])
def test_an_address_of_something_else_is_refused(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="must look like postgresql://"):
        parse_database_url(address)
