"""Who keeps the working calendar, pauses disputes, and is told of their deadlines."""

from access.models import User
from access.rights import EVERYBODY, allow, has
from access.roles import Duty, charged
from disputes.clock.models import Pause, WorkingDay
from disputes.rights import VIEWERS

CALENDAR_KEEPERS = charged(Duty.KEEPS_CALENDAR)

allow(WorkingDay, view=EVERYBODY, add=CALENDAR_KEEPERS, change=CALENDAR_KEEPERS, delete=CALENDAR_KEEPERS)
allow(Pause, view=VIEWERS, add=charged(Duty.WATCHES_DISPUTES))


def may_keep_calendar(user: User) -> bool:
    """Whether the user says which days are worked."""
    return has(user, Duty.KEEPS_CALENDAR)


def may_pause(user: User) -> bool:
    """Whether the user pauses disputes."""
    return has(user, Duty.WATCHES_DISPUTES)
