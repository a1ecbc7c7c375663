"""Telephone numbers: people write the same one in many ways, and several in one field."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, TextField, Value
from django.db.models.lookups import Lookup

from staff.numbers.checks import BETWEEN_PHONES

_NUMBERS = ArrayField(TextField())
_EXTENSION = re.compile(r"(?:转|ext|[x#*])(.*)$", re.IGNORECASE | re.DOTALL)
_MOBILES = re.compile(r"(?:(?:0086|86|0)?1[3-9][0-9]{9}){2,}")
_MOBILE = re.compile(r"(?:0086|86|0)?(1[3-9][0-9]{9})")
_OF_CHINA = re.compile(r"^0*86(?=[0-9]{10,}$)(?!0*86[0-9]{10,}$)")
_NO_DIGITS = re.compile(r"[^0-9]+")


def plain_phone(phone: str) -> str:
    """A telephone as it is kept: digits alone, of several numbers with a stroke between, without China's own code.

    An extension stays. It is the same telephone for `phone_numbers` in the migrations, by which clients are found.
    """
    return "/".join(dict.fromkeys(_numbers(unicodedata.normalize("NFKC", phone))))


def _numbers(phone: str) -> Iterator[str]:
    for part in BETWEEN_PHONES.split(phone):
        number, *extension = _EXTENSION.split(part, maxsplit=1)
        digits = _NO_DIGITS.sub("", number)
        if _MOBILES.fullmatch(digits):
            yield from _MOBILE.findall(digits)
        elif digits:
            inside = _NO_DIGITS.sub("", extension[0]) if extension else ""
            yield _OF_CHINA.sub("", digits, count=1) + (f"转{inside}" if inside else "")


def has_phone_of(phone: str) -> Any:
    """Whether a client has one of these numbers, as a condition on clients that an index serves.

    Country code, width, blanks and dashes don't matter (`phone_numbers` in the migrations).
    """
    own = Func(F("phone"), function="phone_numbers", output_field=_NUMBERS)
    wanted = Func(Value(phone), function="phone_numbers", output_field=_NUMBERS)
    overlap: type[Lookup[Any]] = _NUMBERS.get_lookup("overlap")  # type: ignore[assignment]
    return overlap(own, wanted)
