"""What a cell of a file can hold, before anybody asks what it means."""

import datetime as dt
import unicodedata
from dataclasses import dataclass, field
from typing import Self


class Number(str):
    """A number as the file writes it, and the format that the cell shows it in (empty: General)."""

    __slots__ = ("shown_in",)
    shown_in: str

    def __new__(cls, text: str, shown_in: str = "") -> Self:
        number = super().__new__(cls, text)
        number.shown_in = shown_in
        return number


class MonthShown(dt.datetime):
    """A date in a cell whose format shows its month but no day."""

    __slots__ = ()


class Formula(str):
    """A cell that computes its value; the text is the formula with its leading `=`."""

    __slots__ = ()


class ErrorValue(str):
    """An error that a formula left, such as `#REF!`."""

    __slots__ = ()


RawValue = str | bool | dt.datetime | Number | Formula | ErrorValue
RawRow = tuple[int, dict[int, RawValue]]


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A range of merged cells; rows and columns counted from 1, both ends included."""

    text: str
    rows: range
    columns: range


@dataclass(slots=True)
class OutOfSight:
    """What a sheet holds that Excel doesn't show: rows with content, ranges of columns, what a filter drops, itself."""

    is_whole: bool = False
    rows: list[int] = field(default_factory=list)
    columns: list[range] = field(default_factory=list)
    is_filtered: bool = False


def visible(text: str) -> str:
    """A name's text without byte order marks and others that are there but never seen."""
    return "".join(character for character in text if unicodedata.category(character) != "Cf")
