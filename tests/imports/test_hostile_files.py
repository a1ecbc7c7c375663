"""Files that are no workbooks, or mean harm: told clearly, within seconds and 200 MB."""

import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from salesorg.databases.clones import Clone
from tests.imports.books import (
    DECLARATION,
    EDGES,
    HEADER_OF_BRANCHES,
    MAIN,
    ROOT,
    raw_parts,
    sheet_xml,
    take_in,
    text_cell,
    zipped,
)
from workbooks.xlsx import package, reading

MOST_SECONDS = 30
MOST_MEGABYTES = 200

BILLION_LAUGHS = (
    f"{DECLARATION}<!DOCTYPE w [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {new} '{f'&{old};' * 10}'>" for old, new in zip("abcdefg", "bcdefgh", strict=True))
    + f"]><worksheet {MAIN}><sheetData><row><c t='inlineStr'><is><t>&h;</t></is></c></row></sheetData></worksheet>"
)
EXTERNAL_ENTITY = (
    f"{DECLARATION}<!DOCTYPE w [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><worksheet {MAIN}><sheetData>"
    "<row><c t='inlineStr'><is><t>&x;</t></is></c></row></sheetData></worksheet>"
)


def small() -> dict[str, str]:
    return raw_parts(sheet_xml(HEADER_OF_BRANCHES))


def with_part(name: str, content: str | bytes) -> bytes:
    return zipped({**small(), name: content})


def encrypted() -> bytes:
    data = bytearray(zipped(small()))
    directory = data.find(b"PK\x01\x02")
    data[directory + 8] |= 1
    return bytes(data)


def bzipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_BZIP2) as file:
        for name, content in small().items():
            file.writestr(name, content)
    return stream.getvalue()


def lying_about_its_size() -> bytes:
    """A part that says it unpacks to little and doesn't."""
    data = bytearray(with_part("xl/worksheets/sheet1.xml", b" " * 10_000_000))
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.find(signature)
        while place >= 0:
            (size,) = struct.unpack_from("<L", data, place + offset)
            if size == 10_000_000:
                struct.pack_into("<L", data, place + offset, 100)
            place = data.find(signature, place + 4)
    return bytes(data)


