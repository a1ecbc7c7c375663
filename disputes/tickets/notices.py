"""Which disputes ask their viewer to do something, or to read how they ended (3-2.3)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import address, listed
from access.pages.notices import Notice
from disputes.deciding.selectors_waiting import Waits, ended_lately, waiting_disputes
from disputes.models import Dispute
from disputes.tickets.filters import WAITS


def disputes_that_wait(viewer: User) -> list[Notice]:
    """For who decides: what is to begin, to be found, ruled on and confirmed; nothing of an own case."""
    words = {
        Waits.BEGIN: _("new disputes to begin verifying"),
        Waits.FINDING: _("disputes wait for your finding"),
        Waits.RULING: _("disputes wait for your ruling"),
        Waits.CONFIRMATION: _("rulings wait for your confirmation"),
    }
    waiting = waiting_disputes(viewer)
    return [_notice(waits, waiting[waits], text) for waits, text in words.items()]


def disputes_that_ended(viewer: User) -> list[Notice]:
    """For a branch's managers: how disputes of their people ended."""
    return [_notice(Waits.READ, list(ended_lately(viewer)[:100]), _("disputes of your branch have ended: read how"))]


def _notice(waits: Waits, disputes: Sequence[Dispute], text: str) -> Notice:
    """How many, and the one dispute's page or the list of them."""
    where = address(disputes[0]) if len(disputes) == 1 else listed(Dispute, **{WAITS: waits.value})
    return Notice(len(disputes), text, where)
