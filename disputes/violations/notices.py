"""Which violations wait for their viewer's signature (3-2.1)."""

from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import address, listed
from access.pages.notices import Notice
from access.reach import within_reach
from access.rights import has
from access.roles import Duty
from disputes.deciding.selectors_concerned import concerned_by
from disputes.models import Violation
from disputes.violations.selectors import proposal_of


def violations_to_sign(viewer: User) -> list[Notice]:
    """For who signs decisions: the violations recorded by others, in disputes that are none of theirs."""
    if not has(viewer, Duty.SIGNS_DECISIONS):
        return []
    waiting = Violation.objects.filter(state=Violation.State.WAITING).order_by("pk")
    rows = list(within_reach(viewer, waiting.select_related("dispute__contract", "decided_by")))
    concerned = concerned_by([row.dispute for row in rows]) if rows else {}
    mine = [row for row in rows if proposal_of(row, concerned[row.dispute_id]).is_for(viewer)]
    where = address(mine[0]) if len(mine) == 1 else listed(Violation, state__exact=Violation.State.WAITING)
    return [Notice(len(mine), _("violations wait for your signature"), where)]
