"""Writes of tokens: made and shown once, revoked."""

import datetime as dt
import secrets

from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from access.models import User
from access.reach import scope_of
from access.refusals import Refused, require
from access.rights import Right, may
from access.roles import Scope
from api.models import Token
from api.selectors import hash_of
from staff.models import Branch

PREFIX = "so_"


class TokenRefused(Refused):
    """What was asked of a token is not done; the message says why, in the user's language."""


@action
def make_token(*, user: User, name: str, branch: Branch | None, days: int, by: Actor) -> str:
    """Make a token for a log-in, good for some days; returns it, the only time that anybody sees it."""
    if branch is not None and scope_of(user) not in (Scope.BRANCH, Scope.OWN):
        raise TokenRefused(_("Only a role that sees a branch has a token of one."))
    if days < 1:
        raise TokenRefused(_("A token is good for a day or more."))
    secret, now = f"{PREFIX}{secrets.token_urlsafe(32)}", timezone.now()
    Token.objects.create(
        user=user,
        name=name,
        digest=hash_of(secret),
        branch=branch,
        made_at=now,
        made_by=by.user,
        expires_at=now + dt.timedelta(days=days),
    )
    return secret


@action
def revoke_token(token: Token, *, by: Actor) -> None:
    """End a token at once. Raises TokenRefused for who looks after none, and for one that is revoked."""
    refusal = TokenRefused(_("Operators look after tokens."))
    if not by.is_console:
        require(by, lambda user: may(user, Right.CHANGE, Token), refusal)
    ended = Token.objects.filter(pk=token.pk, revoked_at=None)
    if not ended.update(revoked_at=timezone.now(), revoked_by=by.user):
        raise TokenRefused(_("The token is revoked already."))
