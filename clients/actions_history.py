"""Writes what follows from the clients' events: their history, and each contract's branch and orphan kind."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.db import transaction

from clients.models import Assignment, Client, ClientStatus, Contract, Lapse, PoolClaim
from clients.rules import (
    Assigned,
    Claimed,
    CloserCorrected,
    Event,
    Lapsed,
    PostChange,
    Registration,
    Replay,
    Signing,
    Status,
    replay_clients,
    standing_of,
)
from periods.bulk import update_rows
from periods.copying import copy_rows
from staff.models import Department, PersonnelEvent, Post

_KEY = ("since", "cause", "caused_by", "contract", "orphan_kind", "owner", "developer")


@dataclass(frozen=True, slots=True)
class RightCloser:
    """Who turned out to have closed a contract (ids), from which day on it counts, and the correction's number."""

    since: dt.date
    number: str
    contract: int
    closer: int


_CORRECTIONS: list[Callable[[], Iterable[RightCloser]]] = []


def tells_right_closers(source: Callable[[], Iterable[RightCloser]]) -> Callable[[], Iterable[RightCloser]]:
    """Mark the function of a higher app that knows the closers corrected so far."""
    _CORRECTIONS.append(source)
    return source


def rebuild_all_histories() -> Replay:
    """Replay all clients' events with every correction that higher apps know."""
    return rebuild_histories(right for source in _CORRECTIONS for right in source())


@transaction.atomic
def rebuild_histories(right_closers: Iterable[RightCloser]) -> Replay:
    """Replay all clients' events and write what differs: ClientStatus, Contract.branch, Contract.orphan_kind (1-5).

    `right_closers` are the closers corrected so far, which are kept above this app.
    """
    posts = _PostsByDay()
    contracts = list(
        Contract.objects.only("id", "number", "client_id", "signed_on", "closer_id", "branch_id", "orphan_kind")
    )
    signed = {contract.pk: contract for contract in contracts}
    corrected = (_corrected(right, signed[right.contract], posts) for right in right_closers)
    replay = replay_clients([*_events(), *_signings(contracts, posts), *corrected])
    _write_contracts(contracts, posts, replay)
    _write_turns(replay.turns)
    return replay


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


def _events() -> Iterator[Event]:
    moves = PersonnelEvent.objects.filter(
        kind__in=(PersonnelEvent.Kind.CHANGE_OF_POST, PersonnelEvent.Kind.DEPARTURE)
    ).values_list("date", "employee__number", "employee_id", "kind")
    for date, number, employee, kind in moves:
        yield PostChange(date, number, employee, kind == PersonnelEvent.Kind.DEPARTURE)
    clients = Client.objects.values_list("registered_on", "number", "id", "registered_owner_id", "referred_by_id")
    for row in clients:
        yield Registration(*row)
    for date, number, client, developer in Assignment.objects.values_list(
        "date", "client__number", "client_id", "developer_id"
    ):
        yield Assigned(date, number, client, developer)
    for lapse in Lapse.objects.values_list("date", "client__number", "client_id", "owner_id"):
        yield Lapsed(*lapse)
    for claim in PoolClaim.objects.values_list("date", "client__number", "client_id", "owner_id"):
        yield Claimed(*claim)


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


def _write_turns(turns: list[Status]) -> None:
    """Replace the histories of the clients whose turns differ from what is kept."""
    kept: dict[int, list[tuple[object, ...]]] = defaultdict(list)
    for client, *facts in ClientStatus.objects.order_by("client_id", "sequence").values_list("client_id", *_KEY):
        kept[client].append(tuple(facts))
    wanted: dict[int, list[Status]] = {
        client: list(rows)
        for client, rows in groupby(sorted(turns, key=attrgetter("client")), key=attrgetter("client"))
    }
    changed = {client for client, rows in wanted.items() if [_facts(row) for row in rows] != kept.get(client)}
    gone = kept.keys() - wanted.keys()
    ClientStatus.objects.filter(client_id__in=(changed & kept.keys()) | gone).delete()
    copy_rows(
        ClientStatus,
        ("client", "sequence", *_KEY),
        ((client, sequence, *_facts(row)) for client in sorted(changed) for sequence, row in enumerate(wanted[client])),
    )


def _facts(row: Status) -> tuple[object, ...]:
    orphan = None if row.orphan is None else int(row.orphan)
    return row.since, row.cause.value, row.person, row.contract, orphan, row.owner, row.developer
