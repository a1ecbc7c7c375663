"""Whoever computes months, or changes what they are computed from as a whole, does it alone."""

from django.db import connection

MONTHS_LOCK = 369125
"""The database's advisory lock for it; the seal's triggers share it, so that a lock waits for all who write."""


def wait_for_turn() -> None:
    """Wait until nobody else computes or imports, and keep others out until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MONTHS_LOCK])
