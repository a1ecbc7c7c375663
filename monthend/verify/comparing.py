"""Every difference between what is stored and what is recomputed."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from monthend.verify.results import Key, MonthResults, Row


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that isn't what it should be; with no `field` the whole row is missing (None) on one side."""

    table: str
    key: Key
    field: str
    stored: object
    recomputed: object

    def __str__(self) -> str:
        place = f"{self.table} {'·'.join(self.key)} {self.field}".strip()
        return f"{place}: stored {self.stored}, recomputed {self.recomputed}"


def compare(stored: MonthResults, recomputed: MonthResults) -> Iterator[Difference]:
    """Compare every value of every row of a month, in the order of the tables and their keys."""
    of_stored, of_recomputed = stored.tables(), recomputed.tables()
    for table in of_stored:
        before, after = of_stored[table], of_recomputed[table]
        for key in sorted(before.keys() | after.keys()):
            if key not in before or key not in after:
                yield Difference(table, key, "", before.get(key), after.get(key))
            else:
                yield from _compare_rows(table, key, before[key], after[key])


def _compare_rows(table: str, key: Key, stored: Row, recomputed: Row) -> Iterator[Difference]:
    for column in fields(stored):
        before, after = getattr(stored, column.name), getattr(recomputed, column.name)
        if before != after:
            yield Difference(table, key, column.name, before, after)
