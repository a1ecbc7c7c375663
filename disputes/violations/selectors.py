"""What a violation leads to, told before it is recorded and again before it is signed (3-2.1)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from access.decisions.effect import digest_of
from access.decisions.signing import Proposal
from access.roles import Duty, charged
from disputes.deciding.selectors import concerned
from disputes.models import Dispute, Violation
from disputes.refusals import DisputeRefused
from rulebook.month import Month
from rulebook.selectors import plan_version_at
from staff.models import Employee, RankDecision, RankHolding
from staff.rank_decisions.actions import wanted_by
from staff.rank_decisions.effects import RankEffect, effect_of
from staff.rank_decisions.selectors import WantedRank

Measure = Violation.Measure


@dataclass(frozen=True, slots=True)
class WantedViolation:
    """What is found against a party, and what is to follow; `document` is the circular of a demotion."""

    employee: Employee
    kind: str
    measure: str
    finding: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class ViolationEffect:
    """What follows: of a demotion what it does to the rank, else None."""

    facts: tuple[object, ...]
    sentence: str
    rank: RankEffect | None

    @property
    def digest(self) -> str:
        """A hash that differs whenever the effect does; what is confirmed or signed must be what was shown."""
        return digest_of([*self.facts, self.rank.digest if self.rank else ""])


def effect_of_wanted_violation(dispute: Dispute, wanted: WantedViolation, today: dt.date) -> ViolationEffect:
    """What recording a violation would lead to. Raises DisputeRefused or RankRefused."""
    facts = (dispute, wanted.employee, wanted.kind, wanted.measure)
    rank = effect_of(demotion_of(wanted, today)) if wanted.measure == Measure.DEMOTION else None
    return ViolationEffect(facts, _sentence(wanted.measure, wanted.employee, rank), rank)


def effect_of_violation(violation: Violation) -> ViolationEffect:
    """What signing a violation does. Raises RankRefused."""
    decision = violation.rank_decision
    rank = effect_of(wanted_by(decision)) if decision and decision.state == decision.State.WAITING else None
    facts = (violation, violation.employee, violation.kind, violation.measure)
    return ViolationEffect(facts, _sentence(violation.measure, violation.employee, rank), rank)


def demotion_of(wanted: WantedViolation, today: dt.date) -> WantedRank:
    """One rank lower from the first of the next month on, without the right of 1-4.3.3. Raises DisputeRefused."""
    month = Month.of(today) + 1
    held = RankHolding.objects.filter(employee=wanted.employee, start__lte=month.first).order_by("start").last()
    if held is None or (held.end is not None and held.end <= month.first):
        facts = {"name": wanted.employee.name, "day": month.first}
        raise DisputeRefused(_("%(name)s holds no rank on %(day)s: choose another measure.") % facts, "measure")
    ranks = plan_version_at(month).plan.ranks
    level = next((rank.level for rank in ranks if rank.code == held.rank), 0)
    lower = [rank for rank in ranks if rank.level < level]
    if not lower:
        facts = {"name": wanted.employee.name}
        raise DisputeRefused(_("%(name)s holds the lowest rank already: choose another measure.") % facts, "measure")
    code = max(lower, key=lambda rank: rank.level).code
    reason = f"3-2.1: {Violation.Kind(wanted.kind).label}"
    return WantedRank(wanted.employee, month, code, reason, wanted.document, ends_right=True)


def with_standing(violations: QuerySet[Violation]) -> QuerySet[Violation]:
    """The violations with their demotions, each with whether a later decision took its place (`is_replaced`)."""
    later = RankDecision.objects.filter(
        employee=OuterRef("employee"),
        month=OuterRef("rank_decision__month"),
        state=RankDecision.State.SIGNED,
        pk__gt=OuterRef("rank_decision"),
    )
    rows = violations.select_related("employee", "rank_decision__employee").defer("rank_decision__file_data")
    return rows.annotate(is_replaced=Exists(later.order_by()))


def proposal_of(violation: Violation, concerned_too: frozenset[int] | None = None) -> Proposal:
    """A violation, as it waits for the second signature; whom its dispute concerns is asked, unless it is known."""
    others = concerned(violation.dispute) if concerned_too is None else concerned_too
    people = others | {violation.employee_id}
    return Proposal([violation.decided_by], people, charged(Duty.SIGNS_DECISIONS))


def _sentence(measure: str, employee: Employee, rank: RankEffect | None) -> str:
    if rank is not None:
        return rank.sentence
    facts = {"name": employee.name}
    if measure == Measure.WARNING:
        return _("3-2.1: %(name)s is given a severe warning.") % facts
    if measure == Measure.DISMISSAL:
        return _("3-2.1: a review opens on whether %(name)s is dismissed; nobody is by this alone.") % facts
    return _("3-2.1: %(name)s is demoted; the decision on the rank is signed already.") % facts
