"""What happens to a run on its way is kept, with who and when."""

from typing import Any

from django.utils import timezone

from access.actor import Actor
from access.history.acting import action
from access.models import User
from monthend.models import MonthRun, MonthTransition


@action
def record_transition(
    run: MonthRun, kind: MonthTransition.Kind, *, by: Actor, on_behalf_of: User | None = None, **told: Any
) -> None:
    """Add a row to the run's history, with what else is `told`."""
    MonthTransition.objects.create(run=run, kind=kind, at=timezone.now(), by=by.user, on_behalf_of=on_behalf_of, **told)
