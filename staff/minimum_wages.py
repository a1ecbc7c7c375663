"""Whether a plan's threshold wages reach the minimum wages of the branches' cities."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from access.models import User
from access.reach import within_reach
from rulebook.plan import Plan, Rank
from staff.models import Branch, MinimumWage


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A rank whose threshold wage lies below the minimum wage of a branch's city."""

    wage: MinimumWage
    rank: Rank


@dataclass(frozen=True, slots=True)
class WageCheck:
    """What a comparison found: the shortfalls, and the branches that no minimum wage is known of."""

    shortfalls: Sequence[Shortfall]
    unknown: Sequence[Branch]


def check_threshold_wages(plan: Plan, day: dt.date, viewer: User) -> WageCheck:
    """Compare a plan with the minimum wages that hold on a day, for the branches within reach; two queries."""
    branches = list(within_reach(viewer, Branch.objects.all()))
    begun = within_reach(viewer, MinimumWage.objects.filter(effective_from__lte=day)).select_related("branch")
    latest = {wage.branch_id: wage for wage in begun.order_by("effective_from")}
    shortfalls = [
        Shortfall(latest[branch.pk], rank)
        for branch in branches
        if branch.pk in latest
        for rank in plan.ranks
        if rank.threshold_wage < latest[branch.pk].amount
    ]
    return WageCheck(shortfalls, [branch for branch in branches if branch.pk not in latest])
