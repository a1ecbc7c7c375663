"""Who may see which branch's funds."""

from django.db.models import Q

from access.models import User
from access.reach import NOTHING, by_scope, reach
from funds.models import ClaimDecision, FundClaim, FundLot, FundMovement
from staff.reach import branch_of


@reach(FundLot)
@reach(FundClaim)
@reach(FundMovement)
def of_branch(user: User) -> Q:
    """The branch's accruals, claims and movements."""
    return by_scope(user, branch=Q(branch__in=branch_of(user)), own=NOTHING)


@reach(ClaimDecision)
def decisions(user: User) -> Q:
    """The decisions on the branch's claims."""
    return by_scope(user, branch=Q(claim__branch__in=branch_of(user)), own=NOTHING)
