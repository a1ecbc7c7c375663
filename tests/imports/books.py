"""Workbooks for the tests: whole ones by openpyxl, broken ones by hand."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from access.actor import CONSOLE
from workbooks.company.importing import ImportOutcome, import_workbook

ROOT = Path(__file__).resolve().parents[2]
CALM = ROOT / "tests" / "cases" / "calm.xlsx"
EDGES = ROOT / "salesorg" / "demo" / "company.xlsx"

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Sheets = Mapping[str, Sequence[Sequence[Any]]]


def saved(book: Workbook) -> bytes:
    """A workbook as the bytes of its file."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def book_of(sheets: Sheets) -> Workbook:
    """A workbook with these rows in these sheets."""
    book = Workbook()
    del book["Sheet"]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return book


def take_in(sheets: Sheets | Workbook | bytes, *, dry_run: bool = False) -> ImportOutcome:
    """Import rows, a workbook, or a file's bytes."""
    if not isinstance(sheets, bytes):
        sheets = saved(sheets if isinstance(sheets, Workbook) else book_of(sheets))
    return import_workbook(sheets, file_name="测试.xlsx", by=CONSOLE, dry_run=dry_run)


def places(outcome: ImportOutcome) -> list[tuple[str | None, int | None, str | None]]:
    """Where the errors are."""
    return [(problem.sheet, problem.row, problem.column) for problem in outcome.errors]


def edges() -> Workbook:
    """The example company with all its edges."""
    return load_workbook(EDGES)


def raw_parts(sheet: str, *, title: str = "分公司", strings: str = "", styles: str = "") -> dict[str, str]:
    """The parts of a workbook of one sheet, whose XML is given."""
    relations = [f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>']
    parts = {
        "_rels/.rels": f'{DECLARATION}<Relationships {RELATIONS}><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{DECLARATION}<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="{title}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    if strings:
        relations.append(f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>')
        parts["xl/sharedStrings.xml"] = strings
    if styles:
        relations.append(f'<Relationship Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"/>')
        parts["xl/styles.xml"] = styles
    joined = "".join(relations)
    parts["xl/_rels/workbook.xml.rels"] = f"{DECLARATION}<Relationships {RELATIONS}>{joined}</Relationships>"
    return parts


def sheet_xml(rows: str, after: str = "") -> str:
    """A sheet's XML around its rows."""
    return f"{DECLARATION}<worksheet {MAIN}><sheetData>{rows}</sheetData>{after}</worksheet>"


def text_cell(reference: str, text: str) -> str:
    """A cell with its text in line."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER_OF_BRANCHES = f'<row r="1">{text_cell("A1", "编码")}{text_cell("B1", "名称")}</row>'


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Parts as a zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()
