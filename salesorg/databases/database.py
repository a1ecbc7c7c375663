"""The database's address, as one setting, and the rights of the application's role in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import sql

from salesorg.databases.grants import FUNCTIONS, TABLES

LIMITS = {
    "site": {"lock_timeout": "3s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "60s"},
    "work": {"lock_timeout": "10min", "statement_timeout": "30min", "idle_in_transaction_session_timeout": "15min"},
    "owner": {"lock_timeout": "1min", "statement_timeout": "0", "idle_in_transaction_session_timeout": "1h"},
}
"""How long the database lets each kind of process wait: pages shortly, what works in the background and commands long.

Migrations wait shortly for locks, for whoever waits for a table keeps all others from it; and they may take long.
"""


def with_limits(database: dict[str, Any], process: str) -> dict[str, Any]:
    """Django's setting of a database, with the limits of a kind of process; what its address asks for comes later.

    Where tables are looked for is said at each connection: a role may set that for itself, and so lead later
    connections to tables that it can write.
    """
    limits = [f"-c {name}={value}" for name, value in LIMITS[process].items()] + ["-c search_path=public"]
    given = database["OPTIONS"].get("options", "")
    return {**database, "OPTIONS": {**database["OPTIONS"], "options": " ".join([*limits, given]).strip()}}


def parse_database_url(url: str) -> dict[str, Any]:
    """Turn ``postgresql://role:password@host:port/name?sslmode=require`` into Django's setting.

    Raises ImproperlyConfigured for another scheme or a missing name.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or len(parts.path) < 2:
        raise ImproperlyConfigured(
            "DATABASE_URL and DATABASE_OWNER_URL must look like postgresql://role:password@host:port/name"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


@contextmanager
def connected_as(connection: BaseDatabaseWrapper, role: dict[str, Any]) -> Iterator[None]:
    """Let a connection speak as another role of the same database for a while."""
    usual = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    connection.close()
    connection.settings_dict.update({key: role[key] for key in usual})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(usual)


def grant_rights(connection: BaseDatabaseWrapper, role: str) -> None:
    """Let the role do what grants.py says with what the connection's own role owns, and nothing more.

    Whatever it was granted before is taken back first, in one transaction, so that a running site notices nothing. It
    may make nothing, not even temporary tables: in these, functions of the owner's could be led to objects of its own.
    """
    name, database = sql.Identifier(role), sql.Identifier(str(connection.settings_dict["NAME"]))
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in _CLOSED:
            cursor.execute(sql.SQL(statement).format(role=name, database=database))
        cursor.execute(_OWN_TABLES)
        for (table,) in cursor.fetchall():
            if rights := TABLES.get(table):
                cursor.execute(_GRANT.format(rights=sql.SQL(", ".join(rights)), what=sql.Identifier(table), role=name))
        cursor.execute(_OWN_FUNCTIONS)
        for function, signature, is_extension in cursor.fetchall():
            cursor.execute(_REVOKE_FUNCTION.format(function=sql.SQL(signature), role=name))
            if is_extension or function in FUNCTIONS:
                cursor.execute(_GRANT_FUNCTION.format(function=sql.SQL(signature), role=name))


_CLOSED = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {role}",
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM {role}",
    "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
)
_OWN_TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND pg_get_userbyid(relowner) = current_user
"""
_OWN_FUNCTIONS = """
    SELECT proname, oid::regprocedure::text,
        EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
    FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'w') AND pg_get_userbyid(proowner) = current_user
"""
_GRANT = sql.SQL("GRANT {rights} ON {what} TO {role}")
_REVOKE_FUNCTION = sql.SQL("REVOKE ALL ON FUNCTION {function} FROM PUBLIC, {role}")
_GRANT_FUNCTION = sql.SQL("GRANT EXECUTE ON FUNCTION {function} TO {role}")
