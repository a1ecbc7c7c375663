"""What is confirmed must be what was shown: an effect is known again by its facts, whatever language it was read in."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from types import NoneType
from typing import Any, Self

from django.db.models import Model


class Sentence(str):
    """A sentence in the reader's language; its `facts` are a word for what it says, and the values that it tells."""

    facts: tuple[object, ...]

    def __new__(cls, words: str, *facts: object) -> Self:
        told = super().__new__(cls, words)
        told.facts = facts
        return told


def digest_of(facts: Iterable[object]) -> str:
    """The SHA-256 (hex) over facts, each in a line of canonical JSON.

    Amounts count by their worth, moments in UTC, rows by their keys, dataclasses by their fields, sentences by what
    they tell. Raises TypeError for what is no fact: binary fractions, lazily translated words, rows not saved yet.
    """
    digest = hashlib.sha256()
    for fact in facts:
        digest.update(_canonical(fact).encode() + b"\n")
    return digest.hexdigest()


def _canonical(fact: object) -> str:
    return json.dumps(_plain(fact), sort_keys=True)


def _row(row: Model) -> object:
    if row.pk is None:
        raise TypeError(f"not saved yet, so no fact: {row!r}")
    return [row._meta.label_lower, row.pk]


_FORMS: Sequence[tuple[Any, Callable[[Any], object]]] = (
    (Sentence, lambda sentence: _plain(sentence.facts)),
    ((str, int, NoneType), lambda value: value),
    (Enum, lambda choice: choice.name),
    (Decimal, lambda amount: f"{amount.normalize() + 0:f}"),
    (Fraction, str),
    (dt.datetime, lambda moment: moment.astimezone(dt.UTC).isoformat()),
    (dt.date, lambda day: day.isoformat()),
    (Model, _row),
    (Mapping, lambda values: sorted([_canonical(key), _plain(value)] for key, value in values.items())),
    (Set, lambda ones: sorted(map(_canonical, ones))),
    ((list, tuple), lambda ones: list(map(_plain, ones))),
)


def _plain(fact: object) -> object:
    """What JSON knows, in one form for each value."""
    for kinds, form in _FORMS:
        if isinstance(fact, kinds):
            return form(fact)
    if is_dataclass(fact):
        return [_plain(getattr(fact, field.name)) for field in fields(fact)]
    raise TypeError(f"no fact: {fact!r}")
