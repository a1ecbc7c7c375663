"""Which clients are orphans when, why, and whose they are (1-5, 1-6)."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from clients.codes import Orphan
from monthend.verify.facts import (
    Client,
    Contract,
    Correction,
    EventKind,
    Facts,
    Lapse,
    PersonnelEvent,
    PoolClaim,
    RuledOwner,
)
from monthend.verify.staffing import Staffing

_Happening = PersonnelEvent | Correction | Client | Contract | Lapse | PoolClaim | RuledOwner


@dataclass(frozen=True, slots=True)
class ClientState:
    """From `since` on: whose the client is, who closed its latest contract, whether it is an orphan."""

    since: dt.date
    owner: str | None
    deal_maker: str | None
    orphan: Orphan | None


class Clients:
    """Every client's states, replayed from the dated events."""

    def __init__(self, facts: Facts, staffing: Staffing) -> None:
        self._staffing = staffing
        self._states: dict[str, list[ClientState]] = {}
        self._touched_by: dict[str, set[str]] = defaultdict(set)
        self.orphan_kind_of_contract: dict[str, Orphan | None] = {}
        self._latest_contract: dict[str, str] = {}
        self._replay(facts)

    def state_on(self, client: str, day: dt.date) -> ClientState | None:
        """A client's state at the end of a day; None before it was registered."""
        found = None
        for state in self._states[client]:
            if state.since <= day:
                found = state
        return found

    def _replay(self, facts: Facts) -> None:
        """On one day: personnel changes first, then corrections, registrations, assignments, contracts, lapses, claims,
        each by number, and at last the owners that rulings name, in their order.

        Assignments are left out: one names the developer, and changes neither the owner nor what the client is.
        """
        self._contracts = {contract.number: contract for contract in facts.contracts}
        dated: list[tuple[dt.date, int, str, _Happening]] = []
        dated += [(event.date, 1, event.person, event) for event in facts.events]
        dated += [(change.month.first, 2, change.number, change) for change in facts.corrections]
        dated += [(client.registered_on, 3, client.number, client) for client in facts.clients]
        dated += [(contract.signed_on, 4, contract.number, contract) for contract in facts.contracts]
        dated += [(lapse.date, 5, lapse.client, lapse) for lapse in facts.lapses]
        dated += [(claim.date, 6, claim.client, claim) for claim in facts.pool_claims]
        dated += [(ruled.date, 7, "", ruled) for ruled in facts.ruled_owners]
        for day, _order, _number, happening in sorted(dated, key=lambda entry: entry[:3]):
            if isinstance(happening, PersonnelEvent):
                self._person_moves(day, happening)
            elif isinstance(happening, Correction):
                self._correct(day, happening)
            elif isinstance(happening, Client):
                self._register(day, happening)
            elif isinstance(happening, Contract):
                self._sign(day, happening)
            elif isinstance(happening, Lapse):
                self._lapse(day, happening)
            elif isinstance(happening, PoolClaim):
                self._claim(day, happening)
            elif isinstance(happening, RuledOwner):
                self._rule(day, happening)

    def _person_moves(self, day: dt.date, event: PersonnelEvent) -> None:
        """异岗 and 离岗 make orphans; 调动 doesn't."""
        if event.kind not in (EventKind.CHANGE_OF_POST, EventKind.DEPARTURE):
            return
        has_left = event.kind == EventKind.DEPARTURE
        for client in sorted(self._touched_by[event.person]):
            state = self._states[client][-1]
            if state.deal_maker == event.person and state.orphan is None:
                kind = Orphan.CLOSER_LEFT if has_left else Orphan.CLOSER_CHANGED_POST
                self._enter(client, ClientState(day, None, state.deal_maker, kind))
            elif state.deal_maker is None and state.owner == event.person:
                self._enter(client, ClientState(day, None, None, Orphan.NO_OWNER))

    def _register(self, day: dt.date, client: Client) -> None:
        orphan = None
        if client.owner is None:
            orphan = Orphan.NO_OWNER
        elif client.referred_by in self._states:
            referrer = self._states[client.referred_by][-1]
            if referrer.orphan is not None and referrer.orphan != Orphan.REFERRED_BY_ORPHAN:
                orphan = Orphan.REFERRED_BY_ORPHAN
        self._enter(client.number, ClientState(day, client.owner, None, orphan))

    def _sign(self, day: dt.date, contract: Contract) -> None:
        """The contract counts as an orphan's by the state just before; a closer in sales ends it, another makes one."""
        before = self._states[contract.client][-1]
        self.orphan_kind_of_contract[contract.number] = before.orphan
        self._latest_contract[contract.client] = contract.number
        if self._staffing.in_sales(contract.closer, day):
            after = ClientState(day, contract.closer, contract.closer, None)
        else:
            after = ClientState(day, None, contract.closer, Orphan.CLOSER_OUTSIDE_SALES)
        self._enter(contract.client, after)

    def _lapse(self, day: dt.date, lapse: Lapse) -> None:
        """A prospect that is still this owner's goes to the open pool, where it is no orphan of any kind."""
        before = self._states.get(lapse.client, [None])[-1]
        if before and lapse.client not in self._latest_contract and before.owner == lapse.owner:
            self._enter(lapse.client, ClientState(day, None, None, None))

    def _claim(self, day: dt.date, claim: PoolClaim) -> None:
        """Out of the open pool a client is the claimer's; what has an owner or is an orphan isn't there."""
        before = self._states.get(claim.client, [None])[-1]
        if before and before.owner is None and before.orphan is None:
            self._enter(claim.client, ClientState(day, claim.owner, before.deal_maker, None))

    def _rule(self, day: dt.date, ruled: RuledOwner) -> None:
        """Another owner, whoever is the deal-maker; a ruling makes no orphan and ends none (3-1.1)."""
        before = self._states[ruled.client][-1]
        self._enter(ruled.client, ClientState(day, ruled.owner, before.deal_maker, before.orphan))

    def _correct(self, day: dt.date, correction: Correction) -> None:
        """The right closer of a client's latest contract is its deal-maker, if still in sales its owner."""
        contract, closer = self._contracts[correction.contract], correction.right_closer
        if closer is None or self._latest_contract.get(contract.client) != contract.number:
            return
        if not self._staffing.in_sales(closer, contract.signed_on):
            after = ClientState(day, None, closer, Orphan.CLOSER_OUTSIDE_SALES)
        elif self._staffing.in_sales(closer, day):
            after = ClientState(day, closer, closer, None)
        else:
            is_gone = self._staffing.on(closer, day) is None
            after = ClientState(day, None, closer, Orphan.CLOSER_LEFT if is_gone else Orphan.CLOSER_CHANGED_POST)
        self._enter(contract.client, after)

    def _enter(self, client: str, state: ClientState) -> None:
        self._states.setdefault(client, []).append(state)
        for person in (state.owner, state.deal_maker):
            if person is not None:
                self._touched_by[person].add(client)
