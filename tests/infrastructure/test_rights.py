"""The application's role reads and writes rows and nothing more."""

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection

pytestmark = [pytest.mark.django_db, pytest.mark.roles]


def execute(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_tests_speak_as_the_application() -> None:
    assert execute("SELECT current_user") == [(settings.DATABASES["default"]["USER"],)]
    assert settings.DATABASES["default"]["USER"] != settings.DATABASE_OWNER["USER"]


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE access_user CASCADE",
        "CREATE TABLE more (id int)",
        "ALTER TABLE access_user ADD COLUMN more int",
        "DROP TABLE access_user CASCADE",
        "ALTER TABLE access_user DISABLE TRIGGER ALL",
        "CREATE ROLE more",
    ],
)
def test_the_application_owns_nothing(statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        execute(statement)


def test_neither_role_is_superuser() -> None:
    roles = (settings.DATABASES["default"]["USER"], settings.DATABASE_OWNER["USER"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = ANY(%s)", [list(roles)])
        assert sorted(cursor.fetchall()) == [(role, False, False) for role in sorted(roles)]
