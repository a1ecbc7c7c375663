"""The state of every client over time, replayed from dated events (1-5). Pure; keys may be any hashable id."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

from clients.codes import Cause, Orphan
from rulebook.articles import article


@dataclass(frozen=True, slots=True)
class PostChange:
    """A change of post or a departure; a move within the same system makes no orphans and is left out."""

    date: dt.date
    number: str
    person: int
    left: bool


@dataclass(frozen=True, slots=True)
class Registration:
    """A client as registered."""

    date: dt.date
    number: str
    client: int
    owner: int | None
    referrer: int | None


@dataclass(frozen=True, slots=True)
class Assigned:
    """An orphan given to a developer."""

    date: dt.date
    number: str
    client: int
    developer: int


@dataclass(frozen=True, slots=True)
class Returned:
    """An orphan that its developer, to whom it was assigned on a day, gave back, or did not accept in time."""

    date: dt.date
    number: str
    client: int
    developer: int
    assigned_on: dt.date


@dataclass(frozen=True, slots=True)
class Signing:
    """A contract signed; `in_sales` tells whether its closer was in sales on that day."""

    date: dt.date
    number: str
    client: int
    contract: int
    closer: int
    in_sales: bool


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A client's protection ran out for its owner: it goes to the open pool, and is no orphan."""

    date: dt.date
    number: str
    client: int
    owner: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """A client of the open pool claimed for somebody."""

    date: dt.date
    number: str
    client: int
    owner: int


@dataclass(frozen=True, slots=True)
class Ruled:
    """From this day on a ruling on a dispute names the client's owner (3-1.1)."""

    date: dt.date
    number: str
    client: int
    owner: int


class CloserStanding(Enum):
    """Where somebody is who turns out to have closed a contract."""

    IN_SALES = None
    SIGNED_OUTSIDE_SALES = Orphan.CLOSER_OUTSIDE_SALES
    CHANGED_POST = Orphan.CLOSER_CHANGED_POST
    LEFT = Orphan.CLOSER_LEFT


def standing_of(sold_at_signing: bool | None, sells_now: bool | None) -> CloserStanding:
    """Where a contract's right closer is, told by whether in sales when it was signed and now; None: not in post."""
    if not sold_at_signing:
        return CloserStanding.SIGNED_OUTSIDE_SALES
    if sells_now is None:
        return CloserStanding.LEFT
    return CloserStanding.IN_SALES if sells_now else CloserStanding.CHANGED_POST


@dataclass(frozen=True, slots=True)
class CloserCorrected:
    """From this day on a contract counts as closed by another; `standing` tells where that person was and is."""

    date: dt.date
    number: str
    client: int
    contract: int
    closer: int
    standing: CloserStanding


@dataclass(frozen=True, slots=True)
class Status:
    """A client's state from `since` on; `person` is through whom it came about."""

    client: int
    since: dt.date
    cause: Cause
    person: int | None
    contract: int | None
    orphan: Orphan | None
    owner: int | None
    developer: int | None


@dataclass(slots=True)
class Replay:
    """What came of the events: each client's turns in order, each contract's state just before its signing,
    and the assignments (client, date) of clients that were no orphans."""

    turns: list[Status] = field(default_factory=list)
    orphan_at_signing: dict[int, Orphan | None] = field(default_factory=dict)
    assigned_without_need: list[Assigned] = field(default_factory=list)


Event = PostChange | CloserCorrected | Registration | Returned | Assigned | Signing | Lapsed | Claimed | Ruled
_ORDER: dict[type, int] = {
    PostChange: 0, CloserCorrected: 1, Registration: 2, Returned: 3, Assigned: 4, Signing: 6, Lapsed: 7, Claimed: 8,
    Ruled: 9,
}  # fmt: skip
_AFTER_ASSIGNED = 5


def _in_order(event: Event) -> tuple[dt.date, int, str]:
    """What is returned on the day it was assigned on is returned after that, anything else before."""
    is_of_the_day = isinstance(event, Returned) and event.assigned_on == event.date
    return event.date, _AFTER_ASSIGNED if is_of_the_day else _ORDER[type(event)], event.number


@article("1-5.1", "1-5.2", "1-5.3", "1-5.4", "1-5.5", "1-6", "3-1.1")
def replay_clients(events: Iterable[Event]) -> Replay:
    """Replay all clients' events: by day, on one day personnel first, then corrections, registrations, returns to the
    pool, assignments, contracts, lapses, claims, rulings, each by number. A sales person's contract ends the orphan's
    state and makes the closer its owner. A client that ever had a contract doesn't lapse."""
    replay = _Replaying()
    handlers: dict[type, Callable[..., None]] = {
        PostChange: replay.change_post,
        CloserCorrected: replay.correct_closer,
        Registration: replay.register,
        Returned: replay.give_back,
        Assigned: replay.assign,
        Signing: replay.sign,
        Lapsed: replay.lapse,
        Claimed: replay.claim,
        Ruled: replay.rule,
    }
    for event in sorted(events, key=_in_order):
        handlers[type(event)](event)
    return replay.result


