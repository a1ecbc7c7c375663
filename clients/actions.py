"""Writes of clients, assignments, contracts and receipts.

Each takes what is new and what changed, checked before, and writes it in a statement or two; `by` answers for it.
Histories, orphan kinds and branches follow from these: see history/actions.py.
"""

from collections.abc import Sequence

from access.actor import Actor
from access.history.acting import action
from clients.models import Assignment, Client, Contract, PoolRule, Receipt
from periods.bulk import update_rows, write_rows


@action
def save_clients(
    *,
    new: Sequence[Client],
    changed: Sequence[Client],
    fields: Sequence[str] = ("name", "registered_owner", "registered_on", "is_strategic"),
    by: Actor,
) -> None:
    """Write clients, all but who referred them, which may be a client written with them."""
    write_rows(Client, new=new, changed=changed, fields=fields)


@action
def name_referrers(*, clients: Sequence[Client], by: Actor) -> None:
    """Write who referred saved clients."""
    update_rows(Client, clients, ["referred_by"])


@action
def save_assignments(
    *, new: Sequence[Assignment], changed: Sequence[Assignment], fields: Sequence[str] = ("developer",), by: Actor
) -> None:
    """Write orphans' assignments to developers (1-6)."""
    write_rows(Assignment, new=new, changed=changed, fields=fields)


@action
def save_contracts(*, new: Sequence[Contract], changed: Sequence[Contract], fields: Sequence[str], by: Actor) -> None:
    """Write contracts, with the branch that the closer belongs to when signing."""
    write_rows(Contract, new=new, changed=changed, fields=fields)


@action
def save_receipts(*, new: Sequence[Receipt], changed: Sequence[Receipt], fields: Sequence[str], by: Actor) -> None:
    """Write receipts and refunds; a refund's original must be saved already."""
    write_rows(Receipt, new=new, changed=changed, fields=fields)


@action
def change_client(*, client: Client, by: Actor) -> None:
    """Write a saved client's name, telephone and whether it is strategic; who owns it is told by its history."""
    client.save(update_fields=["name", "is_strategic", "phone"])


@action
def save_pool_rule(rule: PoolRule, *, by: Actor) -> None:
    """Write how the orphan pool is run from a day on."""
    rule.save()
