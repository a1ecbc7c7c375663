"""What a sheet of the import workbook is described by: its columns, and the rows of a table that it stands for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Model, QuerySet

from workbooks.company.cells import Reader

OF_HIRE = "hire__"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its field in our words, its heading, how its cells are read, and the sheet it refers to.

    `attribute` is what its value stands in, of a row of the sheet's model, where that is called otherwise than `field`;
    with `hire__` before it of the person's hire. What refers to a sheet points at the row that is known there.
    `descriptive`: nothing is computed from it, so it may change at any time. `is_later`: it is written once all rows
    of the file are. `parts` are the attributes that a value is written in where the rows' query makes `attribute` of
    several; `writes` tells what it is in each.
    """

    field: str
    header: str
    reader: Reader
    required: bool = True
    refers_to: str | None = None
    descriptive: bool = False
    attribute: str = ""
    is_later: bool = False
    parts: tuple[str, ...] = ()
    writes: Callable[[Any], Mapping[str, Any]] | None = None

    @property
    def stands_in(self) -> str:
        """The attribute of a row that its value stands in."""
        return self.attribute or self.field

    @property
    def written_in(self) -> tuple[str, ...]:
        """The attributes of a row that its value is written in."""
        return self.parts or (self.stands_in,)

    def written(self, value: Any) -> Mapping[str, Any]:
        """A value as it is written, by attribute."""
        return self.writes(value) if self.writes else {self.stands_in: value}


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name in our words, its title, the fields that tell its rows apart, and its columns."""

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[SheetColumn, ...]

    @cached_property
    def by_field(self) -> dict[str, SheetColumn]:
        """The columns by field."""
        return {column.field: column for column in self.columns}


@dataclass(frozen=True)
class KeptSheet(Sheet):
    """A sheet whose rows are kept as rows of a model.

    These are the model's rows with the `fixed` values; `rows` asks for them where they are more than that.
    `looked_up_by`: a field by which those are found that the file is about; without, all are read. `also_read` are what
    the checks ask for besides the columns, `also_written` the attributes that follow from a row's cells. `besides` are
    fields of the model that no column fills; those `following` from others change with them at any time. `counts_in` is
    the model's field of the day or month in which a row counts.
    """

    model: type[Model]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    rows: Callable[[], QuerySet[Any]] | None = None
    looked_up_by: str = ""
    also_read: tuple[str, ...] = ()
    also_written: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    following: tuple[str, ...] = ()
    counts_in: str = ""

    @cached_property
    def own(self) -> tuple[SheetColumn, ...]:
        """The columns whose values are written with the sheet's own rows."""
        return tuple(column for column in self.columns if not column.is_later and column not in self.of_hire)

    @cached_property
    def of_hire(self) -> tuple[SheetColumn, ...]:
        """The columns whose values stand in a person's hire."""
        return tuple(column for column in self.columns if column.stands_in.startswith(OF_HIRE))

    @cached_property
    def updated(self) -> list[str]:
        """The attributes that are written when a row has changed."""
        columns = [column for column in self.own if column.field not in self.key]
        return [*(name for column in columns for name in column.written_in), *self.also_written]

    @cached_property
    def free_columns(self) -> set[str]:
        """The table's columns that may change at any time, as nothing is computed from them."""
        names = [column.stands_in for column in self.own if column.descriptive]
        return {str(self.model._meta.get_field(name).attname) for name in (*names, *self.following)}  # type: ignore[union-attr]
