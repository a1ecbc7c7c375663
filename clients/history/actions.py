"""Writes what follows from the clients' events: their history, and each contract's branch and orphan kind."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from clients.history.rules import (
    Assigned,
    Claimed,
    CloserCorrected,
    Event,
    Lapsed,
    PostChange,
    Registration,
    Replay,
    Returned,
    Ruled,
    Signing,
    Status,
    replay_clients,
    standing_of,
)
from clients.models import Assignment, Client, ClientStatus, Contract, Handover, Lapse, OrphanClient, PoolClaim
from clients.orphans.rules import Pooled, pooled
from periods.bulk import any_of, update_rows
from periods.copying import clear_rows, copy_rows
from staff.models import Department, PersonnelEvent, Post

Row = TypeVar("Row", bound=Model)

_POOL = ("client", "kind", "since", "deal_maker", "branch", "developer", "developed_since")
_KEY = ("since", "cause", "caused_by", "contract", "orphan_kind", "owner", "developer")


@dataclass(frozen=True, slots=True)
class RightCloser:
    """Who turned out to have closed a contract (ids), from which day on it counts, and the correction's number."""

    since: dt.date
    number: str
    contract: int
    closer: int


_TELLERS: list[Callable[[], Iterable[RightCloser]]] = []


def tells_right_closers(teller: Callable[[], Iterator[RightCloser]]) -> Callable[[], Iterator[RightCloser]]:
    """Mark a function that tells the closers corrected so far, which are kept above this app."""
    _TELLERS.append(teller)
    return teller


_TELLERS_OF_RULINGS: list[Callable[[Collection[int] | None], Iterable[Ruled]]] = []
TellsRulings = Callable[[Collection[int] | None], Iterator[Ruled]]


def tells_ruled_owners(teller: TellsRulings) -> TellsRulings:
    """Mark a function that tells the owners named by rulings so far, of some clients (ids) or of all for None; they are
    kept above this app."""
    _TELLERS_OF_RULINGS.append(teller)
    return teller


@transaction.atomic
def rebuild_histories() -> Replay:
    """Replay all clients' events and write what differs: ClientStatus, OrphanClient, Contract.branch and
    Contract.orphan_kind (1-5).
    """
    return _Rebuilding(None).write()


@transaction.atomic
def rebuild_histories_of(clients: Collection[int]) -> Replay:
    """The same for some clients (ids), who alone have changed: registered, claimed or assigned anew, none dated back.

    That changes nothing of any other client; who referred these is replayed too, since a referral is judged
    by the referrer's state (1-5.5), but nothing of theirs is written.
    """
    return _Rebuilding(clients).write()


class _Rebuilding:
    """Histories being written anew: all, or those of some clients."""

    def __init__(self, clients: Collection[int] | None) -> None:
        self._written = None if clients is None else frozenset(clients)
        self._replayed = None if clients is None else _with_referrers(clients)
        self._posts = _PostsByDay()
        rows = Contract.objects.only("id", "number", "client_id", "signed_on", "closer_id", "branch_id", "orphan_kind")
        if self._replayed is not None:
            rows = rows.filter(client__in=any_of(self._replayed))
        self._contracts = {contract.pk: contract for contract in rows}
        told = (right for teller in _TELLERS for right in teller())
        self._right_closers = [right for right in told if right.contract in self._contracts]

    def write(self) -> Replay:
        """Replay, and write what differs."""
        corrected = (_corrected(right, self._contracts[right.contract], self._posts) for right in self._right_closers)
        ruled = (one for teller in _TELLERS_OF_RULINGS for one in teller(self._replayed))
        contracts = list(self._contracts.values())
        replay = replay_clients([*_events(self._replayed), *_signings(contracts, self._posts), *corrected, *ruled])
        if self._written is None:
            _write_contracts(contracts, self._posts, replay)
        wanted = _by_client(turn for turn in replay.turns if self._written is None or turn.client in self._written)
        _write_turns(wanted, self._written)
        _write_pool(wanted, self._written, self._branch)
        return replay

    def _branch(self, one: Pooled) -> int | None:
        """The branch an orphan came from: its last deal-maker's when signing, else its last owner's."""
        if one.contract is not None:
            return self._contracts[one.contract].branch_id
        if one.last_owner is None:
            return None
        day = one.since if one.owned_until is None else one.owned_until - dt.timedelta(days=1)
        place = self._posts.on(one.last_owner, day)
        return place[0] if place else None


