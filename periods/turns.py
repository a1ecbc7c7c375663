"""Whoever computes months, or changes what they are computed from as a whole, does it alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

MONTHS_LOCK = 369125
"""The database's advisory lock for it; the seal's triggers share it, so that a lock waits for all who write."""


def wait_for_turn() -> None:
    """Wait until nobody else computes or imports, and keep others out until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MONTHS_LOCK])


@contextmanager
def alone(lock: int) -> Iterator[bool]:
    """Tell whether nobody else holds this advisory lock, and keep others from it for the while."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


def is_free(lock: int) -> bool:
    """Whether nobody holds this advisory lock; if so it is kept free until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
        return bool(cursor.fetchone()[0])
