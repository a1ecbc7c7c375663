"""Writes of what people decide about pay."""

from collections.abc import Collection, Sequence

from access.actor import Actor
from access.history.acting import action
from compensation.models import CommissionLine, Credit, SupportWeight
from periods.bulk import write_rows


@action
def save_support_weights(
    *,
    new: Sequence[SupportWeight],
    changed: Sequence[SupportWeight],
    fields: Sequence[str] = ("weight",),
    by: Actor,
) -> None:
    """Write the weights by which support bonus pools are shared (1-7.2.2); of those that changed, these fields."""
    write_rows(SupportWeight, new=new, changed=changed, fields=fields)


@action
def withdraw_receipts(*, receipt_ids: Collection[int], by: Actor) -> None:
    """Delete what unlocked months have credited and paid for receipts that are about to move to another month.

    What refunds clawed back of it goes too. The months must be computed anew.
    """
    CommissionLine.objects.filter(reversed_line__receipt__in=receipt_ids).delete()
    CommissionLine.objects.filter(receipt__in=receipt_ids).delete()
    Credit.objects.filter(receipt__in=receipt_ids).delete()


@action
def remove_support_weight(*, weight: SupportWeight, by: Actor) -> None:
    """Take back a weight; whoever has none gets no share."""
    weight.delete()
