"""The month end, top to bottom: check, compute step by step, tell what blocks, lock."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from monthend.checks import CloseRefused, lock_blockers, require_computable
from monthend.models import MonthRun, MonthStep
from monthend.report import CloseReport, report_on
from monthend.steps import ORDER, Inputs, do_step
from periods.models import Period
from periods.turns import MONTHS_LOCK
from rulebook.month import Month
from rulebook.selectors import plan_version_at
from staff.actions_careers import rebuild_careers
from staff.models import Branch, RankAssessment


def close_month(month: Month, *, lock: bool, today: dt.date, by: Actor) -> CloseReport:
    """Compute a month with the plan in force on its first day (1-1) and, if asked, lock it.

    Run again before the lock it replaces its own result. Raises CloseRefused, with nothing changed, when the month
    can't be computed; with the month computed, when something blocks the lock.
    """
    if lock:
        _require_right_to_lock(by)
    with _alone():
        require_computable(month)
        run = start_run(month, by=by)
        inputs = Inputs.read(run)
        for step in run.steps.order_by("position", "branch__code"):
            do_step(step.pk, inputs)
        finish_run(run)
        blockers = lock_blockers(month, today)
        if lock and not blockers:
            lock_month(run, by=by)
        return report_on(run, blockers)


@transaction.atomic
def start_run(month: Month, *, by: Actor) -> MonthRun:
    """Open a run with its steps, in place of an earlier unlocked one."""
    plan_version = plan_version_at(month)
    Period.objects.update_or_create(month=month, defaults={"plan_version": plan_version, "state": Period.State.OPEN})
    MonthRun.objects.filter(month=month).exclude(state=MonthRun.State.LOCKED).update(state=MonthRun.State.REPLACED)
    run = MonthRun.objects.create(month=month, plan_version=plan_version, started_at=timezone.now(), started_by=by.user)
    branches = list(Branch.objects.all())
    MonthStep.objects.bulk_create(
        MonthStep(run=run, position=position, name=name, branch=branch)
        for position, name in enumerate(ORDER)
        for branch in branches
    )
    return run


@transaction.atomic
def finish_run(run: MonthRun) -> None:
    """Mark a run computed whose steps are all done."""
    run.state = MonthRun.State.COMPUTED
    run.computed_at = timezone.now()
    run.save(update_fields=["state", "computed_at"])
    Period.objects.filter(month=run.month).update(state=Period.State.COMPUTED)


@transaction.atomic
def lock_month(run: MonthRun, *, by: Actor) -> None:
    """Lock a computed month; the ranks assessed in it are held from the next month on (1-4.3.2)."""
    run.state = MonthRun.State.LOCKED
    run.locked_at = timezone.now()
    run.locked_by = by.user
    run.save(update_fields=["state", "locked_at", "locked_by"])
    Period.objects.filter(month=run.month).update(state=Period.State.LOCKED)
    moved = RankAssessment.objects.filter(month=run.month).exclude(outcome=RankAssessment.Outcome.KEPT)
    rebuild_careers(list(moved.values_list("employee", flat=True)))


def _require_right_to_lock(by: Actor) -> None:
    if by.is_console and not settings.SALESORG_CONSOLE_LOCK:
        raise CloseRefused([_("The settings forbid locking a month from the console.")])


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the database's advisory lock for closing, or raise CloseRefused while somebody else does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [MONTHS_LOCK])
        if not cursor.fetchone()[0]:
            raise CloseRefused(
                [_("A month is being computed or a workbook imported right now; try again when it is done.")]
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MONTHS_LOCK])
