"""Cells of a record's page: amounts, shares, days and months as they read everywhere."""

import datetime as dt
from decimal import Decimal

from django.urls import reverse

from access.pages.records import Cell, Fact, Heading
from rulebook.month import Month
from rulebook.wording import amount_text, difference_text, month_text, number_text, share_text

NOTHING = "–"
ARTICLE = "admin:rulebook_article"


def amount(value: Decimal | None, href: str = "") -> Cell:
    """CNY in a cell."""
    return Cell(amount_text(value), href if value is not None else "", is_number=True)


def difference(value: Decimal, href: str = "") -> Cell:
    """A difference (CNY) in a cell, with its sign."""
    return Cell(difference_text(value), href if value else "", is_number=True)


def share(value: Decimal | None, href: str = "") -> Cell:
    """A share in a cell, as per cent."""
    return Cell(NOTHING if value is None else share_text(value), href, is_number=True)


def number(value: Decimal | int | None, href: str = "") -> Cell:
    """A number in a cell."""
    return Cell(NOTHING if value is None else number_text(Decimal(value)), href, is_number=True)


def day(value: dt.date | None, href: str = "") -> Cell:
    """A date in a cell."""
    return Cell(NOTHING if value is None else value.isoformat(), href)


def month(value: Month | None, href: str = "") -> Cell:
    """A month in a cell."""
    return Cell(NOTHING if value is None else month_text(value), href)


def text(value: object, href: str = "") -> Cell:
    """Anything else in a cell; a dash for nothing."""
    return Cell(NOTHING if value in (None, "") else str(value), href)


def numeric(name: object) -> Heading:
    """The head of a column of numbers."""
    return Heading(str(name), is_number=True)


def headings(*names: object) -> list[Heading]:
    """Heads of columns."""
    return [name if isinstance(name, Heading) else Heading(str(name)) for name in names]


def fact(label: object, cell: Cell) -> Fact:
    """A named value."""
    return Fact(str(label), cell)


def article_cell(number: str) -> Cell:
    """An article's number, which opens its words and our reading."""
    return Cell(number, reverse(ARTICLE, args=[number]))
