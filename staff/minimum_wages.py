"""Whether a plan's threshold wages reach the minimum wages of the branches' cities."""

import datetime as dt
from dataclasses import dataclass

from access.models import User
from access.reach import within_reach
from rulebook.plan import Plan, Rank
from staff.models import MinimumWage


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A rank whose threshold wage lies below the minimum wage of a branch's city."""

    wage: MinimumWage
    rank: Rank


def wage_shortfalls(plan: Plan, day: dt.date, viewer: User) -> list[Shortfall]:
    """Compare a plan with the minimum wages that hold on a day, for the branches within reach; one query."""
    begun = within_reach(viewer, MinimumWage.objects.filter(effective_from__lte=day)).select_related("branch")
    in_force = begun.order_by("branch_id", "-effective_from").distinct("branch_id")
    return [Shortfall(wage, rank) for wage in in_force for rank in plan.ranks if rank.threshold_wage < wage.amount]
