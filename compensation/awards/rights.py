"""Who recommends, decides and signs the year's awards (1-8)."""

from access.decisions.signing import Proposal
from access.models import User
from access.rights import Right, has, may
from access.roles import Duty, charged
from compensation.models import AwardDecision, AwardRecommendation


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
