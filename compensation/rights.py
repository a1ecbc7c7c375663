"""What each role may do with pay: read; a branch's general manager weighs (1-7.2.2) and recommends (1-8); HR corrects
after the lock, and decides awards."""

from access.decisions.signing import Proposal
from access.models import User
from access.rights import EVERYBODY, MANAGEMENT, Right, allow, has, may, seals
from access.roles import Duty, charged
from compensation.models import (
    Adjustment,
    AwardDecision,
    AwardRecommendation,
    BasePayLine,
    BranchSalesMove,
    CommissionLine,
    Correction,
    Credit,
    HeldCommission,
    Hold,
    Payslip,
    RulingShare,
    SupportPool,
    SupportShare,
    SupportWeight,
)
from periods.selectors import why_locked

CORRECTORS = charged(Duty.CORRECTS_PAY)
RECOMMENDERS = charged(Duty.RECOMMENDS_AWARDS)
AWARDERS = charged(Duty.DECIDES_AWARDS)

allow(Payslip, view=EVERYBODY)
allow(BasePayLine, view=EVERYBODY)
allow(CommissionLine, view=EVERYBODY)
allow(HeldCommission, view=EVERYBODY)
allow(Hold, view=EVERYBODY)
allow(RulingShare, view=EVERYBODY)
allow(BranchSalesMove, view=MANAGEMENT)
allow(Credit, view=EVERYBODY)
allow(SupportPool, view=MANAGEMENT)
allow(SupportShare, view=EVERYBODY)
allow(SupportWeight, view=EVERYBODY, delete=charged(Duty.WEIGHS_SUPPORT))
allow(Correction, view=EVERYBODY, add=CORRECTORS, delete=CORRECTORS)
allow(Adjustment, view=EVERYBODY)
allow(
    AwardRecommendation,
    view=MANAGEMENT - charged(Duty.SEES_SIGNED_ALONE),
    add=RECOMMENDERS,
    delete=RECOMMENDERS,
)
allow(AwardDecision, view=EVERYBODY, add=AWARDERS, delete=AWARDERS)


@seals(SupportWeight)
def weight_of_locked_month(weight: SupportWeight) -> str:
    """A locked month's weights stand."""
    return why_locked(weight.month)


@seals(Correction)
def correction_of_locked_month(correction: Correction) -> str:
    """A correction posted in a month that is locked by now stands; what is wrong with it is corrected anew."""
    return why_locked(correction.month)


@seals(AwardDecision)
def signed_award(decision: AwardDecision) -> bool:
    """What is signed stands."""
    return decision.state == AwardDecision.State.DONE


@seals(AwardRecommendation)
def recommendation_decided(recommendation: AwardRecommendation) -> bool:
    """What HR has decided on stands."""
    about = {"year": recommendation.year, "employee": recommendation.employee_id, "kind": recommendation.kind}
    return AwardDecision.objects.filter(**about).exists()


def may_recommend(user: User) -> bool:
    """Whether the user recommends people of the own branch."""
    return may(user, Right.ADD, AwardRecommendation)


def may_decide_awards(user: User) -> bool:
    """Whether the user decides awards, takes the list of decisions out and has awards paid."""
    return may(user, Right.ADD, AwardDecision)


def may_sign_awards(user: User) -> bool:
    """Whether the user gives second signatures; never to an own decision or award, see proposal_of."""
    return has(user, Duty.SIGNS_AWARDS)


def proposal_of(decision: AwardDecision) -> Proposal:
    """What HR decided, as it waits for the second signature."""
    return Proposal([decision.decided_by], [decision.employee_id], charged(Duty.SIGNS_AWARDS))
