"""What the database holds, in the words of the sheets: natural keys and values, each sheet in one query."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from workbooks.company.columns import KeptSheet, SheetColumn
from workbooks.company.entries import Key, StoredRow
from workbooks.company.layout import SHEET_BY_NAME
from workbooks.company.rows import ParsedSheet

Records = dict[Key, StoredRow]
File = Mapping[str, ParsedSheet]


def load_records(sheet: KeptSheet, file: File) -> Records:
    """The records of a sheet by key: all of them where others may refer to any, else those the file is about."""
    rows = sheet.rows() if sheet.rows else sheet.model._default_manager.filter(**sheet.fixed)
    if sheet.name == "receipts":
        rows = _receipts(rows, file)
    elif sheet.looked_up_by:
        column = sheet.by_field[sheet.looked_up_by]
        rows = rows.filter(**{f"{_path(column)}__in": _said(file, sheet.name, column.field)})
    paths = {column.field: _path(column) for column in sheet.columns} | {name: name for name in sheet.also_read}
    records: Records = {}
    for pk, *values in rows.values_list("pk", *paths.values()):
        by_field = dict(zip(paths, map(_none_if_blank, values), strict=True))
        records[tuple(by_field[part] for part in sheet.key)] = StoredRow(pk, by_field)
    return records


def _path(column: SheetColumn) -> str:
    """The way from a row to a column's value: of what refers to another sheet, to the key that stands there."""
    if column.refers_to is None:
        return column.stands_in
    other = SHEET_BY_NAME[column.refers_to]
    return f"{column.stands_in}__{other.by_field[other.key[0]].stands_in}"


def _none_if_blank(value: Any) -> Any:
    """What an empty cell says; a mark that isn't made is one."""
    return None if value == "" or value is False else value


def _said(file: File, name: str, field: str) -> set[Any]:
    """The values that the file has in a column."""
    values = {entry.said.get(field) for entry in file[name].entries.values()}
    return values - {None}


def _receipts(rows: QuerySet[Any], file: File) -> QuerySet[Any]:
    """All receipts of the contracts that the file speaks of, and any other receipt it names."""
    contracts = _said(file, "receipts", "contract") | _said(file, "contracts", "number")
    numbers = _said(file, "receipts", "number") | _said(file, "receipts", "reverses")
    if not contracts | numbers:
        return rows.none()
    return rows.filter(Q(contract__number__in=contracts) | Q(number__in=numbers) | Q(reverses__number__in=numbers))
