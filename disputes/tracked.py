"""What is kept of disputes: all that people say and decide."""

from access.history.tracking import track
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

track(Dispute, Party, Finding, FindingShare, Offer, OfferShare, OfferConfirmation, Ruling, Violation)
