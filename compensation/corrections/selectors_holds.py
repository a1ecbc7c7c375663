"""Which contracts are held, and what of it was held so far (3-1.3)."""

from compensation.models import Hold
from rulebook.month import Month


def held_contracts(month: Month) -> dict[int, int]:
    """The contracts (ids) whose commission of the month isn't paid, each with the hold; one query.

    A hold is ended by a correction of the month that was open then, which itself is paid as ruled.
    """
    holds = Hold.objects.filter(since__lte=month).exclude(ended_by__month__lte=month).order_by()
    return dict(holds.values_list("contract", "pk"))
