"""What makes a client an orphan, and what ends it."""

import datetime as dt
from collections.abc import Sequence

import pytest

from clients.codes import Cause, Orphan
from clients.history.rules import (
    Assigned,
    Claimed,
    Event,
    Lapsed,
    PostChange,
    Registration,
    Replay,
    Signing,
    replay_clients,
)

ANNE, BEN, CARL = 1, 2, 3
CLIENT, REFERRED, SECOND = 10, 11, 12


def day(number: int, month: int = 4) -> dt.date:
    return dt.date(2011, month, number)


def registered(
    client: int = CLIENT, owner: int | None = ANNE, referrer: int | None = None, on: int = 1
) -> Registration:
    return Registration(day(on), f"C{client}", client, owner, referrer)


def signed(contract: int, closer: int, on: int, *, client: int = CLIENT, in_sales: bool = True) -> Signing:
    return Signing(day(on), f"K{contract:03}", client, contract, closer, in_sales)


def moved(person: int, on: int) -> PostChange:
    return PostChange(day(on), f"P{person}", person, left=False)


def left(person: int, on: int) -> PostChange:
    return PostChange(day(on), f"P{person}", person, left=True)


def assigned(developer: int, on: int, client: int = CLIENT) -> Assigned:
    return Assigned(day(on), f"C{client}", client, developer)


def orphan_now(replay: Replay, client: int = CLIENT) -> Orphan | None:
    return [turn for turn in replay.turns if turn.client == client][-1].orphan


def owner_now(replay: Replay, client: int = CLIENT) -> int | None:
    return [turn for turn in replay.turns if turn.client == client][-1].owner


@pytest.mark.parametrize(
    ("events", "orphan"),
    [
        pytest.param([registered()], None, id="a prospect with an owner"),
        pytest.param([registered(), signed(1, ANNE, 2), moved(ANNE, 3)], 1, id="deal-maker changed post"),
        pytest.param([registered(), signed(1, ANNE, 2), left(ANNE, 3)], 2, id="deal-maker left"),
        pytest.param([registered(), signed(1, ANNE, 2, in_sales=False)], 3, id="deal-maker outside sales"),
        pytest.param([registered(owner=None)], 4, id="no owner"),
        pytest.param([registered(), left(ANNE, 3)], 4, id="a prospect's owner left"),
        pytest.param([registered(), moved(ANNE, 3)], 4, id="a prospect's owner changed post"),
        pytest.param(
            [registered(), signed(1, BEN, 2), left(ANNE, 3)], None, id="the owner is no longer the deal-maker"
        ),
        pytest.param(
            [registered(), signed(1, ANNE, 2), signed(2, BEN, 3), left(ANNE, 4)], None, id="not of the latest contract"
        ),
        pytest.param(
            [registered(), signed(1, ANNE, 2), signed(2, BEN, 3), left(BEN, 4)], 2, id="of the latest contract"
        ),
        pytest.param(
            [registered(), signed(1, ANNE, 2), left(ANNE, 3), signed(2, BEN, 4)], None, id="a sales person closed"
        ),
        pytest.param(
            [registered(owner=None), signed(1, CARL, 4, in_sales=False)], 3, id="a closer outside sales ends nothing"
        ),
        pytest.param([registered(), signed(1, ANNE, 2), moved(ANNE, 3), left(ANNE, 4)], 1, id="the first reason stays"),
    ],
)
@pytest.mark.article("1-5.1", "1-5.2", "1-5.3", "1-5.4")
def test_kinds_of_orphans(events: Sequence[Event], orphan: int | None) -> None:
    assert orphan_now(replay_clients(events)) == orphan


@pytest.mark.article("1-5.5")
@pytest.mark.parametrize(
    ("before", "owner", "orphan"),
    [
        ([registered(owner=None)], BEN, Orphan.REFERRED_BY_ORPHAN),
        ([registered(owner=None)], None, Orphan.NO_OWNER),
        ([registered()], BEN, None),
        ([registered(), signed(1, ANNE, 2), left(ANNE, 5)], BEN, Orphan.REFERRED_BY_ORPHAN),
        ([registered(), signed(1, ANNE, 2), left(ANNE, 6)], BEN, None),
        ([registered(owner=None), signed(1, ANNE, 4)], BEN, None),
        ([registered(owner=None), signed(1, ANNE, 5)], BEN, Orphan.REFERRED_BY_ORPHAN),
    ],
)
def test_a_client_referred_by_an_orphan_is_one_as_of_its_registration(
    before: list[Event], owner: int | None, orphan: Orphan | None
) -> None:
    """On one day personnel changes come first, contracts last."""
    replay = replay_clients([*before, registered(REFERRED, owner, CLIENT, on=5)])
    assert orphan_now(replay, REFERRED) == orphan


@pytest.mark.article("1-5.5")
def test_a_referral_of_a_referral_is_none() -> None:
    replay = replay_clients(
        [registered(owner=None), registered(REFERRED, BEN, CLIENT, on=2), registered(SECOND, CARL, REFERRED, on=3)]
    )
    assert orphan_now(replay, REFERRED) == Orphan.REFERRED_BY_ORPHAN
    assert orphan_now(replay, SECOND) is None


@pytest.mark.article("1-5.4", "1-5.5")
def test_a_referred_prospect_whose_owner_left_has_no_owner() -> None:
    replay = replay_clients([registered(owner=None), registered(REFERRED, BEN, CLIENT, on=2), left(BEN, 3)])
    assert orphan_now(replay, REFERRED) == Orphan.NO_OWNER


