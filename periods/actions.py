"""Writes of the months' states."""

from django.db import transaction

from access.actor import Actor
from periods.models import Period


@transaction.atomic
def require_new_computing(*, by: Actor) -> None:
    """Open the months that are computed but not locked: what they were computed from has changed."""
    not_locked = Period.objects.filter(state__in=[Period.State.COMPUTED, Period.State.APPROVED])
    not_locked.update(state=Period.State.OPEN)
