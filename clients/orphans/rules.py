"""The pool of orphans, told from histories: who is in it now (1-5), and by a rule who is to develop whom. Pure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from clients.codes import Cause, Orphan
from clients.history.rules import Status
from rulebook.articles import article

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


class Rule(StrEnum):
    """By what the next developer is chosen among those who may get one more."""

    ROUND_ROBIN = "round_robin"
    LEAST_LOADED = "least_loaded"
    BY_SCORE = "by_score"


class Why(StrEnum):
    """What decided for a developer, or that there was none."""

    TURN = "turn"
    LOAD = "load"
    SCORE = "score"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An orphan that waits: by its number, with the branch (code) it came from."""

    number: str
    branch: str | None


@dataclass(frozen=True, slots=True)
class DeveloperCandidate:
    """A sales person by staff number: the branch (code), how many orphans the person develops, and the score (≥ 0)."""

    number: str
    branch: str
    load: int
    score: Decimal


@dataclass(frozen=True, slots=True)
class Settings:
    """How it is chosen: nobody beyond `limit` orphans in all, nobody excluded; round robin goes on after a number."""

    rule: Rule
    same_branch_first: bool
    limit: int
    excluded: frozenset[str] = frozenset()
    go_on_after: str = ""


@dataclass(frozen=True, slots=True)
class ProposedDeveloper:
    """One orphan, who is to develop it (None: nobody has room), why, and whether for the branch it came from."""

    client: str
    developer: str | None
    why: Why
    same_branch: bool
    load_before: int


_WHY = {Rule.ROUND_ROBIN: Why.TURN, Rule.LEAST_LOADED: Why.LOAD, Rule.BY_SCORE: Why.SCORE}


@article("1-6")
def propose(
    waiting: Sequence[Waiting], candidates: Sequence[DeveloperCandidate], settings: Settings
) -> list[ProposedDeveloper]:
    """Propose a developer for each orphan, in the order given.

    Round robin takes the next staff number after the last one taken. Least loaded takes who develops the fewest, with
    what was proposed so far. By score shares out in proportion to the scores: it takes whose score divided by the
    orphans got so far, plus one, is highest. Ties go to the smaller load, then to the lower staff number. With
    `same_branch_first` only people of the branch the orphan came from are asked, as long as one of them has room.
    """
    choosing = _Choosing(candidates, settings)
    return [choosing.next_for(orphan) for orphan in waiting]


class _Choosing:
    """Who has how many so far, and whose turn it was last."""

    def __init__(self, candidates: Sequence[DeveloperCandidate], settings: Settings) -> None:
        self._settings = settings
        asked = (one for one in candidates if one.number not in settings.excluded)
        self._candidates = sorted(asked, key=lambda one: one.number)
        self._got = {one.number: 0 for one in self._candidates}
        self._last = settings.go_on_after

    def next_for(self, orphan: Waiting) -> ProposedDeveloper:
        """The proposal for one orphan; it counts for those that follow."""
        with_room = [one for one in self._candidates if self._load(one) < self._settings.limit]
        near = [one for one in with_room if one.branch == orphan.branch]
        asked = near if self._settings.same_branch_first and near else with_room
        if not asked:
            return ProposedDeveloper(orphan.number, None, Why.NOBODY, same_branch=False, load_before=0)
        chosen = self._choose(asked)
        before = self._load(chosen)
        self._got[chosen.number] += 1
        self._last = chosen.number
        return ProposedDeveloper(
            orphan.number, chosen.number, _WHY[self._settings.rule], chosen.branch == orphan.branch, before
        )

    def _choose(self, asked: Sequence[DeveloperCandidate]) -> DeveloperCandidate:
        match self._settings.rule:
            case Rule.ROUND_ROBIN:
                return next((one for one in asked if one.number > self._last), asked[0])
            case Rule.LEAST_LOADED:
                return min(asked, key=lambda one: (self._load(one), one.number))
            case Rule.BY_SCORE:
                return min(asked, key=lambda one: (-self._share(one), self._load(one), one.number))

    def _share(self, one: DeveloperCandidate) -> Decimal:
        return one.score / (self._got[one.number] + 1)

    def _load(self, one: DeveloperCandidate) -> int:
        return one.load + self._got[one.number]
