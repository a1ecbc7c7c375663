"""LibreOffice opens the workbook, finds the same values in it, and prints it."""

import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from tests.exports.company import make_month

pytestmark = [pytest.mark.django_db, pytest.mark.office, pytest.mark.slow]


def convert(path: Path, kind: str, folder: Path) -> Path:
    """Convert with a LibreOffice profile of its own, so that nobody's running one is in the way."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder / "out"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "Error" not in done.stdout + done.stderr
    return folder / "out" / f"{path.stem}.{kind}"


@pytest.fixture
def payroll(tmp_path: Path) -> Path:
    make_month()
    path = tmp_path / "payroll.xlsx"
    call_command("export_payroll", "2011-05", output=path, stdout=StringIO())
    return path


def test_libreoffice_reads_the_same_values(payroll: Path, tmp_path: Path) -> None:
    ours, theirs = load_workbook(payroll), load_workbook(convert(payroll, "xlsx", tmp_path))
    assert theirs.sheetnames == ours.sheetnames
    for sheet in ours:
        read_back = [[cell.value for cell in row] for row in theirs[sheet.title].iter_rows(max_col=sheet.max_column)]
        assert [[cell.value for cell in row] for row in sheet.rows] == read_back


def test_libreoffice_prints_it(payroll: Path, tmp_path: Path) -> None:
    assert convert(payroll, "pdf", tmp_path).read_bytes().startswith(b"%PDF")
