"""What a person's time line tells of violations: what was found, and what followed (3-2.1)."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from access.pages.links import address
from access.pages.records import Cell, Tone
from disputes.models import Violation
from staff.timeline import Moment, MomentKind, Subject, tells_of_people

State = Violation.State
TONES = {State.WAITING: Tone.ATTENTION, State.SIGNED: Tone.DONE}


def state_cell(violation: Violation) -> Cell:
    """How far a violation is."""
    return Cell(violation.get_state_display(), tone=TONES.get(State(violation.state), Tone.PLAIN))


@tells_of_people
def violations(subject: Subject) -> Iterator[Moment]:
    """Violations on the day they were signed or, for who may know of them before, recorded."""
    for row in subject.reached(Violation):
        day = timezone.localdate(row.signed_at or row.decided_at)
        facts = {"kind": row.get_kind_display(), "finding": row.finding}
        yield Moment(
            day,
            day.isoformat(),
            MomentKind.VIOLATION,
            Cell(row.get_measure_display(), address(row)),
            because=_("3-2.1, %(kind)s: %(finding)s") % facts,
            state=state_cell(row),
        )
