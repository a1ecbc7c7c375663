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
from workbooks.examples import EXAMPLES
from workbooks.importing import Outcome
from workbooks.layout import SHEETS
from workbooks.templates import empty_workbook, example_workbook
from workbooks.uploads.marking import MOST_BLANK_ROWS, write_marked

pytestmark = pytest.mark.django_db

DAY = dt.datetime(2011, 4, 1)  # noqa: DTZ001 - a workbook knows no time zones


def marked(data: bytes, outcome: Outcome, folder: Path) -> Any:
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
