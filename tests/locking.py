"""Months that are locked without having been computed."""

from django.utils import timezone

from monthend.models import MonthRun
from monthend.seal import BEFORE_SEALS
from periods.models import Period
from rulebook.month import Month
from rulebook.selectors import plan_version_at


def lock_empty(month: Month) -> None:
    """Lock a month at the console as it is."""
    plan_version, now = plan_version_at(month), timezone.now()
    MonthRun.objects.create(
        month=month,
        plan_version=plan_version,
        state=MonthRun.State.LOCKED,
        started_at=now,
        locked_at=now,
        locked_at_console=True,
        seal=BEFORE_SEALS,
    )
    Period.objects.update_or_create(month=month, defaults={"state": Period.State.LOCKED, "plan_version": plan_version})
