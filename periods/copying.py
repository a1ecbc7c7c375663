"""Writes many rows at once by PostgreSQL's COPY."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

from rulebook.month import Month

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_ROWS_PER_CHUNK = 20_000


def copy_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY `rows` (values in the order of `fields`) into the model's table; returns how many there were.

    Fields not named take the column's default in the database, so name all but the primary key.
    """
    columns = ", ".join(f'"{model._meta.get_field(name).column}"' for name in fields)  # type: ignore[union-attr]
    statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
    written = 0
    with connection.cursor() as cursor:
        for chunk, count in _chunks(rows):
            cursor.copy_expert(statement, chunk)
            written += count
    return written


def _chunks(rows: Iterable[Sequence[Any]]) -> Iterable[tuple[io.StringIO, int]]:
    buffer, count = io.StringIO(), 0
    for row in rows:
        buffer.write("\t".join(map(_as_text, row)) + "\n")
        count += 1
        if count == _ROWS_PER_CHUNK:
            buffer.seek(0)
            yield buffer, count
            buffer, count = io.StringIO(), 0
    if count:
        buffer.seek(0)
        yield buffer, count


def _as_text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, Month):
        return str(value.first)
    return str(value).translate(_ESCAPES)
