"""An .xlsx file as raw rows: what its cells hold, before anybody asks what they mean.

Not openpyxl's reader: that one fills every gap up to the last row and column, hides merged cells when it reads
row by row, doesn't know the dates that Chinese Excel writes with built-in formats (ids 27 to 36, 50 to 58), and keeps
all shared strings whatever their number.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from workbooks.package import Package, UnreadableWorkbook, resolve
from workbooks.xml import parse, parse_whole

MAX_ROWS = 150_000
MAX_SHARED_STRINGS = 400_000
MAX_SHARED_CHARACTERS = 8_000_000
MAX_CELL_CHARACTERS = 32_767
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


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


@dataclass(slots=True)
class RawSheet:
    """One sheet; `rows` can be walked once, and only then `merged` is complete."""

    title: str
    rows: Iterator[RawRow]
    merged: list[MergedRange] = field(default_factory=list)


def read_sheets(data: bytes) -> Iterator[RawSheet]:
    """The workbook's sheets in order, read as they are walked; UnreadableWorkbook where that can't be done.

    Rows and cells without content are left out. Charts, pictures and everything else is not looked at.
    """
    package = Package(data)
    book = _read_book(package)
    strings = _read_strings(package, book)
    dates = _read_date_styles(package, book)
    budget = _RowBudget()
    seen: set[str] = set()
    for title, part in book.sheets:
        if title in seen:
            raise UnreadableWorkbook(_("The workbook has two sheets of the name “%(sheet)s”.") % {"sheet": title})
        seen.add(title)
        handler = _SheetHandler(strings, dates, book.epoch)
        sheet = RawSheet(title, iter(()), handler.merged)
        sheet.rows = _rows(package, part, handler, budget, title)
        yield sheet


@dataclass(slots=True)
class _Book:
    sheets: list[tuple[str, str]]
    strings: str | None
    styles: str | None
    epoch: dt.datetime


class _RowBudget:
    """How many rows may still be read, over all sheets."""

    def __init__(self) -> None:
        self.left = MAX_ROWS

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise UnreadableWorkbook(
                _("The workbook has more than %(rows)d rows. Split it into several.") % {"rows": MAX_ROWS}
            )


def _rows(package: Package, part: str, handler: "_SheetHandler", budget: _RowBudget, title: str) -> Iterator[RawRow]:
    try:
        for _chunk in parse(package.chunks(part), handler, part=part):
            for row in handler.finished:
                budget.take()
                yield row
            handler.finished.clear()
    except UnreadableWorkbook as error:
        raise UnreadableWorkbook(error.reason, sheet=title) from error


def _read_book(package: Package) -> _Book:
    root = _relations(package, "_rels/.rels", "")
    part = next((target for kind, target in root.values() if kind == "officeDocument"), None)
    if part is None:
        raise UnreadableWorkbook(_("The file is not an Excel workbook (.xlsx)."))
    folder, _slash, name = part.rpartition("/")
    relations = _relations(package, f"{folder}/_rels/{name}.rels".lstrip("/"), part)
    handler = _BookHandler()
    parse_whole(package.chunks(part), handler, part=part)
    by_kind = dict(relations.values())
    sheets = [
        (title.strip(), relations[relation][1])
        for title, relation in handler.sheets
        if relation in relations and relations[relation][0] == "worksheet"
    ]
    epoch = CALENDAR_MAC_1904 if handler.counts_from_1904 else CALENDAR_WINDOWS_1900
    return _Book(sheets, by_kind.get("sharedStrings"), by_kind.get("styles"), epoch)


def _relations(package: Package, part: str, base: str) -> dict[str, tuple[str, str]]:
    """The relations of a part, by id: their kind and the part they point to; what lies outside the file is left out."""
    handler = _RelationsHandler()
    parse_whole(package.chunks(part), handler, part=part)
    return {key: (kind.rpartition("/")[2], resolve(base, target)) for key, kind, target in handler.found}


def _read_strings(package: Package, book: _Book) -> list[str]:
    handler = _StringsHandler()
    if book.strings is not None:
        parse_whole(package.chunks(book.strings), handler, part=book.strings)
    return handler.strings


def _read_date_styles(package: Package, book: _Book) -> frozenset[int]:
    """The indexes of the cell formats that show a number as a date or time."""
    handler = _StylesHandler()
    if book.styles is not None:
        parse_whole(package.chunks(book.styles), handler, part=book.styles)
    return frozenset(index for index, kind in enumerate(handler.formats) if kind in handler.dates)


class _Silent:
    """A handler that hears nothing; the others say what they listen for."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        pass

    def text(self, text: str) -> None:
        pass

    def end(self, name: str) -> None:
        pass


