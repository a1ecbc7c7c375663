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
from monthend.models import MonthRun, MonthTransition
from monthend.report import CloseReport, report_on
from monthend.runs import start_run
from monthend.seal import seal_of
from monthend.transitions import record_transition
from monthend.work import work_on
from periods.models import Period
from periods.turns import wait_for_turn
from rulebook.month import Month
from staff.actions_careers import hold_assessed_ranks

State = MonthRun.State
_CLOSING_LOCK = 369126


def close_month(month: Month, *, lock: bool, today: dt.date, by: Actor) -> CloseReport:
    """Compute a month with the plan in force on its first day (1-1) and, if asked, lock it.

    Run again before the lock it replaces its own result. Raises CloseRefused, with nothing changed, when the month
    can't be computed; with the month computed, when something blocks the lock.
    """
    if lock:
        _require_right_to_lock(by)
    with _one_at_a_time():
        require_computable(month)
        run = start_run(month, by=by)
        work_on(run.pk, wait=True)
        run.refresh_from_db()
        blockers = lock_blockers(run, today)
        if lock and not blockers:
            run = lock_month(run.pk, today=today, by=by)
        return report_on(run, blockers)


@transaction.atomic
def lock_month(run_id: int, *, today: dt.date, by: Actor) -> MonthRun:
    """Seal and lock an approved month, or at the console a computed one; then the assessed ranks are held (1-4.3.2).

    It takes its turn: it waits for everybody who is writing what it seals, and makes the others wait. Raises
    CloseRefused when something blocks the lock.
    """
    wait_for_turn()
    run = MonthRun.objects.select_for_update().get(pk=run_id)
    if run.state != (State.COMPUTED if by.is_console else State.APPROVED):
        raise CloseRefused(
            [_("%(month)s is %(state)s: look at it again.") % {"month": run.month, "state": run.get_state_display()}]
        )
    blockers = lock_blockers(run, today)
    if blockers:
        raise CloseRefused(blockers)
    run.state, run.locked_at, run.locked_by = State.LOCKED, timezone.now(), by.user
    run.locked_at_console, run.seal = by.is_console, seal_of(run.month)
    run.save(update_fields=["state", "locked_at", "locked_by", "locked_at_console", "seal"])
    Period.objects.filter(month=run.month).update(state=Period.State.LOCKED)
    record_transition(run, MonthTransition.Kind.LOCKED, by=by)
    hold_assessed_ranks(run.month)
    return run


def _require_right_to_lock(by: Actor) -> None:
    if by.is_console and not settings.SALESORG_CONSOLE_LOCK:
        raise CloseRefused([_("The settings forbid locking a month from the console.")])


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let closings wait for each other, so that each reports on its own result."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_CLOSING_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_CLOSING_LOCK])
