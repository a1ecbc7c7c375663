"""Writes of what head office decided about the law (3-3.0)."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from access.actor import Actor
from access.history.acting import action
from access.rights import Right, may
from rulebook.models import Interpretation


@action
def record_interpretation(interpretation: Interpretation, *, by: Actor) -> None:
    """Add a decision of head office about how an article is read (3-3.0); those before it stay to be read."""
    if by.user is None or not may(by.user, Right.ADD, Interpretation):
        raise PermissionDenied
    interpretation.recorded_by, interpretation.recorded_at = by.user, timezone.now()
    interpretation.save(force_insert=True)
