"""What a workbook says of itself: its sheets, the parts these stand in, and which cell formats are dates."""

import datetime as dt
from collections.abc import Sized
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from workbooks.package import Package, UnreadableWorkbook, resolve
from workbooks.xml import Attributes, Handler, parse_whole

MOST_ENTRIES = 70_000
"""Of sheets, relations, formats; Excel allows 65,490 formats, and less of the others."""

BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook's sheets (title, part), the parts of its shared strings and formats, and day 0 of its dates."""

    sheets: list[tuple[str, str]]
    strings: str | None
    styles: str | None
    epoch: dt.datetime


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
        (title.strip(), relations[relation][1])
        for title, relation in handler.sheets
        if relation in relations and relations[relation][0] == "worksheet"
    ]
    epoch = CALENDAR_MAC_1904 if handler.counts_from_1904 else CALENDAR_WINDOWS_1900
    return Book(sheets, by_kind.get("sharedStrings"), by_kind.get("styles"), epoch)


def read_date_formats(package: Package, book: Book) -> frozenset[int]:
    """The indexes of the cell formats that show a number as a date or time."""
    handler = _StylesHandler()
    if book.styles is not None:
        parse_whole(package.chunks(book.styles), handler, part=book.styles)
    return frozenset(index for index, kind in enumerate(handler.formats) if kind in handler.dates)


def _relations(package: Package, part: str, base: str) -> dict[str, tuple[str, str]]:
    """The relations of a part by id: their kind, and the part of this file that they point to."""
    handler = _RelationsHandler()
    parse_whole(package.chunks(part), handler, part=part)
    return {key: (kind.rpartition("/")[2], resolve(base, target)) for key, kind, target in handler.found}


class _RelationsHandler(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.starts["Relationship"] = self._relate
        self.found: list[tuple[str, str, str]] = []

    def _relate(self, attributes: Attributes) -> None:
        _refuse_more_than_allowed(self.found)
        if attributes.get("TargetMode") != "External":
            self.found.append((attributes.get("Id", ""), attributes.get("Type", ""), attributes.get("Target", "")))


class _BookHandler(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.starts |= {"workbookPr": self._set_epoch, "sheet": self._add_sheet}
        self.sheets: list[tuple[str, str]] = []
        self.counts_from_1904 = False

    def _set_epoch(self, attributes: Attributes) -> None:
        self.counts_from_1904 = attributes.get("date1904") in ("1", "true")

    def _add_sheet(self, attributes: Attributes) -> None:
        _refuse_more_than_allowed(self.sheets)
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        self.sheets.append((attributes.get("name", ""), relation))


class _StylesHandler(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.starts |= {"numFmt": self._define_format, "cellXfs": self._enter_formats, "xf": self._add_format}
        self.ends["cellXfs"] = self._leave_formats
        self.dates = set(BUILT_IN_DATES)
        self.formats: list[int] = []
        self._is_in_formats = False

    def _define_format(self, attributes: Attributes) -> None:
        _refuse_more_than_allowed(self.dates)
        code = int(attributes["numFmtId"])
        if is_date_format(attributes.get("formatCode", "")):
            self.dates.add(code)
        else:
            self.dates.discard(code)

    def _enter_formats(self, _attributes: Attributes) -> None:
        self._is_in_formats = True

    def _leave_formats(self) -> None:
        self._is_in_formats = False

    def _add_format(self, attributes: Attributes) -> None:
        _refuse_more_than_allowed(self.formats)
        if self._is_in_formats:
            self.formats.append(int(attributes.get("numFmtId", "0")))


def _refuse_more_than_allowed(found: Sized) -> None:
    if len(found) >= MOST_ENTRIES:
        raise UnreadableWorkbook(_("The file has too many parts for a workbook."))
