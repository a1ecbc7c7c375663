"""What the pool of orphans, protected clients and bank statements ask their people to do."""

from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import listed
from access.pages.notices import Notice, waits_for
from access.rights import Right, has, may
from access.roles import Duty
from clients.bank.selectors import lines_waiting
from clients.models import Assignment, Handover, OrphanClient
from clients.protection.selectors import lapses_waiting
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


@waits_for
def bank_lines_to_pair(viewer: User) -> list[Notice]:
    """For finance: money at the bank that is no receipt yet."""
    count, here = lines_waiting(viewer)
    return [Notice(count, _("lines of the bank's statements to match"), here)]


@waits_for
def clients_to_follow_up(viewer: User) -> list[Notice]:
    """For a branch: its clients that go to the open pool within a week."""
    if not has(viewer, Duty.FOLLOWS_UP):
        return []
    count, here = lapses_waiting(viewer, timezone.localdate())
    return [Notice(count, _("clients whose protection ends within 7 days"), here)]
