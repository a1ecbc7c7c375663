"""How far a month is, in a word."""

from access.record import Cell, Tone
from monthend.models import MonthRun
from periods.models import Period

State = MonthRun.State
_TONES = {State.RUNNING: Tone.PLAIN, State.STALE: Tone.BLOCKS, State.LOCKED: Tone.DONE}


def run_state(run: MonthRun | None) -> Cell:
    """The state of the month's run; without one the month is open. What waits for somebody stands out."""
    if run is None:
        return Cell(str(Period.State.OPEN.label), tone=Tone.ATTENTION)
    return Cell(run.get_state_display(), tone=_TONES.get(State(run.state), Tone.ATTENTION))
