"""Roles and rights: an owner that runs the migrations, and the application's role, which owns nothing."""

from urllib.parse import unquote, urlsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as PgConnection

from salesorg.servers.errors import ServerError


def ensure_database(superuser: str, owner: str, application: str) -> None:
    """Make both roles and the database in a cluster of ours, unless the owner gets in: it is made last but one.

    The owner may create databases, for the tests' clones; neither is superuser.
    """
    if _gets_in(owner):
        return
    connection = psycopg2.connect(superuser)
    connection.autocommit = True
    try:
        _ensure_role(connection, application, "LOGIN")
        _ensure_role(connection, owner, "LOGIN CREATEDB")
        _ensure_database(connection, owner)
    finally:
        connection.close()


def pending_migrations(url: str, wanted: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return those of the wanted (app, name) that the database has not applied; ServerError if it does not answer."""
    try:
        connection = psycopg2.connect(url)
    except psycopg2.OperationalError as error:
        raise ServerError(f"The database does not let its owner in:\n{error}") from error
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('django_migrations')")
            if cursor.fetchall() == [(None,)]:
                return wanted
            cursor.execute("SELECT app, name FROM django_migrations")
            return wanted - set(cursor.fetchall())
    finally:
        connection.close()


def _gets_in(url: str) -> bool:
    try:
        psycopg2.connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True


def _ensure_role(connection: PgConnection, url: str, rights: str) -> None:
    name, password = _role(url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        cursor.execute(
            sql.SQL("{} ROLE {} WITH {} PASSWORD {}").format(
                sql.SQL(verb), sql.Identifier(name), sql.SQL(rights), sql.Literal(password)
            )
        )


def _ensure_database(connection: PgConnection, owner: str) -> None:
    name = urlsplit(owner).path[1:]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(_role(owner)[0]))
            )


def _role(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return unquote(parts.username or ""), unquote(parts.password or "")
