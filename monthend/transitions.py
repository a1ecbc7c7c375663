"""What happened to a run on its way, with who and when."""

from django.utils import timezone

from access.actor import Actor
from access.models import User
from monthend.models import MonthRun, MonthTransition


def record_transition(
    run: MonthRun, kind: MonthTransition.Kind, *, by: Actor, on_behalf_of: User | None = None, reason: str = ""
) -> None:
    """Add a row to the run's history; runs inside the transaction of what it records."""
    MonthTransition.objects.create(
        run=run, kind=kind, at=timezone.now(), by=by.user, on_behalf_of=on_behalf_of, reason=reason
    )
