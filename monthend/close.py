"""The month end, top to bottom: check, compute step by step, tell what blocks, verify, lock."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from access.actor import Actor
from access.history.acting import action
from monthend.checks import CloseRefused, lock_blockers, require_computable
from monthend.lock.actions import require_right_to_lock
from monthend.models import MonthRun, MonthVerification
from monthend.report import CloseReport, report_on
from monthend.runs import start_run
from monthend.verify.actions import open_verification, perform_verification
from monthend.work import work_on
from rulebook.month import Month

_CLOSING_LOCK = 369126


def close_month(month: Month, *, lock: bool, today: dt.date, by: Actor) -> CloseReport:
    """Compute a month with the plan in force on its first day (1-1) and, if asked, verify and lock it.

    Run again before the lock it replaces its own result. Raises CloseRefused, with nothing changed, when the month
    can't be computed; with the month computed, when it isn't for the actor to lock. What else blocks the lock, and
    what the verification found, stands in the report.
    """
    if lock:
        require_right_to_lock(today=today, by=by)
    with _one_at_a_time():
        require_computable(month)
        run = start_run(month, by=by)
        work_on(run.pk, wait=True)
        run.refresh_from_db()
        if not lock:
            return report_on(run, lock_blockers(run, today))
        try:
            verification = _verify_and_lock(run, today=today, by=by)
        except CloseRefused:
            if blockers := lock_blockers(run, today):
                return report_on(run, blockers)
            raise
        run.refresh_from_db()
        found = [verification.refusal, *verification.differences] if verification.refusal else []
        return report_on(run, found, verification)


@action
def _verify_and_lock(run: MonthRun, *, today: dt.date, by: Actor) -> MonthVerification:
    """Have the month verified and, when it agrees, locked: here alone, for no worker has the owner's permit to give."""
    verification = open_verification(run.pk, locks=True, by=by, today=today)
    perform_verification(verification.pk, today=today, wait=True)
    verification.refresh_from_db()
    return verification


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
