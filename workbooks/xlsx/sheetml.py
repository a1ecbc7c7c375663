"""SpreadsheetML as programs write it: cells, rows and merged ranges of a sheet, and the strings that sheets share."""

import datetime as dt
import re
from contextlib import suppress

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import from_excel

from workbooks.xlsx.escapes import unescaped
from workbooks.xlsx.package import UnreadableWorkbook
from workbooks.xlsx.parts import Formats, is_filter
from workbooks.xlsx.values import ErrorValue, Formula, MergedRange, MonthShown, Number, OutOfSight, RawRow, RawValue
from workbooks.xlsx.xml import Attributes, Handler

MAX_CELLS = 3_000_000
MAX_SHARED_STRINGS = 400_000
MAX_SHARED_CHARACTERS = 8_000_000
MAX_CELL_CHARACTERS = 32_767
MOST_MERGED_RANGES = 200
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
LAST_COLUMN_READ = 256

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_PARENTS = {
    "row": "sheetData",
    "c": "row",
    "mergeCell": "mergeCells",
    "col": "cols",
    "autoFilter": "worksheet",
    "filterColumn": "autoFilter",
}
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


class _TextHandler(Handler):
    """Gathers the text of one string; how its characters are pronounced (`rPh`) is no part of it."""

    def __init__(self) -> None:
        super().__init__()
        for name, parents in (("t", {"si", "is", "r"}), ("v", {"c"}), ("f", {"c"})):
            self.starts[name], self.ends[name], self.parents[name] = self._listen, self._rest, frozenset(parents)
        self._pieces: list[str] = []
        self._length = 0
        self._is_listening = False

    def text(self, text: str) -> None:
        if self._is_listening:
            self._length += len(text)
            if self._length > MAX_CELL_CHARACTERS:
                raise UnreadableWorkbook(_("A cell holds more text than Excel allows."))
            self._pieces.append(text)

    def take(self) -> str:
        """What was gathered since the last time."""
        text = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return text

    def _listen(self, _attributes: Attributes) -> None:
        self._is_listening = True

    def _rest(self) -> None:
        self._is_listening = False


class StringsHandler(_TextHandler):
    """Gathers the shared strings."""

    def __init__(self) -> None:
        super().__init__()
        self.ends["si"] = self._end_string
        self.parents["si"] = frozenset({"sst"})
        self.strings: list[str] = []
        self._characters = 0

    def _end_string(self) -> None:
        text = unescaped(self.take())
        self._characters += len(text)
        if len(self.strings) >= MAX_SHARED_STRINGS or self._characters > MAX_SHARED_CHARACTERS:
            raise UnreadableWorkbook(_("The workbook holds too much text. Split it into several."))
        self.strings.append(text)


