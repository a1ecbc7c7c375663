"""How cells look."""

from dataclasses import dataclass

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from workbooks.export.layout import Kind

FONT = "Microsoft YaHei"
_FORMATS = {
    Kind.TEXT: "@",
    Kind.MARK: "@",
    Kind.SENTENCE: "General",
    Kind.COUNT: "0",
    Kind.MONEY: '#,##0.00;-#,##0.00;"–"',
    Kind.SHARE: "0.00%",
}
_FINE_SHARE = "0.000000%"
_LINE = Side(style="thin", color="BFBFBF")
_STRONG_LINE = Side(style="medium", color="595959")
_GREY = PatternFill("solid", start_color="E7E9ED")


@dataclass(frozen=True)
class Styles:
    """Numbers of the workbook's cell styles."""

    header: int
    body: dict[Kind, int]
    total: dict[Kind, int]
    fine_share: int


def make_styles(sheet: WriteOnlyWorksheet) -> Styles:
    """Register the styles in the workbook of `sheet`."""
    return Styles(
        header=_header(sheet),
        body={kind: _body(sheet, kind, _FORMATS[kind]) for kind in Kind},
        total={kind: _total(sheet, kind) for kind in Kind},
        fine_share=_body(sheet, Kind.SHARE, _FINE_SHARE),
    )


def _header(sheet: WriteOnlyWorksheet) -> int:
    cell = WriteOnlyCell(sheet)
    cell.font = Font(name=FONT, size=10, bold=True)
    cell.fill = _GREY
    cell.border = Border(top=_LINE, left=_LINE, right=_LINE, bottom=_STRONG_LINE)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.number_format = _FORMATS[Kind.TEXT]
    return int(cell.style_id)


def _body(sheet: WriteOnlyWorksheet, kind: Kind, number_format: str) -> int:
    cell = WriteOnlyCell(sheet)
    cell.font = Font(name=FONT, size=10)
    cell.border = Border(top=_LINE, left=_LINE, right=_LINE, bottom=_LINE)
    cell.alignment = _alignment(kind)
    cell.number_format = number_format
    return int(cell.style_id)


def _total(sheet: WriteOnlyWorksheet, kind: Kind) -> int:
    cell = WriteOnlyCell(sheet)
    cell.font = Font(name=FONT, size=10, bold=True)
    cell.border = Border(top=_STRONG_LINE, left=_LINE, right=_LINE, bottom=_STRONG_LINE)
    cell.alignment = _alignment(kind)
    cell.number_format = _FORMATS[kind]
    return int(cell.style_id)


def _alignment(kind: Kind) -> Alignment:
    """Amounts shrink rather than turn into ####; text wraps."""
    if kind in (Kind.TEXT, Kind.SENTENCE):
        return Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    if kind is Kind.MARK:
        return Alignment(horizontal="center", vertical="center", wrap_text=True)
    return Alignment(horizontal="right", vertical="center", shrink_to_fit=True, indent=1)
