"""A copy of an uploaded workbook in which wrong cells are marked, each with the reason as its comment.

The copy holds the values; it is made anew from what our reader found, because a program that opens a stranger's
workbook whole, with all its styles, can be made to use up the server's memory. So it reaches as far as that reader
did: a damaged sheet up to where it is damaged; of a file that can't be opened at all there is none.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from math import inf
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.numbers import FORMAT_GENERAL
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import quote_sheetname
from openpyxl.workbook.child import INVALID_TITLE_REGEX

from workbooks.company.cells import shown
from workbooks.company.layout import ERRORS_SHEET, OUR_SHEETS
from workbooks.company.rows import heading_text
from workbooks.problems import printable
from workbooks.xlsx.escapes import escaped
from workbooks.xlsx.package import UnreadableWorkbook
from workbooks.xlsx.reading import RawSheet, read_sheets
from workbooks.xlsx.values import MonthShown, Number, RawRow, RawValue
from workbooks.xlsx.widths import display_width

Part = TypeVar("Part")
ErrorRow = Mapping[str, Any]
LONGEST_TITLE = 31

MOST_BLANK_ROWS = 20_000
"""Blank rows between others that a copy keeps, so that a row far down the sheet costs no more than others."""

_WRONG = PatternFill("solid", start_color="FFD6D6")
_BOLD = Font(bold=True)
_WIDEST, _NARROWEST = 40, 8
_COMMENT_WIDTH, _LINE_HEIGHT = 260, 20
_AUTHOR = "salesorg"


def can_be_marked(errors: Sequence[ErrorRow]) -> bool:
    """Whether any error has a place to be marked at; those of a file that can't be read have none."""
    return any(error["sheet"] for error in errors)


def write_marked(data: bytes, errors: Sequence[ErrorRow], path: Path) -> None:
    """Write the copy to `path`, with a sheet that lists all errors in front and what else of the file can be read."""
    workbook = Workbook(write_only=True)
    by_sheet: dict[str, list[ErrorRow]] = defaultdict(list)
    for error in errors:
        by_sheet[error["sheet"]].append(error)
    _list_errors(workbook, errors)
    for sheet in _readable(read_sheets(data)):
        if sheet.title not in OUR_SHEETS:
            _copy(workbook, sheet, by_sheet[sheet.title])
    workbook.save(path)


def _readable(parts: Iterator[Part]) -> Iterator[Part]:
    """The sheets, or the rows of one, up to what can't be read; the errors tell why it can't."""
    with suppress(UnreadableWorkbook):
        yield from parts


def _list_errors(workbook: Workbook, errors: Sequence[ErrorRow]) -> None:
    sheet: Any = workbook.create_sheet(ERRORS_SHEET)
    for letter, width in zip("ABCDE", (14, 8, 16, 24, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.append(
        [_cell(sheet, words, font=_BOLD) for words in (_("Sheet"), _("Row"), _("Column"), _("Value"), _("Reason"))]
    )
    for error in errors:
        place = _cell(sheet, error["sheet"] or "")
        if error["sheet"] and error["row"]:
            place.hyperlink = f"#{quote_sheetname(_title(error['sheet']))}!A{error['row']}"
        words = (error["column"] or "", error["value"] or "", error["reason"])
        sheet.append([place, error["row"], *(_cell(sheet, text) for text in words)])


def _copy(workbook: Workbook, raw: RawSheet, errors: Sequence[ErrorRow]) -> None:
    sheet: Any = workbook.create_sheet(_title(raw.title))
    rows = iter(_with_blanks(_readable(raw.rows)))
    _number, header = next(rows, (1, {}))
    positions = _positions(header)
    marks = _marks(errors, positions)
    for position, heading in header.items():
        width = min(_WIDEST, max(_NARROWEST, display_width(shown(heading)) + 4))
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.freeze_panes = "A2"
    sheet.append(_row(sheet, header, marks.pop(1, {}), font=_BOLD))
    for number, cells in rows:
        sheet.append(_row(sheet, cells, marks.pop(number, {})))


def _title(title: str) -> str:
    """A sheet's name as Excel takes it, whatever program wrote it; our sheets' names are such."""
    return INVALID_TITLE_REGEX.sub("_", printable(title)).strip("'")[:LONGEST_TITLE] or "_"


def _with_blanks(rows: Iterator[RawRow]) -> Iterator[RawRow]:
    """The rows at their numbers, with the blank ones between them as far as the copy keeps these."""
    expected, blanks_left = 1, MOST_BLANK_ROWS
    for number, cells in rows:
        while expected < number and blanks_left:
            yield expected, {}
            expected += 1
            blanks_left -= 1
        yield number, cells
        expected = number + 1


def _positions(header: Mapping[int, RawValue]) -> dict[str, int]:
    """The columns by heading, of a doubled one the last: that is the wrong one."""
    return {heading: position for position, raw in header.items() if (heading := heading_text(raw))}


def _marks(errors: Sequence[ErrorRow], positions: Mapping[str, int]) -> dict[int, dict[int, list[str]]]:
    """The reasons by row and column; what has no place of its own stands at the row's or the sheet's first cell."""
    marks: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for error in errors:
        heading = "".join((error["column"] or "").split())
        reason = error["reason"] if heading in positions or not heading else f"{error['column']} · {error['reason']}"
        marks[error["row"] or 1][positions.get(heading, 1)].append(reason)
    return marks


def _row(
    sheet: Any, cells: Mapping[int, RawValue], marks: Mapping[int, list[str]], font: Font | None = None
) -> list[Any]:
    last = max([*cells, *marks], default=0)
    row: list[Any] = [None] * last
    for position in {*cells, *marks}:
        cell = _cell(sheet, cells.get(position), font=font)
        if position in marks:
            _mark(cell, marks[position])
        row[position - 1] = cell
    return row


def _cell(sheet: Any, raw: RawValue | None, *, font: Font | None = None) -> Any:
    """A cell with this content, shown as it was: what it means when it comes back may hang on that."""
    value = _value(raw)
    cell = WriteOnlyCell(sheet, None)
    cell.value = escaped(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type, cell.number_format = "s", "@"  # text stays text, also where it begins like a formula
    elif isinstance(raw, Number):
        cell.number_format = raw.shown_in or FORMAT_GENERAL
    elif isinstance(value, MonthShown):
        cell.number_format = "yyyy-mm"
    elif isinstance(value, dt.datetime):
        cell.number_format = "yyyy-mm-dd" if value.time() == dt.time() else "yyyy-mm-dd hh:mm"
    if font is not None:
        cell.font = font
    return cell


def _value(raw: RawValue | None) -> Any:
    """A cell's content as it goes into the copy; a number that can't be read stays as it is written."""
    if not isinstance(raw, Number):
        return raw if raw is None or isinstance(raw, bool | dt.datetime) else str(raw)
    try:
        number = Decimal(raw)
    except ArithmeticError:
        return str(raw)
    return number if abs(float(number)) < inf else str(raw)


def _mark(cell: Any, reasons: Sequence[str]) -> None:
    text = "\n".join(printable(reason) for reason in reasons)
    cell.fill = _WRONG
    height = _LINE_HEIGHT * (2 + sum(1 + display_width(reason) // 34 for reason in reasons))
    cell.comment = Comment(text, _AUTHOR, height=height, width=_COMMENT_WIDTH)