def _with_referrers(clients: Collection[int]) -> frozenset[int]:
    """The clients, and who referred them, and who referred those."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE chain (id) AS (SELECT unnest(%s::bigint[]) UNION"
            " SELECT client.referred_by_id FROM clients_client client JOIN chain USING (id)"
            " WHERE client.referred_by_id IS NOT NULL) SELECT id FROM chain",
            [list(clients)],
        )
        return frozenset(pk for (pk,) in cursor.fetchall())


class _PostsByDay:
    """Who is where on a day, for everybody, read once."""

    def __init__(self) -> None:
        self._posts: dict[int, list[tuple[dt.date, dt.date | None, int, bool]]] = defaultdict(list)
        rows = Post.objects.values_list("employee_id", "start", "end", "department__branch_id", "department__system")
        for employee, start, end, branch, system in rows:
            self._posts[employee].append((start, end, branch, system == Department.System.SALES))

    def on(self, employee: int, day: dt.date) -> tuple[int, bool] | None:
        """(branch, whether in sales) of an employee on a day, or None when not in post."""
        for start, end, branch, in_sales in self._posts[employee]:
            if start <= day and (end is None or day < end):
                return branch, in_sales
        return None


def _events(replayed: Collection[int] | None) -> Iterator[Event]:
    moves = PersonnelEvent.objects.filter(
        kind__in=(PersonnelEvent.Kind.CHANGE_OF_POST, PersonnelEvent.Kind.DEPARTURE)
    ).values_list("date", "employee__number", "employee_id", "kind")
    for date, number, employee, kind in moves:
        yield PostChange(date, number, employee, kind == PersonnelEvent.Kind.DEPARTURE)
    fields = ("registered_on", "number", "id", "registered_owner_id", "referred_by_id")
    for row in _among(replayed, Client.objects.order_by(), "pk").values_list(*fields):
        yield Registration(*row)
    of_client = ("date", "client__number", "client_id")
    for assigned in _among(replayed, Assignment.objects.order_by()).values_list(*of_client, "developer_id"):
        yield Assigned(*assigned)
    returned = Handover.objects.filter(answer__in=Handover.RETURNED).select_related("client").order_by()
    for handover in _among(replayed, returned):
        date = timezone.localdate(handover.answered_at)
        yield Returned(date, handover.client.number, handover.client_id, handover.developer_id, handover.day)
    for lapse in _among(replayed, Lapse.objects.order_by()).values_list(*of_client, "owner_id"):
        yield Lapsed(*lapse)
    for claim in _among(replayed, PoolClaim.objects.order_by()).values_list(*of_client, "owner_id"):
        yield Claimed(*claim)


def _among(replayed: Collection[int] | None, rows: QuerySet[Row], client: str = "client") -> QuerySet[Row]:
    """The rows of the clients that are replayed; all of them for None."""
    return rows if replayed is None else rows.filter(**{f"{client}__in": any_of(replayed)})


def _signings(contracts: list[Contract], posts: _PostsByDay) -> Iterator[Signing]:
    for contract in contracts:
        place = posts.on(contract.closer_id, contract.signed_on)
        yield Signing(
            date=contract.signed_on,
            number=contract.number,
            client=contract.client_id,
            contract=contract.pk,
            closer=contract.closer_id,
            in_sales=place is not None and place[1],
        )


def _corrected(right: RightCloser, contract: Contract, posts: _PostsByDay) -> CloserCorrected:
    then, now = posts.on(right.closer, contract.signed_on), posts.on(right.closer, right.since)
    standing = standing_of(then[1] if then else None, now[1] if now else None)
    return CloserCorrected(right.since, right.number, contract.client_id, contract.pk, right.closer, standing)


def _write_contracts(contracts: list[Contract], posts: _PostsByDay, replay: Replay) -> None:
    changed = []
    for contract in contracts:
        place = posts.on(contract.closer_id, contract.signed_on)
        branch = place[0] if place else contract.branch_id
        kind = replay.orphan_at_signing[contract.pk]
        if (contract.branch_id, contract.orphan_kind) != (branch, kind):
            contract.branch_id, contract.orphan_kind = branch, kind
            changed.append(contract)
    update_rows(Contract, changed, ["branch", "orphan_kind"])


def _by_client(turns: Iterable[Status]) -> dict[int, list[Status]]:
    return {
        client: list(rows)
        for client, rows in groupby(sorted(turns, key=attrgetter("client")), key=attrgetter("client"))
    }


def _write_turns(wanted: dict[int, list[Status]], only: Collection[int] | None) -> None:
    """Replace the histories of the clients whose turns differ from what is kept."""
    rows = ClientStatus.objects.order_by("client_id", "sequence")
    if only is not None:
        rows = rows.filter(client__in=any_of(only))
    kept: dict[int, list[tuple[object, ...]]] = defaultdict(list)
    for client, *facts in rows.values_list("client_id", *_KEY):
        kept[client].append(tuple(facts))
    changed = {client for client, turns in wanted.items() if [_facts(turn) for turn in turns] != kept.get(client)}
    gone = kept.keys() - wanted.keys()
    ClientStatus.objects.filter(client_id__in=(changed & kept.keys()) | gone).delete()
    copy_rows(
        ClientStatus,
        ("client", "sequence", *_KEY),
        ((client, sequence, *_facts(row)) for client in sorted(changed) for sequence, row in enumerate(wanted[client])),
    )


def _write_pool(
    wanted: dict[int, list[Status]], only: Collection[int] | None, branch_of: Callable[[Pooled], int | None]
) -> None:
    """Replace the pool's rows that differ from what is kept."""
    rows = OrphanClient.objects.order_by() if only is None else OrphanClient.objects.filter(client__in=any_of(only))
    kept = {client: (client, *facts) for client, *facts in rows.values_list(*_POOL)}
    found = ((client, pooled(turns)) for client, turns in wanted.items())
    standing = {
        client: (client, int(one.kind), one.since, one.deal_maker, branch_of(one), one.developer, one.developed_since)
        for client, one in found
        if one is not None
    }
    outdated = [client for client, row in kept.items() if standing.get(client) != row]
    if outdated:
        clear_rows(OrphanClient.objects.filter(client__in=any_of(outdated)))
    copy_rows(OrphanClient, _POOL, [row for client, row in standing.items() if kept.get(client) != row])


def _facts(row: Status) -> tuple[object, ...]:
    orphan = None if row.orphan is None else int(row.orphan)
    return row.since, row.cause.value, row.person, row.contract, orphan, row.owner, row.developer
