"""Who calls: the log-in that a token is for."""

import datetime as dt
import hashlib

from django.db.models import Q
from django.utils import timezone

from api.models import Token
from staff.reach import sees_branch

USED_SECONDS = 60
"""That a token is in use is written so often at most."""


def bearer(secret: str) -> Token | None:
    """The token, if it is good and its log-in open; the log-in sees the token's branch if there is one."""
    now = timezone.now()
    good = Token.objects.filter(digest=hash_of(secret), revoked_at=None, expires_at__gt=now, user__is_active=True)
    token = good.select_related("user__employee").first()
    if token is None:
        return None
    unseen = Q(last_used_at=None) | Q(last_used_at__lt=now - dt.timedelta(seconds=USED_SECONDS))
    if token.last_used_at is None or (now - token.last_used_at).total_seconds() >= USED_SECONDS:
        Token.objects.filter(unseen, pk=token.pk).update(last_used_at=now)
    if token.branch_id is not None:
        sees_branch(token.user, token.branch_id)
    return token


def hash_of(secret: str) -> str:
    """What is kept of a token: it is too long to be guessed, so a plain hash does."""
    return hashlib.sha256(secret.encode()).hexdigest()
