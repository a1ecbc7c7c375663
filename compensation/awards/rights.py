"""Who recommends, decides and signs the year's awards (1-8)."""

from access.models import User
from access.rights import Right, has, may
from access.roles import Duty
from compensation.models import AwardDecision, AwardRecommendation


def may_recommend(user: User) -> bool:
    """Whether the user recommends people of the own branch."""
    return may(user, Right.ADD, AwardRecommendation)


def may_decide_awards(user: User) -> bool:
    """Whether the user decides awards, takes the list of decisions out and has awards paid."""
    return may(user, Right.ADD, AwardDecision)


def may_sign_awards(user: User) -> bool:
    """Whether the user gives second signatures; never to an own decision or award, see sign_award."""
    return has(user, Duty.SIGNS_AWARDS)
