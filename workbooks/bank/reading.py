"""A bank's statement from its Excel file: the table below what the bank writes above it, its columns by heading."""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from clients.bank.actions import ReadLine
from clients.models import BankLine
from staff.models import EARLIEST, LATEST
from workbooks.bank import headings
from workbooks.company.cells import Amount, BadCell, Sign, shown
from workbooks.problems import Problem, printable
from workbooks.xlsx.package import UnreadableWorkbook
from workbooks.xlsx.reading import RawSheet, read_sheets
from workbooks.xlsx.values import ErrorValue, Formula, Number, RawRow, RawValue

ROWS_ABOVE = 40
"""How many rows a bank may write above its table."""

_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?|(\d{4})(\d{2})(\d{2})(?:\d{6}| .*)?", re.ASCII
)
_SUMMING = re.compile(
    r"^(合计|总计|小计|本页|累计|期初|期末|上期|上页|承前|余额|借方|贷方|支出|收入|制表|打印|总笔数|共)"
)
_NOTHING = frozenset({"", "-", "--", "—", "/", "无"})
"""What stands in a cell that holds nothing, as WeChat Pay and Alipay write it."""
_MONEY = Amount(Sign.ANY)
_CURRENCY = re.compile(r"^(CNY|RMB|¥|人民币) ?|元$")
_LENGTHS = {name: BankLine._meta.get_field(name).max_length or 0 for name in ("payer", "purpose", "reference")}  # type: ignore[union-attr]


class StatementRefused(Exception):
    """The file is no statement that can be read; `problems` says where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns stand, by position; `titles` has their headings as the file writes them."""

    day: int
    income: int | None
    outgo: int | None
    amount: int | None
    direction: int | None
    party: int | None
    payer: int | None
    payee: int | None
    purpose: tuple[int, ...]
    reference: int | None
    state: int | None
    titles: dict[int, str]


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """A statement's lines, and how many rows more tell of no money that came or went."""

    lines: list[ReadLine]
    skipped: int


def read_statement(data: bytes) -> ReadStatement:
    """The first sheet that holds a statement. StatementRefused tells every mistake."""
    try:
        for sheet in read_sheets(data):
            columns = _find_table(sheet)
            if columns is not None:
                return _read_table(sheet, columns)
    except UnreadableWorkbook as error:
        raise StatementRefused([Problem(error.sheet, None, None, None, error.reason)]) from error
    reason = _(
        "No statement found: a row of headings with the day (交易日期) and the amount "
        "(贷方发生额, 收入金额 or 金额) is needed."
    )
    raise StatementRefused([Problem(None, None, None, None, reason)])


def _find_table(sheet: RawSheet) -> _Columns | None:
    """Read rows until the one with the headings; None where the first rows have none."""
    for number, cells in sheet.rows:
        if number > ROWS_ABOVE:
            return None
        if columns := _columns_of(cells):
            return columns
    return None


def _columns_of(cells: dict[int, RawValue]) -> _Columns | None:
    titles = {position: shown(raw).strip() for position, raw in cells.items() if type(raw) is str}
    at: dict[str, int] = {}
    for position in sorted(titles):
        at.setdefault(headings.plain_heading(titles[position]), position)

    def first(names: Sequence[str]) -> int | None:
        return next((at[name] for name in names if name in at), None)

    day, income, amount = first(headings.DAY), first(headings.INCOME), first(headings.AMOUNT)
    if day is None or (income is None and amount is None):
        return None
    return _Columns(
        day=day,
        income=income,
        outgo=first(headings.OUTGO) if income is not None else None,
        amount=amount if income is None else None,
        direction=first(headings.DIRECTION) if income is None else None,
        party=first(headings.PARTY),
        payer=first(headings.PAYER),
        payee=first(headings.PAYEE),
        purpose=tuple(at[name] for name in headings.PURPOSE if name in at),
        reference=first(headings.REFERENCE),
        state=first(headings.STATE),
        titles=titles,
    )


def _read_table(sheet: RawSheet, columns: _Columns) -> ReadStatement:
    problems: list[Problem] = []
    lines: list[ReadLine] = []
    skipped = 0
    for row in sheet.rows:
        if _is_no_line(row[1], columns):
            continue
        if _moves_no_money(row[1], columns):
            skipped += 1
            continue
        told = len(problems)
        line = _read_row(sheet.title, row, columns, problems)
        if line:
            lines.append(line)
        elif len(problems) == told:
            skipped += 1
    if problems:
        raise StatementRefused(problems)
    if not lines:
        raise StatementRefused([Problem(sheet.title, None, None, None, _("The statement holds no line with money."))])
    return ReadStatement(lines, skipped)


def _moves_no_money(cells: dict[int, RawValue], columns: _Columns) -> bool:
    """Whether a row says that nothing came in or went out: by its direction, or as its transaction was closed."""
    direction = _plain(cells.get(columns.direction)) if columns.direction is not None else None
    state = _plain(cells.get(columns.state)) if columns.state is not None else ""
    return direction in headings.NEITHER or state in headings.WITHOUT_MONEY


