"""What a cell means: one reader per kind of column, from what the cell holds to a value, or the reason why not.

Digits and signs typed in full width are read in amounts, dates and months, where they can mean but one thing. Codes
and names are taken as typed, for “Ａ１” and “A1” may be two things; only blanks around them go.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from rulebook.month import Month
from rulebook.wording import amount_text, number_text
from staff.models import EARLIEST, LATEST
from workbooks.company.days import day_written, has_time, month_written
from workbooks.xlsx.formats import hides, whole_as_shown
from workbooks.xlsx.values import ErrorValue, Formula, MonthShown, Number, RawValue

EXACT_DIGITS = 15
LARGEST_AMOUNT = Decimal(10) ** 12
LARGEST_WEIGHT = Decimal(10) ** 6
LARGEST_COUNT = 32_767
SHOWN_CHARACTERS = 100

_AMOUNT = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_APOSTROPHES = frozenset("'‘’＇`´")
_UNPRINTABLE = frozenset(["Cc", "Cf", "Cs", "Zl", "Zp"])


class BadCell(Exception):
    """A cell that can't be what its column asks for; the message is the reason, in the reader's language."""


class Sign(Enum):
    """Which amounts a column takes."""

    ANY_BUT_ZERO = "any but zero"
    POSITIVE = "positive"
    NOT_NEGATIVE = "not negative"
    NOT_POSITIVE = "not positive"
    ANY = "any"


def shown(raw: RawValue | None) -> str:
    """A cell's content as its reader knows it from Excel, shortened."""
    match raw:
        case None:
            text = ""
        case bool():
            text = "TRUE" if raw else "FALSE"
        case dt.datetime():
            text = raw.date().isoformat() if raw.time() == dt.time() else raw.isoformat(" ")
        case Number():
            number = _exact(raw)
            text = raw if number is None else _as_shown(number, raw.shown_in) or f"{number:f}"
        case _:
            text = raw
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


@dataclass(frozen=True, slots=True)
class Text:
    """Free text of at most `longest` characters, such as a name."""

    longest: int

    @classmethod
    def of(cls, model: type[Model], field: str) -> "Text":
        """The reader for what a model's field can hold."""
        return cls(model._meta.get_field(field).max_length or 0)  # type: ignore[union-attr]

    def read(self, raw: RawValue) -> str | None:
        """The text without blanks around it; None when nothing is left."""
        text = _plain(self._text(raw)).strip()
        if len(text) > self.longest:
            raise BadCell(_("longer than %(longest)d characters") % {"longest": self.longest})
        return text or None

    def write(self, value: str) -> str:
        """The value as kept for comparison."""
        return value

    def _text(self, raw: RawValue) -> str:
        _refuse_odd_kinds(raw)
        if isinstance(raw, dt.datetime):
            raise BadCell(_("a date where text belongs: format the cell as text and type it again"))
        if isinstance(raw, Number):
            return self._digits(raw)
        return str(raw)

    def _digits(self, raw: Number) -> str:
        number = _exact(raw)
        if number is None:
            raise BadCell(_("not a number that could be read"))
        text = _as_shown(number, raw.shown_in) if raw.shown_in else f"{number:f}"
        if text is None:
            raise _format_changes(number, raw.shown_in)
        return text


@dataclass(frozen=True, slots=True)
class Code(Text):
    """The number of a person, client, account …: text, even where it consists of digits.

    A cell that holds a number is taken as Excel shows it, 7 in the format 0000 as 0007, if it is whole and Excel can't
    have lost any digit.
    """

    def read(self, raw: RawValue) -> str | None:
        """The text without blanks around it, other blanks as plain ones; None when nothing is left."""
        text = Text.read(self, raw)
        if text and text[0] in _APOSTROPHES:
            raise BadCell(_("begins with an apostrophe: type it anew in a cell formatted as text"))
        return text and " ".join(text.split())

    def _digits(self, raw: Number) -> str:
        number = _exact(raw)
        if number is None or number != number.to_integral_value() or number < 0:
            raise BadCell(_("a number where text belongs: format the cell as text and type it again"))
        digits = f"{number:f}"
        if len(digits) > EXACT_DIGITS:
            raise BadCell(
                _("stored as a number, so Excel has lost its last digits: format the cell as text and type it again")
            )
        text = _as_shown(number, raw.shown_in)
        if text is None:
            raise _format_changes(number, raw.shown_in)
        return text


