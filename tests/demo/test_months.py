"""The demo's days moved to now: whole months, whatever their lengths, each in its order."""

import datetime as dt
from itertools import pairwise

import pytest

from rulebook.month import Month
from salesorg.demo.months import WRITTEN, DemoMonths, day_of

TODAYS = {
    "a day like any other": (dt.date(2026, 11, 20), "2026-05", "2026-10"),
    "the first of a month": (dt.date(2026, 12, 1), "2026-06", "2026-11"),
    "the 31st": (dt.date(2026, 12, 31), "2026-06", "2026-11"),
    "the first of January": (dt.date(2027, 1, 1), "2026-07", "2026-12"),
    "after a short February": (dt.date(2027, 3, 1), "2026-09", "2027-02"),
    "29 February": (dt.date(2028, 2, 29), "2027-08", "2028-01"),
    "after 29 February": (dt.date(2028, 3, 31), "2027-09", "2028-02"),
}
WORKBOOK_DAYS = [dt.date(2008, 12, 1) + dt.timedelta(days) for days in range(1035)]
"""From before the first person was hired to after the last receipt."""


@pytest.mark.parametrize(("today", "first", "last"), TODAYS.values(), ids=TODAYS)
def test_the_last_full_month_is_the_open_one_and_five_before_it_are_locked(
    today: dt.date, first: str, last: str
) -> None:
    months = DemoMonths.as_of(today)
    assert (str(months.first), str(months.open), months.running) == (first, last, Month.of(today))
    assert months.locked == [months.first + number for number in range(5)]
    assert months.last_locked + 1 == months.open


@pytest.mark.parametrize("number", range(48))
def test_days_stay_in_their_month_and_in_their_order(number: int) -> None:
    months = DemoMonths(Month(2026, 1) + number)
    moved = [months.moved(day) for day in WORKBOOK_DAYS]
    assert [Month.of(day) for day in moved] == [months.moved_month(Month.of(day)) for day in WORKBOOK_DAYS]
    assert all(before <= after for before, after in pairwise(moved))
    assert months.moved_month(WRITTEN) == months.first


def test_a_month_s_last_day_stays_its_last_and_what_a_short_month_lacks_is_its_last() -> None:
    months = DemoMonths(Month(2027, 9))  # its open month is the February of a leap year
    assert months.moved(dt.date(2011, 9, 30)) == dt.date(2028, 2, 29)
    assert months.moved(dt.date(2011, 9, 28)) == dt.date(2028, 2, 28)
    assert months.moved(dt.date(2011, 8, 31)) == dt.date(2028, 1, 31)
    assert months.moved(dt.date(2011, 4, 30)) == dt.date(2027, 9, 30)
    assert DemoMonths(Month(2026, 9)).moved(dt.date(2011, 9, 29)) == dt.date(2027, 2, 28)
    assert DemoMonths(Month(2026, 5)).moved(dt.date(2011, 4, 30)) == dt.date(2026, 5, 31)
    assert DemoMonths(WRITTEN).moved(dt.date(2011, 9, 17)) == dt.date(2011, 9, 17)


def test_a_day_that_a_month_has_not_is_its_last() -> None:
    assert [day_of(Month(2027, 2), number).day for number in (1, 28, 30)] == [1, 28, 28]
