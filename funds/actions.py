"""Writes of claims and of accruals brought along."""

from collections.abc import Sequence

from access.actor import Actor
from access.history.acting import action
from funds.models import FundClaim, FundLot
from periods.bulk import write_rows


@action
def save_claims(
    *,
    new: Sequence[FundClaim],
    changed: Sequence[FundClaim],
    fields: Sequence[str] = ("branch", "fund", "date", "amount", "purpose", "client"),
    by: Actor,
) -> None:
    """Write claims; they wait until the month of their date closes."""
    write_rows(FundClaim, new=new, changed=changed, fields=fields)


@action
def save_opening_lots(*, new: Sequence[FundLot], changed: Sequence[FundLot], fields: Sequence[str], by: Actor) -> None:
    """Write accruals of months before go-live with what is left of them (2-1.3, 2-2.3)."""
    write_rows(FundLot, new=new, changed=changed, fields=fields)


@action
def remove_claim(*, claim: FundClaim, by: Actor) -> None:
    """Take back a claim that no month has decided yet."""
    claim.delete()
