"""Who may see how a month was computed."""

from django.db.models import Q

from access.models import User
from access.reach import EVERYTHING, NOTHING, by_scope, reach
from monthend.models import MonthRun, MonthStep
from staff.reach import branch_of


@reach(MonthRun)
def runs(user: User) -> Q:
    """All runs, for who answers for a branch or more."""
    return by_scope(user, branch=EVERYTHING, own=NOTHING)


@reach(MonthStep)
def steps(user: User) -> Q:
    """The branch's steps."""
    return by_scope(user, branch=Q(branch__in=branch_of(user).values("pk")), own=NOTHING)
