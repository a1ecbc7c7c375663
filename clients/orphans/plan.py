"""A rule's list of who is to develop which orphan, with all it was made from, so that it can be made anew."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from access.models import User
from access.reach import within_reach
from clients.models import AssignmentBatch
from clients.orphans.effects import SalesPerson, WantedDevelopers, scores_of
from clients.orphans.rules import DeveloperCandidate, ProposedDeveloper, Rule, Settings, Waiting, Why, propose

Kind = AssignmentBatch.Kind


@dataclass(frozen=True, slots=True)
class RulePlan:
    """The orphans and what is proposed for each, and the batch (unsaved) that keeps how it came about."""

    orphans: Sequence[Any]
    proposals: Sequence[ProposedDeveloper]
    people: dict[str, SalesPerson]
    batch: AssignmentBatch

    def wanted(self, day: dt.date) -> WantedDevelopers:
        """The proposals that name a developer."""
        found = zip(self.orphans, self.proposals, strict=True)
        pairs = [(orphan.pk, self.people[one.developer].pk) for orphan, one in found if one.developer is not None]
        return WantedDevelopers(pairs, day)

    @property
    def left_over(self) -> int:
        """How many orphans nobody has room for."""
        return sum(one.developer is None for one in self.proposals)


def plan_by_rule(
    orphans: Sequence[Any],
    people: Sequence[SalesPerson],
    viewer: User,
    *,
    rule: Rule,
    same_branch_first: bool,
    limit: int,
    excluded: frozenset[str],
) -> RulePlan:
    """Propose developers for orphans, in their order."""
    month, scores = scores_of(people)
    batch = AssignmentBatch(
        kind=Kind.RULE,
        settings={
            "rule": rule.value,
            "same_branch_first": same_branch_first,
            "limit": limit,
            "excluded": sorted(excluded),
            "go_on_after": _last_taken(viewer) if rule is Rule.ROUND_ROBIN else "",
            "scored_by": str(month) if month and rule is Rule.BY_SCORE else "",
        },
        candidates=[[one.number, one.branch_code, one.load, str(scores.get(one.pk, Decimal(0)))] for one in people],
        waiting=[[orphan.client.number, orphan.branch.code if orphan.branch else None] for orphan in orphans],
    )
    proposals = replayed(batch)
    batch.proposals = [kept(one) for one in proposals]
    return RulePlan(orphans, proposals, {one.number: one for one in people}, batch)


def replayed(batch: AssignmentBatch) -> list[ProposedDeveloper]:
    """The list made anew from what a batch keeps."""
    given = batch.settings
    settings = Settings(
        rule=Rule(given["rule"]),
        same_branch_first=given["same_branch_first"],
        limit=given["limit"],
        excluded=frozenset(given["excluded"]),
        go_on_after=given["go_on_after"],
    )
    candidates = [
        DeveloperCandidate(number, branch, load, Decimal(score)) for number, branch, load, score in batch.candidates
    ]
    return propose([Waiting(number, branch) for number, branch in batch.waiting], candidates, settings)


def kept(proposed: ProposedDeveloper) -> list[Any]:
    """A proposal as a batch keeps it."""
    return [proposed.client, proposed.developer, proposed.why.value, proposed.same_branch, proposed.load_before]


def why_words(proposed: ProposedDeveloper, batch: AssignmentBatch) -> str:
    """Why this developer was proposed."""
    facts = {"load": proposed.load_before, "score": _score(batch, proposed.developer)}
    words = {
        Why.TURN: _("whose turn it is"),
        Why.LOAD: _("develops the fewest: %(load)s") % facts,
        Why.SCORE: _("attainment %(score)s, develops %(load)s") % facts,
        Why.NOBODY: _("nobody has room"),
    }[proposed.why]
    return _("%(why)s; same branch") % {"why": words} if proposed.same_branch else words


def _score(batch: AssignmentBatch, number: str | None) -> str:
    score = next((Decimal(score) for found, _branch, _load, score in batch.candidates if found == number), Decimal(0))
    return f"{score:.2%}"


def _last_taken(viewer: User) -> str:
    """The staff number that the last round robin within reach ended with."""
    rounds = AssignmentBatch.objects.filter(kind=Kind.RULE, settings__rule=Rule.ROUND_ROBIN.value)
    last = within_reach(viewer, rounds.order_by("-made_at", "-pk")).first()
    taken = [developer for _client, developer, *_why in last.proposals if developer] if last else []
    return str(taken[-1]) if taken else ""
