"""Writes of what people decide about pay."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from access.accounts.second_person import person_of
from access.actor import Actor
from access.decisions.signing import why_another
from access.history.acting import action
from access.refusals import Refused
from compensation.models import CommissionLine, Credit, SupportWeight
from compensation.month.selectors import sharing_with
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
    """Take back a weight; whoever has none gets no share. Raises Refused for who shares in that pool themselves."""
    if why := why_weight_stays(weight, by):
        raise Refused(why)
    weight.delete()


def why_weight_stays(weight: SupportWeight, by: Actor) -> str:
    """Why whoever acts takes no weight back: it is of the pool in which they share, and what is left is divided anew;
    else empty."""
    people = sharing_with(weight.month, person_of(by.user)) if by.user else set()
    about = [weight.employee_id, *(people if weight.employee_id in people else ())]
    words = _("Nobody takes back a weight of a pool in which they share: it is changed in the table of the branch.")
    return why_another(by, about, words)
