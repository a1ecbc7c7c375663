"""Workbooks as other programs save them, imported: what Excel shows counts, or it is refused at its place."""

import datetime as dt
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from clients.models import Receipt
from staff.models import Employee
from tests.imports.books import DECLARATION, MAIN, OFFICE, RELATIONS, places, take_in, zipped
from tests.imports.odd import SHEET_OF, company_file, company_parts, edited
from workbooks.bank.reading import read_statement
from workbooks.xlsx.escapes import escaped, unescaped

pytestmark = pytest.mark.django_db


def styled(code: str) -> str:
    """Styles of which the second shows numbers in a format."""
    formats = f'<numFmts><numFmt numFmtId="164" formatCode="{code}"/></numFmts>'
    return f'{formats}<cellXfs><xf/><xf numFmtId="164"/></cellXfs>'


DATE = styled("yyyy\\-mm\\-dd")
RECEIVED = ("到款", "到账日期")
IN_1904 = '<c s="1"><v>39177</v></c>'
IN_1900 = '<c s="1"><v>40639</v></c>'
DAY = dt.date(2011, 4, 6)
WITHIN = {
    "the book's own": '<workbookPr date1904="1"/><sheets>',
    "before an extension's": '<workbookPr date1904="true"/><extLst><ext xmlns:x15="urn:15">'
    '<x15:workbookPr chartTrackingRefBase="1"/></ext></extLst><sheets>',
    "an extension's": '<workbookPr/><extLst><ext xmlns:x15="urn:15"><x15:workbookPr date1904="1"/></ext></extLst>'
    "<sheets>",
    "offered to some programs": '<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice Requires="x15">'
    '<workbookPr date1904="1"/></mc:Choice><mc:Fallback><workbookPr/></mc:Fallback></mc:AlternateContent><sheets>',
}


@pytest.mark.parametrize("told", WITHIN)
def test_dates_count_from_1904_wherever_that_is_said(told: str) -> None:
    parts = company_parts({RECEIVED: IN_1904}, styles=DATE)
    outcome = take_in(zipped(edited(parts, "xl/workbook.xml", "<sheets>", WITHIN[told])))
    assert outcome.imported, outcome.errors
    assert Receipt.objects.get().received_on == DAY


def test_a_strict_workbook_with_prefixes_that_counts_from_1904() -> None:
    parts = edited(company_parts({RECEIVED: IN_1904}, styles=DATE), "xl/workbook.xml", MAIN, 'xmlns="urn:none"')
    parts = edited(parts, "xl/workbook.xml", "<sheets>", '<x:workbookPr xmlns:x="urn:x" date1904="1"/><sheets>')
    strict = {
        name: part.replace(
            "http://schemas.openxmlformats.org/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument"
        )
        for name, part in parts.items()
    }
    outcome = take_in(zipped(strict))
    assert outcome.imported, outcome.errors
    assert Receipt.objects.get().received_on == DAY


def test_a_banks_statement_counts_from_1904_too() -> None:
    parts = company_parts(styles=DATE)
    rows = (
        '<row r="1"><c t="inlineStr"><is><t>交易日期</t></is></c><c t="inlineStr"><is><t>贷方金额</t></is></c></row>'
        f'<row r="2">{IN_1904}<c><v>8</v></c></row>'
    )
    parts[SHEET_OF["分公司"]] = f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
    [line] = read_statement(zipped(edited(parts, "xl/workbook.xml", "<sheets>", WITHIN["before an extension's"]))).lines
    assert line.day == DAY


TARGETS = {
    "absolute": ('Target="worksheets/', 'Target="/xl/worksheets/'),
    "climbing": ('Target="worksheets/', 'Target="../xl/worksheets/'),
    "from here": ('Target="worksheets/', 'Target="./worksheets/'),
    "in percents": ('Target="worksheets/sheet', 'Target="work%73heets/%73heet'),
    "backslashes": ('Target="worksheets/', 'Target="worksheets\\'),
    "another case": ('Target="worksheets/sheet', 'Target="WorkSheets/SHEET'),
}


@pytest.mark.parametrize("target", TARGETS)
def test_parts_are_found_however_their_names_are_written(target: str) -> None:
    outcome = take_in(zipped(edited(company_parts(), "xl/_rels/workbook.xml.rels", *TARGETS[target])))
    assert outcome.imported, outcome.errors


@pytest.mark.parametrize("old", ["\\", "/XL", "%"])
def test_parts_are_found_however_the_zip_names_them(old: str) -> None:
    renamed: Callable[[str], str] = {
        "\\": lambda name: name.replace("/", "\\"),
        "/XL": lambda name: f"/{name.upper()}",
        "%": lambda name: name.replace("sheet1", "%73heet1"),
    }[old]
    outcome = take_in(zipped({renamed(name): part for name, part in company_parts().items()}))
    assert outcome.imported, outcome.errors


