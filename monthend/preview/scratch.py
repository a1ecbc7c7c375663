"""The previews' tables: made by the owner, always empty for everybody but a preview's own transaction."""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import sql

from monthend.preview.shadow import SCHEMA, STARTING_STATE

FIRST_KEY = 2**40
"""Rows that a preview makes get keys from here on, far above those of the official rows that it begins with."""

_GRANTS_MAINTAIN = 170_000
_COPY = sql.SQL("CREATE UNLOGGED TABLE {scratch} (LIKE public.{table} INCLUDING ALL)")
_NUMBER = sql.SQL("ALTER TABLE {scratch} ALTER COLUMN id RESTART WITH {first}")


def remove_scratch_tables(connection: BaseDatabaseWrapper) -> None:
    """Drop them, so that migrations can change what they were made like; as the owner."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(SCHEMA)))


def make_scratch_tables(connection: BaseDatabaseWrapper, role: str) -> None:
    """Make one like each table that the month end writes, for the role to fill and empty; as the owner.

    They have the official ones' checks and keys, but no triggers and no foreign keys.
    """
    existing = set(connection.introspection.table_names())
    schema, user = sql.Identifier(SCHEMA), sql.Identifier(role)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        for name in sorted({model._meta.db_table for model in STARTING_STATE} & existing):
            scratch = sql.Identifier(SCHEMA, name)
            cursor.execute(_COPY.format(scratch=scratch, table=sql.Identifier(name)))
            cursor.execute(_NUMBER.format(scratch=scratch, first=sql.Literal(FIRST_KEY)))
        kept_up = ", MAINTAIN" if connection.pg_version >= _GRANTS_MAINTAIN else ""  # type: ignore[attr-defined]
        for right in (
            "USAGE ON SCHEMA {schema}",
            f"SELECT, INSERT, UPDATE, DELETE, TRUNCATE{kept_up} ON ALL TABLES IN SCHEMA {{schema}}",
            "USAGE ON ALL SEQUENCES IN SCHEMA {schema}",
        ):
            cursor.execute(sql.SQL(f"GRANT {right} TO {{user}}").format(schema=schema, user=user))
