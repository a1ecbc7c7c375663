"""Facts and tables made from models' fields: each value set by its kind, each name and figure a link if one is open."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import BooleanField, DateField, DateTimeField, DecimalField, ForeignKey, IntegerField, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from access.history.masking import is_masked, masked
from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Fact, Heading, Row, Table, Tone
from access.reach import asked_once
from periods.fields import Money, MonthField, Share
from rulebook.cells import NOTHING, amount, day, month, number, numeric, share, text
from rulebook.selectors import rank_names

RANKS = frozenset({"rank", "new_rank", "next_rank", "reinstatement_rank"})
FLAGS = frozenset({"on_threshold_wage", "review_due", "needs_attention"})


def facts_of(
    record: Model, viewer: User, names: Sequence[str] = (), *, sources: Mapping[str, str] | None = None
) -> list[Fact]:
    """The record's fields, all or those named, as named values; a path such as `receipt.contract` follows relations.

    `sources` tells, by field, the address of what a figure was computed from.
    """
    names = names or [field.name for field in record._meta.concrete_fields if not field.primary_key]
    ranks = asked_once(viewer, _ranks) if RANKS & {_leaf(name) for name in names} else {}
    links = Links(viewer, (met for met in _met([record], names) if met != record))  # no link to where one stands
    cells = [_cell(record, name, links, ranks) for name in names]
    found = sources or {}
    return [
        Fact(str(_field(record, name).verbose_name), replace(cell, href=found.get(name, cell.href)))
        for name, cell in zip(names, cells, strict=True)
    ]


def table_of(
    title: str,
    rows: Sequence[Model],
    viewer: User,
    names: Sequence[str],
    *,
    empty: str,
    sentence: Callable[[Any], str] = lambda row: "",
    total: str = "",
    anchor: str = "",
    is_reached: bool = False,
) -> Table:
    """The rows' fields by name, first column and figures leading to the row; `total` names the column to sum.

    Rows read within the viewer's reach (`is_reached`) are not asked about again.
    """
    ranks = asked_once(viewer, _ranks) if rows and RANKS & {_leaf(name) for name in names} else {}
    links = Links(viewer, _met(rows, names), reached=rows if is_reached else ())
    lines = [
        Row([_cell(row, name, links, ranks, is_first=index == 0) for index, name in enumerate(names)], sentence(row))
        for row in rows
    ]
    return Table(
        title,
        [_heading(rows[0], name) for name in names] if rows else [],
        lines,
        anchor=anchor,
        total=_total(rows, names, total) if rows and total else None,
        empty=empty,
    )


def _ranks(_viewer: User) -> dict[str, str]:
    return rank_names()


def _met(rows: Iterable[Model], names: Sequence[str]) -> Iterator[Model | None]:
    """The rows and every record on the way along the names."""
    for row in rows:
        yield row
        for name in names:
            record: Any = row
            for part in name.split("."):
                record = getattr(record, part) if record is not None else None
                if isinstance(record, Model):
                    yield record


def _cell(row: Model, name: str, links: Links, ranks: dict[str, str], *, is_first: bool = False) -> Cell:
    owner = _owner(row, name)
    if owner is None:
        return Cell(NOTHING)
    field, value = _field(row, name), getattr(owner, _leaf(name))
    here = links.to(owner) if owner is not row or is_first or _is_number(field) else ""
    if value is None or value == "":
        return Cell(NOTHING, is_number=_is_number(field))
    if isinstance(field, ForeignKey):
        return text(value, links.to(value))
    if is_masked(field):
        return text(masked(value), here)
    if _leaf(name) in RANKS:
        return text(ranks.get(value, value), here)
    if field.choices:
        return text(getattr(owner, f"get_{field.name}_display")(), here)
    return _plain(field, value, here)


def _plain(field: Any, value: Any, href: str) -> Cell:
    kinds: list[tuple[type[Any], Callable[[Any, str], Cell]]] = [
        (MonthField, month),
        (DateTimeField, lambda moment, href: text(f"{timezone.localtime(moment):%Y-%m-%d %H:%M}", href)),
        (DateField, day),
        (BooleanField, lambda value, href: _yes_no(field.name, value)),
        (Money, amount),
        (Share, share),
        (DecimalField, number),
        (IntegerField, number),
    ]
    return next((cell(value, href) for kind, cell in kinds if isinstance(field, kind)), None) or text(value, href)


def _yes_no(name: str, value: bool) -> Cell:
    return Cell(_("yes") if value else _("no"), tone=Tone.ATTENTION if value and name in FLAGS else None)


def _total(rows: Sequence[Model], names: Sequence[str], summed: str) -> Row:
    total = sum(getattr(row, summed) for row in rows)
    cells = [amount(total) if name == summed else Cell("") for name in names]
    cells[0] = Cell(_("total"))
    return Row(cells)


def _heading(row: Model, name: str) -> Heading:
    field = _field(row, name)
    words = str(field.verbose_name)
    return numeric(words) if _is_number(field) else Heading(words)


def _field(row: Model, name: str) -> Any:
    model = type(row)
    *way, leaf = name.split(".")
    for part in way:
        model = model._meta.get_field(part).related_model  # type: ignore[assignment]
    return model._meta.get_field(leaf)


def _owner(row: Model, name: str) -> Any:
    owner: Any = row
    for part in name.split(".")[:-1]:
        owner = getattr(owner, part) if owner is not None else None
    return owner


def _leaf(name: str) -> str:
    return name.rpartition(".")[2]


def _is_number(field: Any) -> bool:
    return isinstance(field, DecimalField | IntegerField) and not field.choices
