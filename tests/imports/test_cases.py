"""The two example companies go in whole, and going in again changes nothing."""

from pathlib import Path

import pytest

from access.actor import CONSOLE
from workbooks.importing import import_workbook

ROOT = Path(__file__).resolve().parents[2]
CALM = ROOT / "tests" / "cases" / "calm.xlsx"
EDGES = ROOT / "salesorg" / "demo" / "company.xlsx"


@pytest.mark.django_db
@pytest.mark.parametrize("path", [CALM, EDGES], ids=["calm", "edges"])
def test_a_company_is_imported_once(path: Path) -> None:
    data = path.read_bytes()
    first = import_workbook(data, file_name="a.xlsx", by=CONSOLE)
    assert first.errors == []
    assert first.warnings == []
    assert first.imported
    second = import_workbook(data, file_name="a.xlsx", by=CONSOLE)
    assert second.changes == []
    assert second.imported
