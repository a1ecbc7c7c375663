"""Who may read the rules: everybody that they are applied to."""

from django.db.models import Q

from access.models import User
from access.reach import EVERYTHING, by_scope, reach
from rulebook.models import PlanVersion


@reach(PlanVersion)
def plan_versions(user: User) -> Q:
    """All versions."""
    return by_scope(user, branch=EVERYTHING, own=EVERYTHING)
