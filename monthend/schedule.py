"""What happens by the calendar: last month is prepared on a set day, and is late when not locked by its due day."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from access.actor import CONSOLE
from monthend.checks import month_due, require_computable
from monthend.models import MonthRun
from monthend.runs import start_run
from monthend.work import wake
from rulebook.month import Month


def due_day(month: Month) -> dt.date:
    """The day by whose end a month should be locked."""
    return (month + 1).first.replace(day=settings.SALESORG_DUE_DAY)


def late_month(today: dt.date) -> Month | None:
    """The month that should have been locked by now, the earliest if there are more; None if none is late."""
    month = month_due()
    return month if month is not None and due_day(month) < today else None


@transaction.atomic
def prepare_month(today: dt.date) -> MonthRun | None:
    """Compute last month from the set day on, if that is the month due and there is no result that stands yet.

    It computes and doesn't lock. Returns the run it started. Raises CloseRefused when the month can't be computed.
    """
    last_month = Month.of(today) - 1
    if today.day < settings.SALESORG_PREPARE_DAY or month_due() != last_month:
        return None
    standing = MonthRun.objects.filter(month=last_month).exclude(state__in=["replaced", "stale"])
    if standing.exists():
        return None
    require_computable(last_month)
    run = start_run(last_month, by=CONSOLE, reason=_("by the calendar"))
    wake(run.pk)
    return run
