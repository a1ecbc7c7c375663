"""What the system knows of a disputed client and what both sides brought, on one line that shows both sides (3-1.2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell
from disputes.evidence.selectors import evidence_of
from disputes.models import Dispute, Evidence, Party
from disputes.selectors_timeline import Moment, time_line

Side = Party.Side


@dataclass(frozen=True, slots=True)
class MomentShown:
    """A moment on the side for which it speaks: that of the party through whom it came, else neither."""

    when: str
    kind: Cell
    words: str
    by: str
    side: str


@dataclass(frozen=True, slots=True)
class Line:
    """All moments, the newest first, with the names of who is on either side."""

    claiming: str
    answering: str
    moments: Sequence[MomentShown]


def line_of(dispute: Dispute, parties: Sequence[Party], viewer: User) -> Line:
    """The line for a viewer who may know both sides."""
    moments = time_line(dispute, evidence_of(dispute, viewer), parties)[::-1]
    links = Links(viewer, [moment.about for moment in moments if not isinstance(moment.about, Evidence)])
    side_of = {party.employee_id: party.side for party in parties}
    return Line(
        _names(parties, Side.CLAIMANT),
        _names(parties, Side.RESPONDENT),
        [_shown(one, side_of, links) for one in moments],
    )


def _names(parties: Sequence[Party], side: str) -> str:
    return _(", ").join(party.employee.name for party in parties if party.side == side) or "–"


def _shown(moment: Moment, side_of: dict[int, str], links: Links) -> MomentShown:
    person = moment.person
    href = "" if isinstance(moment.about, Evidence) else links.to(moment.about)
    return MomentShown(
        when_text(moment),
        Cell(str(moment.kind.label), href),
        moment.words,
        person.name if person else "",
        side_of.get(person.pk, "") if person else "",
    )


def when_text(moment: Moment) -> str:
    """The day of a moment with its time if one is kept, or from when until when it lasted."""
    if moment.until is not None:
        return f"{moment.day} – {moment.until}"
    if moment.at is not None:
        return f"{moment.day} {timezone.localtime(moment.at):%H:%M}"
    return moment.day.isoformat()
