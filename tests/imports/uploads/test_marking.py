"""The copy of a workbook in which wrong cells are marked, and the workbooks to fill in."""

import datetime as dt
import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.imports.books import (
    HEADER_OF_BRANCHES,
    MAIN,
    OFFICE,
    book_of,
    places,
    raw_parts,
    saved,
    sheet_xml,
    take_in,
    text_cell,
    zipped,
)
from tests.imports.company import change, company, row_number
from workbooks.company.cells import shown
from workbooks.company.importing import ImportOutcome
from workbooks.company.layout import SHEETS
from workbooks.export.examples import EXAMPLES
from workbooks.export.templates import empty_workbook, example_workbook
from workbooks.uploads.marking import MOST_BLANK_ROWS, can_be_marked, write_marked
from workbooks.xlsx.reading import read_sheets
from workbooks.xlsx.values import MonthShown, Number

pytestmark = pytest.mark.django_db

DAY = dt.datetime(2011, 4, 1)  # noqa: DTZ001 - a workbook knows no time zones


def marked(data: bytes, outcome: ImportOutcome, folder: Path) -> Any:
    """The marked copy, opened."""
    path = folder / "marked.xlsx"
    write_marked(data, [asdict(problem) for problem in outcome.errors], path)
    return load_workbook(path)


def note_of(cell: Any) -> str:
    """The comment at a cell."""
    return str(cell.comment.text)


def test_wrong_cells_bear_their_reason_and_the_rest_stays(tmp_path: Path) -> None:
    sheets = change(company(), "到款", ("R2",), "金额", "-0.001")
    change(sheets, "员工", ("02",), "入职日期", "2010-02-30")
    change(sheets, "合同", ("K2",), "成交工号", None)
    sheets["客户"][1][1] = "=客户一"
    data = saved(book_of(sheets))
    outcome = take_in(data)
    book = marked(data, outcome, tmp_path)
    assert book.sheetnames == ["导入错误", *sheets]
    assert [tuple(row[:3]) for row in book["导入错误"].iter_rows(min_row=2, values_only=True)] == places(outcome)
    wrong = book["到款"].cell(row_number(sheets, "到款", "R2"), 4)
    assert (wrong.value, wrong.comment.text, wrong.fill.start_color.rgb) == ("-0.001", "小数超过 2 位", "00FFD6D6")
    assert book["员工"].cell(row_number(sheets, "员工", "02"), 5).comment.text == "没有这一天"
    assert book["合同"].cell(row_number(sheets, "合同", "K2"), 5).comment is not None
    formula = book["客户"]["B2"]
    assert (formula.data_type, formula.value) == ("s", "=客户一")
    marks = [cell for page in book for row in page.iter_rows() for cell in row if cell.comment]
    assert len(marks) == len(outcome.errors)


def test_the_marked_copy_mended_can_be_imported(tmp_path: Path) -> None:
    data = saved(book_of(change(company(), "到款", ("R2",), "金额", "-0.001")))
    book = marked(data, take_in(data), tmp_path)
    book["到款"].cell(4, 4).value = 4000
    outcome = take_in(saved(book))
    assert (outcome.imported, outcome.errors, outcome.warnings) == (True, [], [])


def test_a_missing_column_is_told_at_the_sheets_first_cell(tmp_path: Path) -> None:
    sheets = company()
    sheets["目标"] = [row[:2] for row in sheets["目标"]]
    data = saved(book_of(sheets))
    book = marked(data, take_in(data), tmp_path)
    assert book["目标"]["A1"].comment.text == "目标金额 · 缺少该列"


def test_dates_and_numbers_stay_what_they_are(tmp_path: Path) -> None:
    sheets = {"到款": [company()["到款"][0], ["R1", "K1", DAY, 12.5, None]]}
    data = saved(book_of(sheets))
    row = marked(data, take_in(data), tmp_path)["到款"][2]
    assert [cell.value for cell in row[:4]] == ["R1", "K1", DAY, 12.5]
    assert row[2].number_format == "yyyy-mm-dd"


