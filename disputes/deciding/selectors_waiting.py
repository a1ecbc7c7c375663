"""What open disputes wait for from their viewer (3-2.3), and which of the own people's have ended lately."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from django.db.models import QuerySet
from django.utils import timezone

from access.accounts.second_person import is_unknown_person
from access.models import User
from access.reach import asked_once, scope_of, within_reach
from access.rights import has
from access.roles import Scope
from disputes.clock.selectors import open_disputes
from disputes.deciding.rules import Step
from disputes.deciding.selectors import standings_of
from disputes.models import Dispute
from disputes.rights import DECIDERS
from disputes.selectors_acts import Act, acts_of_decider

LATELY = dt.timedelta(days=7)
"""For how long it is told that a dispute has ended."""


class Waits(StrEnum):
    """What a viewer is asked to do about a dispute."""

    BEGIN = "begin"
    FINDING = "finding"
    RULING = "ruling"
    CONFIRMATION = "confirmation"
    READ = "read"


def waiting_disputes(viewer: User) -> Mapping[Waits, list[Dispute]]:
    """The open disputes that wait for the viewer, who decides in them, as far as they are not concerned; a fixed number
    of queries, once a request."""
    return asked_once(viewer, _waiting)


def ended_lately(viewer: User) -> QuerySet[Dispute]:
    """For a branch's managers: the disputes of their people that ended in the last days."""
    if scope_of(viewer) is not Scope.BRANCH:
        return Dispute.objects.none()
    return within_reach(viewer, Dispute.objects.filter(ended_at__gte=timezone.now() - LATELY))


def _waiting(viewer: User) -> Mapping[Waits, list[Dispute]]:
    found: dict[Waits, list[Dispute]] = {waits: [] for waits in Waits}
    if not any(has(viewer, duty) for duty in DECIDERS) or is_unknown_person(viewer):
        return found
    disputes = asked_once(viewer, open_disputes)
    for standing in standings_of(disputes) if disputes else ():
        acts = set(acts_of_decider(viewer, standing.dispute, standing))
        if Act.BEGIN_VERIFICATION in acts:
            found[Waits.BEGIN].append(standing.dispute)
        elif Act.CONFIRM_RULING in acts:
            found[Waits.CONFIRMATION].append(standing.dispute)
        elif Act.GIVE_FINDING in acts:
            waits = Waits.RULING if standing.step == Step.GENERAL_MANAGER else Waits.FINDING
            found[waits].append(standing.dispute)
    return found
