"""Programs that call the API, and a company as the rows that they push."""

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.test import Client as Browser
from openpyxl import load_workbook

from workbooks.company.cells import Choice, MonthCell
from workbooks.company.layout import ABSENCES, SHEETS

V1 = "/api/v1/"


@dataclass(frozen=True)
class Program:
    """Whoever calls, with a token."""

    token: str

    def get(self, path: str, headers: Mapping[str, str] | None = None, **query: Any) -> Any:
        return Browser().get(V1 + path, query, headers={**self._headers(), **(headers or {})})

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return Browser().post(
            V1 + path, data=body, content_type="application/json", headers={**self._headers(), **headers}
        )

    def all(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every row of a list, page by page."""
        found, answer = [], self.get(path, **query)
        while True:
            assert answer.status_code == 200, answer.content
            page = answer.json()
            found += page["results"]
            if page["next"] is None:
                return found
            answer = Browser().get(page["next"], headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def program(role: str = "integration", name: str = "crm", **more: str) -> Program:
    """A program with a new token of a role."""
    printed = io.StringIO()
    options = [part for option, value in more.items() for part in (f"--{option}", value)]
    call_command("make_token", name, "--role", role, *options, stdout=printed)
    return Program(printed.getvalue().strip())


def pushed(workbook: Path) -> dict[str, list[dict[str, Any]]]:
    """What a workbook says, as a program says it."""
    book = load_workbook(workbook)
    return {
        sheet.name: [_row(sheet.columns, heading, row) for heading, row in _rows(book[sheet.title])]
        for sheet in SHEETS
        if sheet.title in book.sheetnames
    }


def _rows(sheet: Any) -> list[tuple[list[str], Any]]:
    heading, *rows = sheet.iter_rows(values_only=True)
    return [(heading, row) for row in rows if any(value is not None for value in row)]


def _row(columns: Any, heading: Any, cells: Any) -> dict[str, Any]:
    said = dict(zip(heading, cells, strict=False))
    return {column.field: _value(column, said[column.header]) for column in columns if column.header in said}


def _value(column: Any, cell: Any) -> Any:
    if cell is None:
        return None
    if isinstance(column.reader, Choice):
        meaning = column.reader.meanings[cell]
        return meaning is True if meaning in (True, None) else str(meaning)
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m}" if isinstance(column.reader, MonthCell) else cell.date().isoformat()
    return {word: str(kind) for word, kind in ABSENCES.items()}.get(cell, cell if isinstance(cell, str) else str(cell))
