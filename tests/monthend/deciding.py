"""Decides on ranks as HR and the general manager do."""

from access.actor import Actor
from access.models import User
from rulebook.month import Month
from staff.models import Employee, RankDecision
from staff.rank_decisions.actions import decide_rank, sign_rank, wanted_by
from staff.rank_decisions.effects import effect_of
from staff.rank_decisions.selectors import WantedRank

Role = User.Role


def user(role: str, name: str = "") -> Actor:
    return Actor(User.objects.get_or_create(username=name or f"u-{role}", defaults={"role": role})[0])


def wanted(person: Employee, month: Month, rank: str) -> WantedRank:
    return WantedRank(person, month, rank, "轮岗带新团队", "人字〔2011〕7号")


def decide(person: Employee, month: Month, rank: str) -> RankDecision:
    """What HR decides; it waits for the second signature."""
    asked = wanted(person, month, rank)
    return decide_rank(asked, shown=effect_of(asked).digest, by=user(Role.HR))


def sign(decision: RankDecision) -> RankDecision:
    return sign_rank(decision, shown=effect_of(wanted_by(decision)).digest, by=user(Role.GENERAL_MANAGER))


def give(person: Employee, month: Month, rank: str) -> RankDecision:
    """A decision, signed."""
    return sign(decide(person, month, rank))
