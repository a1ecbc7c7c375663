"""The lock: a verified month is sealed, nothing in it can change any more, and the assessed ranks are held."""

import datetime as dt
import logging
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from monthend.approval.actions_transitions import record_transition
from monthend.approval.selectors_pay_list import pay_list_digest, why_not_as_approved
from monthend.approval.selectors_transitions import what_happened
from monthend.checks import CloseRefused, lock_blockers
from monthend.lock.permits import permit_console_lock
from monthend.lock.selectors_seal import seal_of
from monthend.models import MonthRun, MonthTransition
from monthend.rights import may_lock
from periods.models import Period
from periods.turns import wait_for_turn
from rulebook.wording import month_text
from staff.careers.actions import hold_assessed_ranks
from staff.models import Branch

logger = logging.getLogger("monthend.actions_lock")
"""What is locked leaves the database by this log, which is kept elsewhere: its name doesn't follow the file's."""

State = MonthRun.State


@action
def lock_month(run_id: int, *, today: dt.date, by: Actor) -> MonthRun:
    """Seal and lock an approved month, or at the console a computed one; then the assessed ranks are held (1-4.3.2).

    The database links the seal to that of the month before; the link is logged, whatever the level elsewhere.

    It takes its turn: it waits for everybody who is writing what it seals, and makes the others wait. Raises
    CloseRefused when something blocks the lock, or when the rows aren't those that a verification agreed with.
    """
    wait_for_turn()
    run = MonthRun.objects.select_for_update().get(pk=run_id)
    require_lockable(run, today=today, by=by)
    if refusal := why_not_as_approved(run.month):
        raise CloseRefused([refusal])
    run.state, run.locked_at, run.locked_by = State.LOCKED, timezone.now(), by.user
    run.locked_at_console, run.seal = by.is_console, seal_of(run.month)
    run.branch_names = dict(Branch.objects.values_list("code", "name"))
    if not any(verification.agrees for verification in run.verifications.filter(seal=run.seal)):
        raise CloseRefused([_("%(month)s as it stands has not been verified.") % {"month": month_text(run.month)}])
    if by.is_console:
        permit_console_lock(run.month, run.seal)
    run.save(update_fields=["state", "locked_at", "locked_by", "locked_at_console", "seal", "branch_names"])
    Period.objects.filter(month=run.month).update(state=Period.State.LOCKED)
    run.refresh_from_db(fields=["link"])
    record_transition(run, MonthTransition.Kind.LOCKED, by=by, pay_list=pay_list_digest(run.month))
    hold_assessed_ranks(run.month)
    # `verify_chain --against` reads this line.
    transaction.on_commit(partial(logger.info, "locked month=%s seal=%s link=%s", run.month, run.seal, run.link))
    return run


def require_lockable(run: MonthRun, *, today: dt.date, by: Actor) -> None:
    """Raise CloseRefused with every reason why the actor can't have the run locked now; verifying comes after."""
    require_right_to_lock(today=today, by=by)
    if run.state != (State.COMPUTED if by.is_console else State.APPROVED):
        raise CloseRefused([what_happened(run.month)])
    blockers = lock_blockers(run, today)
    if blockers:
        raise CloseRefused(blockers)


def require_right_to_lock(*, today: dt.date, by: Actor) -> None:
    """Raise CloseRefused for who may not lock months, and at the console where the settings forbid it."""
    if by.user is None and not settings.SALESORG_CONSOLE_LOCK:
        raise CloseRefused([_("The settings forbid locking a month from the console.")])
    if by.user is not None and not may_lock(by.user, today):
        raise CloseRefused([_("Only human resources or who approves locks a month.")])
