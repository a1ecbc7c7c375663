"""Writes of decisions on ranks: decided by HR, signed by a second person; ranks follow at once (1-4.3)."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.decisions.signing import held, require_another
from access.history.acting import action
from access.models import User
from access.refusals import EffectChanged, require
from periods.turns import wait_for_turn
from staff.careers.actions import rebuild_careers
from staff.models import Employee, RankDecision
from staff.rank_decisions.effects import RankEffect, effect_of
from staff.rank_decisions.selectors import RankRefused, WantedRank
from staff.reviews.selectors import may_decide, proposal_of

State = RankDecision.State


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document's file, whose kind was checked."""

    name: str
    data: bytes


@action
def look_at_rank(wanted: WantedRank, *, by: Actor) -> RankEffect:
    """What a decision would do. Raises RankRefused, also for who may not decide."""
    _require_decider(wanted.employee, by)
    _require_none_waiting(wanted)
    return effect_of(wanted)


@action
def decide_rank(wanted: WantedRank, *, shown: str, file: Attachment | None = None, by: Actor) -> RankDecision:
    """Decide on a rank, for a second person to sign, if it does what was shown (a digest); until then nothing changes.

    Raises RankRefused, or EffectChanged with what it would do now; then nothing is written.
    """
    user = _require_decider(wanted.employee, by)
    wait_for_turn()
    _require_none_waiting(wanted)
    effect = effect_of(wanted)
    if effect.digest != shown:
        raise EffectChanged(effect)
    return RankDecision.objects.create(
        employee=wanted.employee,
        month=wanted.month,
        rank=wanted.rank,
        entered_on=effect.comparison.entered_on,
        ends_right=wanted.ends_right,
        reason=wanted.reason.strip(),
        document=wanted.document.strip(),
        file_name=file.name if file else "",
        file_data=file.data if file else None,
        decided_by=user,
        decided_at=timezone.now(),
    )


@action
def sign_rank(decision: RankDecision, *, shown: str, by: Actor) -> RankDecision:
    """Sign a decision that somebody else made, if it does what was shown; from then on it counts and stays as it is.

    Raises RankRefused, or EffectChanged with what it would do now; then nothing is written.
    """
    wait_for_turn()
    decision = _held(decision)
    user = _require_signer(decision, by)
    effect = effect_of(wanted_by(decision))
    if effect.digest != shown:
        raise EffectChanged(effect)
    decision.state, decision.signed_by, decision.signed_at = State.SIGNED, user, timezone.now()
    decision.entered_on = effect.comparison.entered_on
    decision.save(update_fields=["state", "signed_by", "signed_at", "entered_on"])
    rebuild_careers([decision.employee_id])
    return decision


@action
def send_rank_back(decision: RankDecision, *, reason: str, by: Actor) -> RankDecision:
    """Give a decision back to HR instead of signing it; it counts nothing, and HR decides anew."""
    decision = _held(decision)
    user = _require_signer(decision, by)
    if not reason.strip():
        raise RankRefused(_("Say why."), "reason")
    return _close(decision, State.RETURNED, user, reason.strip())


@action
def withdraw_rank(decision: RankDecision, *, by: Actor) -> RankDecision:
    """Take a decision that nobody has signed yet from the table; whom it is about leaves that to a colleague."""
    decision = _held(decision)
    user = _require_decider(decision.employee, by)
    _require_waiting(decision)
    return _close(decision, State.WITHDRAWN, user)


def wanted_by(decision: RankDecision) -> WantedRank:
    """What a decision wants."""
    given = (decision.employee, decision.month, decision.rank, decision.reason, decision.document)
    return WantedRank(*given, ends_right=decision.ends_right)


def _close(decision: RankDecision, state: RankDecision.State, user: User, reason: str = "") -> RankDecision:
    decision.state, decision.closed_by, decision.closed_at = state, user, timezone.now()
    decision.closed_because = reason
    decision.save(update_fields=["state", "closed_by", "closed_at", "closed_because"])
    return decision


def _held(decision: RankDecision) -> RankDecision:
    return held(RankDecision.objects.select_related("employee").defer("file_data"), decision)


def _require_none_waiting(wanted: WantedRank) -> None:
    waiting = RankDecision.objects.filter(employee=wanted.employee, month=wanted.month, state=State.WAITING)
    if waiting.exists():
        raise RankRefused(_("A decision for this month waits for its signature: withdraw it first."), "month")


def _require_decider(person: Employee, by: Actor) -> User:
    user = require(by, may_decide, RankRefused(_("Only human resources decides on ranks.")))
    return require_another(user, [person.pk], RankRefused(_("Nobody decides on an own rank."), "person"))


def _require_signer(decision: RankDecision, by: Actor) -> User:
    user = proposal_of(decision).signer(by, RankRefused)
    _require_waiting(decision)
    return user


def _require_waiting(decision: RankDecision) -> None:
    if decision.state != State.WAITING:
        raise RankRefused(_("There is nothing to sign: look at it again."))
