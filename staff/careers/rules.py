"""A person's career, derived from dated events: posts held, spells in sales, ranks held. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class CareerEvent:
    """One personnel event; `department` is None for a departure, `in_sales` tells that department's system."""

    date: dt.date
    department: int | None
    in_sales: bool
    rank: str = ""
    base_salary: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PostSpan:
    """A post over [start, end); `base_salary` in CNY per month for support, None in sales."""

    department: int
    in_sales: bool
    start: dt.date
    end: dt.date | None
    base_salary: Decimal | None


@dataclass(frozen=True, slots=True)
class RankSpan:
    """A rank held over [start, end)."""

    rank: str
    start: dt.date
    end: dt.date | None


@dataclass(frozen=True, slots=True)
class RankChange:
    """A rank taken on `date`, the first of a month, by the assessment of the month before (1-4.3.2)."""

    date: dt.date
    assessed_from: dt.date
    rank: str


@dataclass(frozen=True, slots=True)
class RankDecided:
    """A rank given by decision from `date` on, the first of a month, in the spell in sales begun on `entered_on`; for a
    violation (3-2.1) it `ends_right`, that of 1-4.3.3."""

    date: dt.date
    entered_on: dt.date
    rank: str
    ends_right: bool = False


def posts_held(events: Sequence[CareerEvent]) -> list[PostSpan]:
    """The posts that follow from a person's events, which must be in order of date."""
    posts: list[PostSpan] = []
    for event, following in pairwise([*events, None]):
        if event is None or event.department is None:
            continue
        salary = event.base_salary
        if not event.in_sales and salary is None and posts and posts[-1].end == event.date:
            salary = posts[-1].base_salary
        posts.append(
            PostSpan(
                department=event.department,
                in_sales=event.in_sales,
                start=event.date,
                end=following.date if following else None,
                base_salary=None if event.in_sales else salary,
            )
        )
    return posts


def ranks_held(
    events: Sequence[CareerEvent], changes: Iterable[RankChange], decided: Iterable[RankDecided] = ()
) -> list[RankSpan]:
    """The ranks that follow from entering sales, from assessments and from decisions, which come before those.

    Entering sales anew starts anew (1-4.3.3).
    """
    held: list[RankSpan] = []
    for start, end, entry_rank in sales_spells(events):
        turns = {start: entry_rank}
        turns |= {
            change.date: change.rank
            for change in changes
            if start <= change.assessed_from and (end is None or change.date < end)
        }
        turns |= {
            decision.date: decision.rank
            for decision in decided
            if decision.entered_on == start < decision.date and (end is None or decision.date < end)
        }
        for (taken_on, rank), following in pairwise([*sorted(turns.items()), (end, "")]):
            held.append(RankSpan(rank=rank, start=taken_on, end=following[0]))  # type: ignore[arg-type]
    return held


def sales_spells(events: Sequence[CareerEvent]) -> list[tuple[dt.date, dt.date | None, str]]:
    """Uninterrupted spells in sales as (start, end, rank on entering)."""
    spells: list[tuple[dt.date, dt.date | None, str]] = []
    for event in events:
        is_open = bool(spells) and spells[-1][1] is None
        if event.department is not None and event.in_sales:
            if not is_open:
                spells.append((event.date, None, event.rank))
        elif is_open:
            spells[-1] = (spells[-1][0], event.date, spells[-1][2])
    return spells
