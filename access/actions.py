"""Writes of log-ins."""

from django.db import transaction

from access.actor import Actor
from access.models import User


@transaction.atomic
def save_log_in(*, user: User, by: Actor) -> None:
    """Write a log-in, new or changed."""
    user.save()
