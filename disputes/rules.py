"""The window in which a dispute can be raised, its states, and who decides it (part three), as pure functions."""

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rulebook.articles import article
from rulebook.money import ZERO


@dataclass(frozen=True, slots=True)
class Window:
    """When a dispute among colleagues about a contract can be raised: its days, both included; None: not open yet."""

    opens: dt.date | None
    closes: dt.date | None

    def is_open(self, day: dt.date) -> bool:
        """Whether it can be raised on a day."""
        return self.opens is not None and self.closes is not None and self.opens <= day <= self.closes


@article("3-2.4.1")
def appeal_window(first_cash: dt.date | None, months: int) -> Window:
    """From the first cash of a contract until the same day number `months` later, or the last day of that month."""
    return Window(None, None) if first_cash is None else Window(first_cash, months_later(first_cash, months))


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day number in a later month, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@article("3-2.2")
def is_very_large(receipts: Iterable[tuple[dt.date, Decimal]], day: dt.date, at_least: Decimal) -> bool:
    """Whether what was received up to a day, net of refunds (CNY, negative), reaches the plan's number."""
    return sum((amount for received_on, amount in receipts if received_on <= day), ZERO) >= at_least


class State(StrEnum):
    """The states of a dispute, by their codes."""

    RAISED = "raised"
    VERIFYING = "verifying"
    DECIDED = "decided"
    SETTLED = "settled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


FOLLOWING: Mapping[State, frozenset[State]] = {
    State.RAISED: frozenset({State.VERIFYING, State.SETTLED, State.REFUSED, State.WITHDRAWN}),
    State.VERIFYING: frozenset({State.DECIDED, State.SETTLED, State.REFUSED, State.WITHDRAWN}),
    State.DECIDED: frozenset(),
    State.SETTLED: frozenset(),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
"""What each state can turn to; an ended dispute stays ended."""


def can_turn(before: str, after: str) -> bool:
    """Whether a dispute in a state can turn to another."""
    return State(after) in FOLLOWING[State(before)]
