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
from disputes.rights import HISTORY_READERS

track(
    Dispute, Party, Finding, FindingShare, Offer, OfferShare, OfferConfirmation, Ruling, Violation,
    read_by=HISTORY_READERS,
)  # fmt: skip
