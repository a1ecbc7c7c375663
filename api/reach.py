"""Who sees tokens."""

from django.db.models import Q

from access.models import User
from access.reach import EVERYTHING, NOTHING, reach
from access.rights import has
from access.roles import Duty
from api.models import Token


@reach(Token)
def tokens(user: User) -> Q:
    """All of them, for who looks after log-ins or audits them."""
    return EVERYTHING if has(user, Duty.READS_LOG_INS) else NOTHING
