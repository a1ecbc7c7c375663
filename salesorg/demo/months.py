"""When the demo plays: the months of its workbook, moved so that the last of them is the last full month. Pure."""

import datetime as dt
from dataclasses import dataclass

from rulebook.month import Month

WRITTEN = Month(2011, 4)
"""The first month that the workbook tells of, as it is written."""
MONTHS = 6


@dataclass(frozen=True, slots=True)
class DemoMonths:
    """The months that the demo tells of, the first of which is given: all but the last to be locked, that one open."""

    first: Month

    @classmethod
    def as_of(cls, today: dt.date) -> "DemoMonths":
        """The months that end with the last full one."""
        return cls(Month.of(today) - MONTHS)

    @property
    def locked(self) -> list[Month]:
        """The months that are locked when the demo is made."""
        return [self.first + number for number in range(MONTHS - 1)]

    @property
    def last_locked(self) -> Month:
        """The last month that is locked when the demo is made."""
        return self.locked[-1]

    @property
    def open(self) -> Month:
        """The month that is computed and left open."""
        return self.first + (MONTHS - 1)

    @property
    def running(self) -> Month:
        """The month in which the demo is made."""
        return self.first + MONTHS

    def moved_month(self, month: Month) -> Month:
        """Where a month of the workbook lies."""
        return month + ((self.first.year - WRITTEN.year) * 12 + self.first.number - WRITTEN.number)

    def moved(self, day: dt.date) -> dt.date:
        """Where a day of the workbook lies: a month's last day stays its last, and no two days change their order."""
        written = Month.of(day)
        month = self.moved_month(written)
        return month.last if day == written.last else day_of(month, day.day)


def day_of(month: Month, number: int) -> dt.date:
    """The day of a month with this number, the last one if the month is shorter."""
    return month.first.replace(day=min(number, month.days))
