"""Waiting for what other threads and processes do."""

import time
from collections.abc import Callable

from django.db import connection

PATIENCE = 60
"""Seconds after which it isn't going to happen."""


def until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened; fails after a minute."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it has not happened within a minute"
        time.sleep(0.05)


def somebody_waits() -> bool:
    """Whether anybody waits for a lock in this test's database."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (
                SELECT held.pid FROM pg_locks held JOIN pg_database ON pg_database.oid = held.database
                WHERE datname = current_database()
            )"""
        )
        return bool(cursor.fetchone()[0])
