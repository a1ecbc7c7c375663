"""One mapping of a plan's text: hands out its values and collects what is wrong, each problem with its place."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from rulebook.plan import Tier, Tiers
from rulebook.wording import number_text

_ARTICLE = re.compile(r"[1-9]-[0-9]+(\.[0-9]+)*")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NULLS = (None, "", "null", "~")
_MOST_ROWS = 50
_MOST_MONTHS = 24
_LONGEST_NAME = 100
_LONGEST_SHOWN = 60

Choice = TypeVar("Choice", bound=StrEnum)


class Section:
    """A mapping at a place of the document; asked for a value that is wrong, it notes why and gives a stand-in.

    `problems` maps places to reasons, one each: what follows from a first mistake isn't a second one.
    """

    def __init__(self, value: object, place: str, problems: dict[str, str]) -> None:
        self.place = place
        self.problems = problems
        self.asked: set[str] = set()
        self.values: dict[str, Any] = {}
        if isinstance(value, dict):
            self.values = value
        else:
            self.refuse("", _("a mapping is expected here"))
            self.problems = {}

    def refuse(self, key: str, reason: str) -> None:
        """Note a problem with a key of this section."""
        place = ".".join(part for part in (self.place, _shown(key)) if part)
        self.problems.setdefault(place, reason)

    @property
    def is_sound(self) -> bool:
        """Whether no problem was noted in this section so far."""
        within = (f"{self.place}.", f"{self.place}[")
        return not any(place == self.place or place.startswith(within) for place in self.problems)

    def section(self, key: str) -> "Section":
        """The mapping under a key."""
        value = self._take(key)
        if key not in self.values:
            return Section({}, "", {})
        return Section(value, f"{self.place}.{key}".strip("."), self.problems)

    def sections(self, key: str) -> Iterator["Section"]:
        """The mappings of the list under a key."""
        for index, row in enumerate(self._rows(key)):
            yield Section(row, f"{self.place}.{key}[{index}]".strip("."), self.problems)

    def text(self, key: str, pattern: re.Pattern[str] | None = None) -> str:
        """A short printable text that matches `pattern`."""
        value = self._take(key)
        if _is_name(value) and (pattern is None or pattern.fullmatch(value)):
            return str(value)
        if key in self.values:
            self.refuse(key, _("“%s” can't be used as text here") % _shown(value))
        return ""

    def date(self, key: str) -> dt.date:
        """A date, written YYYY-MM-DD."""
        value = self.text(key)
        try:
            return dt.date.fromisoformat(value if _DATE.fullmatch(value) else "")
        except ValueError:
            self.refuse(key, _("“%s” is not a date (YYYY-MM-DD)") % value)
            return dt.date.min

    def number(self, key: str, *, decimals: int = 2) -> Decimal:
        """A number, not negative, with so many decimals at most."""
        value = self._take(key)
        return self._number(value, key, decimals) if key in self.values else Decimal(0)

    def optional_number(self, key: str) -> Decimal | None:
        """A number, or None for null."""
        return None if self.is_null(key) else self.number(key)

    def share(self, key: str) -> Decimal:
        """A number from 0 to 1."""
        value = self.number(key, decimals=6)
        if value > 1:
            self.refuse(key, _("%s is a share and can't be above 1") % number_text(value))
        return value

    def count(self, key: str) -> int:
        """A whole number from 1 to 24."""
        value = self.number(key, decimals=0)
        if not 1 <= value <= _MOST_MONTHS:
            self.refuse(key, _("%s must be between 1 and 24") % number_text(value))
        return int(value)

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        """One of the words of an enumeration."""
        value = self.text(key)
        options = {str(option): option for option in kind}
        if value not in options:
            facts = {"value": value, "options": " | ".join(options)}
            self.refuse(key, _("“%(value)s” is not one of %(options)s") % facts)
        return options.get(value, next(iter(kind)))

    def constant(self, key: str, expected: str) -> None:
        """The one word that is supported here."""
        value = self.text(key)
        if value != expected:
            facts = {"value": value, "expected": expected}
            self.refuse(key, _("“%(value)s” is not supported, only “%(expected)s”") % facts)

    def tiers(self, key: str) -> Tiers:
        """A list of pairs, floor and rate, ascending by floor."""
        tiers: list[Tier] = []
        for index, row in enumerate(self._rows(key)):
            place = f"{key}[{index}]"
            if not isinstance(row, list) or len(row) != 2:
                self.refuse(place, _("a tier is a pair: floor and rate"))
                continue
            tier = Tier(self._number(row[0], place, 4), self._number(row[1], place, 6))
            if tier.rate > 1:
                self.refuse(place, _("%s is a share and can't be above 1") % number_text(tier.rate))
            if tiers and tier.floor <= tiers[-1].floor:
                facts = {"floor": number_text(tier.floor), "before": number_text(tiers[-1].floor)}
                self.refuse(place, _("tiers must ascend: %(floor)s comes after %(before)s") % facts)
            tiers.append(tier)
        return Tiers(tuple(tiers))

    def annotations(self) -> None:
        """`law` must name articles; `assumed` and `reading` are notes."""
        law = self._take("law")
        numbers = law if isinstance(law, list) else [law]
        if not numbers or not all(isinstance(number, str) and _ARTICLE.fullmatch(number) for number in numbers):
            self.refuse("law", _("“%s” doesn't name an article (such as 1-4.3.1)") % _shown(law))
        self.asked.add("assumed")
        if self.values.get("assumed", "true") not in ("true", "false"):
            self.refuse("assumed", _("must be true or false"))
        self.reading()

    def reading(self) -> None:
        """A section may carry a reading, also without articles of its own."""
        self.asked.add("reading")
        if not isinstance(self.values.get("reading", ""), str):
            self.refuse("reading", _("“%s” can't be used as text here") % _shown(self.values["reading"]))

    def is_null(self, key: str) -> bool:
        """Whether a key says null; it must be there."""
        return self._take(key) in _NULLS

    def close(self) -> None:
        """Refuse every key that nobody asked for."""
        for key in self.values:
            if key not in self.asked:
                self.refuse(key, _("unknown key"))

    def _take(self, key: str) -> Any:
        self.asked.add(key)
        if key not in self.values:
            self.refuse(key, _("is missing"))
        return self.values.get(key)

    def _rows(self, key: str) -> list[Any]:
        value = self._take(key)
        if not isinstance(value, list) or not value:
            self.refuse(key, _("a list with at least one entry is expected here"))
            return []
        if len(value) > _MOST_ROWS:
            self.refuse(key, _("a list of %(rows)d entries is too long to be a plan's") % {"rows": len(value)})
            return []
        return value

    def _number(self, value: object, key: str, decimals: int) -> Decimal:
        if not isinstance(value, str) or not _NUMBER.fullmatch(value):
            self.refuse(key, _("“%s” is not a number") % _shown(value))
            return Decimal(0)
        if value.startswith("-"):
            self.refuse(key, _("%s must not be negative") % value)
            return Decimal(0)
        if len(value.partition(".")[2].rstrip("0")) > decimals:
            facts = {"value": value, "decimals": decimals}
            self.refuse(key, _("%(value)s has more than %(decimals)d decimals") % facts)
        return Decimal(value)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and 0 < len(value.strip()) <= len(value) <= _LONGEST_NAME


def _shown(value: object) -> str:
    words = str(value)
    return words if len(words) <= _LONGEST_SHOWN else f"{words[:_LONGEST_SHOWN]}…"
