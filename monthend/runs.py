"""A run of a month: started once however often it is asked for, worked on by whoever is awake, finished once."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import CONSOLE, Actor
from access.history.acting import action
from funds.models import FundLot
from monthend.approval.actions_transitions import record_transition
from monthend.checks import CloseRefused, is_stale
from monthend.lock.selectors_seal import RESULTS
from monthend.models import MonthRun, MonthStep, MonthTransition
from monthend.steps import steps_of
from periods.copying import clear_rows
from periods.models import Period
from periods.selectors import inputs_version
from periods.turns import wait_for_turn
from rulebook.month import Month
from rulebook.selectors import plan_version_at
from rulebook.wording import month_text
from staff.models import Branch
from staff.reviews.actions import open_reviews

State = MonthRun.State
Kind = MonthTransition.Kind


@action
def start_run(month: Month, *, by: Actor, reason: str = "") -> MonthRun:
    """Open a run with its steps in place of a computed one; a run already under way is handed out as it is.

    It waits for imports under way; whoever comes second finds the first one's run. Raises CloseRefused after the lock.
    """
    wait_for_turn()
    plan_version = plan_version_at(month)
    Period.objects.get_or_create(month=month, defaults={"plan_version": plan_version})
    period = Period.objects.select_for_update().get(month=month)
    if period.is_locked:
        text = _("%(month)s is locked: nothing in it can change any more.")
        raise CloseRefused([text % {"month": month_text(month)}])
    running = MonthRun.objects.filter(month=month, state=State.RUNNING).first()
    if running:
        return running
    if MonthRun.objects.filter(month=month).exclude(state=State.REPLACED).update(state=State.REPLACED):
        _clear_results(month)
    period.state, period.plan_version = Period.State.OPEN, plan_version
    period.save(update_fields=["state", "plan_version"])
    run = MonthRun.objects.create(
        month=month,
        plan_version=plan_version,
        inputs_version=inputs_version(month),
        started_at=timezone.now(),
        started_by=by.user,
    )
    branches = list(Branch.objects.all())
    MonthStep.objects.bulk_create(
        MonthStep(run=run, position=position, name=name, branch=branch)
        for position, name in enumerate(steps_of(month))
        for branch in branches
    )
    record_transition(run, Kind.STARTED, by=by, reason=reason)
    return run


@transaction.atomic
def finish_run(run_id: int) -> bool:
    """Mark a run computed that has no step waiting, or stale if its inputs changed; False if somebody did so before.

    It waits for whoever is changing inputs, so that no change slips in between the look and the mark.
    """
    if MonthStep.objects.filter(run=run_id, state=MonthStep.State.WAITING).exists():
        return False
    wait_for_turn()
    run = MonthRun.objects.select_for_update().get(pk=run_id)
    if run.state != State.RUNNING:
        return False
    run.state = State.STALE if is_stale(run) else State.COMPUTED
    run.computed_at = timezone.now()
    run.save(update_fields=["state", "computed_at"])
    if run.state == State.COMPUTED:
        Period.objects.filter(month=run.month).update(state=Period.State.COMPUTED)
        open_reviews(run.month)
    record_transition(run, Kind(run.state.value), by=CONSOLE)
    return True


@action
def withdraw_results(months: Collection[Month], *, by: Actor) -> None:
    """Delete the results of open months whose inputs are about to go; they must be computed anew."""
    for month in months:
        _clear_results(month)


def _clear_results(month: Month) -> None:
    """Delete what an earlier run wrote: a step replaces its own branch's rows, and people may have moved since."""
    for model in RESULTS:
        rows = model._default_manager.filter(month=month)
        clear_rows(rows.filter(is_opening=False) if model is FundLot else rows)
