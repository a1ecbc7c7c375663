"""What disputes ask of their viewer: a part of the first page by itself, and which of them are near their day or late
(3-2.3)."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import address, listed
from access.pages.notices import Notice, Waiting
from access.rights import has
from access.roles import Duty
from disputes.clock.filters import DUE
from disputes.clock.rules import Stage
from disputes.clock.selectors import due_soon_or_late
from disputes.models import Dispute
from disputes.tickets.notices import disputes_that_ended, disputes_that_wait
from disputes.violations.notices import violations_to_sign

_TELLERS: list[Waiting] = [disputes_that_wait, violations_to_sign, disputes_that_ended]


def asks_in_disputes(tells: Waiting) -> Waiting:
    """Mark a function that tells what disputes ask of a viewer, of cases alone that the viewer may see."""
    _TELLERS.append(tells)
    return tells


def dispute_notices(viewer: User) -> list[Notice]:
    """All that disputes ask of the viewer; what counts nothing is left out."""
    return [notice for tells in _TELLERS for notice in tells(viewer) if notice.count]


@asks_in_disputes
def disputes_to_decide(viewer: User) -> list[Notice]:
    """For who watches the terms: the disputes that are late, or due today, in two days or in five."""
    if not has(viewer, Duty.WATCHES_DISPUTES):
        return []
    found = due_soon_or_late(viewer, timezone.localdate())
    words = {
        Stage.LATE: _("disputes are late: they are with the general manager"),
        Stage.TODAY: _("disputes are due today"),
        Stage.IN_TWO: _("disputes are due within 2 working days"),
        Stage.IN_FIVE: _("disputes are due within 5 working days"),
    }
    return [_notice(stage, found.get(stage, ()), text) for stage, text in words.items()]


@asks_in_disputes
def disputes_escalated(viewer: User) -> list[Notice]:
    """For the general manager: the disputes that nobody decided in time."""
    if not has(viewer, Duty.HEARS_OF_LATE_DISPUTES):
        return []
    late = due_soon_or_late(viewer, timezone.localdate()).get(Stage.LATE, ())
    return [_notice(Stage.LATE, late, _("disputes were not decided in time: they are up to you"))]


def _notice(stage: Stage, disputes: Sequence[Dispute], text: str) -> Notice:
    return Notice(len(disputes), text, _where(stage, disputes))


def _where(stage: Stage, disputes: Sequence[Dispute]) -> str:
    """The one dispute's page, or the list of those that are as near."""
    return address(disputes[0]) if len(disputes) == 1 else listed(Dispute, **{DUE: stage.name.lower()})
