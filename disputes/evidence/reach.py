"""Who sees evidence."""

from django.db.models import Q

from access.models import User
from access.reach import EVERYTHING, reach, within_reach
from access.rights import has
from access.roles import Duty
from disputes.evidence.models import Evidence
from disputes.models import Dispute
from disputes.selectors import own_people


@reach(Evidence)
def evidence(user: User) -> Q:
    """The evidence of the disputes that one sees; for the sides what others brought no sooner than verification began,
    for it may tell who raised the dispute."""
    if has(user, Duty.READS_DISPUTES):
        return EVERYTHING
    seen = Q(dispute__in=within_reach(user, Dispute.objects.order_by()).values("pk"))
    own = Q(brought_by=user) | Q(brought_by__employee__in=own_people(user))
    return seen & (own | Q(dispute__verification_began_at__isnull=False))
