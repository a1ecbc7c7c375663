"""What a record's page shows, as values: a head, facts, and tables whose figures open what they came from."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Model

from access.models import User

WIDE = 3
"""From how many columns of numbers on a table is wide."""


class Tone(StrEnum):
    """What a state asks of the reader; always said in words, too."""

    PLAIN = "plain"
    DONE = "done"
    ATTENTION = "attention"
    BLOCKS = "blocks"


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, where it leads to, and how it is set; `bar` is the share of a bar beneath it that is filled."""

    text: str
    href: str = ""
    is_number: bool = False
    tone: Tone | None = None
    bar: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value."""

    label: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; a minor one is left out where the screen is narrow."""

    text: str
    is_number: bool = False
    is_minor: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, with the sentence that says how its amount came about."""

    cells: Sequence[Cell]
    sentence: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Parts of a record; `articles` and `note` stand above, `total` and `more` under them, `empty` instead of them."""

    title: str
    headings: Sequence[Heading]
    rows: Sequence[Row]
    anchor: str = ""
    total: Row | None = None
    empty: str = ""
    articles: Sequence[Cell] = ()
    note: str = ""
    more: Cell | None = None

    @property
    def is_wide(self) -> bool:
        """Whether so many numbers stand side by side that those which are 0 are dashes; its total still says 0."""
        return sum(heading.is_number for heading in self.headings) >= WIDE


@dataclass(frozen=True, slots=True)
class Record:
    """A record's page; `figure` is the one value that counts, `links` lead to what can be done about it."""

    title: str
    subtitle: str = ""
    state: Cell | None = None
    figure: Fact | None = None
    sentences: Sequence[str] = ()
    facts: Sequence[Fact] = ()
    tables: Sequence[Table] = field(default_factory=list)
    links: Sequence[Cell] = ()


Part = Callable[[Any, User], Sequence[Table]]
Way = Callable[[Any, User], Sequence[Cell]]
_PARTS: dict[type[Model], list[Part]] = defaultdict(list)
_WAYS: dict[type[Model], list[Way]] = defaultdict(list)


def adds_to(model: type[Model]) -> Callable[[Part], Part]:
    """Mark a function that adds tables to the page of a lower app's record, for its viewer."""

    def register(part: Part) -> Part:
        _PARTS[model].append(part)
        return part

    return register


def leads_on_from(model: type[Model]) -> Callable[[Way], Way]:
    """Mark a function that tells what its viewer can do about a lower app's record, as links."""

    def register(way: Way) -> Way:
        _WAYS[model].append(way)
        return way

    return register


def complete(record: Record, subject: Model, viewer: User) -> Record:
    """The record with what higher apps add to its page, before its own tables."""
    added = [table for part in _PARTS.get(type(subject), ()) for table in part(subject, viewer)]
    ways = [cell for way in _WAYS.get(type(subject), ()) for cell in way(subject, viewer)]
    return replace(record, tables=[*added, *record.tables], links=[*record.links, *ways])
