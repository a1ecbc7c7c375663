"""What may still be posted where."""

from periods.models import Period
from rulebook.month import Month


def last_locked_month() -> Month | None:
    """The latest locked month; months are locked in order, so all before it are too."""
    last = Period.objects.filter(state=Period.State.LOCKED).order_by("-month").values_list("month", flat=True).first()
    return last


def is_locked(month: Month) -> bool:
    """Whether nothing may be posted in `month` any more."""
    last = last_locked_month()
    return last is not None and month <= last