def test_two_parts_of_one_name_are_refused() -> None:
    parts = company_parts()
    outcome = take_in(zipped({**parts, "XL\\Workbook.xml": parts["xl/workbook.xml"]}))
    assert "两个名为" in outcome.errors[0].reason


def test_an_amount_is_what_excel_shows_of_it() -> None:
    assert take_in(company_file({("到款", "金额"): "<c><v>28.799999999999997</v></c>"})).imported
    assert Receipt.objects.get().amount == Decimal("28.80")


HIDING = styled("#,##0")


def test_an_amount_whose_format_hides_its_fen_is_refused_at_its_place() -> None:
    outcome = take_in(company_file({("到款", "金额"): '<c s="1"><v>28.5</v></c>'}, styles=HIDING))
    assert places(outcome) == [("到款", 2, "金额")]


NUMBERED = styled("0000")


def as_seven(content: str) -> dict[tuple[str, str], str]:
    """The company with another staff number, wherever it stands."""
    return {("员工", "工号"): content, ("客户", "归属工号"): content, ("合同", "成交工号"): content}


def test_a_number_shown_with_leading_zeros_is_the_one_typed_with_them() -> None:
    assert take_in(company_file(as_seven('<c s="1"><v>7</v></c>'), styles=NUMBERED)).imported
    again = take_in(company_file(as_seven("0007")))
    assert again.imported, again.errors
    assert again.sheets["员工"] == {"added": 0, "changed": 0, "skipped": 1}
    assert [one.number for one in Employee.objects.all()] == ["0007"]


FORMATS = {
    "of a table's style": '<cellXfs><xf/><xf numFmtId="30"/></cellXfs>'
    '<dxfs><dxf><numFmt numFmtId="30" formatCode="@"/></dxf></dxfs>',
    "of a cell style": '<cellStyleXfs><xf numFmtId="2"/><xf numFmtId="2"/></cellStyleXfs>'
    '<cellXfs><xf/><xf numFmtId="14"/></cellXfs>',
    "first of all cells": '<cellXfs><xf numFmtId="31"/><xf numFmtId="31"/></cellXfs>',
    **{
        f"built in {number}": f'<cellXfs><xf/><xf numFmtId="{number}"/></cellXfs>'
        for number in (*range(27, 37), *range(50, 59))
    },
}


@pytest.mark.parametrize("name", FORMATS)
def test_dates_are_told_by_the_cells_own_format(name: str) -> None:
    outcome = take_in(company_file({RECEIVED: IN_1900}, styles=FORMATS[name]))
    assert outcome.imported, outcome.errors
    assert Receipt.objects.get().received_on == DAY


def test_a_cell_without_a_style_has_the_first() -> None:
    outcome = take_in(company_file({RECEIVED: "<c><v>40639</v></c>"}, styles=FORMATS["first of all cells"]))
    assert Receipt.objects.get().received_on == DAY, outcome.errors


CONTROLS = (
    '<row r="1048576" ht="20" customHeight="1"/></sheetData><controls>'
    '<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice>'
    '<control><controlPr><anchor xmlns:xdr="urn:xdr"><from><xdr:col>1</xdr:col><xdr:row>1</xdr:row></from></anchor>'
    "</controlPr></control></mc:Choice></mc:AlternateContent></controls>"
    '<extLst><ext><x14:rows xmlns:x14="urn:14"><x14:row r="1"><x14:c><x14:v>1</x14:v></x14:c></x14:row></x14:rows>'
    '<xm:f xmlns:xm="urn:xm">A1</xm:f></ext></extLst>'
)


def test_only_the_sheets_own_rows_are_rows() -> None:
    outcome = take_in(zipped(edited(company_parts(), SHEET_OF["到款"], "</sheetData>", CONTROLS)))
    assert outcome.imported, outcome.errors
    assert outcome.sheets["到款"]["added"] == 1


