"""Verifications as rows: asked for by who may see them, done by whoever is awake, locking the month if that was asked.

A verification is done in one transaction that holds its row: killed in the middle it stands as it was asked for, and
the sweep calls the next worker. Messages only wake workers.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable
from decimal import Decimal

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from access.queue import call_workers
from access.rights import Right, may
from monthend.approval.selectors_transitions import what_happened
from monthend.checks import CloseRefused
from monthend.lock.actions import lock_month, require_lockable
from monthend.models import MonthRun, MonthVerification
from monthend.verify.month import verify_month

logger = logging.getLogger(__name__)

TASK = "monthend.tasks.verify"

State = MonthRun.State

VERIFIABLE = (State.COMPUTED, State.SUBMITTED, State.APPROVED, State.LOCKED)
MOST_KEPT = 100


@action
def ask_for_verification(run_id: int, *, locks: bool, by: Actor, today: dt.date) -> MonthVerification:
    """Ask for a run to be verified and, with `locks`, locked if it agrees; returns at once, a worker does it.

    Asked again before it is done it returns the same row. Raises CloseRefused with what keeps the run from being
    verified or locked.
    """
    verification = open_verification(run_id, locks=locks, by=by, today=today)
    wake(verification.pk)
    return verification


@action
def open_verification(run_id: int, *, locks: bool, by: Actor, today: dt.date) -> MonthVerification:
    """The open verification of a run, or a new one, as `ask_for_verification`, without waking anybody."""
    run = MonthRun.objects.select_for_update().get(pk=run_id)
    _require_right_to_see(by)
    if locks:
        require_lockable(run, today=today, by=by)
    elif run.state not in VERIFIABLE:
        raise CloseRefused([what_happened(run.month)])
    open_one = run.verifications.filter(done_at=None).first()
    if open_one is None:
        return MonthVerification.objects.create(run=run, locks=locks, asked_at=timezone.now(), asked_by=by.user)
    if locks and not open_one.locks:
        return _let_lock(open_one, by)
    return open_one


def perform_verification(pk: int, *, today: dt.date, wait: bool = False) -> None:
    """Verify a run, note what was found and, if asked and nothing differs, lock it; done already it does nothing.

    A verification that another worker holds is left to it or, with `wait`, waited for.
    """
    with transaction.atomic():
        waiting = MonthVerification.objects.filter(pk=pk, done_at=None).select_related("run", "asked_by")
        verification = waiting.select_for_update(of=("self",), skip_locked=not wait).first()
        if verification is None:
            return
        started = time.monotonic()
        _verify(verification)
        verification.seconds = Decimal(f"{time.monotonic() - started:.2f}")
        verification.done_at = timezone.now()
        verification.save()
        if verification.locks:
            _lock(verification, today)


@transaction.atomic
def sweep_verifications() -> list[int]:
    """Wake a worker for every open verification that nobody holds; returns these."""
    waiting = MonthVerification.objects.filter(done_at=None).select_for_update(skip_locked=True)
    standing = list(waiting.values_list("pk", flat=True))
    for pk in standing:
        wake(pk)
    return standing


def wake(pk: int) -> None:
    """Call a worker once the transaction is done. Without a broker nothing is lost: the sweep calls again."""
    transaction.on_commit(lambda: call_workers(TASK, pk))


def _require_right_to_see(by: Actor) -> None:
    if by.user is not None and not may(by.user, Right.VIEW, MonthVerification):
        raise CloseRefused([_("Only who sees the whole company's pay has it verified.")])


def _let_lock(verification: MonthVerification, by: Actor) -> MonthVerification:
    """Let an open verification lock the month at its end; one that a worker holds can't be told any more."""
    free = MonthVerification.objects.filter(pk=verification.pk, done_at=None).select_for_update(skip_locked=True)
    found = free.first()
    if found is None:
        raise CloseRefused([_("%(month)s is being verified: lock it when that is done.") % {"month": verification.run}])
    found.locks, found.asked_by, found.asked_at = True, by.user, timezone.now()
    found.save(update_fields=["locks", "asked_by", "asked_at"])
    return found


def _verify(verification: MonthVerification) -> None:
    """Fill in what was found. What isn't computed (any more), or can't be verified, is named in the refusal."""
    run = verification.run
    if run.state not in VERIFIABLE:
        verification.refusal = what_happened(run.month)
        return
    kept: list[str] = []
    try:
        with transaction.atomic():
            outcome = verify_month(run.month, kept_seal=run.seal, tell=_first_into(kept))
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        logger.exception("verification %s failed", verification.pk)
        verification.refusal = f"{type(problem).__name__}: {problem}"
        return
    run.refresh_from_db()
    if run.state not in VERIFIABLE:
        verification.refusal = what_happened(run.month)
        return
    verification.people, verification.seal = outcome.people, outcome.seal
    verification.difference_count, verification.differences = outcome.differences, kept


def _first_into(kept: list[str]) -> Callable[[str], None]:
    return lambda sentence: kept.append(sentence) if len(kept) < MOST_KEPT else None


def _lock(verification: MonthVerification, today: dt.date) -> None:
    """Lock the run, or note why not."""
    if verification.difference_count:
        verification.refusal = _("The recomputed month differs from the stored one in %(count)d places.") % {
            "count": verification.difference_count
        }
    if not verification.refusal:
        try:
            lock_month(verification.run_id, today=today, by=Actor(verification.asked_by))
        except CloseRefused as refusal:
            verification.refusal = "\n".join(refusal.reasons)
    if verification.refusal:
        verification.save(update_fields=["refusal"])
