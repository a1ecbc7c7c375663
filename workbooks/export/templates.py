"""Workbooks to fill in: all sheets empty with their headings and notes, or one sheet with examples."""

import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from workbooks.company.cells import Amount, Choice, Code, Count, Date, MonthCell, Sign
from workbooks.company.columns import Sheet, SheetColumn
from workbooks.company.layout import NOTES_SHEET, SHEET_BY_NAME, SHEETS
from workbooks.export.examples import EXAMPLES
from workbooks.export.styles import FONT
from workbooks.xlsx.widths import display_width

_REQUIRED = PatternFill("solid", start_color="DCE6F7")
_OPTIONAL = PatternFill("solid", start_color="EFEFEF")
_LINE = Side(style="thin", color="BFBFBF")
_NARROWEST, _WIDEST = 12, 26
_LAST_ROW = 10_000
_NOTE_WIDTH, _NOTE_HEIGHT = 260, 110


def empty_workbook() -> bytes:
    """All sheets with headings, notes and formats; a sheet in front says what each is for."""
    workbook = Workbook()
    _write_notes(workbook.active, SHEETS)
    for sheet in SHEETS:
        _write_sheet(workbook.create_sheet(sheet.title), sheet, [])
    return _saved(workbook)


def example_workbook(sheet: Sheet) -> bytes:
    """One sheet with a few rows as they might be, and the notes on it."""
    workbook = Workbook()
    page: Any = workbook.active
    page.title = sheet.title
    _write_sheet(page, sheet, EXAMPLES[sheet.name])
    _write_notes(workbook.create_sheet(), [sheet])
    return _saved(workbook)


def column_note(column: SheetColumn) -> str:
    """What a column takes, in a few sentences."""
    told = [_("Must be filled in.") if column.required else _("May be empty."), _takes(column)]
    if column.refers_to:
        title = SHEET_BY_NAME[column.refers_to].title
        told.append(_("As it stands in the sheet “%(sheet)s” or in the system.") % {"sheet": title})
    return " ".join(told)


def sheet_purpose(name: str) -> str:
    """What a sheet is for."""
    return {
        "branches": _("The branches."),
        "departments": _("The departments of the branches; in sales or in back-office support."),
        "employees": _("People with the department, rank or base salary that they start with."),
        "events": _("Changes of post, moves and departures; the date is the first day no longer in the old post."),
        "clients": _("Clients, whose they are and who referred them."),
        "assignments": _("Orphan clients assigned to a developer."),
        "contracts": _("Contracts with who closed them."),
        "receipts": _("Cash that came in; a refund is negative and names the receipt that it reverses."),
        "targets": _("The branches' targets by month."),
        "weights": _("By which weight a support person shares in the bonus of a month."),
        "claims": _("What was spent from the branches' funds."),
        "opening_states": _("Going live: deficit, cycle, threshold months and rank rights that people bring along."),
        "opening_sales": _("Going live: people's sales of full months before."),
        "opening_lots": _("Going live: what is left of the funds, by the month it accrued in."),
        "absences": _("Absences; the kind decides whether a month is assessed."),
    }[name]


def _takes(column: SheetColumn) -> str:
    match column.reader:
        case Code():
            return _("Text; format the cells as text, so that leading zeros stay.")
        case Date():
            return _("A date: 2026-04-30, 2026/4/30, 2026年4月30日 or 20260430.")
        case MonthCell():
            return _("A month: 2026-04, 2026/4, 2026年4月 or 202604.")
        case Choice(meanings):
            return _("One of: %(choices)s.") % {"choices": _(", ").join(meanings)}
        case Amount(sign=sign, decimals=decimals):
            number = _("A number with at most %(decimals)d decimals.") % {"decimals": decimals}
            return " ".join(filter(None, [number, _sign(sign)]))
        case Count():
            return _("A whole number from 0 on.")
        case _:
            return _("Text of at most %(longest)d characters.") % {"longest": column.reader.longest}


def _sign(sign: Sign) -> str:
    return {
        Sign.POSITIVE: _("Above zero."),
        Sign.NOT_NEGATIVE: _("Zero or more."),
        Sign.NOT_POSITIVE: _("Zero or less."),
        Sign.ANY_BUT_ZERO: _("Not zero; a refund is negative."),
        Sign.ANY: "",
    }[sign]


def _write_sheet(page: Any, sheet: Sheet, rows: Sequence[Sequence[Any]]) -> None:
    for position, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(position)
        cell = page.cell(1, position, column.header)
        _dress(cell, is_required=column.required)
        cell.comment = Comment(column_note(column), "salesorg", width=_NOTE_WIDTH, height=_NOTE_HEIGHT)
        page.column_dimensions[letter].width = min(_WIDEST, max(_NARROWEST, display_width(column.header) + 6))
        page.column_dimensions[letter].number_format = _number_format(column)
        if isinstance(column.reader, Choice):
            choices = DataValidation("list", formula1=f'"{",".join(column.reader.meanings)}"', allow_blank=True)
            choices.add(f"{letter}2:{letter}{_LAST_ROW}")
            page.add_data_validation(choices)
    for number, row in enumerate(rows, start=2):
        for position, (column, value) in enumerate(zip(sheet.columns, row, strict=True), start=1):
            cell = page.cell(number, position, value)
            cell.number_format, cell.font = _number_format(column), Font(name=FONT, size=10)
    page.freeze_panes = "A2"


def _dress(cell: Any, *, is_required: bool) -> None:
    cell.font = Font(name=FONT, size=10, bold=True)
    cell.fill = _REQUIRED if is_required else _OPTIONAL
    cell.border = Border(bottom=_LINE, right=_LINE)
    cell.alignment = Alignment(horizontal="center", vertical="center")
    cell.number_format = "@"


def _number_format(column: SheetColumn) -> str:
    match column.reader:
        case Amount(decimals=2):
            return "#,##0.00"
        case Amount() | Count():
            return "General"
        case Date():
            return "yyyy-mm-dd"
        case _:
            return "@"


def _write_notes(page: Any, sheets: Sequence[Sheet]) -> None:
    page.title = NOTES_SHEET
    for letter, width in zip("ABC", (16, 18, 90), strict=True):
        page.column_dimensions[letter].width = width
    page.append([_("Sheet"), _("Column"), _("What it takes")])
    for cell in page[1]:
        _dress(cell, is_required=False)
    for sheet in sheets:
        page.append([sheet.title, None, sheet_purpose(sheet.name)])
        for cell in page[page.max_row]:
            cell.font = Font(name=FONT, size=10, bold=True)
        for column in sheet.columns:
            page.append([None, column.header, column_note(column)])
            for cell in page[page.max_row]:
                cell.font = Font(name=FONT, size=10)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = "A2"


def _saved(workbook: Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()
