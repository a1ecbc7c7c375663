"""Writes of the working calendar and of pauses; the deadlines of open disputes move with them (3-2.3)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from access.refusals import Refused, require
from disputes.clock.models import Pause, WorkingDay
from disputes.clock.official import official_days
from disputes.clock.rights import may_keep_calendar, may_pause
from disputes.clock.rules import Deadline, deadline
from disputes.clock.selectors import pauses_of, resolution_working_days, work_calendar
from disputes.models import OPEN, Dispute
from periods.bulk import any_of, update_rows, write_rows
from periods.turns import wait_for_turn

LONGEST_PAUSE = dt.timedelta(days=92)


class ClockRefused(Refused):
    """A day of the calendar or a pause is not written; the message says why."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An open dispute whose deadline is another now; `was` is the one before."""

    dispute: Dispute
    was: Deadline
    now: Deadline


@action
def seed_calendar(*, by: Actor) -> int:
    """Bring the days that stand as published up to what is published now; returns how many changed.

    What somebody entered stands. The deadlines of open disputes follow.
    """
    present = {row.day: row for row in WorkingDay.objects.select_for_update()}
    published = {one.day: one for one in official_days()}
    new = [one for day, one in published.items() if day not in present]
    official = [row for row in present.values() if row.is_official]
    gone = [row.pk for row in official if row.day not in published]
    changed = [row for row in official if row.day in published and _said(row) != _said(published[row.day])]
    for row in changed:
        row.is_working, row.name = _said(published[row.day])
    WorkingDay.objects.filter(pk__in=any_of(gone)).delete()
    write_rows(WorkingDay, new=new, changed=changed, fields=["is_working", "name"])
    recompute_deadlines(by=by)
    return len(new) + len(changed) + len(gone)


@action
def save_day(day: WorkingDay, *, by: Actor) -> Sequence[Moved]:
    """Say that a day is worked or isn't, whatever is published; returns the deadlines that it moved.

    ClockRefused to who doesn't keep the calendar.
    """
    require(by, may_keep_calendar, _only_keepers())
    day.is_official = False
    day.save()
    return recompute_deadlines(by=by)


@action
def remove_day(day: WorkingDay, *, by: Actor) -> Sequence[Moved]:
    """Take back what somebody entered of a day: it goes as published again, or by the week; returns what it moved.

    ClockRefused to who doesn't keep the calendar, and for a day that stands as published.
    """
    require(by, may_keep_calendar, _only_keepers())
    if refusal := why_day_stays(day):
        raise ClockRefused(refusal)
    day.delete()
    WorkingDay.objects.bulk_create(one for one in official_days() if one.day == day.day)
    return recompute_deadlines(by=by)


def why_day_stays(day: WorkingDay) -> str:
    """Why a day is not taken back; empty for one that somebody entered."""
    if not day.is_official:
        return ""
    return _("%(day)s stands as published: change it to say something else.") % {"day": day.day.isoformat()}


@action
def add_pause(
    dispute: Dispute, *, start: dt.date, end: dt.date, reason: str, today: dt.date, by: Actor
) -> Sequence[Moved]:
    """Let days not count for an open dispute's term, from today on; returns how its deadline moved.

    ClockRefused to who may not, for a dispute that is decided or late, and for days gone by or too many.
    """
    user = require(by, may_pause, ClockRefused(_("Human resources or the marketing director pauses a dispute.")))
    held = Dispute.objects.select_for_update().get(pk=dispute.pk)
    _require_pausable(held, start, end, reason, today)
    Pause.objects.create(
        dispute=held, start=start, end=end, reason=reason.strip(), made_by=user, made_at=timezone.now()
    )
    return _recompute([held])


@action
def recompute_deadlines(*, by: Actor) -> Sequence[Moved]:
    """Bring the deadlines of all open disputes up to what calendar and pauses say now; returns those that moved.

    Who raises a dispute waits for the same turn, so that none keeps the deadline of a calendar that is gone.
    """
    wait_for_turn()
    return _recompute(Dispute.objects.select_for_update().filter(state__in=OPEN).order_by("pk"))


def _recompute(disputes: Iterable[Dispute]) -> Sequence[Moved]:
    held = list(disputes)
    if not held:
        return []
    calendar = work_calendar(min(one.raised_on for one in held))
    pauses = pauses_of([one.pk for one in held])
    terms = {day: resolution_working_days(day) for day in {one.raised_on for one in held}}
    moved = []
    for one in held:
        was = Deadline(one.due_on, one.due_is_official)
        now = deadline(one.raised_on, terms[one.raised_on], calendar, pauses.get(one.pk, ()))
        if now != was:
            one.due_on, one.due_is_official = now.due_on, now.is_official
            moved.append(Moved(one, was, now))
    update_rows(Dispute, [one.dispute for one in moved], ["due_on", "due_is_official"])
    return moved


def _said(row: WorkingDay) -> tuple[bool, str]:
    return row.is_working, row.name


def _require_pausable(dispute: Dispute, start: dt.date, end: dt.date, reason: str, today: dt.date) -> None:
    if not dispute.is_open:
        raise ClockRefused(_("This dispute has ended: there is nothing to pause."))
    if today > dispute.due_on:
        words = _("This dispute was due on %(day)s: it is with the general manager, and no longer paused.")
        raise ClockRefused(words % {"day": dispute.due_on.isoformat()})
    if not reason.strip():
        raise ClockRefused(_("Say why the dispute is paused."), "reason")
    if not today <= start <= dispute.due_on:
        words = _("A pause begins between today, %(today)s, and the day on which the dispute is due, %(due)s.")
        facts = {"today": today.isoformat(), "due": dispute.due_on.isoformat()}
        raise ClockRefused(words % facts, "start")
    if not start <= end <= start + LONGEST_PAUSE:
        words = _("A pause ends on the day it begins or up to %(days)d days later.")
        raise ClockRefused(words % {"days": LONGEST_PAUSE.days}, "end")


def _only_keepers() -> ClockRefused:
    return ClockRefused(_("Human resources keeps the working calendar."))
