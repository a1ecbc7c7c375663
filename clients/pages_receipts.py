"""The pages of contracts and receipts, as values."""

from django.db.models import Sum
from django.utils.translation import gettext as _

from access.models import User
from access.pages.records import Cell, Record, Tone
from access.reach import within_reach
from clients.explain import explain_late
from clients.models import Contract, Receipt
from clients.selectors import conflicts
from periods.pages import facts_of, table_of
from rulebook.cells import amount, fact
from rulebook.money import ZERO

RECENT = 100


def contract_record(contract: Contract, viewer: User) -> Record:
    """A contract with its receipts."""
    receipts = within_reach(viewer, Receipt.objects.filter(contract=contract)).select_related("reverses")
    received = receipts.order_by().aggregate(total=Sum("amount"))["total"] or ZERO
    return Record(
        title=contract.number,
        subtitle=_("contract"),
        sentences=_conflict(contract),
        state=Cell(contract.get_orphan_kind_display(), tone=Tone.PLAIN) if contract.orphan_kind else None,
        figure=fact(_("amount"), amount(contract.amount)),
        facts=[
            *facts_of(contract, viewer, ["client", "signed_on", "closer", "assistant", "branch", "orphan_kind"]),
            fact(_("received so far"), amount(received, "#receipts")),
        ],
        tables=[
            table_of(
                _("receipts"),
                list(receipts[:RECENT]),
                viewer,
                ["number", "received_on", "posted_in", "reverses", "amount"],
                empty=_("No cash has arrived yet."),
                total="amount",
                anchor="receipts",
            )
        ],
    )


def receipt_record(receipt: Receipt, viewer: User) -> Record:
    """A receipt, the contract it was for, and the refunds that reverse it."""
    refunds = within_reach(viewer, Receipt.objects.filter(reverses=receipt))
    facts = [
        "contract",
        "contract.client",
        "contract.closer",
        "contract.branch",
        "received_on",
        "posted_in",
        "reverses",
    ]
    return Record(
        title=receipt.number,
        subtitle=_("refund") if receipt.reverses else _("receipt"),
        figure=fact(_("amount"), amount(receipt.amount)),
        sentences=list(filter(None, [explain_late(receipt)])),
        facts=facts_of(receipt, viewer, facts),
        tables=[
            table_of(
                _("refunds"),
                list(refunds),
                viewer,
                ["number", "received_on", "posted_in", "amount"],
                empty=_("Nothing was refunded."),
                total="amount",
            )
        ],
    )


def _conflict(contract: Contract) -> list[str]:
    """That another than the client's developer closed it."""
    found = conflicts().filter(contract=contract).select_related("caused_by").first()
    if found is None:
        return []
    facts = {"closer": found.caused_by, "developer": found.developer_name}
    return [_("Closed by %(closer)s, while %(developer)s was to develop the client: accepted (1-6).") % facts]