class _Replaying:
    """The states so far, and who stands behind which client."""

    def __init__(self) -> None:
        self.result = Replay()
        self.now: dict[int, Status] = {}
        self.deal_maker: dict[int, int] = {}
        self.latest_contract: dict[int, int] = {}
        self.clients_of: dict[int, set[int]] = defaultdict(set)

    def change_post(self, event: PostChange) -> None:
        cause = Cause.LEFT if event.left else Cause.CHANGED_POST
        for client in sorted(self.clients_of[event.person]):
            state = self.now[client]
            turned = self._after_post_change(state, event)
            if turned != state:
                self._turn(replace(turned, since=event.date, cause=cause, person=event.person, contract=None))

    def _after_post_change(self, state: Status, event: PostChange) -> Status:
        if state.developer == event.person:
            state = replace(state, developer=None)
        deal_maker = self.deal_maker.get(state.client)
        if deal_maker is None and state.owner == event.person:
            return replace(state, orphan=Orphan.NO_OWNER, owner=None)
        if deal_maker == event.person and state.orphan is None:
            kind = Orphan.CLOSER_LEFT if event.left else Orphan.CLOSER_CHANGED_POST
            return replace(state, orphan=kind, owner=None)
        return state

    def register(self, event: Registration) -> None:
        referrer = self.now.get(event.referrer) if event.referrer is not None else None
        orphan = None
        if event.owner is None:
            orphan = Orphan.NO_OWNER
        elif referrer and referrer.orphan not in (None, Orphan.REFERRED_BY_ORPHAN):
            orphan = Orphan.REFERRED_BY_ORPHAN
        self._turn(Status(event.client, event.date, Cause.REGISTERED, event.owner, None, orphan, event.owner, None))

    def assign(self, event: Assigned) -> None:
        state = self.now.get(event.client)
        if state is None or state.orphan is None:
            self.result.assigned_without_need.append(event)
            return
        self._turn(
            replace(
                state,
                since=event.date,
                cause=Cause.ASSIGNED,
                person=event.developer,
                contract=None,
                developer=event.developer,
            )
        )

    def give_back(self, event: Returned) -> None:
        """The client waits again, unless somebody else has it meanwhile; it was an orphan all along."""
        state = self.now.get(event.client)
        if state is not None and state.developer == event.developer:
            self._turn(
                replace(
                    state,
                    since=event.date,
                    cause=Cause.RETURNED,
                    person=event.developer,
                    contract=None,
                    developer=None,
                )
            )

    def sign(self, event: Signing) -> None:
        state = self.now[event.client]
        self.result.orphan_at_signing[event.contract] = state.orphan
        self.latest_contract[event.client] = event.contract
        self._close(state, event, None if event.in_sales else Orphan.CLOSER_OUTSIDE_SALES, Cause.SIGNED)

    def lapse(self, event: Lapsed) -> None:
        """Nobody's, and no orphan: letting a client lapse must pay nobody. Only what is this owner's lapses."""
        state = self.now.get(event.client)
        if state and event.client not in self.deal_maker and state.owner == event.owner:
            turned = replace(state, since=event.date, cause=Cause.LAPSED, person=event.owner, contract=None)
            self._turn(replace(turned, orphan=None, owner=None, developer=None))

    def claim(self, event: Claimed) -> None:
        """Out of the open pool alone: what meanwhile became an orphan, or somebody's, is not there to be claimed."""
        state = self.now.get(event.client)
        if state and state.owner is None and state.orphan is None:
            self._turn(replace(state, since=event.date, cause=Cause.CLAIMED, person=event.owner, owner=event.owner))

    def rule(self, event: Ruled) -> None:
        """Another owner, and nothing else: a ruling makes no orphan and ends none, now or later."""
        state = replace(self.now[event.client], since=event.date, cause=Cause.RULED, contract=None)
        self._turn(replace(state, person=event.owner, owner=event.owner))

    def correct_closer(self, event: CloserCorrected) -> None:
        """Another is the deal-maker, as if the contract had been theirs; unless a later contract has changed that."""
        if self.latest_contract.get(event.client) == event.contract:
            self._close(self.now[event.client], event, event.standing.value, Cause.CORRECTED)

    def _close(self, state: Status, event: Signing | CloserCorrected, orphan: Orphan | None, cause: Cause) -> None:
        self.deal_maker[event.client] = event.closer
        if orphan is None:
            turned = replace(state, orphan=None, owner=event.closer, developer=None)
        else:
            turned = replace(state, orphan=orphan, owner=None)
        self._turn(replace(turned, since=event.date, cause=cause, person=event.closer, contract=event.contract))

    def _turn(self, state: Status) -> None:
        self.now[state.client] = state
        self.result.turns.append(state)
        for person in (state.owner, state.developer, self.deal_maker.get(state.client)):
            if person is not None:
                self.clients_of[person].add(state.client)
