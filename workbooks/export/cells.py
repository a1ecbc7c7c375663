"""A sheet's rows as the XML of SpreadsheetML.

openpyxl writes everything else; of half a million cells it needs many times as long, and a number would pass through
a float. Here an amount is written as it is, and text only as an inline string, which no program takes for a formula.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import BinaryIO
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from workbooks.export.layout import Kind, ReportSheet, Value
from workbooks.export.styles import Styles
from workbooks.xlsx.escapes import shielded
from workbooks.xlsx.widths import display_width

TOTAL = "合计"
_HEADER_HEIGHT, _ROW_HEIGHT, _LINE_HEIGHT = 30, 17, 13
_USABLE = {Kind.TEXT: 0.85, Kind.SENTENCE: 1.1}  # of a column's width; a sentence has much narrow punctuation
_LONGEST_TEXT = 32_767
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f<>&\ufffe\uffff]|_x")
_PER_CENT = Decimal("0.01")
_SHOWN = Decimal("0.0001")


class RowWriter:
    """Writes a sheet's header, rows and totals one by one; `last_row` is the last one before the totals."""

    def __init__(self, sheet: ReportSheet, styles: Styles, out: BinaryIO) -> None:
        self.sheet = sheet
        self.styles = styles
        self.out = out
        self.rows = 0
        self.last_row = 0
        self.totals = {index: Decimal(0) for index, column in enumerate(sheet.columns) if column.is_summed}
        self._letters = [get_column_letter(index + 1) for index in range(len(sheet.columns))]
        self._body = [styles.body[column.kind] for column in sheet.columns]
        self._shares = [index for index, column in enumerate(sheet.columns) if column.kind is Kind.SHARE]
        self._wrapping = [
            (index, int(column.shown_width * _USABLE[column.kind]))
            for index, column in enumerate(sheet.columns)
            if column.kind in _USABLE
        ]

    def write(self) -> None:
        """Write all of the sheet; a totals row only below at least one row."""
        columns = self.sheet.columns
        self._write_row([column.heading for column in columns], [self.styles.header] * len(columns), _HEADER_HEIGHT)
        for row in self.sheet.rows:
            self._write_row(row, self._styles(row), _ROW_HEIGHT + _LINE_HEIGHT * (self._lines(row) - 1))
            for index in self.totals:
                self.totals[index] += Decimal(row[index] or 0)
        self.last_row = self.rows
        if self.totals and self.rows > 1:
            totals: list[Value] = [self.totals.get(index) for index in range(len(columns))]
            self._write_row([TOTAL, *totals[1:]], [self.styles.total[column.kind] for column in columns], _ROW_HEIGHT)

    def _write_row(self, values: Sequence[Value], styles: Sequence[int], height: int) -> None:
        self.rows += 1
        cells = [
            _cell(f"{letter}{self.rows}", value, style)
            for letter, value, style in zip(self._letters, values, styles, strict=True)
        ]
        self.out.write(f'<row r="{self.rows}" ht="{height}" customHeight="1">{"".join(cells)}</row>'.encode())

    def _styles(self, row: Sequence[Value]) -> Sequence[int]:
        misleading = [index for index in self._shares if seems_to_reach(row[index])]
        if not misleading:
            return self._body
        return [self.styles.fine_share if index in misleading else style for index, style in enumerate(self._body)]

    def _lines(self, row: Sequence[Value]) -> int:
        """How many lines the row's longest text takes in its column; not every program finds the height by itself."""
        return max((_lines(str(row[index] or ""), width) for index, width in self._wrapping), default=1)


def seems_to_reach(share: Value) -> bool:
    """Whether a share shown with two decimals of a per cent would claim a whole per cent that it does not reach."""
    if not isinstance(share, Decimal):
        return False
    shown = share.quantize(_SHOWN, rounding=ROUND_HALF_UP)
    return shown > share and shown % _PER_CENT == 0


def _cell(place: str, value: Value, style: int) -> str:
    if value is None or value == "":
        return f'<c r="{place}" s="{style}"/>'
    if isinstance(value, str):
        return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>'
    return f'<c r="{place}" s="{style}"><v>{value if isinstance(value, int) else format(value, "f")}</v></c>'


def _lines(words: str, width: int) -> int:
    if 2 * len(words) <= width and "\n" not in words:
        return 1
    return sum(max(1, -(-display_width(line) // width)) for line in words.splitlines())


def _text(value: str) -> str:
    """The text as XML, without the control characters that it can't hold; most texts are short and plain."""
    if len(value) <= _LONGEST_TEXT and not _SPECIAL.search(value):
        return value
    return escape(shielded(_NOT_IN_XML.sub("", value)[:_LONGEST_TEXT]), {"\r": "&#13;"})
