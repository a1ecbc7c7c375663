"""What a workbook says of itself: its sheets, the parts these stand in, and in which formats cells show numbers."""

import datetime as dt
from collections.abc import Mapping, Sized
from contextlib import suppress
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from workbooks.xlsx.formats import shows_no_day
from workbooks.xlsx.package import Package, UnreadableWorkbook, resolve
from workbooks.xlsx.values import visible
from workbooks.xlsx.xml import Attributes, Handler, parse_whole

MOST_ENTRIES = 70_000
"""Of sheets, relations, formats; Excel allows 65,490 formats, and less of the others."""

BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
BUILT_IN_MONTHS = frozenset([17, 27, 36, 50, 52, 57])
"""As Chinese Excel shows them."""

MOST_TABLES = 50
"""Of a sheet, whose filters are looked for."""

_TRUE = frozenset({"1", "true", "on"})


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook's sheets, the parts of its shared strings and formats, and day 0 of its dates."""

    sheets: list["SheetPart"]
    strings: str | None
    styles: str | None
    epoch: dt.datetime


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet's title and part, and whether Excel hides it."""

    title: str
    part: str
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Formats:
    """The cell formats by index: those that show a number as a date, of these those without a day, and others' codes.

    A format without a code is General.
    """

    dates: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    codes: Mapping[int, str] = field(default_factory=dict)


def read_book(package: Package) -> Book:
    """Find the sheets; UnreadableWorkbook where the file has none."""
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
        SheetPart(visible(title).strip(), relations[relation][1], is_hidden)
        for title, relation, is_hidden in handler.sheets
        if relation in relations and relations[relation][0] == "worksheet"
    ]
    epoch = CALENDAR_MAC_1904 if handler.counts_from_1904 else CALENDAR_WINDOWS_1900
    return Book(sheets, by_kind.get("sharedStrings"), by_kind.get("styles"), epoch)


def read_formats(package: Package, book: Book) -> Formats:
    """In which formats the workbook's cells show numbers."""
    handler = _StylesHandler()
    if book.styles is not None:
        parse_whole(package.chunks(book.styles), handler, part=book.styles)
    kinds = list(enumerate(handler.formats))
    codes = BUILTIN_FORMATS | handler.codes
    return Formats(
        frozenset(index for index, kind in kinds if kind in handler.dates),
        frozenset(index for index, kind in kinds if kind in handler.dates and kind in handler.months),
        {index: codes[kind] for index, kind in kinds if codes.get(kind, "General") != "General"},
    )


def has_filtered_table(package: Package, part: str) -> bool:
    """Whether a filter is set in one of a sheet's tables; those that can't be read are passed over, as Excel's are."""
    folder, _slash, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels".lstrip("/")
    handler = _TableHandler()
    with suppress(UnreadableWorkbook):
        found = _relations(package, relations, part).values() if relations in package else ()
        for table in [target for kind, target in found if kind == "table"][:MOST_TABLES]:
            parse_whole(package.chunks(table), handler, part=table)
    return handler.is_filtered


def _relations(package: Package, part: str, base: str) -> dict[str, tuple[str, str]]:
    """The relations of a part by id: their kind, and the part of this file that they point to."""
    handler = _RelationsHandler()
    parse_whole(package.chunks(part), handler, part=part)
    return {key: (kind.rpartition("/")[2], resolve(base, target)) for key, kind, target in handler.relations}


class _RelationsHandler(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.starts["Relationship"] = self._relate
        self.relations: list[tuple[str, str, str]] = []

    def _relate(self, attributes: Attributes) -> None:
        _refuse_more_than_allowed(self.relations)
        if attributes.get("TargetMode") != "External":
            self.relations.append((attributes.get("Id", ""), attributes.get("Type", ""), attributes.get("Target", "")))


class _TableHandler(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.starts["filterColumn"] = self._see_filter
        self.parents["filterColumn"] = frozenset({"autoFilter"})
        self.is_filtered = False

    def _see_filter(self, attributes: Attributes) -> None:
        self.is_filtered |= is_filter(attributes)


class _BookHandler(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.starts |= {"workbookPr": self._set_epoch, "sheet": self._add_sheet}
        self.parents["sheet"] = frozenset({"sheets"})
        self.sheets: list[tuple[str, str, bool]] = []
        self.counts_from_1904 = False

    def _set_epoch(self, attributes: Attributes) -> None:
        told = attributes.get("date1904", "").strip().lower()
        self.counts_from_1904 = self.counts_from_1904 or told in _TRUE

    def _add_sheet(self, attributes: Attributes) -> None:
        _refuse_more_than_allowed(self.sheets)
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        is_hidden = attributes.get("state", "visible") != "visible"
        self.sheets.append((attributes.get("name", ""), relation, is_hidden))


class _StylesHandler(Handler):
    """Hears the cells' formats alone; tables and styles have formats with numbers of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.starts |= {"numFmt": self._define_format, "xf": self._add_format}
        self.parents |= {"numFmt": frozenset({"numFmts"}), "xf": frozenset({"cellXfs"})}
        self.dates = set(BUILT_IN_DATES)
        self.months = set(BUILT_IN_MONTHS)
        self.codes: dict[int, str] = {}
        self.formats: list[int] = []

    def _define_format(self, attributes: Attributes) -> None:
        _refuse_more_than_allowed(self.codes)
        number, code = int(attributes["numFmtId"]), attributes.get("formatCode", "")
        self.codes[number] = code
        (self.dates.add if is_date_format(code) else self.dates.discard)(number)
        (self.months.add if shows_no_day(code) else self.months.discard)(number)

    def _add_format(self, attributes: Attributes) -> None:
        _refuse_more_than_allowed(self.formats)
        self.formats.append(int(attributes.get("numFmtId", "0")))


def is_filter(attributes: Attributes) -> bool:
    """Whether a column of a filter drops anything; one whose button is hidden merely can't be filtered by."""
    return attributes.get("hiddenButton") not in _TRUE


def _refuse_more_than_allowed(found: Sized) -> None:
    if len(found) >= MOST_ENTRIES:
        raise UnreadableWorkbook(_("The file has too many parts for a workbook."))
