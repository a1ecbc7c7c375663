"""Who may see how far a month is."""

from django.db.models import Q

from access.models import User
from access.reach import EVERYTHING, by_scope, reach
from periods.models import Period


@reach(Period)
def periods(user: User) -> Q:
    """All months."""
    return by_scope(user, branch=EVERYTHING, own=EVERYTHING)