def test_a_row_far_down_costs_no_more(tmp_path: Path) -> None:
    far = f'<row r="1048576">{text_cell("A1048576", "B1")}</row>'
    data = zipped(raw_parts(sheet_xml(HEADER_OF_BRANCHES + far)))
    outcome = take_in(data)
    assert places(outcome) == [("分公司", 1_048_576, "名称")]
    book = marked(data, outcome, tmp_path)
    assert book["分公司"].max_row == MOST_BLANK_ROWS + 2
    assert "1048576" in str(list(book["导入错误"].values))


def test_the_empty_workbook_can_be_uploaded_as_it_is_and_explains_itself() -> None:
    outcome = take_in(empty_workbook(), dry_run=True)
    assert (outcome.errors, outcome.warnings) == ([], [])
    assert set(outcome.sheets) == {sheet.title for sheet in SHEETS}
    book = load_workbook(io.BytesIO(empty_workbook()))
    assert book.sheetnames == ["说明", *(sheet.title for sheet in SHEETS)]
    for sheet in SHEETS:
        headings = [cell.value for cell in book[sheet.title][1]]
        assert headings == [column.header for column in sheet.columns]
        assert all(note_of(cell) for cell in book[sheet.title][1])
    assert note_of(book["部门"]["D1"]) == "必填。 只能填：销售、后勤支持。"
    assert book["部门"].data_validations.dataValidation[0].formula1 == '"销售,后勤支持"'
    assert book["员工"].column_dimensions["A"].number_format == "@"


def test_the_examples_together_are_a_company_that_can_be_imported() -> None:
    assert set(EXAMPLES) == {sheet.name for sheet in SHEETS}
    outcome = take_in({sheet.title: [[c.header for c in sheet.columns], *EXAMPLES[sheet.name]] for sheet in SHEETS})
    assert (outcome.errors, outcome.warnings, outcome.imported) == ([], [], True)
    for sheet in SHEETS:
        page = load_workbook(io.BytesIO(example_workbook(sheet)))[sheet.title]
        assert page.max_row == len(EXAMPLES[sheet.name]) + 1


DEEP = "<a>" * 80
HOSTILE = "<!DOCTYPE x [<!ENTITY e 'x'>]>"
ROW = f'<row r="2">{text_cell("A2", "B01")}{text_cell("B2", "北京")}</row>'


@pytest.mark.parametrize(
    "sheet",
    [
        sheet_xml(HEADER_OF_BRANCHES + ROW).removesuffix("</worksheet>"),
        sheet_xml(HEADER_OF_BRANCHES + ROW + DEEP),
        sheet_xml(HEADER_OF_BRANCHES + ROW + '<row r="1"></row>'),
        sheet_xml(HEADER_OF_BRANCHES + ROW + '<row r="3"><c r="A3" t="s"><v>7</v></c></row>'),
        sheet_xml(HEADER_OF_BRANCHES + ROW + f'<row r="3">{text_cell("A3", "长" * 40_000)}</row>'),
        HOSTILE + sheet_xml(HEADER_OF_BRANCHES + ROW),
        sheet_xml(ROW),
        sheet_xml(ROW.replace("2", "1")),
        "no XML",
        "",
    ],
    ids=["cut off", "deep", "rows back", "no such string", "long", "hostile", "no row 1", "no header", "text", "none"],
)
def test_an_unreadable_sheet_is_marked_at_its_first_cell_beside_the_ones_that_can_be_read(
    tmp_path: Path, sheet: str
) -> None:
    parts = raw_parts(sheet) | {"xl/worksheets/sheet2.xml": sheet_xml(f'<row r="1">{text_cell("A1", "留下")}</row>')}
    relation = '<Relationship Id="rId9" Type="{0}/worksheet" Target="worksheets/sheet2.xml"/></Relationships>'
    book_part, relations = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    parts[relations] = parts[relations].replace("</Relationships>", relation.format(OFFICE))
    title = "随:[一个名字比三十一个字还要长得多得多得多的不是本系统的工作表的名字]"
    parts[book_part] = parts[book_part].replace(
        "</sheets>", f'<sheet name="{title}" sheetId="2" r:id="rId9"/></sheets>'
    )
    data = zipped(parts)
    outcome = take_in(data)
    assert outcome.errors[0].sheet == "分公司"
    assert can_be_marked([asdict(problem) for problem in outcome.errors])
    book = marked(data, outcome, tmp_path)
    assert note_of(book["分公司"]["A1"]).endswith(outcome.errors[0].reason)
    assert book["导入错误"]["E2"].value == outcome.errors[0].reason
    assert book.worksheets[2]["A1"].value == "留下"


