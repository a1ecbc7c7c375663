"""Which disputes have to be decided soon, or should have been (3-2.3)."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import address, listed
from access.pages.notices import Notice, waits_for
from access.rights import has
from access.roles import Duty
from disputes.clock.filters import DUE
from disputes.clock.rules import Stage
from disputes.clock.selectors import due_soon_or_late
from disputes.models import Dispute


@waits_for
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


@waits_for
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
