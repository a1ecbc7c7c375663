"""The database's address, as one setting, and the rights of the application's role in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper

RIGHTS = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT TEMPORARY ON DATABASE {database} TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
)


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
    """Let the role read and write rows of what the connection's own role owns now or later, and nothing more.

    No TRUNCATE, which no trigger on rows sees, no CREATE, no ownership. Functions are everybody's to execute already,
    and temporary tables everybody's to make, unless somebody has revoked it: previews need them.
    """
    names = {"role": role, "database": str(connection.settings_dict["NAME"])}
    quoted = {name: connection.ops.quote_name(value) for name, value in names.items()}
    with connection.cursor() as cursor:
        for right in RIGHTS:
            cursor.execute(right.format(**quoted))