class _RelationsHandler(_Silent):
    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            self.found.append((attributes.get("Id", ""), attributes.get("Type", ""), attributes.get("Target", "")))


class _BookHandler(_Silent):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.counts_from_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr":
            self.counts_from_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), relation))


class _StylesHandler(_Silent):
    def __init__(self) -> None:
        self.dates = set(BUILT_IN_DATES)
        self.formats: list[int] = []
        self._in_formats = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            code = int(attributes["numFmtId"])
            if is_date_format(attributes.get("formatCode", "")):
                self.dates.add(code)
            else:
                self.dates.discard(code)
        elif name == "cellXfs":
            self._in_formats = True
        elif name == "xf" and self._in_formats:
            self.formats.append(int(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_formats = False


class _Text:
    """Gathers the text of one string; how the characters are to be pronounced (`rPh`) is no part of it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._listening = False
        self._aside = False

    def start(self, name: str) -> None:
        if name == "rPh":
            self._aside = True
        elif name in ("t", "v", "f") and not self._aside:
            self._listening = True

    def hear(self, text: str) -> None:
        if self._listening:
            self._length += len(text)
            if self._length > MAX_CELL_CHARACTERS:
                raise UnreadableWorkbook(_("A cell holds more text than Excel allows."))
            self._pieces.append(text)

    def end(self, name: str) -> None:
        if name == "rPh":
            self._aside = False
        elif name in ("t", "v", "f"):
            self._listening = False

    def take(self) -> str:
        text = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return text


def _unescaped(text: str) -> str:
    """Excel writes characters that XML can't hold as `_x000D_`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _StringsHandler:
    def __init__(self) -> None:
        self.strings: list[str] = []
        self._text = _Text()
        self._characters = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._text.start(name)

    def text(self, text: str) -> None:
        self._text.hear(text)

    def end(self, name: str) -> None:
        self._text.end(name)
        if name != "si":
            return
        text = _unescaped(self._text.take())
        self._characters += len(text)
        if len(self.strings) >= MAX_SHARED_STRINGS or self._characters > MAX_SHARED_CHARACTERS:
            raise UnreadableWorkbook(_("The workbook holds too much text. Split it into several."))
        self.strings.append(text)


class _SheetHandler:
    """Hears a sheet's XML and leaves whole rows in `finished`, merged ranges in `merged`."""

    def __init__(self, strings: list[str], dates: frozenset[int], epoch: dt.datetime) -> None:
        self.finished: list[RawRow] = []
        self.merged: list[MergedRange] = []
        self._strings = strings
        self._dates = dates
        self._epoch = epoch
        self._row = 0
        self._column = 0
        self._cells: dict[int, RawValue] = {}
        self._kind = ""
        self._is_date = False
        self._formula: str | None = None
        self._text = _Text()
        self._columns: dict[str, int] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "mergeCell":
            self.merged.append(_merged_range(attributes.get("ref", "")))
        else:
            self._text.start(name)

    def text(self, text: str) -> None:
        self._text.hear(text)

    def end(self, name: str) -> None:
        self._text.end(name)
        if name == "f":
            self._formula = self._text.take()
        elif name == "c":
            self._end_cell()
        elif name == "row" and self._cells:
            self.finished.append((self._row, self._cells))

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._row + 1))
        if not self._row < number <= LAST_ROW:
            raise ValueError(number)
        self._row, self._column, self._cells = number, 0, {}

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._column = self._column_of(attributes["r"]) if "r" in attributes else self._column + 1
        if self._column > LAST_COLUMN:
            raise ValueError(self._column)
        self._kind = attributes.get("t", "n")
        self._is_date = int(attributes.get("s", "0")) in self._dates
        self._formula = None
        self._text.take()

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        if letters not in self._columns:
            self._columns[letters] = _column_number(letters)
        return self._columns[letters]

    def _end_cell(self) -> None:
        value = self._value(self._text.take())
        if value is not None:
            self._cells[self._column] = value

    def _value(self, text: str) -> RawValue | None:
        if self._formula is not None:
            return Formula(f"={self._formula}")
        match self._kind:
            case "s":
                return self._strings[int(text)] or None if text else None
            case "inlineStr" | "str":
                return _unescaped(text) or None
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
        if self._is_date and _NUMBER.fullmatch(text):
            try:
                moment = from_excel(float(text), self._epoch)
            except (ValueError, OverflowError):
                return Number(text)
            if isinstance(moment, dt.datetime):
                return moment
        return Number(text)


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
    if len(columns) < 2:
        raise ValueError(text)
    return MergedRange(text, range(min(rows), max(rows) + 1), range(min(columns), max(columns) + 1))
