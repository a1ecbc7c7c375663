"""An .xlsx file as raw rows: what its cells hold, before anybody asks what they mean.

Not openpyxl's reader: that one fills every gap up to the last row and column, hides merged cells when it reads
row by row, doesn't know the dates that Chinese Excel writes with built-in formats (ids 27 to 36, 50 to 58), and keeps
all shared strings whatever their number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from workbooks.xlsx.package import Package, UnreadableWorkbook
from workbooks.xlsx.parts import Book, has_filtered_table, read_book, read_formats
from workbooks.xlsx.sheetml import SheetHandler, StringsHandler
from workbooks.xlsx.values import MergedRange, OutOfSight, RawRow
from workbooks.xlsx.xml import parse, parse_whole

MAX_ROWS = 120_000


@dataclass(slots=True)
class RawSheet:
    """One sheet; `rows` can be walked once, and only then `merged` and `unseen` are complete."""

    title: str
    rows: Iterator[RawRow]
    merged: list[MergedRange] = field(default_factory=list)
    unseen: OutOfSight = field(default_factory=OutOfSight)


def read_sheets(data: bytes) -> Iterator[RawSheet]:
    """The workbook's sheets in order, read as they are walked; UnreadableWorkbook where that can't be done.

    Rows and cells without content are left out. Charts, pictures and everything else is not looked at.
    """
    package = Package(data)
    book = read_book(package)
    strings = _read_strings(package, book)
    formats = read_formats(package, book)
    budget = _RowBudget()
    seen: set[str] = set()
    for sheet in book.sheets:
        if sheet.title in seen:
            raise UnreadableWorkbook(_("The workbook has two sheets of the name “%(sheet)s”.") % {"sheet": sheet.title})
        seen.add(sheet.title)
        unseen = OutOfSight(is_whole=sheet.is_hidden, is_filtered=has_filtered_table(package, sheet.part))
        handler = SheetHandler(strings, formats, book.epoch, unseen)
        rows = _rows(package, sheet.part, handler, budget, sheet.title)
        yield RawSheet(sheet.title, rows, handler.merged, unseen)


def titles_of(data: bytes) -> set[str]:
    """The names of the workbook's sheets; none where that can't be read."""
    try:
        return {sheet.title for sheet in read_book(Package(data)).sheets}
    except UnreadableWorkbook:
        return set()


class _RowBudget:
    """How many rows may still be read, over all sheets."""

    def __init__(self) -> None:
        self._left = MAX_ROWS

    def take(self) -> None:
        """Count one more; UnreadableWorkbook when it is one too many."""
        self._left -= 1
        if self._left < 0:
            reason = _("The workbook has more than %(rows)d rows. Split it into several.")
            raise UnreadableWorkbook(reason % {"rows": MAX_ROWS})


def _read_strings(package: Package, book: Book) -> list[str]:
    handler = StringsHandler()
    if book.strings is not None:
        parse_whole(package.chunks(book.strings), handler, part=book.strings)
    return handler.strings


def _rows(package: Package, part: str, handler: SheetHandler, budget: _RowBudget, title: str) -> Iterator[RawRow]:
    try:
        for _chunk in parse(package.chunks(part), handler, part=part):
            for row in handler.finished:
                budget.take()
                yield row
            handler.finished.clear()
    except UnreadableWorkbook as error:
        raise UnreadableWorkbook(error.reason, sheet=title) from error
