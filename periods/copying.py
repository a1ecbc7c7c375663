"""Writes a month's rows by PostgreSQL's COPY, and clears them before, each in one statement."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import islice, repeat
from typing import Any

from django.db import OperationalError, connection, models

from rulebook.month import Month

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NOTHING = "\\N"
_PLAIN = {int, Decimal, dt.date}
_PLAIN_OR_NOTHING = {*_PLAIN, type(None)}
_BATCH = 2_000


def copy_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY `rows` (values in the order of `fields`) into the model's table in one statement; returns how many.

    Name every field but the primary key, since COPY knows no defaults of Django's. Making a row must not ask the
    database: the connection is busy with the COPY.
    """
    columns = ", ".join(f'"{model._meta.get_field(name).column}"' for name in fields)  # type: ignore[union-attr]
    stream = _RowStream(rows)
    try:
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN', stream)
    except OperationalError as error:
        raise stream.failure or error from error
    return stream.count


def clear_rows(rows: models.QuerySet[Any]) -> None:
    """Delete rows in one statement, however many; the database's own keys protect what points at them."""
    rows._raw_delete(rows.db)


class _RowStream:
    """Rows as the text that COPY reads, made as it is asked for, so that no month has to fit into memory as text."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = iter(rows)
        self.count = 0
        self.failure: Exception | None = None

    def read(self, _size: int) -> str:
        """The next rows' text, "" after the last; what making a row raised is kept, since the driver swallows it."""
        try:
            rows = list(islice(self._rows, _BATCH))
        except Exception as failure:
            self.failure = failure
            raise
        self.count += len(rows)
        return _as_text(rows) if rows else ""


def _as_text(rows: Sequence[Sequence[Any]]) -> str:
    """Rows in COPY's text format, made column by column: a call for each value would take longer than all the rest."""
    texts = [_column(values) for values in zip(*rows, strict=True)]
    return "\n".join([*map("\t".join, zip(*texts, strict=True)), ""])


def _column(values: tuple[Any, ...]) -> Iterable[str]:
    if values.count(values[0]) == len(values):
        return repeat(_value(values[0]), len(values))
    kinds = set(map(type, values))
    if kinds <= _PLAIN:
        return map(str, values)
    if kinds <= _PLAIN_OR_NOTHING:
        return [_NOTHING if value is None else str(value) for value in values]
    texts = {value: _value(value) for value in set(values)}
    return map(texts.__getitem__, values)


def _value(value: Any) -> str:
    if value is None:
        return _NOTHING
    if isinstance(value, Month):
        return str(value.first)
    return str(value).translate(_ESCAPES)
