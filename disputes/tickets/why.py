"""Why somebody who decides disputes doesn't decide this one, and who does."""

from collections.abc import Collection

from access.actor import Actor
from access.models import User
from access.rights import has
from disputes.deciding.selectors import require_any_desk
from disputes.models import Dispute
from disputes.refusals import DisputeRefused
from disputes.rights import DECIDERS
from disputes.selectors_acts import Act


def why_not_decided_by(user: User, dispute: Dispute, acts: Collection[str]) -> str:
    """Why a decider is not one of an open dispute, with who is; empty for who can do something and who never decides.

    Whoever decides in a dispute can mark it as special as long as it is open.
    """
    if not dispute.is_open or Act.MARK_SPECIAL in acts or not any(has(user, duty) for duty in DECIDERS):
        return ""
    try:
        require_any_desk(dispute, Actor(user))
    except DisputeRefused as refusal:
        return refusal.reason
    return ""
