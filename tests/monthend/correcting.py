"""Makes corrections for tests, tells what they adjusted, and locks the months that they are posted in."""

import pytest

from access.actor import Actor
from compensation.corrections.actions import CorrectionRefused, Wanted, effect_of, make_correction
from compensation.models import Adjustment, Correction
from rulebook.month import Month
from staff.models import Employee
from tests.firm import Firm


def correct(wanted: Wanted, by: Actor) -> Correction:
    """Look at the effect and make the correction."""
    return make_correction(wanted, reason="录入错误", shown=effect_of(wanted).digest, by=by)


def adjusted(person: Employee) -> list[tuple[str, str]]:
    """A person's adjustments as (amount, sales), as they were made."""
    return [(str(row.amount), str(row.sales)) for row in Adjustment.objects.filter(employee=person).order_by("pk")]


def lock(firm: Firm, month: Month) -> None:
    """Close and lock a month, for which its recomputation must agree."""
    report = firm.close(month)
    assert report.is_locked, report.blockers


def refused(wanted: Wanted, field: str | None, about: str = ".") -> None:
    """See that it can't be corrected, at which field, and what is said about it (a pattern)."""
    with pytest.raises(CorrectionRefused, match=about) as refusal:
        effect_of(wanted)
    assert refusal.value.field == field
