"""Why something asked for was not done, for whoever asked; nothing was written then."""

from collections.abc import Callable
from typing import Any

from access.actor import Actor
from access.models import User


class Refused(Exception):
    """What was asked can't be; `reason` says why (translated), `field` what of the given speaks against it."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        self.reason = reason
        self.field = field
        super().__init__(reason)


class EffectChanged(Exception):
    """What was shown and confirmed is not what would be done any more; `effect` is what would."""

    def __init__(self, effect: Any) -> None:
        self.effect = effect
        super().__init__()


def require(by: Actor, allowed: Callable[[User], bool], refusal: Refused) -> User:
    """Whoever acts, if that is somebody who is `allowed`; else raises the refusal."""
    if by.user is None or not allowed(by.user):
        raise refusal
    return by.user
