"""Who sees which disputes, and what of them (3-1, 3-2)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from access.models import User
from access.reach import within_reach
from access.rights import has
from access.roles import Duty
from clients.history.actions import tells_ruled_owners
from clients.history.rules import Ruled
from clients.models import Client, Contract, Receipt
from compensation.corrections.selectors import closers_as_of, with_present_amount
from disputes.models import OPEN, Dispute, Party, Ruling
from disputes.rules import Window, appeal_window, is_very_large
from periods.bulk import any_of
from rulebook.month import Month
from rulebook.plan import Disputes
from rulebook.selectors import plan_version_at
from staff.models import Employee
from staff.reach import oneself, people_of_branch

Side = Party.Side


def visible_to(user: User) -> QuerySet[Dispute]:
    """The disputes that a user may know of: as a party, for a party's branch, or as somebody charged with disputes."""
    return within_reach(user, Dispute.objects.select_related("client", "contract"))


def open_dispute_of(contract: Contract, user: User) -> Dispute | None:
    """The open dispute about a contract, for who may know of it."""
    return visible_to(user).filter(contract=contract, state__in=OPEN).first()


def own_people(user: User) -> frozenset[int]:
    """The people (ids) for whom a user sees a dispute without being charged with disputes: oneself, one's branch's."""
    return frozenset((*oneself(user), *people_of_branch(user)))


def own_people_in(user: User, dispute: Dispute) -> frozenset[int]:
    """The same within a dispute: oneself alone in an own one."""
    alone = frozenset(oneself(user))
    is_party = any(party.employee_id in alone for party in dispute.parties.all())
    return alone if is_party else own_people(user)


def parties_shown_to(user: User, dispute: Dispute, parties: Sequence[Party] = ()) -> list[Party]:
    """The parties whom a user may know of: before verification began, and none of them has made an offer, the other
    side doesn't learn who raised it. `parties` are all of them, if known."""
    parties = list(parties or dispute.parties.select_related("employee"))
    if _knows_names(user, dispute):
        return parties
    own = own_people_in(user, dispute)
    is_claimants = any(party.side == Side.CLAIMANT and party.employee_id in own for party in parties)
    return [party for party in parties if party.employee_id in own or (is_claimants and party.side == Side.RESPONDENT)]


def statement_shown_to(user: User, dispute: Dispute) -> str:
    """What whoever raised it says; empty for the other side before verification began."""
    own = own_people_in(user, dispute)
    is_own = dispute.raised_by_id == user.pk or any(
        party.side == Side.CLAIMANT and party.employee_id in own and party.statement == dispute.statement
        for party in dispute.parties.all()
    )
    return dispute.statement if is_own or _knows_names(user, dispute) else ""


def _knows_names(user: User, dispute: Dispute) -> bool:
    if dispute.verification_began_at is not None or dispute.offers.exists():
        return True
    is_party = dispute.parties.filter(employee__in=oneself(user)).exists()
    return has(user, Duty.READS_DISPUTES) and not is_party


def window_of(contract: Contract, rules: Disputes) -> Window:
    """When a dispute among colleagues about a contract can be raised (3-2.4.1)."""
    cash = Receipt.objects.filter(contract=contract, reverses=None).order_by("received_on")
    return appeal_window(cash.values_list("received_on", flat=True).first(), rules.appeal_months)


def plan_of(day: dt.date) -> Disputes:
    """The plan's numbers for disputes raised on a day. Raises NoPlanInForce."""
    return plan_version_at(Month.of(day)).plan.disputes


def is_very_large_client(client: Client, day: dt.date) -> bool:
    """Whether a client's receipts up to a day, net of refunds and as they were corrected since, reach the number of the
    plan (3-2.2)."""
    return (client.pk, day) in very_large_clients([(client.pk, day)])


def very_large_clients(asked: Collection[tuple[int, dt.date]]) -> set[tuple[int, dt.date]]:
    """Which of these clients (ids, each with a day) are very large on their days; one query for all that they paid, and
    one for the plan of each month."""
    rows: Any = with_present_amount(Receipt.objects.filter(contract__client__in={client for client, _day in asked}))
    paid: dict[int, list[tuple[dt.date, Decimal]]] = defaultdict(list)
    for client, *receipt in rows.order_by().values_list("contract__client", "received_on", "present_amount"):
        paid[client].append(receipt)
    at_least = {month: plan_of(month.first).very_large_client_sales for month in {Month.of(day) for _, day in asked}}
    return {(client, day) for client, day in asked if is_very_large(paid[client], day, at_least[Month.of(day)])}


def holders_of(contract: Contract) -> list[Employee]:
    """Who holds a contract now: its closer, or those among whom a ruling split it."""
    return list(Employee.objects.filter(pk__in=held_by([contract])[contract.pk]).order_by("number"))


def held_by(contracts: Sequence[Contract]) -> dict[int, Collection[int]]:
    """By the contracts' keys who holds them now, by their keys; two queries at most."""
    if not contracts:
        return {}
    closers = closers_as_of(None, *(one.pk for one in contracts))
    splits = {one.pk: closers.split(one.pk) for one in contracts}
    return {
        one.pk: split.people if (split := splits[one.pk]) else [closers.of(one.pk, one.closer_id)] for one in contracts
    }


def interested(dispute: Dispute) -> frozenset[int]:
    """The people (ids) with an interest of their own: the parties, who holds, closed or assists the contract."""
    people = set(dispute.parties.values_list("employee", flat=True))
    if (contract := dispute.contract) is not None:
        people |= {one.pk for one in holders_of(contract)} | {contract.closer_id}
        people |= {one for one in [contract.assistant_id] if one is not None}
    return frozenset(people)


def active(parties: Iterable[Party]) -> list[Party]:
    """The parties but those who took their claim back."""
    return [party for party in parties if party.withdrawn_at is None]


@tells_ruled_owners
def ruled_owners(clients: Collection[int] | None) -> Iterator[Ruled]:
    """The owners that rulings named, as the clients' histories take them in (3-1.1)."""
    rows = Ruling.objects.exclude(owner=None).order_by("pk")
    if clients is not None:
        rows = rows.filter(dispute__client__in=any_of(clients))
    for pk, day, client, owner in rows.values_list("pk", "made_on", "dispute__client", "owner"):
        yield Ruled(day, f"{pk:012}", client, owner)