class SheetHandler(_TextHandler):
    """Leaves whole rows in `finished`, the first merged ranges in `merged`; what has no content is left out.

    Columns past LAST_COLUMN_READ are passed over. What Excel doesn't show is noted in `unseen`. Dates are counted from
    `epoch`.
    """

    def __init__(self, strings: list[str], formats: Formats, epoch: dt.datetime, unseen: OutOfSight) -> None:
        super().__init__()
        self.starts |= {
            "row": self._start_row,
            "c": self._start_cell,
            "mergeCell": self._merge,
            "col": self._see_column,
        }
        self.starts |= {"autoFilter": self._start_filter, "filterColumn": self._see_filter}
        self.ends |= {"row": self._end_row, "c": self._end_cell, "f": self._end_formula, "autoFilter": self._end_filter}
        self.parents |= {name: frozenset({parent}) for name, parent in _PARENTS.items()}
        self.finished: list[RawRow] = []
        self.merged: list[MergedRange] = []
        self.unseen = unseen
        self._strings = strings
        self._formats = formats
        self._epoch = epoch
        self._is_in_filter = False
        self._is_row_hidden = False
        self._cells_seen = 0
        self._row = 0
        self._column = 0
        self._cells: dict[int, RawValue] = {}
        self._kind = ""
        self._format = 0
        self._is_passed_over = False
        self._formula: str | None = None
        self._columns: dict[str, int] = {}

    def _start_row(self, attributes: Attributes) -> None:
        number = int(attributes.get("r", self._row + 1))
        if not self._row < number <= LAST_ROW:
            raise ValueError(number)
        self._row, self._column, self._cells = number, 0, {}
        self._is_row_hidden = _is_hidden(attributes, "ht")

    def _end_row(self) -> None:
        if self._cells:
            self.finished.append((self._row, self._cells))
            if self._is_row_hidden:
                self.unseen.rows.append(self._row)

    def _see_column(self, attributes: Attributes) -> None:
        if _is_hidden(attributes, "width") and len(self.unseen.columns) < LAST_COLUMN_READ:
            self.unseen.columns.append(range(int(attributes["min"]), int(attributes["max"]) + 1))

    def _start_filter(self, _attributes: Attributes) -> None:
        self._is_in_filter = True

    def _end_filter(self) -> None:
        self._is_in_filter = False

    def _see_filter(self, attributes: Attributes) -> None:
        self.unseen.is_filtered |= self._is_in_filter and is_filter(attributes)

    def _start_cell(self, attributes: Attributes) -> None:
        self._cells_seen += 1
        if self._cells_seen > MAX_CELLS:
            reason = _("The sheet has more than %(cells)d cells. Delete the blank rows and columns around its content.")
            raise UnreadableWorkbook(reason % {"cells": MAX_CELLS})
        reference = attributes.get("r")
        self._column = self._column + 1 if reference is None else self._column_of(reference)
        if self._column > LAST_COLUMN:
            raise ValueError(self._column)
        self._is_passed_over = self._column > LAST_COLUMN_READ
        if self._is_passed_over:
            return
        self._kind = attributes.get("t", "n")
        self._format = int(attributes.get("s", "0"))
        self._formula = None

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        if letters not in self._columns:
            self._columns[letters] = _column_number(letters)
        return self._columns[letters]

    def _end_formula(self) -> None:
        self._is_listening = False
        self._formula = self.take()

    def _end_cell(self) -> None:
        if self._is_passed_over:
            self.take()
        elif self._formula is not None:
            self.take()
            self._cells[self._column] = Formula(f"={self._formula}")
        elif self._pieces:
            value = self._value(self.take())
            if value is not None:
                self._cells[self._column] = value

    def _value(self, text: str) -> RawValue | None:
        match self._kind:
            case "s":
                return self._strings[int(text)] or None
            case "inlineStr" | "str":
                return unescaped(text)
            case "b":
                return text.strip() in ("1", "true")
            case "e":
                return ErrorValue(text)
            case "d":
                return dt.datetime.fromisoformat(text.strip()).replace(tzinfo=None)
            case _:
                return self._number(text.strip())

    def _number(self, text: str) -> RawValue | None:
        if not text:
            return None
        if self._format in self._formats.dates and _NUMBER.fullmatch(text):
            with suppress(ValueError, OverflowError):
                moment = from_excel(float(text), self._epoch)
                if isinstance(moment, dt.datetime):
                    return _month_shown(moment) if self._format in self._formats.months else moment
        return Number(text, self._formats.codes.get(self._format, ""))

    def _merge(self, attributes: Attributes) -> None:
        if len(self.merged) < MOST_MERGED_RANGES:
            self.merged.append(_merged_range(attributes.get("ref", "")))


def _is_hidden(attributes: Attributes, size: str) -> bool:
    """Whether a row or column is hidden, or made so small that it can't be seen."""
    return attributes.get("hidden") in ("1", "true") or attributes.get(size) in ("0", "0.0")


def _month_shown(moment: dt.datetime) -> MonthShown:
    return MonthShown.combine(moment.date(), moment.time())


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= LAST_COLUMN:
        raise ValueError(letters)
    return number


def _merged_range(text: str) -> MergedRange:
    first, _colon, last = text.partition(":")
    corners = [_REFERENCE.fullmatch(corner) for corner in (first, last or first)]
    columns = [_column_number(corner[1]) for corner in corners if corner]
    rows = [int(corner[2]) for corner in corners if corner]
    if len(columns) < len(corners):
        raise ValueError(text)
    return MergedRange(text, range(min(rows), max(rows) + 1), range(min(columns), max(columns) + 1))
