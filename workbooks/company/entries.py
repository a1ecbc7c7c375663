"""One row as the checks see it: what the file says, what the database holds, and what comes of both."""

import functools
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from workbooks.company.cells import shown
from workbooks.company.columns import Sheet
from workbooks.problems import Problem, Problems
from workbooks.xlsx.values import RawValue

Key = tuple[Any, ...]
Content = dict[str, str | None]


class RowEffect(Enum):
    """What a row of the file does to the database."""

    ADDED = "added"
    CHANGED = "changed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class StoredRow:
    """What the database holds under a key: the row's id, and its values by the fields of the sheet."""

    pk: int
    values: dict[str, Any]


@dataclass(slots=True, eq=False)
class Entry:
    """A row of a sheet, of the database, or both; `row` is None for what stands in the database alone.

    `said` is what the file says, `imported` what was imported under the key before, as text, `values` what holds after.

    `bad` holds the fields that can't be relied on: a check that needs one of them says nothing, so that one mistake
    gives one message.
    """

    sheet: Sheet
    key: Key
    row: int | None = None
    said: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, RawValue] = field(default_factory=dict)
    bad: frozenset[str] = frozenset()
    record: StoredRow | None = None
    imported: Content | None = None
    values: dict[str, Any] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    @property
    def change(self) -> RowEffect:
        """Whether the row is new, changes something, or says what was imported before."""
        if self.record is None:
            return RowEffect.ADDED
        return RowEffect.CHANGED if self.changed else RowEffect.SKIPPED

    @property
    def is_touched(self) -> bool:
        """Whether the file adds or changes this."""
        return self.row is not None and self.change is not RowEffect.SKIPPED

    @property
    def computed_from(self) -> list[str]:
        """The fields that the file sets and from which something is computed."""
        columns = [column for column in self.sheet.columns if not column.descriptive]
        return [column.field for column in columns if self.record is None or column.field in self.changed]

    def knows(self, *fields: str) -> bool:
        """Whether these fields can be relied on."""
        return self.bad.isdisjoint(fields)

    def distrust(self, *fields: str) -> None:
        """Rely on these fields no more."""
        self.bad = _one_of_a_kind(self.bad.union(fields))

    def problem(self, name: str, reason: str, *, correction: str = "") -> Problem:
        """A problem at this row's cell of a field."""
        column = self.sheet.by_field[name]
        return Problem(self.sheet.title, self.row, column.header, shown(self.raw.get(name)), reason, correction)

    def refuse(self, problems: Problems, name: str, reason: str, *, correction: str = "") -> None:
        """Report a field, once, and rely on it no more."""
        if name not in self.bad:
            problems.refuse(self.problem(name, reason, correction=correction))
            self.distrust(name)


@functools.lru_cache(maxsize=4096)
def _one_of_a_kind(fields: frozenset[str]) -> frozenset[str]:
    """The same fields as one object for all rows, for a hundred thousand sets of their own take much room."""
    return fields
