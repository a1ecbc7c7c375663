"""What each role may do with disputes: whatever is written goes through their own actions."""

from access.models import User
from access.rights import allow
from access.roles import Duty, Scope, charged, seeing
from disputes.models import (
    Dispute,
    Finding,
    FindingShare,
    Offer,
    OfferConfirmation,
    OfferShare,
    Party,
    Ruling,
    Violation,
)

VIEWERS = seeing(Scope.OWN, Scope.BRANCH) | charged(Duty.READS_DISPUTES)
"""Who may be a party, answers for some, or is charged with disputes; to others there are none."""
DECIDERS = frozenset({Duty.FINDS_FOR_HR, Duty.FINDS_FOR_MARKETING, Duty.RULES_ON_DISPUTES})
HISTORY_READERS = charged(Duty.READS_DISPUTES).difference(*map(charged, DECIDERS))
"""Who reads what was kept of disputes: who reads them all, and decides none. It tells who raised one and what was
found, which the sides and the desks learn in their time, whatever their roles."""

allow(Dispute, view=VIEWERS, add=charged(Duty.RAISES_DISPUTES))
for model in (Party, Finding, FindingShare, Ruling, Offer, OfferShare, OfferConfirmation, Violation):
    allow(model, view=VIEWERS)


def reads_history(user: User) -> bool:
    """Whether the user reads what was kept of disputes."""
    return user.is_active and user.role in HISTORY_READERS
