"""What the pool of orphan clients asks who assigns them to do."""

from django.utils.translation import gettext as _

from access.doors import listed
from access.models import User
from access.rights import Right, may
from access.waiting import Notice, waits_for
from clients.models import Assignment, Handover, OrphanClient
from clients.selectors import pool_work


@waits_for
def orphans_to_assign(viewer: User) -> list[Notice]:
    """The orphans nobody develops, with the oldest one's age, and the assignments not accepted yet."""
    if not may(viewer, Right.ADD, Assignment):
        return []
    work = pool_work(viewer)
    words = _("orphan clients to assign, the oldest for %(days)s days") % {"days": work.oldest_age}
    return [
        Notice(work.unassigned, words, listed(OrphanClient, stage="waiting")),
        Notice(work.to_accept, _("orphan clients to be accepted"), listed(Handover, answer__exact="waiting")),
    ]
