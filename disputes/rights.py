"""What each role may do with disputes: whatever is written goes through their own actions."""

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

allow(Dispute, view=VIEWERS, add=charged(Duty.RAISES_DISPUTES))
for model in (Party, Finding, FindingShare, Ruling, Offer, OfferShare, OfferConfirmation, Violation):
    allow(model, view=VIEWERS)