def broken_checksum() -> bytes:
    data = bytearray(zipped(small()))
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 16] ^= 0xFF
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "空的"),
    "text": (lambda: "工号,姓名\n1,张三".encode(), "不是 Excel 工作簿"),
    "an old xls": (lambda: package.OLE_SIGNATURE + bytes(600), "密码"),
    "a truncated zip": (lambda: EDGES.read_bytes()[:-700], "已损坏"),
    "half a zip": (lambda: EDGES.read_bytes()[:9000], "已损坏"),
    "a zip of something else": (lambda: zipped({"readme.txt": "hello"}), "缺少部件"),
    "an encrypted zip": (encrypted, "密码"),
    "packed otherwise": (bzipped, "压缩方式"),
    "a broken checksum": (broken_checksum, "已损坏"),
    "a lie about its size": (lying_about_its_size, "已损坏"),
    "too many parts": (lambda: zipped({f"p{n}": "" for n in range(package.MAX_PARTS + 1)}), "部件过多"),
    "a crowded directory": (lambda: zipped({f"{'p' * 200}{n}": "" for n in range(3_000)}), "部件过多"),
    "a name that climbs": (lambda: with_part("../../etc/cron.d/x", "x"), "不安全的名称"),
    "a name with a drive": (lambda: with_part("C:\\x", "x"), "不安全的名称"),
    "a missing sheet": (
        lambda: zipped({k: v for k, v in small().items() if "sheet1" not in k}),
        "缺少部件",
    ),
    "a missing book": (lambda: zipped({k: v for k, v in small().items() if k != "xl/workbook.xml"}), "缺少部件"),
    "broken XML": (lambda: with_part("xl/worksheets/sheet1.xml", "<worksheet><sheetData>"), "不是 Excel 写出的 XML"),
    "binary XML": (lambda: with_part("xl/worksheets/sheet1.xml", bytes(range(256))), "不是 Excel 写出的 XML"),
    "a billion laughs": (lambda: with_part("xl/worksheets/sheet1.xml", BILLION_LAUGHS), "不是 Excel 写出的 XML"),
    "an external entity": (lambda: with_part("xl/worksheets/sheet1.xml", EXTERNAL_ENTITY), "不是 Excel 写出的 XML"),
    "laughs in UTF-16": (
        lambda: with_part("xl/worksheets/sheet1.xml", BILLION_LAUGHS.replace("UTF-8", "UTF-16").encode("utf-16")),
        "不是 Excel 写出的 XML",
    ),
    "laughs in the book": (lambda: with_part("xl/workbook.xml", BILLION_LAUGHS), "不是 Excel 写出的 XML"),
    "rows that go back": (
        lambda: zipped(raw_parts(sheet_xml('<row r="5"/><row r="4"/>'))),
        "不是 Excel 写出的 XML",
    ),
    "a row past the last": (lambda: zipped(raw_parts(sheet_xml('<row r="1048577"/>'))), "不是 Excel 写出的 XML"),
    "a column past the last": (
        lambda: zipped(raw_parts(sheet_xml(f'<row r="1">{text_cell("XFE1", "x")}</row>'))),
        "不是 Excel 写出的 XML",
    ),
    "a string that isn't there": (
        lambda: zipped(raw_parts(sheet_xml('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'))),
        "不是 Excel 写出的 XML",
    ),
    "two sheets of a name": (
        lambda: with_part(
            "xl/workbook.xml",
            small()["xl/workbook.xml"].replace("</sheets>", '<sheet name=" 分公司" sheetId="2" r:id="rId1"/></sheets>'),
        ),
        "两张名为",
    ),
    "no known sheet": (lambda: zipped(raw_parts(sheet_xml(""), title="Sheet1")), "没有任何一张"),
    "a very long text": (
        lambda: zipped(raw_parts(sheet_xml(f'<row r="1">{text_cell("A1", "长" * 40_000)}</row>'))),
        "超过 Excel 允许的长度",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_told_so(name: str) -> None:
    make, reason = REFUSED[name]
    outcome = take_in(make())
    assert not outcome.imported
    assert [problem.row for problem in outcome.errors] == [None]
    assert reason in outcome.errors[0].reason


def bomb() -> bytes:
    """A small file that unpacks to 1 GB."""
    return with_part("xl/worksheets/sheet1.xml", b" " * 2**30)


def million_empty_rows() -> bytes:
    rows = "".join(f'<row r="{number}"/>' for number in range(2, 1_048_577))
    return zipped(raw_parts(sheet_xml(HEADER_OF_BRANCHES + rows)))


def million_styled_blank_cells() -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="B{n}"/></row>' for n in range(2, 1_000_002))
    return zipped(raw_parts(sheet_xml(HEADER_OF_BRANCHES + rows)))


def million_rows() -> bytes:
    rows = "".join(f"<row><c><v>{n}</v></c><c><v>1</v></c></row>" for n in range(1_000_000))
    return zipped(raw_parts(sheet_xml(HEADER_OF_BRANCHES + rows)))


def last_cell_of_all() -> bytes:
    rows = f'<row r="1048576">{text_cell("XFD1048576", "x")}</row>'
    return zipped(raw_parts(sheet_xml(HEADER_OF_BRANCHES + rows)))


def wide_rows() -> bytes:
    """Rows of 16384 cells."""
    wide = "".join("<c><v>1</v></c>" for _ in range(16_384))
    return zipped(raw_parts(sheet_xml(HEADER_OF_BRANCHES + f"<row>{wide}</row>" * 300)))


def wide_header() -> bytes:
    wide = "".join(f"<c><v>{n}</v></c>" for n in range(16_382))
    header = HEADER_OF_BRANCHES.replace("</row>", f"{wide}</row>")
    return zipped(raw_parts(sheet_xml(header)))


def many_strings() -> bytes:
    strings = f"{DECLARATION}<sst {MAIN}>{'<si><t>a</t></si>' * 5_000_000}</sst>"
    return zipped(raw_parts(sheet_xml(HEADER_OF_BRANCHES), strings=strings))


def long_strings() -> bytes:
    strings = f"{DECLARATION}<sst {MAIN}>{('<si><t>' + '长' * 30_000 + '</t></si>') * 1_200}</sst>"
    return zipped(raw_parts(sheet_xml(HEADER_OF_BRANCHES), strings=strings))


def deep_nesting() -> bytes:
    return with_part("xl/worksheets/sheet1.xml", "<a>" * 20_000_000)


def giant_attribute() -> bytes:
    return with_part("xl/worksheets/sheet1.xml", f'<worksheet a="{"x" * 110_000_000}"/>')


def many_names() -> bytes:
    elements = "".join(f"<e{n}/>" for n in range(5_000_000))
    return with_part("xl/worksheets/sheet1.xml", f"<w>{elements}</w>")


def many_attribute_names() -> bytes:
    elements = "".join(f'<e a{n}=""/>' for n in range(5_000_000))
    return with_part("xl/worksheets/sheet1.xml", f"<w>{elements}</w>")


def many_merged_ranges() -> bytes:
    merged = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(2, 500_000))
    return zipped(raw_parts(sheet_xml(HEADER_OF_BRANCHES, f"<mergeCells>{merged}</mergeCells>")))


