"""`import_workbook` as a person or a program calls it."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from clients.models import Receipt
from tests.imports.books import EDGES, ROOT, book_of, saved
from tests.imports.company import change, company

pytestmark = pytest.mark.django_db


def run(path: Path, *options: str) -> tuple[int, str]:
    """The command's exit code and what it prints."""
    out = StringIO()
    code = 0
    try:
        call_command("import_workbook", str(path), *options, stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    return code, out.getvalue()


def file_of(folder: Path, sheets: dict[str, Any]) -> Path:
    path = folder / "账.xlsx"
    path.write_bytes(saved(book_of(sheets)))
    return path


def test_it_imports_and_counts_per_sheet(tmp_path: Path) -> None:
    code, told = run(EDGES)
    assert code == 0
    lines = told.splitlines()
    assert lines[0] == "工作簿已导入。"
    assert lines[2].split() == ["工作表", "新增", "修改", "跳过"]
    assert ["到款", "289", "0", "0"] in [line.split() for line in lines]
    assert run(EDGES)[1].splitlines()[3].split() == ["分公司", "0", "0", "3"]


def test_it_lists_what_is_wrong_and_exits_with_1(tmp_path: Path) -> None:
    code, told = run(file_of(tmp_path, change(company(), "到款", ("R2",), "金额", "-0.001")))
    assert code == 1
    lines = told.splitlines()
    assert lines[0] == "没有导入任何内容：共有 1 处错误。"
    assert lines[-1].split() == ["到款", "4", "金额", "-0.001", "小数超过", "2", "位"]
    assert not Receipt.objects.exists()


def test_json_is_all_that_is_printed(tmp_path: Path) -> None:
    path = file_of(tmp_path, change(company(), "到款", ("R2",), "金额", "-0.001"))
    code, told = run(path, "--format", "json")
    outcome = json.loads(told)
    assert code == 1
    assert outcome["imported"] is False
    assert outcome["errors"] == [
        {"sheet": "到款", "row": 4, "column": "金额", "value": "-0.001", "reason": "小数超过 2 位"}
    ]
    assert outcome["sheets"]["到款"] == {"added": 4, "changed": 0, "skipped": 0}
    good = json.loads(run(file_of(tmp_path, company()), "--format", "json")[1])
    assert (good["imported"], good["errors"], good["warnings"]) == (True, [], [])


def test_a_trial_says_so(tmp_path: Path) -> None:
    code, told = run(file_of(tmp_path, company()), "--dry-run")
    assert (code, told.splitlines()[0]) == (0, "工作簿可以导入；这次只是试运行，没有写入任何内容。")
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("options", [[], ["--format", "json"]], ids=["text", "json"])
def test_a_file_that_is_not_there(tmp_path: Path, options: list[str]) -> None:
    code, told = run(tmp_path / "nowhere.xlsx", *options)
    assert code == 1
    assert "nowhere.xlsx" in told
    if options:
        [error] = json.loads(told)["errors"]
        assert (error["sheet"], error["row"], error["column"]) == (None, None, None)


def test_it_speaks_chinese_whatever_is_active(tmp_path: Path) -> None:
    with translation.override("en"):
        assert "已导入" in run(file_of(tmp_path, company()))[1]


def test_what_a_cell_holds_cannot_command_the_terminal(tmp_path: Path) -> None:
    told = run(file_of(tmp_path, change(company(), "到款", ("R2",), "金额", "x\u202e\u009b2J")))[1]
    assert "x��2J" in told


def test_json_from_a_process_of_its_own_is_pure(tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"PK nonsense")
    ended = subprocess.run(
        [sys.executable, "manage.py", "import_workbook", str(path), "--format", "json"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "salesorg.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (1, "")
    assert json.loads(ended.stdout)["errors"][0]["reason"] == "文件已损坏，或不是 Excel 工作簿（.xlsx）。"
