"""The way of a month as a chain: computed, handed over, approved, locked, paid."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from access.decisions.signing import name_of
from access.models import User
from monthend.approval.selectors import called_for
from monthend.models import MonthRun, MonthTransition

State = MonthRun.State


class Reached(StrEnum):
    """How far a stage is."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    PASSED_BY = "passed-by"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage, and once it is done who did it and when."""

    name: str
    reached: Reached
    by: str = ""
    at: dt.datetime | None = None

    @property
    def mark(self) -> str:
        """The stage's sign, beside its name."""
        return {Reached.DONE: "✓", Reached.NOW: "●", Reached.AHEAD: "○", Reached.PASSED_BY: "–"}[self.reached]

    @property
    def words(self) -> str:
        """What the sign says, for who doesn't see it."""
        return str(_WORDS[self.reached])


_WORDS = {
    Reached.DONE: pgettext_lazy("stage", "done"),
    Reached.NOW: pgettext_lazy("stage", "now"),
    Reached.AHEAD: pgettext_lazy("stage", "ahead"),
    Reached.PASSED_BY: pgettext_lazy("stage", "passed by"),
}
_NAMES = (
    pgettext_lazy("stage", "Compute"),
    pgettext_lazy("stage", "Hand over"),
    pgettext_lazy("stage", "Approve"),
    pgettext_lazy("stage", "Lock"),
    pgettext_lazy("stage", "Pay out"),
)
_STAGES_DONE = {State.COMPUTED: 1, State.SUBMITTED: 2, State.APPROVED: 3, State.LOCKED: 4}


def stages_of(run: MonthRun | None, paid: MonthTransition | None) -> list[Stage]:
    """The five stages of a month; without a run the first is next."""
    done = 5 if paid else _STAGES_DONE.get(State(run.state), 0) if run else 0
    facts = _facts(run, paid) if run else [("", None)] * len(_NAMES)
    return [
        Stage(str(name), _reached(index, done, run), *(fact if index < done else ("", None)))
        for index, (name, fact) in enumerate(zip(_NAMES, facts, strict=True))
    ]


def _reached(index: int, done: int, run: MonthRun | None) -> Reached:
    if run and run.locked_at_console and index in (1, 2):
        return Reached.PASSED_BY
    if index < done:
        return Reached.DONE
    return Reached.NOW if index == done else Reached.AHEAD


def _facts(run: MonthRun, paid: MonthTransition | None) -> Sequence[tuple[str, dt.datetime | None]]:
    return [
        (_who(run.started_by), run.computed_at),
        (_who(run.prepared_by) if run.prepared_by else "", run.prepared_at),
        (called_for(run.approved_by, run.approved_for) if run.approved_by else "", run.approved_at),
        (_who(run.locked_by), run.locked_at),
        (_who(paid.by), paid.at) if paid else ("", None),
    ]


def _who(user: User | None) -> str:
    return name_of(user) if user else _("console")
