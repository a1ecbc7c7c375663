"""Reads an exported payroll workbook back into plain rows."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

FEN = Decimal("0.01")
Row = dict[str, Any]


def read_payroll(path: Path) -> dict[str, list[Row]]:
    """Each sheet's rows by header, without the row of totals."""
    book = load_workbook(path)
    return {sheet.title: _rows(list(sheet.iter_rows(values_only=True))) for sheet in book}


def money(value: Any) -> str:
    """An amount as the expected results write it."""
    return str(Decimal(str(value)).quantize(FEN))


def _rows(values: list[tuple[Any, ...]]) -> list[Row]:
    header, *rows = values
    return [dict(zip(header, row, strict=True)) for row in rows if row[0] != "合计"]
