"""Who sees the working calendar, and disputes' pauses."""

from django.db.models import Q

from access.models import User
from access.reach import EVERYTHING, NOTHING, reach, scope_of, within_reach
from access.rights import has
from access.roles import Duty, Scope
from disputes.clock.models import Pause, WorkingDay
from disputes.models import Dispute


@reach(WorkingDay)
def working_days(user: User) -> Q:
    """The calendar, for whoever works in the business."""
    return NOTHING if scope_of(user) is Scope.NONE else EVERYTHING


@reach(Pause)
def pauses(user: User) -> Q:
    """The pauses of the disputes that one sees."""
    if has(user, Duty.READS_DISPUTES):
        return EVERYTHING
    return Q(dispute__in=within_reach(user, Dispute.objects.order_by()).values("pk"))
