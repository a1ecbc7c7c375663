"""What clients and bank statements ask their people to do."""

from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.rights import BRANCH_READERS
from access.waiting import Notice, waits_for
from clients.bank_selectors import lines_waiting
from clients.protection_selectors import lapses_waiting


@waits_for
def bank_lines_to_pair(viewer: User) -> list[Notice]:
    """For finance: money at the bank that is no receipt yet."""
    count, here = lines_waiting(viewer)
    return [Notice(count, _("lines of the bank's statements to match"), here)]


@waits_for
def clients_to_follow_up(viewer: User) -> list[Notice]:
    """For a branch: its clients that go to the open pool within a week."""
    if viewer.role not in BRANCH_READERS:
        return []
    count, here = lapses_waiting(viewer, timezone.localdate())
    return [Notice(count, _("clients whose protection ends within 7 days"), here)]
