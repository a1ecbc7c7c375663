"""Writes a month's rows by PostgreSQL's COPY, and clears them before, each in one statement."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import OperationalError, connection, models

from rulebook.month import Month

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


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
        self._rest = ""
        self.count = 0
        self.failure: Exception | None = None

    def read(self, size: int) -> str:
        """Up to `size` characters; what making a row raised is kept, since the database driver swallows it."""
        try:
            return self._read(size)
        except Exception as failure:
            self.failure = failure
            raise

    def _read(self, size: int) -> str:
        parts, length = [self._rest], len(self._rest)
        while length < size and (row := next(self._rows, None)) is not None:
            parts.append("\t".join(map(_as_text, row)) + "\n")
            length += len(parts[-1])
            self.count += 1
        text = "".join(parts)
        self._rest = text[size:]
        return text[:size]


def _as_text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, Month):
        return str(value.first)
    return str(value).translate(_ESCAPES)
