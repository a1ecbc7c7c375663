"""How an effect becomes the rows of a correction."""

from django.utils import timezone

from access.actor import Actor
from compensation.corrections.effects import CorrectionEffect
from compensation.models import Adjustment, BranchSalesMove, Correction, RulingShare
from rulebook.month import Month


def post(effect: CorrectionEffect, reason: str, by: Actor) -> Correction:
    """Write a correction with its adjustments, and a ruling with its shares, in its month; within an action's
    transaction, in its turn."""
    correction = effect.correction
    month = correction.month
    correction.number = _next_number(month)
    correction.reason, correction.made_by, correction.made_at = reason, by.user, timezone.now()
    correction.save(force_insert=True)
    same = {"month": month, "correction": correction}
    Adjustment.objects.bulk_create(
        Adjustment(**same, employee=move.person, line=move.line, amount=move.change.amount, sales=move.change.sales)
        for move in effect.moves
    )
    RulingShare.objects.bulk_create(
        RulingShare(
            **same,
            employee_id=share.person,
            sales_share=share.sales,
            commission_share=share.commission,
            branch_id=share.branch,
        )
        for share in effect.shares
    )
    BranchSalesMove.objects.bulk_create(
        BranchSalesMove(**same, branch_id=branch, sales=sales) for branch, sales in effect.branch_moves.items()
    )
    return correction


def _next_number(month: Month) -> str:
    """The next number of the month: T, year and month, and a count, so wide that numbers sort as they count."""
    prefix = f"T{month.year}{month.number:02}-"
    taken = Correction.objects.filter(number__startswith=prefix).values_list("number", flat=True)
    return f"{prefix}{1 + max((int(number.removeprefix(prefix)) for number in taken), default=0):04}"
