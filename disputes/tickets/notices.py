"""Which disputes wait for their viewer to do something (3-2.3)."""

from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import listed
from access.pages.notices import Notice, waits_for
from access.reach import asked_once
from access.rights import has
from access.roles import Duty
from disputes.clock.selectors import open_disputes
from disputes.models import Dispute

State = Dispute.State


@waits_for
def disputes_to_begin(viewer: User) -> list[Notice]:
    """For human resources: the disputes whose verification is to begin."""
    if not has(viewer, Duty.FINDS_FOR_HR):
        return []
    count = sum(one.state == State.RAISED for one in asked_once(viewer, open_disputes))
    link = listed(Dispute, state__exact=State.RAISED)
    return [Notice(count, _("new disputes to begin verifying"), link)]
