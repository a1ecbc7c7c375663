"""Clients of every orphan kind, their assignments and contracts."""

import datetime as dt
from dataclasses import replace

from monthend.verify.facts import Client, Contract
from monthend.verify.orphans import Clients
from monthend.verify.staffing import Staffing
from rulebook.month import Month
from tests.companies.draft import Assignment, Draft


def register_clients(draft: Draft, month: Month, count: int) -> None:
    """Clients with and without owner, some referred by another of the same day, some on a day their owner moves."""
    staffing = draft.staffing()
    for _turn in range(count):
        owner = draft.chance.choice(draft.people) if draft.happens(0.7) else None
        day = draft.day_in(month) if owner is None else draft.day_around_moves(owner, month)
        if owner is not None and staffing.on(owner, day) is None:
            owner = None
        earlier = [client for client in draft.clients if client.registered_on <= day]
        referrer = draft.chance.choice(earlier[-8:]).number if earlier and draft.happens(0.45) else None
        client = Client(draft.number("C"), owner, referrer, day)
        draft.clients.append(client)
        friend = draft.chance.choice(draft.people)
        if draft.happens(0.15) and staffing.on(friend, day) is not None:
            draft.clients.append(Client(draft.number("C"), friend, client.number, day))


def sign_contracts(draft: Draft, month: Month, count: int) -> None:
    """Contracts closed by sales and support staff, with and without assistants, some on the day of an assignment."""
    staffing = draft.staffing()
    for _turn in range(count):
        closer = draft.chance.choice(draft.people)
        if draft.happens(0.6):
            closer = _somebody_in_sales(draft, staffing, month) or closer
        day = draft.day_around_moves(closer, month)
        if staffing.on(closer, day) is None:
            continue
        contract = sign(draft, closer, day)
        if contract is not None and draft.happens(0.4):
            second = draft.chance.choice(draft.people)
            if staffing.on(second, day) is not None:
                draft.contracts.append(_contract(draft, contract.client, second, day))


def sign(draft: Draft, closer: str, day: dt.date) -> Contract | None:
    """A contract of a client registered by then; by preference an orphan, or one of the closer's own."""
    known = [client.number for client in draft.clients if client.registered_on <= day]
    if not known:
        return None
    if draft.happens(0.5):
        known = known[-10:]
    contract = _contract(draft, draft.chance.choice(known), closer, day)
    draft.contracts.append(contract)
    return contract


def assign_orphans(draft: Draft, month: Month) -> None:
    """Give orphans of the month to developers; some on the day on which a contract is signed."""
    staffing = draft.staffing()
    days = [contract.signed_on for contract in draft.contracts if contract.signed_on in month]
    for client in draft.chance.sample(draft.clients, min(len(draft.clients), 6)):
        day = draft.chance.choice(days) if days and draft.happens(0.5) else draft.day_in(month)
        if day < client.registered_on or any(
            (given.client, given.date) == (client.number, day) for given in draft.assignments
        ):
            continue
        developer = _somebody_in_sales(draft, staffing, month)
        if developer is not None and staffing.in_sales(developer, day) and _is_orphan(draft, client.number, day):
            draft.assignments.append(Assignment(client.number, day, developer))


def _is_orphan(draft: Draft, client: str, day: dt.date) -> bool:
    """Whether a client is an orphan before the contracts of a day are signed, as far as no correction is made yet."""
    facts = draft.facts()
    signed = tuple(made for made in facts.contracts if made.signed_on < day)
    before = replace(facts, contracts=signed, corrections=())
    state = Clients(before, draft.staffing()).state_on(client, day)
    return state is not None and state.orphan is not None


def sign_with_orphan(draft: Draft, closer: str, assistant: str | None, day: dt.date) -> Contract:
    """A contract with a client that nobody owns, registered on the same day."""
    client = Client(draft.number("C"), None, None, day)
    draft.clients.append(client)
    contract = Contract(draft.number("K"), client.number, day, closer, None if assistant == closer else assistant)
    draft.contracts.append(contract)
    return contract


def _contract(draft: Draft, client: str, closer: str, day: dt.date) -> Contract:
    assistant = draft.chance.choice(draft.people) if draft.happens(0.5) else None
    return Contract(draft.number("K"), client, day, closer, None if assistant == closer else assistant)


def _somebody_in_sales(draft: Draft, staffing: Staffing, month: Month) -> str | None:
    in_sales = [person for person in draft.people if staffing.days_in_sales(person, month)]
    return draft.chance.choice(in_sales) if in_sales else None
