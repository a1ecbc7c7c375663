"""How many disputes there were over a period, how they ended, how long they took and how many were late (3-2.3)."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import TypeVar

from django.db.models.functions import TruncDate

from access.models import User
from access.reach import within_reach
from disputes.clock.rules import working_days_taken
from disputes.clock.selectors import pauses_of, work_calendar
from disputes.models import OPEN, Dispute

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Counted:
    """A dispute as it is counted: the working days that it took, None while it is open; and whether its day is past."""

    branch: int | None
    kind: str
    state: str
    taken: int | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Some disputes, counted: each state's, the working days that those took which ended, on average, and the late."""

    count: int
    states: Mapping[str, int]
    days: float | None
    late: int
    late_share: float | None


def counted(viewer: User, first: dt.date, last: dt.date, today: dt.date) -> list[Counted]:
    """The disputes within reach that were raised in a period, both days included; three queries."""
    raised = within_reach(viewer, Dispute.objects.filter(raised_on__range=(first, last))).order_by()
    names = ("pk", "contract__branch", "kind", "state", "raised_on", "due_on", "ended_on")
    rows = list(raised.annotate(ended_on=TruncDate("ended_at")).values_list(*names))
    calendar = work_calendar(first)
    pauses = pauses_of([key for key, *_rest in rows])
    return [
        Counted(
            branch,
            kind,
            state,
            working_days_taken(raised_on, ended_on, calendar, pauses.get(key, ())) if ended_on else None,
            (ended_on or today) > due_on,
        )
        for key, branch, kind, state, raised_on, due_on, ended_on in rows
    ]


def tally(disputes: Iterable[Counted]) -> Tally:
    """Count disputes. Late is who took longer than they should, or do; of those that ended or are late."""
    found = list(disputes)
    taken = [one.taken for one in found if one.taken is not None]
    late = sum(one.is_late for one in found)
    judged = sum(one.is_late or one.state not in OPEN for one in found)
    states = {state.value: sum(one.state == state for one in found) for state in Dispute.State}
    return Tally(len(found), states, fmean(taken) if taken else None, late, late / judged if judged else None)


def tallies(disputes: Iterable[Counted], of: Callable[[Counted], Key]) -> dict[Key, Tally]:
    """The same for each group of them."""
    groups: dict[Key, list[Counted]] = {}
    for one in disputes:
        groups.setdefault(of(one), []).append(one)
    return {key: tally(group) for key, group in groups.items()}
