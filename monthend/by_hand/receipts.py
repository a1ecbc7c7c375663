"""Contracts to which a month's cash brings more than they are worth."""

from collections.abc import Iterator

from django.db.models import DecimalField, F, OuterRef, Subquery, Sum
from django.utils.translation import gettext as _

from access.decisions.effect import Sentence
from access.history.hands import Hand
from access.models import Change
from clients.models import Receipt
from monthend.approval.selectors import NAMED_BY
from monthend.by_hand.deeds import Deed, DeedKind
from rulebook.month import Month
from rulebook.wording import amount_text


def above_their_contracts(month: Month) -> Iterator[Deed]:
    """One deed for each contract whose receipts posted until the month exceed it through those of the month; one
    query, three where there are any."""
    all_until = Receipt.objects.filter(contract=OuterRef("contract"), posted_in__lte=month).order_by()
    total = Subquery(all_until.values("contract").values(total=Sum("amount")), output_field=DecimalField())
    posted = Receipt.objects.filter(posted_in=month).order_by().values("contract", "contract__amount")
    sums = posted.annotate(here=Sum("amount"), total=total)
    found = {row["contract"]: row for row in sums.filter(here__gt=0, total__gt=F("contract__amount"))}
    if not found:
        return
    rows = Receipt.objects.filter(posted_in=month, contract__in=found).select_related("contract")
    receipts = {receipt.pk: receipt.contract for receipt in rows}
    contracts = {contract.pk: contract for contract in receipts.values()}
    changes = Change.objects.filter(model=Receipt._meta.label_lower, row_id__in=list(receipts))
    hands = {
        receipts[change.row_id].pk: Hand.of(change)
        for change in changes.select_related(f"by__{NAMED_BY}").order_by("pk")
    }
    for key, row in found.items():
        above = row["total"] - row["contract__amount"]
        facts = {
            "contract": contracts[key],
            "total": amount_text(row["total"]),
            "amount": amount_text(row["contract__amount"]),
            "here": amount_text(row["here"]),
        }
        words = _("Contract %(contract)s of %(amount)s yuan: %(total)s received, %(here)s of it in this month.") % facts
        told = Sentence(words, "above", row["here"], row["total"], row["contract__amount"])
        yield Deed(DeedKind.ABOVE, contracts[key], told, above, hands.get(key))
