"""A month is a value: read strictly, ordered, and counted over the ends of years."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.month import Month

months = st.builds(Month, st.integers(1900, 2100), st.integers(1, 12))


@pytest.mark.parametrize("text", ["2011-04", "1999-12", "0001-01", "9999-12"])
def test_a_month_is_read_and_written_alike(text: str) -> None:
    assert str(Month.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2011",
        "2011-4",
        "2011-13",
        "2011-00",
        "0000-01",
        "2011/04",
        "2011-04-01",
        " 2011-04",
        "2011-04\n",
        "２０１１-０４",
    ],
)
def test_anything_else_is_no_month(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)


@pytest.mark.parametrize(
    ("month", "days", "last"),
    [
        (Month(2011, 2), 28, dt.date(2011, 2, 28)),
        (Month(2012, 2), 29, dt.date(2012, 2, 29)),
        (Month(1900, 2), 28, dt.date(1900, 2, 28)),
        (Month(2011, 4), 30, dt.date(2011, 4, 30)),
        (Month(2011, 12), 31, dt.date(2011, 12, 31)),
    ],
)
def test_first_last_and_length(month: Month, days: int, last: dt.date) -> None:
    assert (month.days, month.first, month.last) == (days, last.replace(day=1), last)
    assert month.first in month
    assert month.last in month
    assert month.first - dt.timedelta(days=1) not in month
    assert month.last + dt.timedelta(days=1) not in month


@pytest.mark.parametrize(
    ("month", "step", "expected"),
    [
        (Month(2011, 12), 1, Month(2012, 1)),
        (Month(2011, 1), -1, Month(2010, 12)),
        (Month(2011, 4), 0, Month(2011, 4)),
        (Month(2011, 4), 24, Month(2013, 4)),
        (Month(2011, 4), -28, Month(2008, 12)),
    ],
)
def test_counting(month: Month, step: int, expected: Month) -> None:
    assert month + step == expected
    assert month - -step == expected


def test_the_calendar_has_ends() -> None:
    with pytest.raises(ValueError, match="month"):
        Month(1, 1) - 1
    with pytest.raises(ValueError, match="month"):
        Month(9999, 12) + 1


@given(months, st.integers(-600, 600))
def test_counting_there_and_back(month: Month, step: int) -> None:
    assert month + step - step == month
    assert (month + step > month) is (step > 0)


@given(months, months)
def test_order_is_that_of_the_first_days(one: Month, other: Month) -> None:
    assert (one < other) is (one.first < other.first)
    assert (one == other) is (hash(one) == hash(other) and str(one) == str(other))


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_a_day_lies_in_its_month(day: dt.date) -> None:
    assert day in Month.of(day)
    assert day not in Month.of(day) + 1


def test_a_month_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Month(2011, 4).year = 2012  # type: ignore[misc]
