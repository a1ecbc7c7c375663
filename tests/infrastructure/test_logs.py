"""What is logged of an error: where it was, not whom it was about."""

import logging

import pytest
from django.db import IntegrityError, connection

from salesorg.logs import Discreet

pytestmark = pytest.mark.django_db


def test_what_a_database_error_quotes_is_not_logged() -> None:
    with connection.cursor() as cursor, pytest.raises(IntegrityError) as caught:
        cursor.execute("INSERT INTO django_session VALUES ('access, user', '', now()), ('access, user', '', now())")
    logged = written("upload 1 failed: %s", caught.value, caught)
    assert "(access, user)" in str(caught.value)
    assert "(access, user)" not in logged
    assert "duplicate key value violates unique constraint" in logged
    assert "IntegrityError" in logged


@pytest.mark.parametrize(
    ("text", "logged"),
    [
        ("no 110101199003070012 here", "no …0012 here"),
        ("身份证11010119900307001X。", "身份证…001X。"),
        ("6222021234567890123", "…0123"),
        ("(110101900307001)", "(…7001)"),
        ("13800138000", "13800138000"),
        ("2011-04-01 00:00:00,123 12345678901", "2011-04-01 00:00:00,123 12345678901"),
    ],
)
def test_private_numbers_are_masked(text: str, logged: str) -> None:
    assert written("%s", text, None) == logged


def written(words: str, value: object, caught: "pytest.ExceptionInfo[IntegrityError] | None") -> str:
    """What is logged."""
    trace = (caught.type, caught.value, caught.tb) if caught else None
    return Discreet("{message}", style="{").format(logging.LogRecord("x", 40, "x", 1, words, (value,), trace))
