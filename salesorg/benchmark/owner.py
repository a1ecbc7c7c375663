"""The role that owns the tables, at a benchmark's database."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2.extensions import connection as PgConnection

from salesorg.databases.clones import Clone


@contextmanager
def owner_connection(clone: Clone) -> Iterator[PgConnection]:
    """A connection of the role that owns the tables, which alone may make others and gather statistics."""
    owner = psycopg2.connect(clone.environment["DATABASE_OWNER_URL"])
    try:
        yield owner
    finally:
        owner.close()


def gather_statistics(owner: PgConnection) -> None:
    """Bring the tables into the state that the server's own housekeeping leaves them in."""
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    owner.autocommit = False
