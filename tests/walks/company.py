"""The demo company at the end of May: April locked, May computed; June's workbook lies on HR's desk."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook

from access.actor import CONSOLE, Actor
from access.models import User
from monthend.close import close_month
from rulebook.month import Month
from salesorg.demo.accounts import ACCOUNTS
from staff.models import Employee
from tests.firm import APRIL, JUNE, MAY
from tests.imports.books import EDGES, book_of, saved
from workbooks.company.importing import import_workbook

DATED = ("日期", "登记日期", "签订日期", "到账日期")
WITHOUT_OWNER = [f"{name}{trade}" for trade in ("电子", "商贸", "物流") for name in (
    "海川", "明德", "永安", "新源", "华晟", "东岳", "鼎丰", "润泽",
)]  # fmt: skip
"""Clients that nobody has owned since they were registered, the oldest of the pool."""
MENDED = "R0000020"
"""A receipt of May that HR put right after the month's import."""
LOCKED = "R0000001"
"""A receipt of April."""
TODAY = dt.date(2011, 6, 30)

Row = Sequence[Any]


def make_company() -> None:
    """Take in what happened until the end of May, put one receipt right, close the two months."""
    _take_in(book_of(_rows(lambda month: month <= MAY, _clients_without_owner())), "2011年5月.xlsx", CONSOLE)
    _make_log_ins()
    hr = Actor(User.objects.get(username="hr"))
    close_month(APRIL, lock=True, today=TODAY, by=CONSOLE)
    _take_in(book_of(_mended()), "到款更正.xlsx", hr)
    close_month(MAY, lock=False, today=TODAY, by=CONSOLE)


def june() -> Workbook:
    """What HR adds in June: clients, contracts, receipts, claims."""
    rows = _rows(lambda month: month == JUNE)
    return book_of({title: rows[title] for title in ("客户", "合同", "到款", "基金支出")})


def _rows(is_asked: Callable[[Month], bool], more: Sequence[Row] = ()) -> dict[str, list[Row]]:
    """The demo's sheets with the rows of some months, and all that belong to none; no orphan is assigned yet."""
    book = load_workbook(EDGES, read_only=True)
    found = {sheet.title: list(_of_months(list(sheet.iter_rows(values_only=True)), is_asked)) for sheet in book}
    book.close()
    del found["分配"]
    found["客户"].extend(more)
    return found


def _of_months(rows: Sequence[Row], is_asked: Callable[[Month], bool]) -> Iterator[Row]:
    heading = rows[0]
    yield heading
    column = next((position for position, name in enumerate(heading) if name in DATED), None)
    for row in rows[1:]:
        if column is None or is_asked(Month.of(row[column].date())):
            yield row


def _clients_without_owner() -> list[Row]:
    return [
        (f"C9{number:05}", name, None, None, dt.date(2010, 11, 1) + dt.timedelta(days=number), None)
        for number, name in enumerate(WITHOUT_OWNER, 1)
    ]


def _mended() -> dict[str, list[Row]]:
    heading, *rows = _rows(lambda month: month == MAY)["到款"]
    number, contract, day, amount, reverses = next(row for row in rows if row[0] == MENDED)
    return {"到款": [heading, (number, contract, day, amount + 1000, reverses)]}


def _take_in(book: Workbook, file_name: str, by: Actor) -> None:
    outcome = import_workbook(saved(book), file_name=file_name, by=by)
    assert outcome.imported, outcome.errors


def _make_log_ins() -> None:
    names = dict(Employee.objects.values_list("number", "name"))
    for account in ACCOUNTS:
        user = User.objects.create(
            username=account.username,
            role=account.role,
            last_name=names.get(account.employee or "", account.family_name),
            first_name=account.given_name,
            is_staff=account.role != User.Role.SALESPERSON,
        )
        Employee.objects.filter(number=account.employee).update(user=user)
