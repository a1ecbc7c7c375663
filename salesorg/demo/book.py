"""The demo's workbook as it is imported: moved to now, with what the running month has seen so far."""

import datetime as dt
import hashlib
import io
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from access.actor import CONSOLE
from rulebook.month import Month
from salesorg.demo.months import WRITTEN, DemoMonths
from salesorg.demo.running import running_rows
from workbooks.company.importing import ImportOutcome, import_workbook
from workbooks.models import ImportBatch

COMPANY = Path(__file__).parent / "company.xlsx"
_NAMED, _ENDING = "demo ", ".xlsx"


def made_months() -> DemoMonths | None:
    """The months of the demo that is here, told by the name of what was imported; None before that."""
    batches = ImportBatch.objects.filter(imported_by=None).order_by("imported_at")
    made = batches.filter(file_name__regex=rf"^{_NAMED}\d{{4}}-\d{{2}}\{_ENDING}$").first()
    if made is not None:
        return DemoMonths(Month.parse(made.file_name.removeprefix(_NAMED).removesuffix(_ENDING)))
    # One that was made of the workbook as it is written stays in the months that it was written for.
    as_written = batches.filter(sha256=hashlib.sha256(COMPANY.read_bytes()).hexdigest())
    return DemoMonths(WRITTEN) if as_written.exists() else None


def import_company(months: DemoMonths, today: dt.date, *, dry_run: bool = False) -> ImportOutcome:
    """Import the company moved to these months."""
    name = f"{_NAMED}{months.first}{_ENDING}"
    return import_workbook(book_of(months, today), file_name=name, by=CONSOLE, dry_run=dry_run)


def book_of(months: DemoMonths, today: dt.date) -> bytes:
    """The workbook moved to these months, and what the running one has until yesterday."""
    book = load_workbook(COMPANY)
    for sheet in book:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                cell.value = _moved(cell.value, months)
    for title, rows in running_rows(months.running, today).items():
        for values in rows:
            book[title].append(list(values))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _moved(value: Any, months: DemoMonths) -> Any:
    """A day or a written month moved; anything else as it is."""
    if isinstance(value, dt.datetime):
        return months.moved(value.date())
    if not isinstance(value, str):
        return value
    try:
        return str(months.moved_month(Month.parse(value)))
    except ValueError:
        return value