def mistakes_everywhere() -> bytes:
    rows = "".join("<row><c t='b'><v>1</v></c><c t='e'><v>#REF!</v></c></row>" for _ in range(reading.MAX_ROWS - 2))
    return zipped(raw_parts(sheet_xml(HEADER_OF_BRANCHES + rows)))


HEAVY = {
    make.__name__: (make, code)
    for make, code in (
        (bomb, 1),
        (million_empty_rows, 0),
        (million_styled_blank_cells, 0),
        (million_rows, 1),
        (last_cell_of_all, 0),
        (wide_rows, 1),
        (wide_header, 0),
        (many_strings, 1),
        (long_strings, 1),
        (deep_nesting, 1),
        (giant_attribute, 1),
        (many_names, 1),
        (many_attribute_names, 1),
        (many_merged_ranges, 1),
        (mistakes_everywhere, 1),
    )
}

WATCH = """
import json, sys, time
from django.core.management import execute_from_command_line
code = 0
try:
    execute_from_command_line(["manage.py", "import_workbook", sys.argv[1], "--format", "json", "--dry-run"])
except SystemExit as end:
    code = end.code
memory = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
told = {"code": code, "seconds": time.process_time(), "kilobytes": int(memory.split()[1])}
sys.stderr.write(json.dumps(told))
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_file_takes_neither_long_nor_much_memory(name: str, tmp_path: Path, django_db_setup: None) -> None:
    make, code = HEAVY[name]
    file = tmp_path / "heavy.xlsx"
    file.write_bytes(make())
    ended = subprocess.run(
        [sys.executable, "-c", WATCH, str(file)],
        env={
            **os.environ,
            **Clone(connection.settings_dict["NAME"]).environment,
            "DJANGO_SETTINGS_MODULE": "salesorg.settings",
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        timeout=10 * MOST_SECONDS,
        check=True,
    )
    told = json.loads(ended.stderr)
    outcome = json.loads(ended.stdout)
    assert told["code"] == code
    assert bool(outcome["errors"]) == bool(code)
    assert told["seconds"] < MOST_SECONDS
    assert told["kilobytes"] < MOST_MEGABYTES * 1024
