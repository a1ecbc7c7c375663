"""Working on runs: whoever is awake takes the next step; messages only wake workers and may be lost or doubled."""

from functools import cache

from django.db import transaction
from django.db.models import Count

from access.queue import call_workers
from monthend.models import MonthRun, MonthStep
from monthend.runs import finish_run
from monthend.steps import Inputs, do_next_step

MOST_WORKERS = 8
TASK = "monthend.tasks.work"


def work_on(run_id: int, *, wait: bool = False) -> None:
    """Do the run's steps one after another until none is left to take, then finish the run if all are done.

    What the steps read is read once, before the first; what changes meanwhile makes the run stale.
    With `wait`, steps that other workers hold are waited for, so that the run is finished on return.
    """
    inputs = cache(lambda: _inputs(run_id))
    # None is returned also when the step waited for was done by who held it, though later steps wait.
    while (step := do_next_step(run_id, inputs, wait=wait)) or (wait and _is_waiting(run_id)):
        position, count = _takeable(run_id) if step else (None, 0)
        if step and position != step.position:
            _call(run_id, count)
    finish_run(run_id)


def wake(run_id: int, *, at_least: int = 0) -> None:
    """Call as many workers as there are steps to take now, once the transaction is done.

    Without a broker nothing is lost: the sweep calls again.
    """
    _call(run_id, max(at_least, _takeable(run_id)[1]))


def _call(run_id: int, steps: int) -> None:
    transaction.on_commit(lambda: call_workers(TASK, run_id, workers=min(steps, MOST_WORKERS)))


@transaction.atomic
def sweep() -> list[int]:
    """Wake workers for every run with a step that nobody holds, or nothing left but its end; returns these runs."""
    standing = []
    for run in MonthRun.objects.filter(state=MonthRun.State.RUNNING):
        waiting = MonthStep.objects.filter(run=run, state=MonthStep.State.WAITING)
        if not waiting.exists() or waiting.select_for_update(skip_locked=True).first():
            standing.append(run.pk)
    for pk in standing:
        wake(pk, at_least=1)
    return standing


def _inputs(run_id: int) -> Inputs:
    run = MonthRun.objects.select_related("plan_version").get(pk=run_id)
    return Inputs.read(run.month, run.plan_version)


def _is_waiting(run_id: int) -> bool:
    return MonthStep.objects.filter(run=run_id, state=MonthStep.State.WAITING).exists()


def _takeable(run_id: int) -> tuple[int | None, int]:
    """The next position that waits, None without any, and how many of its steps do."""
    waiting = MonthStep.objects.filter(run=run_id, state=MonthStep.State.WAITING)
    positions = waiting.values("position").annotate(steps=Count("pk")).order_by("position")
    return positions.values_list("position", "steps").first() or (None, 0)
