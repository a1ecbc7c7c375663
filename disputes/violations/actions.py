"""Writes of violations: recorded by human resources, signed by a second person, and then carried out (3-2.1)."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.decisions.signing import held
from access.history.acting import action
from access.models import User
from access.refusals import EffectChanged
from disputes.deciding.rules import Desk
from disputes.deciding.selectors import require_decider, require_for
from disputes.models import Dispute, Violation
from disputes.refusals import DisputeRefused
from disputes.states import held_dispute
from disputes.violations.selectors import (
    WantedViolation,
    demotion_of,
    effect_of_violation,
    effect_of_wanted_violation,
    proposal_of,
)
from periods.turns import wait_for_turn
from rulebook.month import Month
from staff.models import RankDecision
from staff.rank_decisions.actions import decide_rank, send_rank_back, sign_rank
from staff.reviews.actions import open_review

State, Measure = Violation.State, Violation.Measure


@action
def record_violation(dispute: Dispute, wanted: WantedViolation, *, shown: str, today: dt.date, by: Actor) -> Violation:
    """Record what was found against a party, if it leads to what was shown (a digest); it counts once it is signed.

    Raises DisputeRefused, RankRefused, or EffectChanged with what it would lead to now; then nothing is written.
    """
    wait_for_turn()
    dispute = held_dispute(dispute)
    user = require_decider(dispute, Desk.HR, by)
    _require_whole(dispute, wanted)
    effect = effect_of_wanted_violation(dispute, wanted, today)
    if effect.digest != shown:
        raise EffectChanged(effect)
    return Violation.objects.create(
        dispute=dispute,
        employee=wanted.employee,
        kind=wanted.kind,
        measure=wanted.measure,
        finding=wanted.finding.strip(),
        decided_by=user,
        decided_at=timezone.now(),
        rank_decision=decide_rank(demotion_of(wanted, today), shown=effect.rank.digest, by=by) if effect.rank else None,
    )


@action
def sign_violation(violation: Violation, *, shown: str, today: dt.date, by: Actor) -> Violation:
    """Sign what another recorded, if it does what was shown: a demotion is signed with it, a dismissal is reviewed.

    Raises DisputeRefused, RankRefused, or EffectChanged with what it would do now; then nothing is written.
    """
    wait_for_turn()
    violation, user = _waiting(violation, by)
    effect = effect_of_violation(violation)
    if effect.digest != shown:
        raise EffectChanged(effect)
    _carry_out(violation, effect.rank.digest if effect.rank else "", today, by)
    violation.state, violation.signed_by, violation.signed_at = State.SIGNED, user, timezone.now()
    violation.save(update_fields=["state", "signed_by", "signed_at", "review"])
    return violation


def _carry_out(violation: Violation, rank_shown: str, today: dt.date, by: Actor) -> None:
    decision = violation.rank_decision
    if decision is not None and decision.state == RankDecision.State.WAITING:
        sign_rank(decision, shown=rank_shown, by=by)
    elif decision is not None and decision.state != RankDecision.State.SIGNED:
        raise DisputeRefused(
            _("Its decision on the rank came to nothing: send the violation back, to be recorded anew.")
        )
    if violation.measure == Measure.DISMISSAL:
        words = f"3-2.1: {violation.get_kind_display()}"
        recorded_by = Actor(violation.decided_by)
        violation.review = open_review(
            violation.employee, month=Month.of(today), words=words, today=today, by=recorded_by
        )


@action
def send_violation_back(violation: Violation, *, reason: str, by: Actor) -> Violation:
    """Give a violation back instead of signing it, with its demotion; human resources may record it anew."""
    violation, _user = _waiting(violation, by)
    if not reason.strip():
        raise DisputeRefused(_("Say why."), "reason")
    decision = violation.rank_decision
    if decision is not None and decision.state == RankDecision.State.WAITING:
        send_rank_back(decision, reason=reason, by=by)
    violation.state, violation.returned_because = State.RETURNED, reason.strip()[:500]
    violation.save(update_fields=["state", "returned_because"])
    return violation


def _require_whole(dispute: Dispute, wanted: WantedViolation) -> None:
    if dispute.verification_began_at is None:
        raise DisputeRefused(_("Verification has not begun: what a party did is found in it."))
    if not dispute.parties.filter(employee=wanted.employee).exists():
        raise DisputeRefused(_("%(name)s is no party of this dispute.") % {"name": wanted.employee.name}, "employee")
    if not wanted.finding.strip():
        raise DisputeRefused(_("Say what was found."), "finding")
    waiting = Violation.objects.filter(dispute=dispute, employee=wanted.employee, state=State.WAITING)
    if waiting.exists():
        raise DisputeRefused(_("A violation of this party waits for its signature: it is signed or sent back first."))


def _waiting(violation: Violation, by: Actor) -> tuple[Violation, User]:
    """The violation held, and who acts on it as the second person."""
    rows = Violation.objects.select_related("dispute__client", "dispute__contract", "employee", "decided_by")
    violation = held(rows, violation)
    user = require_for(proposal_of(violation), by)
    if violation.state != State.WAITING:
        raise DisputeRefused(_("There is nothing to sign: look at it again."))
    return violation, user