@pytest.mark.article("1-6")
def test_the_contract_that_ends_an_orphan_still_counts_as_an_orphans_and_makes_its_closer_owner() -> None:
    replay = replay_clients([registered(owner=None), assigned(ANNE, 2), signed(1, BEN, 3), signed(2, BEN, 4)])
    assert replay.orphan_at_signing == {1: Orphan.NO_OWNER, 2: None}
    assert owner_now(replay) == BEN


@pytest.mark.article("1-6")
def test_an_assignment_names_the_developer_until_he_leaves() -> None:
    replay = replay_clients([registered(owner=None), assigned(ANNE, 2), left(ANNE, 3)])
    assert [(turn.cause, turn.developer) for turn in replay.turns] == [
        (Cause.REGISTERED, None),
        (Cause.ASSIGNED, ANNE),
        (Cause.LEFT, None),
    ]


def test_an_assignment_of_a_client_that_is_no_orphan_is_reported_and_changes_nothing() -> None:
    replay = replay_clients([registered(), assigned(BEN, 2)])
    assert replay.assigned_without_need == [assigned(BEN, 2)]
    assert owner_now(replay) == ANNE


def test_on_one_day_an_assignment_comes_before_a_contract() -> None:
    replay = replay_clients([signed(1, BEN, 2), assigned(BEN, 2), registered(owner=None, on=2)])
    assert replay.assigned_without_need == []
    assert [turn.cause for turn in replay.turns] == [Cause.REGISTERED, Cause.ASSIGNED, Cause.SIGNED]


def test_contracts_of_one_day_go_by_number() -> None:
    replay = replay_clients([registered(), signed(2, BEN, 2), signed(1, ANNE, 2), left(ANNE, 3)])
    assert owner_now(replay) == BEN
    assert orphan_now(replay) is None


def lapsed(on: int, owner: int = ANNE, client: int = CLIENT) -> Lapsed:
    return Lapsed(day(on), f"C{client}", client, owner)


def claimed(on: int, owner: int = BEN, client: int = CLIENT) -> Claimed:
    return Claimed(day(on), f"C{client}", client, owner)


@pytest.mark.parametrize(
    ("events", "owner", "orphan"),
    [
        pytest.param([registered(), lapsed(5)], None, None, id="lapsed: nobody's and no orphan"),
        pytest.param([registered(), lapsed(5), left(ANNE, 6)], None, None, id="whoever had it leaves later"),
        pytest.param([registered(), left(ANNE, 5), lapsed(5)], None, 4, id="who leaves on that day leaves an orphan"),
        pytest.param([registered(), lapsed(5), claimed(5)], BEN, None, id="claimed on the very day"),
        pytest.param([registered(), lapsed(5), claimed(6), left(BEN, 7)], None, 4, id="the claimer leaves"),
        pytest.param([registered(), lapsed(5), claimed(6), lapsed(9, BEN)], None, None, id="lapses again"),
        pytest.param([registered(), lapsed(5), claimed(6), lapsed(9)], BEN, None, id="an old owner's lapse is past"),
        pytest.param([registered(), claimed(5)], ANNE, None, id="what has an owner can't be claimed"),
        pytest.param([registered(owner=None), claimed(5)], None, 4, id="an orphan can't be claimed"),
        pytest.param([registered(), signed(1, BEN, 5), lapsed(5)], BEN, None, id="signed on the day it would lapse"),
        pytest.param([registered(), signed(1, ANNE, 3), lapsed(5)], ANNE, None, id="with a contract it doesn't lapse"),
        pytest.param([registered(), lapsed(5), signed(1, CARL, 6)], CARL, None, id="signed out of the open pool"),
        pytest.param(
            [registered(), lapsed(5), signed(1, CARL, 6, in_sales=False)], None, 3, id="signed by an outsider"
        ),
        pytest.param([registered(), lapsed(5), assigned(BEN, 6)], None, None, id="no orphan to be assigned"),
        pytest.param([lapsed(5), claimed(5), registered(on=6)], ANNE, None, id="before it was registered"),
    ],
)
def test_the_open_pool(events: Sequence[Event], owner: int | None, orphan: int | None) -> None:
    replay = replay_clients(events)
    assert owner_now(replay) == owner
    assert orphan_now(replay) == orphan


def test_a_lapse_pays_nobody() -> None:
    """What was referred by an orphan is none any more; what lapsed makes no orphans of what it refers."""
    orphans = [registered(SECOND, owner=None), registered(referrer=SECOND, on=2)]
    assert replay_clients([*orphans, signed(1, BEN, 6)]).orphan_at_signing[1] == Orphan.REFERRED_BY_ORPHAN
    assert replay_clients([*orphans, lapsed(5), signed(1, BEN, 6)]).orphan_at_signing[1] is None
    assert replay_clients([*orphans, lapsed(5), claimed(5), signed(1, BEN, 6)]).orphan_at_signing[1] is None
    referred = registered(REFERRED, owner=CARL, referrer=CLIENT, on=6)
    assert orphan_now(replay_clients([registered(), lapsed(5), referred]), REFERRED) is None


def test_turns_of_the_open_pool_tell_their_cause() -> None:
    replay = replay_clients([registered(), lapsed(5), claimed(6)])
    assert [(turn.cause, turn.person) for turn in replay.turns] == [
        (Cause.REGISTERED, ANNE),
        (Cause.LAPSED, ANNE),
        (Cause.CLAIMED, BEN),
    ]
