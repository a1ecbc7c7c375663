"""A row's text in plain Python is what PostgreSQL's COPY writes."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from monthend.verify.copy_text import copy_line
from rulebook.month import Month

AMOUNTS = st.decimals(min_value=-(10**11), max_value=10**11, places=2, allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ROWS = st.tuples(AMOUNTS | st.none(), TEXTS | st.none(), st.booleans(), st.dates(), st.integers(-(2**31), 2**31 - 1))

AS_COLUMNS = "SELECT (%s)::numeric(14, 2), (%s)::text, (%s)::boolean, (%s)::date, (%s)::integer"


def copied(row: tuple[object, ...]) -> bytes:
    """A row as the database writes it."""
    written = io.BytesIO()
    with connection.cursor() as cursor:
        values = cursor.mogrify(AS_COLUMNS, row)
        cursor.copy_expert(f"COPY ({values.decode()}) TO STDOUT", written)
    return written.getvalue()


@pytest.mark.django_db
@given(ROWS)
def test_a_row_is_written_as_copy_writes_it(row: tuple[object, ...]) -> None:
    assert copy_line(row, [2] * len(row)) == copied(row)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Month(2011, 4), b"2011-04-01"),
        (Decimal("-0.00"), b"0.00"),
        (Decimal("5"), b"5.00"),
        ("\\N", b"\\\\N"),
        ("", b""),
    ],
)
def test_what_the_database_has_otherwise(value: object, text: bytes) -> None:
    assert copy_line([value], [2]) == text + b"\n"


def test_a_value_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError):
        copy_line([dt.timedelta(1)], [0])
