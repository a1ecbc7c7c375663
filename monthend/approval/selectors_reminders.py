"""Who has to do what keeps a month from being locked, and who was reminded of it when."""

import datetime as dt
from collections.abc import Iterable, Sequence

from access.accounts.second_person import are_one_person
from compensation.models import SupportPool
from monthend.approval.selectors import Acting, InCharge
from monthend.checks import Blocker, Obstacle, findings_of, with_findings
from monthend.models import MonthRun, Reminder
from periods.models import Period
from staff.models import RankDecision
from staff.reviews.selectors import proposal_of

_TAKES_TWO = {Obstacle.UNCONFIRMED, Obstacle.SHARED_NUMBER}


def responsible(blocker: Blocker, in_charge: InCharge) -> Sequence[Acting]:
    """Who has to act: whoever gives a branch's weights (1-7.2.2), signs or approves, or is a second person where it
    takes one; human resources in everything else but what only time mends.
    """
    if isinstance(blocker.subject, SupportPool):
        return in_charge.weighers(blocker.subject.branch_id)
    if blocker.obstacle in _TAKES_TWO:
        return [Acting(user) for user in blocker.second_people]
    match blocker.subject:
        case RankDecision() as decision:
            return [one for one in in_charge.signers if proposal_of(decision).is_for(one.user)]
        case MonthRun() as run if blocker.obstacle is Obstacle.TO_APPROVE:
            return [one for one in in_charge.directors if not are_one_person(one.user, [run.prepared_by])]
        case MonthRun() if blocker.obstacle is Obstacle.TO_LOCK:
            return [*in_charge.hr, *in_charge.directors]
    return () if blocker.obstacle is Obstacle.NOT_OVER else in_charge.hr


def is_of(reminder: Reminder, blocker: Blocker) -> bool:
    """Whether a reminder is about this thing."""
    return (reminder.obstacle, reminder.subject) == (blocker.obstacle.name, blocker.about)


def latest(reminders: Iterable[Reminder], blocker: Blocker) -> Reminder | None:
    """The latest reminder of a thing."""
    return next((one for one in reminders if is_of(one, blocker)), None)


def reminders_of(run: MonthRun) -> list[Reminder]:
    """The reminders of a month, the latest first."""
    return list(Reminder.objects.filter(month=run.month).select_related("by__employee"))


def open_reminders(today: dt.date) -> list[tuple[Reminder, Blocker]]:
    """The latest reminder of each thing that is still to be done; months close in order, so of the first that isn't
    locked. A fixed number of queries.
    """
    unlocked = Period.objects.exclude(state=Period.State.LOCKED).values("month")
    rows = list(Reminder.objects.filter(month__in=unlocked).select_related("by__employee"))
    kinds = {Obstacle[row.obstacle] for row in rows if row.obstacle in Obstacle.__members__}
    if not kinds:
        return []
    runs = MonthRun.objects.filter(month__in={row.month for row in rows}).select_related("plan_version", "prepared_by")
    runs = runs.exclude(state__in=[MonthRun.State.REPLACED, MonthRun.State.RUNNING])
    run = with_findings(runs).order_by("month").first()
    if run is None:
        return []
    of_month = [row for row in rows if row.month == run.month]
    told = ((latest(of_month, blocker), blocker) for blocker in findings_of(run, today, kinds))
    return [(row, blocker) for row, blocker in told if row is not None]
