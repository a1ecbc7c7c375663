"""How often articles were applied, as higher apps tell it: the rows that carry articles are theirs."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from access.models import User
from access.pages.records import Table
from rulebook.month import Month


@dataclass(frozen=True, slots=True)
class Applications:
    """Tells for a viewer: the months with results, the latest first; how often each article applied; and to whom."""

    months: Callable[[User], Sequence[Month]]
    counts: Callable[[Month, User], Mapping[str, int]]
    tables: Callable[[str, Month, User], Sequence[Table]]


_KNOWN: list[Applications] = []


def register_applications(applications: Applications) -> None:
    """Let a higher app tell how it applies the law."""
    _KNOWN.append(applications)


def months_of(viewer: User) -> list[Month]:
    """The months in which the law was applied, the latest first."""
    return sorted({month for known in _KNOWN for month in known.months(viewer)}, reverse=True)


def counts_in(month: Month, viewer: User) -> Mapping[str, int]:
    """How often each article was applied in a month, within the viewer's reach."""
    counts: Counter[str] = Counter()
    for known in _KNOWN:
        counts.update(known.counts(month, viewer))
    return counts


def tables_of(article: str, month: Month, viewer: User) -> list[Table]:
    """What an article was applied to in a month, within the viewer's reach."""
    return [table for known in _KNOWN for table in known.tables(article, month, viewer)]