@dataclass(frozen=True, slots=True)
class Date:
    """A day: an Excel date, or a text such as 2011-04-06, 2011/4/6, 2011年4月6日 or 20110406."""

    def read(self, raw: RawValue) -> dt.date | None:
        """The day; None for a blank cell."""
        _refuse_odd_kinds(raw)
        if isinstance(raw, dt.datetime):
            if raw.time() != dt.time():
                raise BadCell(_("a time of day where a mere date belongs"))
            return _sensible(raw.date())
        text = _half_width(raw)
        if not text:
            return None
        try:
            day = day_written(text)
        except ValueError as error:
            raise BadCell(_("there is no such day")) from error
        if day is None and has_time(text):
            raise BadCell(_("a time of day where a mere date belongs"))
        if day is None:
            raise BadCell(_("not a date: write 2026-04-30, 2026/4/30, 2026年4月30日 or 20260430"))
        return _sensible(day)

    def write(self, value: dt.date) -> str:
        """The value as kept for comparison."""
        return value.isoformat()


@dataclass(frozen=True, slots=True)
class MonthCell:
    """A month: a text such as 2011-04, 2011/4, 2011年4月 or 201104, or an Excel date.

    That of the month's first day, which Excel makes of such text, or any that is shown as a month.
    """

    def read(self, raw: RawValue) -> Month | None:
        """The month; None for a blank cell."""
        _refuse_odd_kinds(raw)
        if isinstance(raw, dt.datetime):
            if not isinstance(raw, MonthShown) and (raw.day != 1 or raw.time() != dt.time()):
                raise BadCell(_("not a month: write 2026-04, 2026/4, 2026年4月 or 202604"))
            return Month.of(_sensible(raw.date()))
        text = _half_width(raw)
        if not text:
            return None
        month = month_written(text)
        if month is None:
            raise BadCell(_("not a month: write 2026-04, 2026/4, 2026年4月 or 202604"))
        _sensible(month.first)
        return month

    def write(self, value: Month) -> str:
        """The value as kept for comparison."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Amount:
    """CNY with at most two decimals: a number, or its text, which may be grouped in thousands (`1,234.50`).

    Text with more decimals is refused even if they are zeros: elsewhere `100.000` is a hundred thousand.
    """

    sign: Sign
    decimals: int = 2
    limit: Decimal = LARGEST_AMOUNT

    def read(self, raw: RawValue) -> Decimal | None:
        """The amount; None for a blank cell."""
        number = _number(raw)
        if number is None:
            return None
        if abs(number) >= self.limit:
            raise BadCell(_("too large: below %(limit)s is needed") % {"limit": amount_text(self.limit)})
        if -int(number.as_tuple().exponent) > self.decimals:
            raise BadCell(_("more than %(decimals)d decimals") % {"decimals": self.decimals})
        self._refuse_sign(number)
        return abs(number) if number == 0 else number

    def write(self, value: Decimal) -> str:
        """The value as kept for comparison."""
        return f"{value:.{self.decimals}f}"

    def _refuse_sign(self, number: Decimal) -> None:
        if self.sign is Sign.POSITIVE and number <= 0:
            raise BadCell(_("must be above zero"))
        if self.sign is Sign.NOT_NEGATIVE and number < 0:
            raise BadCell(_("must not be negative"))
        if self.sign is Sign.NOT_POSITIVE and number > 0:
            raise BadCell(_("must be zero or negative"))
        if self.sign is Sign.ANY_BUT_ZERO and number == 0:
            raise BadCell(_("must not be zero"))


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number that is not negative."""

    def read(self, raw: RawValue) -> int | None:
        """The number; None for a blank cell."""
        number = _number(raw)
        if number is None:
            return None
        if number != number.to_integral_value() or not 0 <= number <= LARGEST_COUNT:
            raise BadCell(_("a whole number from 0 on is needed"))
        return int(number)

    def write(self, value: int) -> str:
        """The value as kept for comparison."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several words, each with its meaning."""

    meanings: Mapping[str, Any]

    def read(self, raw: RawValue) -> Any:
        """The word's meaning; None for a blank cell."""
        _refuse_odd_kinds(raw)
        text = shown(raw).strip()
        if not text:
            return None
        if text not in self.meanings:
            raise BadCell(_("must be one of: %(choices)s") % {"choices": _(", ").join(self.meanings)})
        return self.meanings[text]

    def write(self, value: Any) -> str:
        """The value as kept for comparison: its first word."""
        return next(word for word, meaning in self.meanings.items() if meaning == value)


