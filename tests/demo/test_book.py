"""The demo's workbook moved to now: every rule of the import is kept, and nothing in it is dated today or later."""

import datetime as dt
import io
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook

from access.actor import CONSOLE
from rulebook.month import Month
from salesorg.demo.book import COMPANY, book_of, import_company, made_months
from salesorg.demo.months import WRITTEN, DemoMonths
from salesorg.demo.running import CLIENTS, CONTRACTS, RECEIPTS, running_rows
from workbooks.company.importing import import_workbook
from workbooks.models import ImportBatch

BY_MONTH_LENGTHS = [
    dt.date(2022, 11, 30),
    dt.date(2022, 12, 31),
    dt.date(2023, 1, 1),
    dt.date(2023, 3, 1),
    dt.date(2023, 5, 31),
    dt.date(2023, 8, 2),
    dt.date(2024, 2, 29),
    dt.date(2024, 3, 31),
]
"""February stands in each place among the months told, twice as a leap year's. All are over: who imports receipts of
months to come is warned."""
SHEETS_OF_DAYS = ("客户", "合同", "到款")


@pytest.mark.django_db
@pytest.mark.parametrize("today", BY_MONTH_LENGTHS, ids=str)
def test_it_can_be_imported_whatever_the_months_lengths(today: dt.date) -> None:
    outcome = import_company(DemoMonths.as_of(today), today, dry_run=True)
    assert outcome.errors == []
    assert outcome.warnings == []


@pytest.mark.parametrize("today", [dt.date(2028, 2, 1) + dt.timedelta(days) for days in range(61)], ids=str)
def test_the_running_month_has_what_came_until_yesterday(today: dt.date) -> None:
    rows = running_rows(Month.of(today), today)
    days = [value for title in SHEETS_OF_DAYS for row in rows[title] for value in row if isinstance(value, dt.date)]
    assert all(day < today and day in Month.of(today) for day in days)
    received = {row[2] for row in rows["到款"]}
    assert max(received, default=None) == (today - dt.timedelta(1) if today.day > 1 else None)
    assert {row[1] for row in rows["到款"]} <= {row[0] for row in rows["合同"]}


def test_a_short_month_goes_without_the_days_that_it_lacks() -> None:
    days = [row[2] for row in running_rows(Month(2027, 2), dt.date(2027, 4, 1))["到款"]]
    assert (min(days), max(days)) == (dt.date(2027, 2, 1), dt.date(2027, 2, 28))


def test_the_numbers_of_the_running_month_go_on_from_the_workbook_s() -> None:
    book = load_workbook(COMPANY, read_only=True)
    written = {title: sum(1 for _row in book[title].iter_rows(min_row=2)) for title in SHEETS_OF_DAYS}
    book.close()
    assert written == {"客户": CLIENTS, "合同": CONTRACTS, "到款": RECEIPTS}


def test_every_day_and_month_of_it_is_moved() -> None:
    today, months = dt.date(2026, 11, 30), DemoMonths(Month(2026, 5))
    book = load_workbook(io.BytesIO(book_of(months, today)), read_only=True)
    moved = {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book}
    book.close()
    written = load_workbook(COMPANY, read_only=True)
    for sheet in written:
        days = [value.date() for row in sheet.iter_rows(min_row=2, values_only=True) for value in _dates(row)]
        found = [value.date() for row in moved[sheet.title] for value in _dates(row)]
        assert found[: len(days)] == [months.moved(day) for day in days]
    written.close()
    assert {row[0] for row in moved["目标"]} == {f"2026-{number:02}" for number in range(5, 12)}
    assert {row[0] for row in moved["支持奖金权重"]} == {f"2026-{number:02}" for number in range(5, 12)}


def _dates(row: tuple[object, ...]) -> Iterator[dt.datetime]:
    return (value for value in row if isinstance(value, dt.datetime))


@pytest.mark.django_db
def test_which_months_were_made_is_told_by_what_was_imported() -> None:
    assert made_months() is None
    ImportBatch.objects.create(file_name="company.xlsx", sha256="0" * 64, imported_at="2026-11-01T00:00:00+08:00")
    assert made_months() is None
    months = DemoMonths(Month(2026, 5))
    assert import_company(months, dt.date(2026, 11, 30)).imported
    assert made_months() == months


@pytest.mark.django_db
def test_a_demo_made_of_the_workbook_as_it_is_written_stays_in_its_months() -> None:
    assert import_workbook(COMPANY.read_bytes(), file_name="company.xlsx", by=CONSOLE).imported
    assert made_months() == DemoMonths(WRITTEN)
