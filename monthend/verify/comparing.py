"""Every difference between what is stored and what is recomputed, row by row in the order of their keys."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from monthend.verify.results import Key
from monthend.verify.tables import TAKEN_OVER, Table

Values = Sequence[object]


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that isn't what it should be; without a `column` the whole row is there (True) on one side only."""

    table: Table
    key: Key
    column: str
    stored: object
    recomputed: object

    def __str__(self) -> str:
        key = [self.table.shown(*part) for part in zip(self.table.key, self.key, strict=True) if part[1]]
        named = {"table": self.table.model._meta.verbose_name, "row": " · ".join(key)}
        if not self.column:
            if self.stored:
                return _("%(table)s %(row)s: stored, but recomputed there is none") % named
            return _("%(table)s %(row)s: recomputed, but none is stored") % named
        return _("%(table)s %(row)s, %(field)s: stored %(stored)s, recomputed %(recomputed)s") % {
            **named,
            "field": self.table.label(self.column),
            "stored": self.table.shown(self.column, self.stored),
            "recomputed": self.table.shown(self.column, self.recomputed),
        }


@dataclass(frozen=True, slots=True)
class Pair:
    """A row as it is stored and as it is recomputed; None where it is missing."""

    key: Key
    stored: Values | None
    recomputed: Values | None


def pairs(table: Table, stored: Iterable[Values], recomputed: Iterable[tuple[Key, Values]]) -> Iterator[Pair]:
    """Both sides' rows side by side; each side comes in the order of its keys and is read once, row by row."""
    of_stored = ((table.key_of(row), row) for row in stored)
    of_recomputed = iter(recomputed)
    left, right = next(of_stored, None), next(of_recomputed, None)
    while left is not None or right is not None:
        if left is not None and right is not None and left[0] == right[0]:
            yield Pair(left[0], left[1], right[1])
            left, right = next(of_stored, None), next(of_recomputed, None)
        elif right is None or (left is not None and left[0] < right[0]):
            assert left is not None  # noqa: S101 - narrows the type
            yield Pair(left[0], left[1], None)
            left = next(of_stored, None)
        else:
            yield Pair(right[0], None, right[1])
            right = next(of_recomputed, None)


def differences(table: Table, pair: Pair) -> Iterator[Difference]:
    """What differs in a row; a value that can't be recomputed never does."""
    if pair.stored is None or pair.recomputed is None:
        yield Difference(table, pair.key, "", pair.stored is not None, pair.recomputed is not None)
        return
    for column, before, after in zip(table.columns, pair.stored, pair.recomputed, strict=True):
        if before != after and after is not TAKEN_OVER and column not in table.key:
            yield Difference(table, pair.key, column, before, after)


def completed(pair: Pair) -> Values | None:
    """The recomputed row with what can't be recomputed taken over from the stored one, or left empty without one."""
    if pair.recomputed is None:
        return None
    stored = pair.stored or [None] * len(pair.recomputed)
    return [before if after is TAKEN_OVER else after for before, after in zip(stored, pair.recomputed, strict=True)]
