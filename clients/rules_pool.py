"""Which clients are in the pool of orphans now, told from their histories (1-5). Pure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from clients.codes import Cause, Orphan
from clients.rules import Status

_DEALS = (Cause.SIGNED, Cause.CORRECTED)


@dataclass(frozen=True, slots=True)
class Pooled:
    """An orphan now: why, since when, who closed its latest contract, who owned it last until when, who develops it."""

    kind: Orphan
    since: dt.date
    deal_maker: int | None
    contract: int | None
    last_owner: int | None
    owned_until: dt.date | None
    developer: int | None
    developed_since: dt.date | None


def pooled(turns: Sequence[Status]) -> Pooled | None:
    """Where a client stands in the pool after its turns, in order; None when it is no orphan.

    An orphan's age counts from the day it became one, whatever kind it is since and whoever developed it meanwhile.
    """
    last = turns[-1]
    if last.orphan is None:
        return None
    orphaned = _last_run(turns, [turn.orphan is not None for turn in turns])
    deal = next((turn for turn in reversed(turns) if turn.cause in _DEALS), None)
    owned = next((index for index in reversed(range(len(turns))) if turns[index].owner is not None), None)
    developed = None if last.developer is None else _begun(turns, last.developer)
    is_owned = owned == len(turns) - 1
    return Pooled(
        kind=last.orphan,
        since=orphaned.since,
        deal_maker=deal.person if deal else None,
        contract=deal.contract if deal else None,
        last_owner=None if owned is None else turns[owned].owner,
        owned_until=None if owned is None or is_owned else turns[owned + 1].since,
        developer=last.developer,
        developed_since=developed,
    )


def _last_run(turns: Sequence[Status], holds: Sequence[bool]) -> Status:
    """The first turn of the last run in which something holds."""
    first = len(turns) - 1
    while first and holds[first - 1]:
        first -= 1
    return turns[first]


def _begun(turns: Sequence[Status], developer: int) -> dt.date:
    """Since when the developer has it: the last time it was assigned, or the turn that names them."""
    named = [turn for turn in turns if turn.cause == Cause.ASSIGNED and turn.developer == developer]
    return named[-1].since if named else _last_run(turns, [turn.developer == developer for turn in turns]).since
