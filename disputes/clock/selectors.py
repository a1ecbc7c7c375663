"""Reads of the working calendar and of how near open disputes are to their deadlines (3-2.3)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from access.models import User
from access.reach import asked_once, within_reach
from disputes.clock.models import Pause, WorkingDay
from disputes.clock.rules import Deadline, Span, Stage, WorkCalendar, deadline, stage_of, working_days_left
from disputes.models import OPEN, Dispute
from rulebook.month import Month
from rulebook.selectors import plan_version_at


@dataclass(frozen=True, slots=True)
class Clock:
    """Where an open dispute's term stands on a day: the working days left, below 0 when late, and what pauses it."""

    left: int
    paused_until: dt.date | None

    @property
    def stage(self) -> Stage | None:
        """What is to be reminded of; None while there is time."""
        return stage_of(self.left)


def work_calendar(since: dt.date) -> WorkCalendar:
    """The calendar from the year of this day on."""
    rows = WorkingDay.objects.filter(day__gte=dt.date(since.year, 1, 1)).order_by()
    read = list(rows.values_list("day", "is_working", "is_official"))
    return WorkCalendar(
        {day: is_working for day, is_working, _official in read},
        frozenset(day.year for day, _working, is_official in read if is_official),
    )


def resolution_working_days(raised_on: dt.date) -> int:
    """How many working days a dispute raised on a day may take; NoPlanInForce before the first plan."""
    return plan_version_at(Month.of(raised_on)).plan.disputes.resolution_working_days


def deadline_of(raised_on: dt.date) -> Deadline:
    """By when a dispute raised on a day is decided, if nothing pauses it; NoPlanInForce before the first plan."""
    return deadline(raised_on, resolution_working_days(raised_on), work_calendar(raised_on))


def pauses_of(disputes: Collection[int]) -> Mapping[int, Sequence[Span]]:
    """The pauses of these disputes, by their keys."""
    found: dict[int, list[Span]] = defaultdict(list)
    for dispute, start, end in Pause.objects.filter(dispute__in=disputes).values_list("dispute_id", "start", "end"):
        found[dispute].append(Span(start, end))
    return found


def clocks_of(disputes: Sequence[Dispute], today: dt.date) -> dict[int, Clock]:
    """Where the terms of these disputes stand today, by their keys; two queries, however many."""
    if not disputes:
        return {}
    calendar = work_calendar(min(today, *(one.due_on for one in disputes)))
    pauses = pauses_of([one.pk for one in disputes])
    return {one.pk: _clock(today, one.due_on, calendar, pauses.get(one.pk, ())) for one in disputes}


def due_soon_or_late(viewer: User, today: dt.date) -> dict[Stage, list[Dispute]]:
    """The open disputes within the viewer's reach of which one is reminded, by how near they are, the nearest first."""
    disputes = asked_once(viewer, open_disputes)
    clocks = clocks_of([one for one in disputes if one.due_on >= today], today)
    found: dict[Stage, list[Dispute]] = defaultdict(list)
    for one in disputes:
        stage = clocks[one.pk].stage if one.pk in clocks else Stage.LATE
        if stage is not None:
            found[stage].append(one)
    return found


def open_disputes(viewer: User) -> list[Dispute]:
    """The open disputes within the viewer's reach, those that are to be decided first before the others."""
    rows = Dispute.objects.filter(state__in=OPEN).select_related("client", "contract")
    return list(within_reach(viewer, rows).order_by("due_on", "pk"))


def years_known() -> dict[int, bool]:
    """The years that the calendar says anything about, and whether officially."""
    years: dict[int, bool] = {}
    for day, is_official in WorkingDay.objects.order_by("day").values_list("day", "is_official"):
        years[day.year] = years.get(day.year, False) or is_official
    return years


def _clock(today: dt.date, due_on: dt.date, calendar: WorkCalendar, pauses: Sequence[Span]) -> Clock:
    paused_until = max((pause.end for pause in pauses if today in pause), default=None)
    return Clock(working_days_left(today, due_on, calendar, pauses), paused_until)
