"""Months that are locked without having been computed."""

from django.db import transaction
from django.utils import timezone

from access.actor import CONSOLE
from monthend.approval.actions_transitions import record_transition
from monthend.lock.permits import permit_console_lock
from monthend.lock.selectors_seal import BEFORE_SEALS
from monthend.models import MonthRun, MonthTransition, MonthVerification
from periods.models import Period
from rulebook.month import Month
from rulebook.selectors import plan_version_at


def lock_empty(month: Month) -> None:
    """Lock a month at the console as it is."""
    plan_version = plan_version_at(month)
    run = MonthRun.objects.create(
        month=month, plan_version=plan_version, state=MonthRun.State.COMPUTED, started_at=timezone.now()
    )
    lock_unsealed(run)
    Period.objects.update_or_create(month=month, defaults={"state": Period.State.LOCKED, "plan_version": plan_version})


@transaction.atomic
def lock_unsealed(run: MonthRun) -> None:
    """Lock a computed run as those were that were locked before there were seals."""
    now = timezone.now()
    MonthVerification.objects.create(run=run, asked_at=now, done_at=now, seal=BEFORE_SEALS)
    permit_console_lock(run.month, BEFORE_SEALS)
    run.state, run.locked_at, run.locked_at_console, run.seal = MonthRun.State.LOCKED, now, True, BEFORE_SEALS
    run.save()


def pay(month: Month) -> None:
    """Note that a locked month is paid."""
    run = MonthRun.objects.get(month=month)
    record_transition(run, MonthTransition.Kind.PAID, by=CONSOLE, paid_on=timezone.now().date(), voucher="V")
