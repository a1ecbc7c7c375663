"""The pages of clients, contracts and receipts, as values."""

from django.db.models import Sum
from django.utils.translation import gettext as _

from access.models import User
from access.reach import within_reach
from access.record import Cell, Record, Tone
from clients.explain import explain_late
from clients.models import Client, ClientStatus, Contract, Receipt
from periods.records import facts_of, table_of
from rulebook.cells import amount, day, fact
from rulebook.money import ZERO

RECENT = 100


def client_record(client: Client, viewer: User) -> Record:
    """A client: who owns it or why it is an orphan, its contracts and its history."""
    turns = list(client.history.select_related("owner", "developer", "caused_by", "contract").order_by("-sequence"))
    contracts = within_reach(viewer, Contract.objects.filter(client=client)).select_related("closer", "branch")
    referrals = within_reach(viewer, Client.objects.filter(referred_by=client))
    return Record(
        title=str(client),
        subtitle=str(_("strategic client")) if client.is_strategic else "",
        state=_state(turns[0]) if turns else None,
        sentences=[_standing(turns[0])] if turns else [],
        facts=facts_of(
            client, viewer, ["number", "name", "registered_on", "registered_owner", "referred_by", "is_strategic"]
        ),
        tables=[
            table_of(
                _("contracts"),
                list(contracts[:RECENT]),
                viewer,
                ["number", "signed_on", "closer", "branch", "orphan_kind", "amount"],
                empty=_("No contract signed yet."),
                total="amount",
            ),
            table_of(
                _("history"),
                turns,
                viewer,
                ["since", "cause", "caused_by", "contract", "owner", "developer", "orphan_kind"],
                empty=_("The history follows from registrations, moves, assignments and contracts."),
            ),
            table_of(
                _("clients it referred"),
                list(referrals[:RECENT]),
                viewer,
                ["name", "number", "registered_on"],
                empty=_("It has referred nobody."),
            ),
        ],
    )


def contract_record(contract: Contract, viewer: User) -> Record:
    """A contract with its receipts."""
    receipts = within_reach(viewer, Receipt.objects.filter(contract=contract)).select_related("reverses")
    received = receipts.order_by().aggregate(total=Sum("amount"))["total"] or ZERO
    return Record(
        title=contract.number,
        subtitle=_("contract"),
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


def _state(turn: ClientStatus) -> Cell:
    if turn.orphan_kind is None:
        return Cell(_("has an owner") if turn.owner else _("open pool"), tone=Tone.DONE if turn.owner else Tone.PLAIN)
    return Cell(_("orphan client"), tone=Tone.ATTENTION)


def _standing(turn: ClientStatus) -> str:
    facts = {
        "owner": turn.owner.name if turn.owner else "",
        "developer": turn.developer.name if turn.developer else "",
        "since": day(turn.since).text,
        "kind": turn.get_orphan_kind_display() if turn.orphan_kind else "",
        "cause": turn.get_cause_display(),
    }
    if turn.orphan_kind and turn.developer:
        return _("Orphan client (%(kind)s), developed by %(developer)s; last change %(since)s: %(cause)s.") % facts
    if turn.orphan_kind:
        return _("Orphan client (%(kind)s) without a developer; last change %(since)s: %(cause)s.") % facts
    return _("Owned by %(owner)s; last change %(since)s: %(cause)s.") % facts
