"""What the system knows of a disputed client, as far as a party may read it: whose part it was, no amount, no note of
another's work with the client."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from disputes.models import Dispute, Party
from disputes.selectors_timeline import Moment, MomentKind, time_line

NOT_TOLD = frozenset({MomentKind.FOLLOW_UP, MomentKind.RECEIPT, MomentKind.CONTRACT, MomentKind.OWNER})
"""Of another's moments of these kinds the day, the kind and who it was are told: no amount, no note, no third name."""


@dataclass(frozen=True, slots=True)
class OwnMoment:
    """A moment, its words where they may be read, and through whom it came."""

    moment: Moment
    words: str
    by: str


def own_line(dispute: Dispute, own: Party, shown: Collection[Party]) -> list[OwnMoment]:
    """The line for a party, newest first: until both sides are known what came through oneself and the parties shown;
    of somebody who is no party never the name."""
    sides = {party.employee_id: party for party in shown}
    told = []
    for moment in time_line(dispute)[::-1]:
        party = sides.get(moment.person.pk) if moment.person else None
        if party is not None or dispute.verification_began_at is not None:
            told.append(OwnMoment(moment, _words(moment, own, party), _by(moment, party)))
    return told


def _words(moment: Moment, own: Party, party: Party | None) -> str:
    if party is not None and party.pk == own.pk:
        return moment.words
    is_told = moment.kind not in NOT_TOLD and (party is not None or moment.person is None)
    return moment.words if is_told else ""


def _by(moment: Moment, party: Party | None) -> str:
    if party is not None:
        return party.employee.name
    return _("somebody else") if moment.person is not None else ""
