"""Rows written and asked for as sets: one statement, however many rows."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db import connection
from django.db.models import Field, Model
from django.db.models.expressions import RawSQL
from psycopg2 import sql

Row = TypeVar("Row", bound=Model)


def any_of(keys: Iterable[int]) -> RawSQL:
    """Keys for an `__in` lookup, however many; the database is asked even for none, so that queries stay countable."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)])


def write_rows(model: type[Row], *, new: Sequence[Row], changed: Sequence[Row], fields: Sequence[str]) -> None:
    """Update `fields` of the changed rows, then insert the new ones, which get their ids."""
    update_rows(model, changed, fields)
    model._default_manager.bulk_create(new)


def update_rows(model: type[Row], rows: Sequence[Row], fields: Sequence[str]) -> None:
    """Update `fields` of saved rows in one statement.

    Django's bulk_update makes a CASE with a branch per row and field, which the database walks for every row.
    """
    if not rows:
        return
    columns: list[Field] = [model._meta.get_field(name) for name in fields]  # type: ignore[type-arg, misc]
    key = model._meta.pk
    types = [_type(column) for column in (key, *columns)]
    values = [[_value(column, row) for row in rows] for column in (key, *columns)]
    names = [f"value_{index}" for index in range(len(columns))]
    statement = sql.SQL("UPDATE {table} SET {changes} FROM unnest({arrays}) AS given ({given}) WHERE {key} = given.key")
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(
                table=sql.Identifier(model._meta.db_table),
                changes=sql.SQL(", ").join(
                    sql.SQL("{} = given.{}").format(sql.Identifier(str(column.column)), sql.Identifier(name))
                    for column, name in zip(columns, names, strict=True)
                ),
                arrays=sql.SQL(", ").join(sql.SQL("%s::{}[]").format(sql.SQL(kind)) for kind in types),
                given=sql.SQL(", ").join(sql.Identifier(name) for name in ["key", *names]),
                key=sql.Identifier(model._meta.db_table, str(key.column)),
            ),
            values,
        )


def _type(column: Field) -> str:  # type: ignore[type-arg]
    kind = column.rel_db_type(connection) if column.primary_key else column.db_type(connection)
    return str(kind)


def _value(column: Field, row: Model) -> object:  # type: ignore[type-arg]
    return column.get_db_prep_save(getattr(row, column.attname), connection)
