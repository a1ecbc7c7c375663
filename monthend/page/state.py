"""How far a month is, in a word, and whether it is late."""

import datetime as dt

from django.utils.translation import gettext as _

from access.pages.records import Cell, Tone
from monthend.models import MonthRun, MonthTransition
from monthend.schedule import due_day
from periods.models import Period
from rulebook.month import Month

State = MonthRun.State
_TONES = {State.RUNNING: Tone.PLAIN, State.STALE: Tone.BLOCKS, State.LOCKED: Tone.DONE}


def run_state(run: MonthRun | None, *, is_paid: bool = False, is_returned: bool = False) -> Cell:
    """The state of the month's run; without one the month is open. What waits for somebody stands out."""
    if run is None:
        return Cell(str(Period.State.OPEN.label), tone=Tone.ATTENTION)
    if is_paid:
        return Cell(str(MonthTransition.Kind.PAID.label), tone=Tone.DONE)
    if is_returned and run.state == State.COMPUTED:
        return Cell(_("sent back to HR"), tone=Tone.BLOCKS)
    return Cell(run.get_state_display(), tone=_TONES.get(State(run.state), Tone.ATTENTION))


def due_cell(month: Month, run: MonthRun | None, today: dt.date) -> Cell | None:
    """By when the month should be locked, or that it is late; None once it is locked."""
    if run is not None and run.state == State.LOCKED:
        return None
    day = due_day(month)
    if day < today:
        return Cell(_("late: it should have been locked by %(day)s") % {"day": day}, tone=Tone.BLOCKS)
    return Cell(_("to be locked by %(day)s") % {"day": day})
