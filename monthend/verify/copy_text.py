"""A row as the text that PostgreSQL's COPY writes, made in plain Python."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from rulebook.month import Month

NULL = "\\N"
ESCAPES = str.maketrans(
    {"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"},
)


def copy_line(values: Sequence[object], scales: Sequence[int]) -> bytes:
    """One row as a line; `scales` are the decimals of each column's numbers."""
    return ("\t".join(map(_text, values, scales)) + "\n").encode()


def _text(value: object, scale: int) -> str:
    if value is None:
        return NULL
    if isinstance(value, str):
        return value.translate(ESCAPES)
    if isinstance(value, Decimal):
        return f"{value + 0:.{scale}f}"  # adding zero turns -0 into 0, which is all that the database knows
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, Month):
        return value.first.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    raise TypeError(f"no text of {value!r} is known")