def _read_row(title: str, row: RawRow, columns: _Columns, problems: list[Problem]) -> ReadLine | None:
    """A row as a line; None for lines without money, and where something is wrong."""
    number, cells = row
    faults: list[tuple[int, BadCell]] = []
    amount = _amount(cells, columns, faults)
    if amount == 0 and not faults:
        return None
    day = _day(cells, columns, faults)
    for position, fault in faults:
        value = printable(shown(cells.get(position)))
        problems.append(Problem(title, number, columns.titles[position], value or None, str(fault)))
    if faults or day is None:
        return None
    return ReadLine(
        row=number,
        day=day,
        amount=amount,
        payer=_text(cells, (_party(columns, amount),), "payer"),
        purpose=_text(cells, columns.purpose, "purpose"),
        reference=_text(cells, (columns.reference,), "reference"),
    )


def _is_no_line(cells: dict[int, RawValue], columns: _Columns) -> bool:
    """Whether a row has no amount, repeats the headings, or sums up."""
    places = (columns.income, columns.outgo, columns.amount)
    if not any(_holds_something(cells.get(place)) for place in places if place is not None):
        return True
    if _plain(cells.get(columns.day)) == headings.plain_heading(columns.titles[columns.day]):
        return True
    firsts = [_plain(cells[position]) for position in sorted(cells)[:2]]
    is_dated = _DATE.fullmatch(_plain(cells.get(columns.day))) or isinstance(cells.get(columns.day), dt.datetime)
    return not is_dated and any(_SUMMING.match(words) for words in firsts)


def _holds_something(raw: RawValue | None) -> bool:
    return isinstance(raw, Formula | ErrorValue) or bool(_plain(raw))


def _amount(cells: dict[int, RawValue], columns: _Columns, faults: list[tuple[int, BadCell]]) -> Decimal:
    """What came in less what went out (CNY)."""
    if columns.amount is not None:
        amount = _money(cells, columns.amount, faults)
        return amount * _sign(cells, columns.direction, amount, faults)
    income, outgo = _money(cells, columns.income, faults), _money(cells, columns.outgo, faults)
    if income and outgo and columns.outgo is not None:
        faults.append((columns.outgo, BadCell(_("money in and money out in one row"))))
    return income - outgo


def _money(cells: dict[int, RawValue], position: int | None, faults: list[tuple[int, BadCell]]) -> Decimal:
    raw = cells.get(position) if position is not None else None
    if position is None or raw is None:
        return Decimal(0)
    try:
        if type(raw) is str:
            raw = _CURRENCY.sub("", _plain(raw))
            if raw in _NOTHING:
                return Decimal(0)
        return _MONEY.read(raw) or Decimal(0)
    except BadCell as fault:
        faults.append((position, fault))
        return Decimal(0)


def _sign(cells: dict[int, RawValue], position: int | None, amount: Decimal, faults: list[tuple[int, BadCell]]) -> int:
    if position is None or amount == 0:
        return 1
    told = _plain(cells.get(position)).casefold()
    if told in headings.INCOMING:
        return 1
    if told in headings.OUTGOING:
        return -1 if amount > 0 else 1
    faults.append((position, BadCell(_("neither money in (贷) nor money out (借)"))))
    return 1


def _day(cells: dict[int, RawValue], columns: _Columns, faults: list[tuple[int, BadCell]]) -> dt.date | None:
    raw = cells.get(columns.day)
    try:
        return _read_day(raw)
    except BadCell as fault:
        faults.append((columns.day, fault))
        return None


def _read_day(raw: RawValue | None) -> dt.date:
    if isinstance(raw, Formula | ErrorValue | bool):
        raise BadCell(_("not a day"))
    if isinstance(raw, dt.datetime):
        day = raw.date()
    else:
        found = _DATE.fullmatch(_plain(raw))
        if not found:
            raise BadCell(_("not a day"))
        try:
            day = dt.date(*(int(part) for part in found.groups() if part))
        except ValueError as error:
            raise BadCell(_("there is no such day")) from error
    if not EARLIEST <= day < LATEST:
        raise BadCell(_("outside %(first)d to %(last)d") % {"first": EARLIEST.year, "last": LATEST.year - 1})
    return day


def _party(columns: _Columns, amount: Decimal) -> int | None:
    """The column that names who stands on the other side."""
    if columns.party is not None:
        return columns.party
    return columns.payer if amount > 0 else columns.payee


def _text(cells: dict[int, RawValue], positions: Sequence[int | None], field: str) -> str:
    """What stands in these cells, each thing once, cut to what is kept."""
    found = dict.fromkeys(_plain(cells.get(place)) for place in positions if place is not None)
    return printable(" ".join(words for words in found if words not in _NOTHING))[: _LENGTHS[field]]


def _plain(raw: RawValue | None) -> str:
    """A cell's text in half width, on one line."""
    if raw is None or isinstance(raw, Formula | ErrorValue):
        return ""
    told = shown(raw) if isinstance(raw, Number | dt.datetime | bool) else str(raw)
    return " ".join(unicodedata.normalize("NFKC", told).split())
