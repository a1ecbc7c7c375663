"""Rows that a program pushes, as the sheets' rows: the same columns by their fields, the same readers, the same words.

Choices are given as the database has them (`sales`, `departure`, `true`); numbers, days and months as in a cell.
What a row leaves out says nothing, as a column that a sheet doesn't have; null says that it is empty.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from workbooks.company.cells import BadCell, Choice
from workbooks.company.columns import KeptSheet, SheetColumn
from workbooks.company.entries import Entry
from workbooks.company.importing import ReadFile
from workbooks.company.layout import ABSENCES, SHEET_BY_NAME, SHEETS
from workbooks.company.rows import ParsedSheet, enter_row
from workbooks.problems import Problem, Problems
from workbooks.xlsx.values import Number, RawValue

Pushed = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by the name of their sheet, each with its values by field."""


def read_pushed(pushed: Pushed) -> ReadFile:
    """Read pushed rows as those of a workbook, counted from 1; what is wrong with them is told by its `problems`."""
    problems = Problems()
    sheets = {sheet.name: ParsedSheet(sheet, is_in_file=sheet.name in pushed) for sheet in SHEETS}
    for name, rows in pushed.items():
        for number, row in enumerate(rows, start=1):
            _enter(sheets[name], number, row, problems)
    text = json.dumps(pushed, ensure_ascii=False, sort_keys=True)
    return ReadFile(hashlib.sha256(text.encode()).hexdigest(), sheets, problems)


def field_of(problem: Problem) -> str | None:
    """The field that a problem of pushed rows is about."""
    sheet = next((sheet for sheet in SHEETS if sheet.title == problem.sheet), None)
    fields = {column.header: column.field for column in sheet.columns} if sheet else {}
    return fields.get(problem.column or "", problem.column)


def _enter(parsed: ParsedSheet, number: int, row: Mapping[str, Any], problems: Problems) -> None:
    """Enter a row as it says, but for fields that the sheet doesn't have: those are refused, for nothing would keep
    them."""
    columns = pushed_columns(parsed.sheet.name)
    entry = Entry(parsed.sheet, (), number)
    for field in row.keys() - columns.keys():
        problems.refuse(Problem(parsed.sheet.title, number, field, None, _("there is no such field")))
    unread: dict[str, str] = {}
    for field, value in row.items():
        if field in columns and value not in (None, ""):
            try:
                entry.raw[field] = _raw(columns[field], value)
            except BadCell as error:
                unread[field] = str(error)
    told = [column for field, column in columns.items() if field in row or column.required]
    enter_row(parsed, entry, told, unread, problems)


def _raw(column: SheetColumn, value: Any) -> RawValue:
    """A value as a cell of the column would hold it; kinds of absences are words there, beside any others."""
    if isinstance(column.reader, Choice) and isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | bool | Number):
        return _ABSENCES.get(value, value) if column.stands_in == _WORD and isinstance(value, str) else value
    raise BadCell(_("a text, a number or a truth value belongs here"))


@cache
def pushed_columns(name: str) -> Mapping[str, SheetColumn]:
    """A sheet's columns by field, whose choices are read as the database has them."""
    sheet: KeptSheet = SHEET_BY_NAME[name]
    columns = {column.field: column for column in sheet.columns}
    for field, column in columns.items():
        if isinstance(column.reader, Choice):
            columns[field] = replace(column, reader=Choice(_by_value(column.reader.meanings)))
    return columns


def _by_value(meanings: Mapping[str, Any]) -> dict[str, Any]:
    return {_value_text(meaning): meaning for meaning in meanings.values()}


def _value_text(meaning: Any) -> str:
    match meaning:
        case True:
            return "true"
        case None:
            return "false"
        case _:
            return str(meaning)


_WORD = "word"
_ABSENCES = {str(kind.value): word for word, kind in ABSENCES.items()}