@pytest.mark.parametrize(
    "data",
    [
        zipped(raw_parts(sheet_xml(HEADER_OF_BRANCHES), title="别的")),
        zipped(raw_parts(sheet_xml(HEADER_OF_BRANCHES), strings="<sst>")),
        zipped(raw_parts(sheet_xml(HEADER_OF_BRANCHES)) | {"xl/workbook.xml": "no XML"}),
        zipped({"a.txt": "text"}),
        b"PK\x03\x04 cut off",
        b"no workbook",
        b"",
    ],
    ids=["other sheets", "strings", "book", "no book", "cut off", "text", "empty"],
)
def test_a_file_of_which_no_sheet_is_read_has_no_marked_copy(tmp_path: Path, data: bytes) -> None:
    outcome = take_in(data)
    assert outcome.errors
    assert not can_be_marked([asdict(problem) for problem in outcome.errors])
    assert marked(data, outcome, tmp_path).sheetnames[0] == "导入错误"


def test_a_number_past_all_numbers_stays_text(tmp_path: Path) -> None:
    rows = '<row r="2"><c r="A2"><v>1e999</v></c><c r="B2"><v>-1e400</v></c></row>'
    data = zipped(raw_parts(sheet_xml(HEADER_OF_BRANCHES + rows)))
    assert marked(data, take_in(data), tmp_path)["分公司"]["A2"].data_type == "s"


ODD = "第一行_x000B_第二行_x0000__x005F_x0041_"


def test_control_characters_come_back_as_they_were(tmp_path: Path) -> None:
    header = HEADER_OF_BRANCHES.replace("</row>", f"{text_cell('C1', '备注_x000C_')}</row>")
    rows = f'{header}<row r="2">{text_cell("A2", ODD)}{text_cell("C2", ODD)}</row>'
    data = zipped(raw_parts(sheet_xml(rows)))
    outcome = take_in(data)
    assert places(outcome) == [("分公司", 2, "编码"), ("分公司", 2, "名称")]
    path = tmp_path / "marked.xlsx"
    write_marked(data, [asdict(problem) for problem in outcome.errors], path)
    copied = [list(sheet.rows) for sheet in read_sheets(path.read_bytes()) if sheet.title == "分公司"]
    assert copied == [list(sheet.rows) for sheet in read_sheets(data)]


def test_a_copy_shows_numbers_and_months_as_the_workbook_did(tmp_path: Path) -> None:
    styles = (
        f"<styleSheet {MAIN}>"
        '<numFmts><numFmt numFmtId="164" formatCode="0000"/></numFmts>'
        '<cellXfs><xf/><xf numFmtId="164"/><xf numFmtId="57"/></cellXfs></styleSheet>'
    )
    rows = f'{HEADER_OF_BRANCHES}<row r="2"><c r="A2" s="1"><v>7</v></c><c r="B2" s="2"><v>40639</v></c></row>'
    data = zipped(raw_parts(sheet_xml(rows), styles=styles))
    path = tmp_path / "marked.xlsx"
    write_marked(data, [asdict(problem) for problem in take_in(data).errors], path)
    [(_number, cells)] = [
        row for sheet in read_sheets(path.read_bytes()) if sheet.title == "分公司" for row in sheet.rows
    ][1:]
    assert [type(cells[1]), cells[1], shown(cells[1]), type(cells[2])] == [Number, "7", "0007", MonthShown]
