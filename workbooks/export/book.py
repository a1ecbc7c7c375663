"""Writes sheets as an .xlsx file: whole or not at all, and the same bytes for the same content."""

import datetime as dt
import os
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from workbooks.export.cells import RowWriter
from workbooks.export.layout import ReportSheet
from workbooks.export.styles import FONT, make_styles
from workbooks.problems import printable

_A4 = 9
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_NO_ROWS = b"<sheetData></sheetData>"


@dataclass(frozen=True, slots=True)
class ReportBook:
    """A workbook: its title, a remark printed on every page (empty: none), what stands at the foot, and its sheets."""

    title: str
    remark: str
    foot: str
    sheets: Sequence[ReportSheet]


def write_book(book: ReportBook, path: Path) -> None:
    """Write `book` to `path`, replacing what is there only once all is written; OSError if that can't be done."""
    draft = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with draft.open("xb") as out:
            _write(book, out)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _write(book: ReportBook, out: BinaryIO) -> None:
    workbook = Workbook(write_only=True)
    workbook.properties.title = printable(book.title)
    workbook.properties.creator = "salesorg"
    workbook.properties.created = workbook.properties.modified = dt.datetime(*_LONG_AGO)  # noqa: DTZ001 - no time at all
    with tempfile.TemporaryDirectory() as folder, _TimelessArchive(out) as archive:
        for number, sheet in enumerate(book.sheets, start=1):
            rows = Path(folder, f"{number}.xml")
            worksheet: Any = workbook.create_sheet(sheet.title)  # the stubs miss what it borrows from Worksheet
            _write_rows(worksheet, sheet, rows)
            _set_up_page(worksheet, book)
            archive.rows[f"xl/worksheets/sheet{number}.xml"] = rows
        ExcelWriter(workbook, archive).write_data()


def _write_rows(worksheet: Any, sheet: ReportSheet, path: Path) -> None:
    with path.open("wb") as out:
        writer = RowWriter(sheet, make_styles(worksheet), out)
        writer.write()
    last_column = get_column_letter(len(sheet.columns))
    worksheet.auto_filter.ref = f"A1:{last_column}{writer.last_row}"
    worksheet.freeze_panes = "A2"
    worksheet.print_title_rows = "1:1"
    for index, column in enumerate(sheet.columns, start=1):
        worksheet.column_dimensions[get_column_letter(index)].width = column.shown_width


def _set_up_page(worksheet: Any, book: ReportBook) -> None:
    """A4 landscape, as wide as the page and as long as it takes; title and remark above, pages counted below."""
    worksheet.page_setup.paperSize = _A4
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.print_options.horizontalCentered = True
    margins = worksheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom = 0.9, 0.7
    margins.header = margins.footer = 0.35
    _print(worksheet.oddHeader.left, _literal(f"{worksheet.title} · {book.title}"), 14)
    _print(worksheet.oddHeader.right, _literal(book.remark), 11)
    _print(worksheet.oddFooter.left, _literal(book.foot), 9)
    _print(worksheet.oddFooter.right, "第 &P 页，共 &N 页", 9)


def _print(part: Any, words: str, size: int) -> None:
    part.text = words
    part.font = FONT
    part.size = size


def _literal(words: str) -> str:
    """In headers and footers `&` begins a code."""
    return printable(words).replace("&", "&&")


class _TimelessArchive(ZipFile):
    """A zip without the time of writing, that puts the rows of each sheet where openpyxl left them out."""

    def __init__(self, out: BinaryIO) -> None:
        super().__init__(out, "w", ZIP_DEFLATED)
        self.rows: dict[str, Path] = {}

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        """Write a part that openpyxl made in memory."""
        with self._part(zinfo_or_arcname) as part:
            part.write(data if isinstance(data, bytes) else data.encode())

    def write(self, filename: Any, arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        """Write a sheet that openpyxl made in a file without rows."""
        before, after = Path(filename).read_bytes().split(_NO_ROWS)
        with self._part(arcname) as part, self.rows[arcname].open("rb") as rows:
            part.write(before + b"<sheetData>")
            copyfileobj(rows, part)
            part.write(b"</sheetData>" + after)

    def _part(self, name: str) -> IO[bytes]:
        info = ZipInfo(name, _LONG_AGO)
        info.compress_type = ZIP_DEFLATED
        return self.open(info, "w")