Reader = Text | Date | MonthCell | Amount | Count | Choice


def _refuse_odd_kinds(raw: RawValue) -> None:
    """Refuse what no column takes: formulas, errors, truth values."""
    if isinstance(raw, Formula):
        raise BadCell(_("a formula: paste its value instead"))
    if isinstance(raw, ErrorValue):
        raise BadCell(_("an error that a formula left"))
    if isinstance(raw, bool):
        raise BadCell(_("a truth value doesn't belong here"))


def _plain(text: str) -> str:
    """The text, refused if it holds what can't be seen within it."""
    inner = text.strip()
    if not inner.isprintable() and any(unicodedata.category(character) in _UNPRINTABLE for character in inner):
        raise BadCell(_("contains a line break or another invisible character"))
    return inner


def _half_width(raw: RawValue) -> str:
    text = shown(raw) if isinstance(raw, Number) else str(raw)
    return unicodedata.normalize("NFKC", _plain(text)).strip()


def _number(raw: RawValue) -> Decimal | None:
    _refuse_odd_kinds(raw)
    if isinstance(raw, dt.datetime):
        raise BadCell(_("a date where a number belongs"))
    if isinstance(raw, Number):
        number = _exact(raw)
        if number is not None and hides(number, raw.shown_in):
            raise _format_changes(number, raw.shown_in)
    else:
        text = _half_width(raw)
        if not text:
            return None
        number = Decimal(text.replace(",", "")) if _AMOUNT.fullmatch(text) else None
    if number is None:
        raise BadCell(_("not a number"))
    return number


def _exact(raw: Number) -> Decimal | None:
    """The number that Excel shows in every format: the first 15 digits of what it stores, 28.8 for 28.799999999999997.

    What it stores is a double: 19.99 is written as 19.989999999999998 too.
    """
    if not _NUMBER.fullmatch(raw):
        return None
    value = float(raw)
    if value in (float("inf"), float("-inf")):
        return None
    return Decimal(f"{value:.{EXACT_DIGITS}g}").normalize() if value else Decimal(0)


def _as_shown(number: Decimal, code: str) -> str | None:
    """A whole number as its format shows it; None where that is more than digits and words."""
    is_plain = number == number.to_integral_value() and number >= 0
    return whole_as_shown(f"{number:f}", code) if is_plain else None


def _format_changes(number: Decimal, code: str) -> BadCell:
    reason = _("the cell's format “%(format)s” shows something else than the number %(number)s that it holds")
    return BadCell(reason % {"format": code, "number": number_text(number)})


def _sensible(day: dt.date) -> dt.date:
    if not EARLIEST <= day < LATEST:
        raise BadCell(_("outside %(first)d to %(last)d") % {"first": EARLIEST.year, "last": LATEST.year - 1})
    return day
