"""The month end's step that takes out what is in dispute (3-1.3): the lines stay whole, their amounts aren't paid."""

from collections.abc import Mapping

from compensation.models import CommissionLine, HeldCommission
from periods.bulk import any_of
from periods.copying import clear_rows, copy_rows
from rulebook.articles import article
from rulebook.month import Month


@article("3-1.3")
def hold_commissions(month: Month, branch: int, holds: Mapping[int, int]) -> int:
    """Hold the month's lines, of every kind and sign, that a branch wrote for contracts (ids) in dispute; replaces what
    was there. `holds` are those contracts with their holds.

    Returns the number of rows written. Runs inside the step's transaction.
    """
    clear_rows(HeldCommission.objects.filter(month=month, branch=branch))
    if not holds:
        return 0
    lines = CommissionLine.objects.filter(month=month, branch=branch, receipt__contract__in=any_of(holds))
    rows = lines.exclude(amount=0).order_by("id").values_list("receipt__contract", "employee", "pk", "amount")
    held = [(month, branch, holds[contract], *line) for contract, *line in rows]
    return copy_rows(HeldCommission, ("month", "branch", "hold", "employee", "line", "amount"), held)
