"""Which days are worked, by when a dispute is decided, and how much of its term is left (3-2.3)."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from rulebook.articles import article

DAY = dt.timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The days on which something else holds than the week says, and the years whose calendar is official."""

    days: Mapping[dt.date, bool]
    official_years: frozenset[int]

    def is_worked(self, day: dt.date) -> bool:
        """Whether the day is worked: as the calendar says it, or else from Monday to Friday."""
        return self.days.get(day, day.weekday() < SATURDAY)


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both included."""

    start: dt.date
    end: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a term; `is_official` if every year that it touches has an official calendar."""

    due_on: dt.date
    is_official: bool


class Stage(IntEnum):
    """How near a deadline is: in how many working days at most it comes; or that it has passed."""

    LATE = -1
    TODAY = 0
    IN_TWO = 2
    IN_FIVE = 5


@article("3-2.3")
def deadline(raised_on: dt.date, working_days: int, calendar: WorkCalendar, pauses: Sequence[Span] = ()) -> Deadline:
    """The n-th working day after the day on which a dispute was raised; days of pauses don't count."""
    counting = _counting_after(raised_on, calendar, pauses)
    for _day in range(working_days):
        due_on = next(counting)
    years = range((raised_on + DAY).year, due_on.year + 1)
    return Deadline(due_on, calendar.official_years.issuperset(years))


def working_days_left(today: dt.date, due_on: dt.date, calendar: WorkCalendar, pauses: Sequence[Span] = ()) -> int:
    """The days after today, up to the last of the term, that count: 0 on that one, and below 0 when it has passed."""
    if today > due_on:
        return -max(1, _counting_within(due_on, today, calendar, pauses))
    return _counting_within(today, due_on, calendar, pauses)


@article("3-2.3")
def working_days_taken(
    raised_on: dt.date, ended_on: dt.date, calendar: WorkCalendar, pauses: Sequence[Span] = ()
) -> int:
    """The working days after the day on which a dispute was raised, up to the one on which it ended."""
    return _counting_within(raised_on, ended_on, calendar, pauses)


def stage_of(left: int) -> Stage | None:
    """How near a deadline is of which so many working days are left; None as long as nobody is reminded."""
    if left < 0:
        return Stage.LATE
    return next((stage for stage in (Stage.TODAY, Stage.IN_TWO, Stage.IN_FIVE) if left <= stage), None)


def _counting_within(after: dt.date, last: dt.date, calendar: WorkCalendar, pauses: Sequence[Span]) -> int:
    days = (after + DAY * number for number in range(1, (last - after).days + 1))
    return sum(_counts(day, calendar, pauses) for day in days)


def _counting_after(day: dt.date, calendar: WorkCalendar, pauses: Sequence[Span]) -> Iterator[dt.date]:
    while True:
        day += DAY
        if _counts(day, calendar, pauses):
            yield day


def _counts(day: dt.date, calendar: WorkCalendar, pauses: Sequence[Span]) -> bool:
    return calendar.is_worked(day) and not any(day in pause for pause in pauses)
