"""How far the work on a month is: steps by kind and by branch, told from rows, so that it survives any reload."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from access.models import User
from access.reach import within_reach
from monthend.models import MonthRun, MonthStep, MonthVerification

STANDSTILL = dt.timedelta(seconds=30)
_SHOWN_PROBLEMS = 10
_MARKS = {MonthStep.State.WAITING: "○", MonthStep.State.DONE: "✓", MonthStep.State.FAILED: "✗"}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many steps there are, are done, and have failed."""

    name: str
    total: int
    done: int
    failed: int

    @property
    def behind(self) -> int:
        """How many are behind us, done or failed."""
        return self.done + self.failed


@dataclass(frozen=True, slots=True)
class BranchStep:
    """One branch's step of a kind."""

    sign: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Progress:
    """The work on a month: all of it, by kind of step, by branch (a name and its steps), what failed and why."""

    whole: Tally
    by_kind: Sequence[Tally]
    branches: Sequence[tuple[str, Sequence[BranchStep]]]
    problems: Sequence[str]
    is_running: bool
    is_verifying: bool
    locks: bool
    seconds: int
    stands_still: bool

    @property
    def is_busy(self) -> bool:
        """Whether work is under way, so that the page has to be looked at again."""
        return self.is_running or self.is_verifying

    @property
    def is_checking(self) -> bool:
        """Whether the month is verified and nothing else: told where the button stood, and where its result comes."""
        return self.is_verifying and not self.is_running and not self.locks


def open_verification(run: MonthRun | None) -> MonthVerification | None:
    """The verification of the run that is under way."""
    return MonthVerification.objects.filter(run=run, done_at=None).first() if run else None


def progress_of(
    run: MonthRun | None, verification: MonthVerification | None, viewer: User, now: dt.datetime
) -> Progress:
    """How far the run, and a verification under way, are; steps only while it runs, for a branch's viewer its own."""
    is_running = run is not None and run.state == MonthRun.State.RUNNING
    reached = within_reach(viewer, MonthStep.objects.filter(run=run)).select_related("branch")
    steps = list(reached.order_by("position", "branch__code")) if is_running else []
    began = verification.asked_at if verification else run.started_at if run else now
    moved = max([began, *(step.done_at for step in steps if step.done_at)])
    failed = [step for step in steps if step.state == MonthStep.State.FAILED]
    return Progress(
        whole=_tally(_("All steps"), steps),
        by_kind=[
            _tally(str(MonthStep.Name(name).label), rows) for name, rows in groupby(steps, lambda step: step.name)
        ],
        branches=_by_branch(steps),
        problems=[
            _("%(branch)s: %(step)s failed: %(problem)s")
            % {"branch": step.branch.name, "step": step.get_name_display(), "problem": step.problem}
            for step in failed[:_SHOWN_PROBLEMS]
        ],
        is_running=is_running,
        is_verifying=verification is not None,
        locks=verification is not None and verification.locks,
        seconds=max(0, int((now - began).total_seconds())),
        stands_still=is_running and now - moved > STANDSTILL,
    )


def _tally(name: str, steps: Iterable[MonthStep]) -> Tally:
    states = [step.state for step in steps]
    return Tally(name, len(states), states.count(MonthStep.State.DONE), states.count(MonthStep.State.FAILED))


def _by_branch(steps: Sequence[MonthStep]) -> list[tuple[str, list[BranchStep]]]:
    by_branch: dict[str, list[BranchStep]] = {}
    for step in steps:
        state = MonthStep.State(step.state)
        by_branch.setdefault(step.branch.name, []).append(BranchStep(_MARKS[state], state.value, str(state.label)))
    return list(by_branch.items())
