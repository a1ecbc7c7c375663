"""What each role may do with the branches' funds; they are settled by the month end alone."""

from access.rights import MANAGEMENT, allow, seals
from access.roles import Duty, charged
from funds.models import ClaimDecision, FundClaim, FundLot, FundMovement
from periods.selectors import why_locked
from rulebook.month import Month

KEEPERS = charged(Duty.KEEPS_CLAIMS)

allow(FundLot, view=MANAGEMENT)
allow(FundMovement, view=MANAGEMENT)
allow(ClaimDecision, view=MANAGEMENT)
allow(FundClaim, view=MANAGEMENT, add=KEEPERS, change=KEEPERS, delete=KEEPERS)


@seals(FundClaim)
def claim_of_locked_month(claim: FundClaim) -> str:
    """A claim dated in a locked month was decided with it."""
    return why_locked(Month.of(claim.date))
