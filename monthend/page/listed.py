"""The lists that are confirmed with an act: what changed since the month before, and what was done by hand.

A page that asks for an act fetches each of them by itself, and each brings along the hash of what it told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from access.decisions.effect import digest_of
from access.models import User
from access.pages.records import Table
from monthend.approval.selectors_since_last_month import changed_since_last_month
from monthend.by_hand.selectors import done_by_hand
from monthend.page.acts import MonthAct
from monthend.page.by_hand import by_hand_tables
from monthend.page.changes import changes_table
from rulebook.month import Month

CHANGES, BY_HAND = "changes", "by_hand"


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the lists: its name, its tables, and the hash of what they tell."""

    name: str
    tables: Sequence[Table]
    digest: str


def _changes(month: Month, viewer: User) -> Listed:
    found = changed_since_last_month(month)
    return Listed(CHANGES, [changes_table(month, viewer, found)], digest_of(one.facts for one in found))


def _by_hand(month: Month, viewer: User) -> Listed:
    found = done_by_hand(month)
    return Listed(BY_HAND, by_hand_tables(month, viewer, found), digest_of(found.facts))


LISTS: Mapping[str, Callable[[Month, User], Listed]] = {CHANGES: _changes, BY_HAND: _by_hand}
"""Reads one of the lists; a fixed number of queries."""

ASKED_WITH: Mapping[MonthAct, Sequence[str]] = {
    MonthAct.APPROVE: (CHANGES, BY_HAND),
    MonthAct.APPROVE_AND_LOCK: (CHANGES, BY_HAND),
    MonthAct.MARK_PAID: (BY_HAND,),
}
"""Which lists an act is confirmed with, by their names."""


def lists_of(act: MonthAct, month: Month, viewer: User) -> list[Listed]:
    """The lists that an act with the month is confirmed with."""
    return [LISTS[name](month, viewer) for name in ASKED_WITH.get(act, ())]


def field_of(name: str) -> str:
    """What a form calls the hash of a list."""
    return f"shown_{name}"
