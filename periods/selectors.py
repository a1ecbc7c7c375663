"""What may still be posted where."""

from django.db import connection
from django.utils.translation import gettext as _

from periods.models import Period
from rulebook.month import Month
from rulebook.wording import month_text


def last_locked_month() -> Month | None:
    """The latest locked month; months are locked in order, so all before it are too."""
    return Period.objects.filter(state=Period.State.LOCKED).order_by("-month").values_list("month", flat=True).first()


def is_locked(month: Month) -> bool:
    """Whether nothing may be posted in `month` any more."""
    last = last_locked_month()
    return last is not None and month <= last


def why_locked(month: Month) -> str:
    """Why nothing may be written into a month, and what to do instead; empty while it may."""
    last = last_locked_month()
    if last is None or month > last:
        return ""
    return _(
        "%(month)s is locked: nothing in it can change any more. Give %(open)s or later; what is wrong in a locked"
        " month is put right by a correction, which counts in %(open)s."
    ) % {"month": month_text(month), "open": month_text(last + 1)}


def first_closed_month() -> Month | None:
    """The month the firm went live with: the first one locked, or None before that."""
    period = first_closed_period()
    return period.month if period else None


def first_closed_period() -> Period | None:
    """The same with the plan version it was computed with."""
    return Period.objects.filter(state=Period.State.LOCKED).select_related("plan_version").order_by("month").first()


def inputs_version(month: Month) -> int:
    """A number that grows whenever anything changes that the month's result is computed from."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inputs_version(%s)", [month.first])
        return int(cursor.fetchone()[0])


def first_uncomputed_month() -> Month | None:
    """The month after the last one that has a result, locked or not; None while no month has one."""
    computed = Period.objects.exclude(state=Period.State.OPEN).order_by("-month").values_list("month", flat=True)
    last = computed.first()
    return last + 1 if last else None
