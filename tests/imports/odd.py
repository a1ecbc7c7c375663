"""A small company as a workbook written by hand, so that a test can make any part of it as some program does."""

from collections.abc import Mapping, Sequence

from tests.imports.books import DECLARATION, MAIN, OFFICE, RELATIONS, text_cell, zipped

Rows = Sequence[Sequence[str]]

COMPANY: dict[str, Rows] = {
    "分公司": [["编码", "名称"], ["B1", "一分"]],
    "部门": [["编码", "名称", "分公司编码", "系统"], ["B1S", "销售部", "B1", "销售"]],
    "员工": [["工号", "姓名", "部门编码", "职级编码", "入职日期"], ["E001", "张三", "B1S", "GW", "2011-01-01"]],
    "客户": [["编号", "名称", "归属工号", "登记日期"], ["K1", "客户甲", "E001", "2011-04-05"]],
    "合同": [["编号", "客户编号", "签订日期", "金额", "成交工号"], ["C1", "K1", "2011-04-05", "30000", "E001"]],
    "到款": [["流水号", "合同编号", "到账日期", "金额"], ["R1", "C1", "2011-04-06", "30000"]],
}

SHEET_OF = {title: f"xl/worksheets/sheet{number}.xml" for number, title in enumerate(COMPANY, start=1)}


def cell(place: str, text: str) -> str:
    """A cell: as it is where it is XML, else with its text in line."""
    return text.replace("<c", f'<c r="{place}"', 1) if text.startswith("<c") else text_cell(place, text)


def rows_xml(rows: Rows) -> str:
    """Rows as XML."""
    return "".join(
        f'<row r="{number}">{"".join(cell(f"{chr(65 + at)}{number}", text) for at, text in enumerate(row))}</row>'
        for number, row in enumerate(rows, start=1)
    )


def company_parts(changes: Mapping[tuple[str, str], str] | None = None, *, styles: str = "") -> dict[str, str]:
    """The parts of the company's workbook; `changes` puts a cell's XML or text under a sheet's heading in row 2."""
    sheets = {title: [list(row) for row in rows] for title, rows in COMPANY.items()}
    for (title, heading), content in (changes or {}).items():
        sheets[title][1][sheets[title][0].index(heading)] = content
    relations = [
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    ]
    listed = "".join(
        f'<sheet name="{title}" sheetId="{number}" r:id="rId{number}"/>' for number, title in enumerate(sheets, start=1)
    )
    parts = {
        "_rels/.rels": f'{DECLARATION}<Relationships {RELATIONS}><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{DECLARATION}<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
    }
    for title, rows in sheets.items():
        body = f"<sheetData>{rows_xml(rows)}</sheetData>"
        parts[SHEET_OF[title]] = f"{DECLARATION}<worksheet {MAIN}>{body}</worksheet>"
    if styles:
        relations.append(f'<Relationship Id="rId99" Type="{OFFICE}/styles" Target="styles.xml"/>')
        parts["xl/styles.xml"] = f"{DECLARATION}<styleSheet {MAIN}>{styles}</styleSheet>"
    joined = "".join(relations)
    parts["xl/_rels/workbook.xml.rels"] = f"{DECLARATION}<Relationships {RELATIONS}>{joined}</Relationships>"
    return parts


def edited(parts: Mapping[str, str], part: str, old: str, new: str) -> dict[str, str]:
    """The parts, one of them with something else in it, which must be there."""
    assert old in parts[part]
    return {**parts, part: parts[part].replace(old, new)}


def company_file(changes: Mapping[tuple[str, str], str] | None = None, *, styles: str = "") -> bytes:
    """The company's workbook as a file."""
    return zipped(company_parts(changes, styles=styles))
