"""Makes corrections for tests, and tells what they adjusted."""

from access.actor import Actor
from compensation.actions_corrections import Wanted, effect_of, make_correction
from compensation.models import Adjustment, Correction
from staff.models import Employee


def correct(wanted: Wanted, by: Actor) -> Correction:
    """Look at the effect and make the correction."""
    return make_correction(wanted, reason="录入错误", shown=effect_of(wanted).digest, by=by)


def adjusted(person: Employee) -> list[tuple[str, str]]:
    """A person's adjustments as (amount, sales), as they were made."""
    return [(str(row.amount), str(row.sales)) for row in Adjustment.objects.filter(employee=person).order_by("pk")]