UNSEEN = {
    "a row": ("到款", '<row r="2"', '<row hidden="1" r="2"', ("到款", 2, None, "隐藏")),
    "a row of no height": ("到款", '<row r="2"', '<row ht="0" customHeight="1" r="2"', ("到款", 2, None, "隐藏")),
    "a column": (
        "到款",
        "<sheetData>",
        '<cols><col min="3" max="4" hidden="1"/></cols><sheetData>',
        ("到款", 1, "金额", "隐藏"),
    ),
    "a filter": (
        "到款",
        "</sheetData>",
        '</sheetData><autoFilter ref="A1:D2"><filterColumn colId="0"/></autoFilter>',
        ("到款", None, None, "筛选"),
    ),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_excel_does_not_show_is_named(name: str) -> None:
    title, old, new, told = UNSEEN[name]
    outcome = take_in(zipped(edited(company_parts(), SHEET_OF[title], old, new)))
    assert outcome.imported, outcome.errors
    assert any((*told[:3], True) == (one.sheet, one.row, one.column, told[3] in one.reason) for one in outcome.warnings)


@pytest.mark.parametrize("columns", ["", '<filterColumn colId="0" hiddenButton="1"/>'])
def test_a_filter_that_drops_nothing_is_not_named(columns: str) -> None:
    told = f'<autoFilter ref="A1:D2">{columns}</autoFilter>'
    parts = edited(company_parts(), SHEET_OF["到款"], "</sheetData>", f"</sheetData>{told}")
    assert take_in(zipped(parts | table_parts(told))).warnings == []


def table_parts(content: str) -> dict[str, str]:
    """A table of the receipts' sheet."""
    relations = SHEET_OF["到款"].replace("worksheets/", "worksheets/_rels/") + ".rels"
    to_table = f'<Relationship Id="rId1" Type="{OFFICE}/table" Target="../tables/table1.xml"/>'
    return {
        relations: f"{DECLARATION}<Relationships {RELATIONS}>{to_table}</Relationships>",
        "xl/tables/table1.xml": f'{DECLARATION}<table {MAIN} id="1" name="到款" ref="A1:D2">{content}</table>',
    }


def test_a_filter_of_a_table_is_named_and_a_table_that_cannot_be_read_refuses_nothing() -> None:
    column = '<filterColumn colId="3"><filters><filter val="1"/></filters></filterColumn>'
    drops = f'<autoFilter ref="A1:D2">{column}</autoFilter>'
    outcome = take_in(zipped(company_parts() | table_parts(drops)), dry_run=True)
    assert [(one.sheet, "筛选" in one.reason) for one in outcome.warnings] == [("到款", True)]
    for broken in ("<autoFilter", "<!DOCTYPE x>"):
        outcome = take_in(zipped(company_parts() | table_parts(broken)), dry_run=True)
        assert (outcome.errors, outcome.warnings) == ([], [])
    missing = {name: part for name, part in table_parts("").items() if name.endswith(".rels")}
    assert take_in(zipped(company_parts() | missing)).imported


def test_a_hidden_sheet_is_named_also_by_the_command(tmp_path: Path) -> None:
    file = tmp_path / "hidden.xlsx"
    file.write_bytes(
        zipped(edited(company_parts(), "xl/workbook.xml", 'sheetId="6"', 'sheetId="6" state="veryHidden"'))
    )
    text, told = io.StringIO(), io.StringIO()
    call_command("import_workbook", str(file), dry_run=True, stdout=text)
    call_command("import_workbook", str(file), format="json", stdout=told)
    [warning] = json.loads(told.getvalue())["warnings"]
    assert (warning["sheet"], "隐藏" in warning["reason"]) == ("到款", True)
    assert warning["reason"] in text.getvalue()


@pytest.mark.parametrize("heading", ["\ufeff流水号", " 流水号\u00a0", "\u3000流水号", "流\u200b水号"])
def test_a_heading_is_known_with_a_byte_order_mark_or_blanks_around_it(heading: str) -> None:
    outcome = take_in(zipped(edited(company_parts(), SHEET_OF["到款"], "流水号", heading)))
    assert outcome.imported, outcome.errors
    assert [one.row for one in outcome.warnings] == ([1] if {"\ufeff", "\u200b"} & set(heading) else [])


SPEECH = (
    '<c t="inlineStr"><is><r><t>张</t></r><r><rPr><b/></rPr><t>三</t></r><rPh sb="0" eb="1"><t>zhang</t></rPh></is></c>'
)


def test_a_name_in_several_runs_is_read_without_its_pronunciation() -> None:
    assert take_in(company_file({("员工", "姓名"): SPEECH})).imported
    assert Employee.objects.get().name == "张三"


PLAINLY_REFUSED = {
    "an error": '<c t="e"><v>#N/A</v></c>',
    "a truth value": '<c t="b"><v>1</v></c>',
    "a formula": '<c t="str"><f>A1</f><v>R1</v></c>',
    "a formula never computed": "<c><f>A1</f></c>",
    "a card's lost digits": "<c><v>6222021234567890123</v></c>",
    "an apostrophe": "'R1",
    "a byte order mark": "\ufeffR1",
}


@pytest.mark.parametrize("name", PLAINLY_REFUSED)
def test_what_is_no_number_of_a_receipt_is_refused_at_its_place(name: str) -> None:
    outcome = take_in(company_file({("到款", "流水号"): PLAINLY_REFUSED[name]}))
    assert places(outcome) == [("到款", 2, "流水号")]


@pytest.mark.parametrize("name", ["张_x0041_三", "_x005F_", "_x000b_x0042_", "_xD83D_"])
def test_a_name_that_looks_like_a_code_is_kept(name: str) -> None:
    assert take_in(company_file({("员工", "姓名"): name.replace("_x", "_x005F_x")})).imported
    assert Employee.objects.get().name == name
    assert unescaped(escaped(name)) == name
