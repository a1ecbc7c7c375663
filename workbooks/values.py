"""What a cell of a file can hold, before anybody asks what it means."""

import datetime as dt
from dataclasses import dataclass


class Number(str):
    """A number as the file writes it."""

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
