"""Who sees evidence."""

from django.db.models import Q

from access.models import User
from access.reach import EVERYTHING, reach, within_reach
from access.rights import has
from access.roles import Duty
from disputes.evidence.models import Evidence
from disputes.models import Dispute
from disputes.reach import of_others, own_or_of_others
from staff.reach import oneself


@reach(Evidence)
def evidence(user: User) -> Q:
    """The evidence of the disputes that one sees; for the sides what others brought no sooner than verification began,
    for it may tell who raised the dispute."""
    own = Q(brought_by=user) | own_or_of_others(user, "brought_by__employee")
    shown = own | Q(dispute__verification_began_at__isnull=False)
    if has(user, Duty.READS_DISPUTES):
        return shown | of_others(user, "dispute") if oneself(user) else EVERYTHING
    return Q(dispute__in=within_reach(user, Dispute.objects.order_by()).values("pk")) & shown
