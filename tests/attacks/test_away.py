"""The site while its database is away, or has no room: a page that says so, and no more."""

from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory
from pytest_django.plugin import DjangoDbBlocker

from salesorg.databases.clones import Databases
from salesorg.failures import failed


def raised(statement: str) -> OperationalError:
    """The error that a statement ends with."""
    with connection.cursor() as cursor, pytest.raises(OperationalError) as caught:
        cursor.execute(statement)
    return caught.value


def answer(error: Exception, method: str = "GET") -> tuple[int, str]:
    """The page that is answered with where this was raised."""
    try:
        raise error
    except Exception:
        response = failed(RequestFactory().generic(method, "/"))
    return response.status_code, response.content.decode()


def raising(code: str) -> str:
    return f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$"


@pytest.mark.parametrize(
    ("code", "words"),
    [("53100", "磁盘已满"), ("57P03", "正在重新启动"), ("53300", "正在重新启动"), ("08006", "正在重新启动")],
)
def test_what_is_away_is_told(databases: Databases, django_db_blocker: DjangoDbBlocker, code: str, words: str) -> None:
    with django_db_blocker.unblock(), databases.clone():
        status, page = answer(raised(raising(code)))
    assert (status, words in page) == (503, True)
    assert ('http-equiv="refresh"' in page) is (code != "53100")


def test_a_connection_that_is_cut_is_told(databases: Databases, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), databases.clone():
        error = raised("SELECT pg_terminate_backend(pg_backend_pid())")
        connection.close()
    assert answer(error, "POST")[0] == 503
    assert "refresh" not in answer(error, "POST")[1]


def test_a_full_disk_of_the_site_is_told() -> None:
    with pytest.raises(OSError, match="No space") as caught:
        Path("/dev/full").write_text("x")
    status, page = answer(caught.value)
    assert (status, "磁盘已满" in page) == (503, True)


@pytest.mark.parametrize("error", [ValueError("x"), OSError(2, "x"), KeyError("x")])
def test_another_error_is_one(error: Exception) -> None:
    assert answer(error)[0] == 500
