"""Files as different programs write them."""

import datetime as dt
from typing import Any

import pytest

from tests.imports.books import DECLARATION, MAIN, raw_parts, sheet_xml, text_cell, zipped
from workbooks.xlsx.reading import read_sheets
from workbooks.xlsx.values import ErrorValue, Formula, Number

STRINGS = (
    f"{DECLARATION}<sst {MAIN}><si><t>编码</t></si><si><r><t>分</t></r><r><rPr><b/></rPr><t>公司</t></r>"
    '<rPh sb="0" eb="1"><t>fen</t></rPh></si><si><t xml:space="preserve"> a_x000D_b </t></si><si/></sst>'
)
STYLES = (
    f'{DECLARATION}<styleSheet {MAIN}><numFmts count="2">'
    '<numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
    '<numFmt numFmtId="177" formatCode="#,##0.00;[Red]\\-#,##0.00"/></numFmts>'
    '<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0"/>'
    '<xf numFmtId="31"/><xf numFmtId="57"/><xf numFmtId="176"/><xf numFmtId="177"/></cellXfs></styleSheet>'
)


def rows_of(rows: str, after: str = "", **parts: str) -> list[tuple[int, dict[int, Any]]]:
    sheet = next(read_sheets(zipped(raw_parts(sheet_xml(rows, after), **parts))))
    return list(sheet.rows)


def test_shared_strings_with_runs_pronunciation_and_escapes() -> None:
    cells = "".join(f'<c t="s"><v>{index}</v></c>' for index in range(4))
    assert rows_of(f"<row>{cells}</row>", strings=STRINGS) == [(1, {1: "编码", 2: "分公司", 3: " a\rb "})]


@pytest.mark.parametrize(("style", "is_date"), [(0, False), (1, True), (2, True), (3, True), (4, False)])
def test_dates_are_told_by_their_format_also_chinese_ones(style: int, is_date: bool) -> None:
    [(_row, cells)] = rows_of(f'<row><c s="{style}"><v>40634</v></c></row>', styles=STYLES)
    assert cells[1] == (dt.datetime(2011, 4, 1) if is_date else Number("40634"))  # noqa: DTZ001


def test_dates_counted_from_1904() -> None:
    parts = raw_parts(sheet_xml('<row><c s="1"><v>39172</v></c></row>'), styles=STYLES)
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    [(_row, cells)] = next(read_sheets(zipped(parts))).rows
    assert cells[1] == dt.datetime(2011, 4, 1)  # noqa: DTZ001


def test_every_kind_of_cell() -> None:
    cells = (
        '<c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#REF!</v></c><c><f>SUM(A1:A2)</f><v>3</v></c>'
        '<c t="str"><f>A1</f><v>x</v></c><c t="shared"><f t="shared" si="0"/><v>3</v></c>'
        '<c t="d"><v>2011-04-01</v></c><c><v>1.5</v></c><c t="inlineStr"><is><t>文</t></is></c><c s="0"/><c><v/></c>'
    )
    assert rows_of(f"<row>{cells}</row>") == [
        (
            1,
            {
                1: True,
                2: False,
                3: ErrorValue("#REF!"),
                4: Formula("=SUM(A1:A2)"),
                5: Formula("=A1"),
                6: Formula("="),
                7: dt.datetime(2011, 4, 1),  # noqa: DTZ001
                8: Number("1.5"),
                9: "文",
            },
        )
    ]


def test_a_formula_is_known_as_one() -> None:
    [(_row, cells)] = rows_of("<row><c><f>1+1</f><v>2</v></c><c><v>2</v></c></row>")
    assert [type(value) for value in cells.values()] == [Formula, Number]


def test_places_are_taken_from_references_or_counted() -> None:
    rows = f'<row r="3">{text_cell("C3", "c")}<c><v>4</v></c></row><row><c><v>1</v></c></row>'
    assert rows_of(rows) == [(3, {3: "c", 4: Number("4")}), (4, {1: Number("1")})]


def test_columns_far_to_the_right_are_passed_over() -> None:
    assert rows_of(f'<row r="1">{text_cell("IV1", "256")}{text_cell("IW1", "257")}</row>') == [(1, {256: "256"})]


def test_prefixed_and_strict_documents() -> None:
    parts = raw_parts(
        '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData><x:row r="1">'
        '<x:c r="A1" t="inlineStr"><x:is><x:t>甲</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert list(next(read_sheets(zipped(parts))).rows) == [(1, {1: "甲"})]


def test_absolute_targets_other_cases_and_other_encodings() -> None:
    parts = raw_parts(sheet_xml(f'<row r="1">{text_cell("A1", "甲")}</row>'))
    relations = parts["xl/_rels/workbook.xml.rels"].replace('"worksheets/sheet1.xml"', '"/xl/Worksheets/SHEET1.xml"')
    sheet = parts["xl/worksheets/sheet1.xml"].replace("UTF-8", "UTF-16").encode("utf-16")
    data = zipped({**parts, "xl/_rels/workbook.xml.rels": relations, "xl/worksheets/sheet1.xml": sheet})
    assert list(next(read_sheets(data)).rows) == [(1, {1: "甲"})]


def test_merged_ranges_are_known_once_the_rows_are_read() -> None:
    merged = '<mergeCells count="1"><mergeCell ref="B2:C4"/></mergeCells>'
    sheet = next(read_sheets(zipped(raw_parts(sheet_xml("<row/>", merged)))))
    assert list(sheet.rows) == []
    [area] = sheet.merged
    assert (area.text, area.rows, area.columns) == ("B2:C4", range(2, 5), range(2, 4))
