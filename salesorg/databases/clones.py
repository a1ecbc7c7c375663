"""Databases for tests and benchmarks: a template migrated once by the owner, and clones that the application uses.

Django's own way, one database whose tables are flushed, truncates; the application's role may not. A clone takes a
fraction of a second. Each process holds an advisory lock for every database it uses, so what a killed run left behind
is known by its lock being free, and is dropped by the next.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg2 import sql
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from psycopg2.extensions import connection as PgConnection

from salesorg.state.places import ROOT
from salesorg.state.stamps import digest


@dataclass(frozen=True)
class Clone:
    """A database of its own for a test, and what another process needs to use it."""

    name: str

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that point a command of the project at this database."""
        return {
            "DATABASE_URL": _url(settings.DATABASES["default"], self.name),
            "DATABASE_OWNER_URL": _url(settings.DATABASE_OWNER, self.name),
        }


@dataclass(frozen=True)
class Databases:
    """Makes and drops the tests' databases; ``maintenance`` is the owner's connection that holds the locks."""

    maintenance: PgConnection
    _in_use: set[str] = field(default_factory=set)

    @property
    def prefix(self) -> str:
        return f"{settings.DATABASE_OWNER['NAME']}_test_"

    @property
    def template(self) -> str:
        migrations = ROOT.glob("*/migrations/*")
        data = ROOT.glob("*/plans/*")
        rights = (
            ROOT / "salesorg/databases/grants.py",
            ROOT / "salesorg/databases/database.py",
            ROOT / "monthend/preview/scratch.py",
        )
        files = [path for path in (*migrations, *data, *rights) if path.is_file()]
        return f"{self.prefix}template_{digest([ROOT / 'requirements.txt', *files])[:12]}"

    def ensure_template(self) -> None:
        """Make the template if the migrations have changed, one process at a time; use it from now on."""
        self._run("SELECT pg_advisory_lock(hashtext(%s))", self.prefix)
        try:
            self._run("SELECT pg_advisory_lock_shared(hashtext(%s))", self.template)
            self._drop_abandoned()
            if self.template not in self._existing():
                self._make_template()
        finally:
            self._run("SELECT pg_advisory_unlock(hashtext(%s))", self.prefix)

    @contextmanager
    def clone(self, *, of: str = "", durable: bool = False) -> Iterator[Clone]:
        """Connect Django to a fresh clone of the template, or of a database that nobody uses, for a while.

        With `durable` a commit waits for the disk.
        """
        with self.standing(of=of, durable=durable) as clone, connected_to(clone.name):
            yield clone

    @contextmanager
    def standing(self, *, of: str = "", durable: bool = False) -> Iterator[Clone]:
        """Make a clone that stands for a while, and leave Django connected to where it is.

        What lasts longer than a test begins and ends among clones that others connect to, in an order of its own.
        """
        clone = Clone(f"{self.prefix}{secrets.token_hex(6)}")
        self._in_use.add(clone.name)
        self._run("SELECT pg_advisory_lock(hashtext(%s))", clone.name)
        self._create(clone.name, of or self.template, durable=durable)
        try:
            yield clone
        finally:
            self._drop(clone.name)
            self._run("SELECT pg_advisory_unlock(hashtext(%s))", clone.name)
            self._in_use.remove(clone.name)

    def _make_template(self) -> None:
        draft = f"{self.template}_draft"
        self._create(draft, "template1")
        with connected_to(draft):
            call_command("migrate", verbosity=0)
        _close_kept(draft)
        self._run(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(self.template))
        )

    def _drop_abandoned(self) -> None:
        # A connection gets its own locks again, so they don't tell what this process uses itself.
        for name in self._existing() - {self.template, *self._in_use}:
            if self._run("SELECT pg_try_advisory_lock(hashtext(%s))", name) == [(True,)]:
                self._drop(name)
                self._run("SELECT pg_advisory_unlock(hashtext(%s))", name)

    def _existing(self) -> set[str]:
        mine = (
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND pg_get_userbyid(datdba) = current_user"
        )
        return {name for (name,) in self._run(mine, self.prefix)}

    def _create(self, name: str, template: str, *, durable: bool = False) -> None:
        _close_kept(template)
        copied = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")  # through the log it takes twice as long
        self._run(copied.format(sql.Identifier(name), sql.Identifier(template)))
        self._run(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        if not durable:
            self._run(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name)))

    def _drop(self, name: str) -> None:
        _close_kept(name)
        self._run(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))

    def _run(self, statement: str | sql.Composable, *values: str) -> list[tuple[Any, ...]]:
        with self.maintenance.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def open_databases() -> Iterator[Databases]:
    """Connect as the owner, for as long as the tests run."""
    owner = settings.DATABASE_OWNER
    maintenance = psycopg2.connect(
        dbname=owner["NAME"],
        user=owner["USER"],
        password=owner["PASSWORD"],
        host=owner["HOST"],
        port=owner["PORT"],
        **owner["OPTIONS"],
    )
    maintenance.autocommit = True
    with maintenance.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")  # another process may take its time to make the template
    try:
        yield Databases(maintenance)
    finally:
        maintenance.close()


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Point Django's connections, also those that other threads open, at another database for a while.

    A connection that nothing is left open in is kept for the next time, for PostgreSQL reads anew what it knows of a
    database with each, until the database is copied or dropped.
    """
    usual = connection.settings_dict["NAME"]
    _keep_connection()
    connection.settings_dict["NAME"] = name
    connection.connection = _KEPT.pop(_key(), None)
    try:
        yield
    finally:
        _keep_connection()
        connection.settings_dict["NAME"] = usual
        connection.connection = _KEPT.pop(_key(), None)


_KEPT: dict[tuple[str, ...], PgConnection] = {}
"""Connections of this process that nobody uses just now, by their database and how they were begun."""


def _key() -> tuple[str, ...]:
    return tuple(str(connection.settings_dict[key]) for key in ("NAME", "USER", "HOST", "PORT", "OPTIONS"))


def _keep_connection() -> None:
    """Leave Django without a connection; keep the one that it had if it could go on as if new."""
    raw = connection.connection
    idle = raw is not None and not raw.closed and raw.info.transaction_status == TRANSACTION_STATUS_IDLE
    if idle and connection.autocommit and not connection.in_atomic_block:
        _KEPT[_key()] = raw
        connection.connection = None
    else:
        connection.close()


def _close_kept(name: str) -> None:
    """Leave a database, so that it can be copied or dropped."""
    for key in [key for key in _KEPT if key[0] == name]:
        _KEPT.pop(key).close()


def _url(database: dict[str, Any], name: str) -> str:
    user, password = quote(database["USER"], safe=""), quote(database["PASSWORD"], safe="")
    return f"postgresql://{user}:{password}@{database['HOST']}:{database['PORT']}/{name}"
