"""A verification whose worker is killed in the middle is done by the next one, as if nothing had happened."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest
from celery import current_app
from django.conf import settings
from django.db import transaction

from access.actor import CONSOLE
from monthend.models import MonthRun, MonthVerification
from monthend.tasks import sweep
from monthend.verify.actions import ask_for_verification, sweep_verifications
from salesorg.databases.clones import Clone
from salesorg.state.places import ROOT
from tests.firm import TODAY, Firm
from tests.waiting import somebody_waits, until


@contextmanager
def worker(clone: Clone) -> Iterator["subprocess.Popen[bytes]"]:
    """A Celery worker on the test's database and queue, in a session of its own."""
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--app", "salesorg.celery", "--quiet", "worker"]
    process = subprocess.Popen(
        [*command, "--concurrency", "1", "--loglevel", "warning"],
        cwd=ROOT,
        env=os.environ | clone.environment | {"SALESORG_QUEUE_PREFIX": prefix},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """kill -9 of a worker and its child."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@transaction.atomic
def is_held(verification: MonthVerification) -> bool:
    """Whether a worker is at a verification."""
    return not MonthVerification.objects.select_for_update(skip_locked=True).filter(pk=verification.pk)


@pytest.mark.slow
def test_a_killed_verification_is_taken_up_again(committed_db: Clone) -> None:
    firm = Firm()
    firm.sells(firm.seller("ZL"), "30000.00")
    firm.close(lock=False)
    run = MonthRun.objects.get()
    current_app.control.purge()
    blocker = psycopg2.connect(committed_db.environment["DATABASE_URL"])
    with blocker.cursor() as cursor:
        cursor.execute("LOCK TABLE compensation_basepayline")
    verification = ask_for_verification(run.pk, locks=True, by=CONSOLE, today=TODAY)
    with worker(committed_db) as killed:
        until(somebody_waits)
        assert is_held(verification)
        assert sweep_verifications() == []
        kill(killed)
    blocker.close()
    until(lambda: not is_held(verification))
    assert MonthVerification.objects.get().done_at is None
    sweep.delay()
    with worker(committed_db):
        until(lambda: MonthVerification.objects.filter(done_at__isnull=False).exists())
    run.refresh_from_db()
    assert run.state == MonthRun.State.LOCKED
    assert MonthVerification.objects.get().agrees
