"""Days and months as offices write them, where they can mean but one thing: the year first, in four digits."""

import datetime as dt
import re

from rulebook.month import Month

MONTHS = 12

_MIDNIGHT = r"(?:[ T]0?0:00(?::00(?:\.0+)?)?)?"
_DAY = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]|(\d{2})(\d{2}))" + _MIDNIGHT, re.ASCII
)
_DAY_AND_TIME = re.compile(r"(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?|\d{8})[ T]?\d{1,2}:\d{2}.*", re.ASCII)
_MONTH = re.compile(r"(\d{4})(?:[-/](\d{1,2})|\.(\d{2})|年(\d{1,2})月份?|(\d{2}))", re.ASCII)
_AROUND_MARKS = re.compile(r"\s*([-/.年月日号])\s*(?!\d+:)")


def day_written(text: str) -> dt.date | None:
    """The day of a text in half width; None where it isn't one, ValueError where there is no such day."""
    found = _DAY.fullmatch(_AROUND_MARKS.sub(r"\1", text))
    if not found:
        return None
    year, _mark, *parts = found.groups()
    month, day = (int(part) for part in parts if part)
    return dt.date(int(year), month, day)


def has_time(text: str) -> bool:
    """Whether a text in half width is a day with a time."""
    return bool(_DAY_AND_TIME.fullmatch(text))


def month_written(text: str) -> Month | None:
    """The month of a text in half width; None where it isn't one."""
    found = _MONTH.fullmatch(_AROUND_MARKS.sub(r"\1", text))
    if not found:
        return None
    year, month = (int(part) for part in found.groups() if part)
    return Month(year, month) if year and 1 <= month <= MONTHS else None
