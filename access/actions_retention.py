"""What is forgotten of log-ins once its term is over."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.db import transaction

from access.models import Guesses


@transaction.atomic
def forget_sessions(now: dt.datetime) -> int:
    """Remove sessions that have ended by themselves; returns how many."""
    gone, _by_model = Session.objects.filter(expire_date__lt=now).delete()
    return gone


@transaction.atomic
def forget_attempts(before: dt.datetime) -> int:
    """Remove what was counted of wrong guesses, with their addresses, before a moment; returns how many rows."""
    gone, _by_model = Guesses.objects.filter(at__lt=before).delete()
    return gone
