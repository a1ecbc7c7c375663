"""What a sheet is made of: its columns, by what they hold, and its rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TypeVarTuple

from workbooks.xlsx.widths import display_width

Value = str | int | Decimal | None
Facts = TypeVarTuple("Facts")

_FILTER_ARROW = 3
_LONG_HEADING = 8


class Kind(Enum):
    """What a column holds, and so how a cell of it looks."""

    TEXT = "text"
    MARK = "mark"
    SENTENCE = "sentence"
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column: its header, what it holds, its width in half-width characters, and whether it is summed up."""

    heading: str
    kind: Kind = Kind.TEXT
    width: int = 10
    is_summed: bool = False

    @property
    def shown_width(self) -> int:
        """The width that also shows the whole header, a long one on two lines, beside its filter arrow."""
        heading = display_width(self.heading)
        return max(self.width, (heading if heading <= _LONG_HEADING else (heading + 1) // 2) + _FILTER_ARROW)


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """A sheet: its name, its columns, and rows with a value for each column."""

    title: str
    columns: Sequence[ReportColumn]
    rows: Iterable[Sequence[Value]]


Columns = Sequence[tuple[ReportColumn, Callable[[*Facts], Value]]]
"""Columns, each with what it says of what a row tells of."""


def table(title: str, columns: Columns[*Facts], rows: Iterable[tuple[*Facts]]) -> ReportSheet:
    """A sheet with what each column says of each row."""
    values = [value for _column, value in columns]
    return ReportSheet(
        title, [column for column, _value in columns], ([value(*row) for value in values] for row in rows)
    )


def text(heading: str, width: int = 10) -> ReportColumn:
    """A column of text, never read as a number or a formula."""
    return ReportColumn(heading, Kind.TEXT, width)


def mark(heading: str, width: int = 8) -> ReportColumn:
    """A column of a few fixed words or a code, centred."""
    return ReportColumn(heading, Kind.MARK, width)


def money(heading: str, *, is_summed: bool = True) -> ReportColumn:
    """A column of amounts in CNY."""
    return ReportColumn(heading, Kind.MONEY, 12, is_summed)
