"""Writes of the year's awards: recommended by the branch, decided by HR, signed by a second person (1-8)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.decisions.signing import held, require_another
from access.history.acting import action
from access.models import User
from access.reach import within_reach
from access.refusals import Refused, require
from access.rights import is_sealed
from compensation.models import AwardDecision, AwardKind, AwardRecommendation, Payslip
from compensation.rights import may_decide_awards, may_recommend, proposal_of
from rulebook.money import round_fen
from rulebook.month import Month
from staff.models import Department, Employee

Outcome, State = AwardDecision.Outcome, AwardDecision.State
SYSTEMS = {AwardKind.SUPPORT: Department.System.SUPPORT, AwardKind.CHAMPION: Department.System.SALES}
"""Of which system somebody was in the year, for the kinds that are for one alone."""


class AwardRefused(Refused):
    """A recommendation, decision or signature can't be; `field` is what of the given speaks against it, if any."""


@dataclass(frozen=True, slots=True)
class AwardTerms:
    """What HR decides about one person's award of a kind; `amount` in CNY, `travel` the name of the travel."""

    year: int
    employee: Employee
    kind: str
    outcome: str
    reason: str
    amount: Decimal | None = None
    travel: str = ""


@action
def recommend(
    *, year: int, employee: Employee, kind: str, reason: str, today: dt.date, by: Actor
) -> AwardRecommendation:
    """Recommend somebody of the own branch, not oneself, for a year's award. Raises AwardRefused."""
    user = require(by, may_recommend, AwardRefused(_("Only the branch's general manager recommends people.")))
    refusal = AwardRefused(_("You recommend people of your branch, not yourself."), "employee")
    require_another(user, [employee.pk], refusal)
    if not within_reach(user, Employee.objects.filter(pk=employee.pk)).exists():
        raise refusal
    _require_fitting(year, employee, kind, today)
    if not reason.strip():
        raise AwardRefused(_("Say why."), "reason")
    if AwardDecision.objects.filter(year=year, employee=employee, kind=kind).exists():
        raise AwardRefused(_("It is decided already."), "kind")
    made = AwardRecommendation(
        year=year, employee=employee, kind=kind, reason=reason.strip(), made_by=user, made_at=timezone.now()
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise AwardRefused(_("%(name)s is recommended for it already.") % {"name": employee.name}, "kind") from error
    return made


@action
def withdraw_recommendation(recommendation: AwardRecommendation, *, by: Actor) -> None:
    """Take a recommendation back, until HR has decided. Raises AwardRefused."""
    user = require(by, may_recommend, AwardRefused(_("Only the branch's general manager recommends people.")))
    found = within_reach(user, AwardRecommendation.objects.filter(pk=recommendation.pk)).first()
    if found is None or is_sealed(found):
        raise AwardRefused(_("It is decided already."))
    if found.made_by_id != user.pk:
        raise AwardRefused(_("Only who recommended somebody takes it back."))
    found.delete()


@action
def decide_award(given: AwardTerms, *, today: dt.date, by: Actor) -> AwardDecision:
    """Decide an award, recommended or not, for a second person to sign; anew where it was sent back (1-8).

    Raises AwardRefused for who may not, without a reason, and where the award doesn't fit the person.
    """
    user = require(by, may_decide_awards, AwardRefused(_("Only human resources decides awards.")))
    require_another(user, [given.employee.pk], AwardRefused(_("Nobody decides on an own award."), "employee"))
    _require_fitting(given.year, given.employee, given.kind, today)
    _require_sound(given)
    decision = (
        AwardDecision.objects.select_for_update()
        .filter(year=given.year, employee=given.employee, kind=given.kind)
        .first()
    )
    if decision is not None and decision.state != State.RETURNED:
        raise AwardRefused(_("It is decided already: look at it again."))
    decision = decision or AwardDecision(year=given.year, employee=given.employee, kind=given.kind)
    decision.outcome, decision.reason = given.outcome, given.reason.strip()
    decision.amount, decision.travel = given.amount, given.travel.strip()
    decision.state, decision.decided_by, decision.decided_at = State.DECIDED, user, timezone.now()
    decision.returned_because = ""
    try:
        with transaction.atomic():
            decision.save()
    except IntegrityError as error:  # somebody else decided it at the same time
        raise AwardRefused(_("It is decided already: look at it again.")) from error
    return decision


@action
def withdraw_award(decision: AwardDecision, *, shown: str, by: Actor) -> None:
    """Take a decision that was shown (its digest) back before it is signed: the person can be decided on anew.

    Raises AwardRefused.
    """
    user = require(by, may_decide_awards, AwardRefused(_("Only human resources decides awards.")))
    decision = _held(decision)
    if decision.state == State.DONE:
        raise AwardRefused(_("It is signed and stays."))
    require_another(user, [decision.employee_id], AwardRefused(_("Nobody decides on an own award.")))
    _require_as_shown(decision, shown)
    decision.delete()


@action
def sign_award(decision: AwardDecision, *, shown: str, by: Actor) -> AwardDecision:
    """Sign a decision that somebody else made, if it is what was shown (its digest); from then on the database keeps it
    as it is.
    """
    decision = _held(decision)
    _require_as_shown(decision, shown)
    user = _require_signer(decision, by)
    decision.state, decision.signed_by, decision.signed_at = State.DONE, user, timezone.now()
    decision.save(update_fields=["state", "signed_by", "signed_at"])
    return decision


@action
def send_award_back(decision: AwardDecision, *, shown: str, reason: str, by: Actor) -> AwardDecision:
    """Give a decision that was shown (its digest) back to HR instead of signing it; HR decides anew."""
    decision = _held(decision)
    _require_as_shown(decision, shown)
    _require_signer(decision, by)
    if not reason.strip():
        raise AwardRefused(_("Say why."), "reason")
    decision.state, decision.returned_because = State.RETURNED, reason.strip()
    decision.save(update_fields=["state", "returned_because"])
    return decision


def _require_fitting(year: int, employee: Employee, kind: str, today: dt.date) -> None:
    """The person was paid in that year and, for an award of one system, in that system."""
    if year > today.year:
        raise AwardRefused(_("%(year)s has not begun yet.") % {"year": year}, "year")
    slips = Payslip.objects.filter(employee=employee, month__gte=Month(year, 1), month__lte=Month(year, 12))
    facts = {"name": employee.name, "year": year}
    if not slips.exists():
        raise AwardRefused(_("%(name)s has no computed month in %(year)s.") % facts, "employee")
    system = SYSTEMS.get(AwardKind(kind))
    if system is not None and not slips.filter(department__system=system).exists():
        is_sales = system == Department.System.SALES
        text = (
            _("%(name)s was not in sales in %(year)s.") if is_sales else _("%(name)s was not in support in %(year)s.")
        )
        raise AwardRefused(text % facts, "kind")


def _require_sound(given: AwardTerms) -> None:
    """A reason; an amount and a travel's name only with what they belong to."""
    if not given.reason.strip():
        raise AwardRefused(_("Say why."), "reason")
    is_granted = given.outcome == Outcome.GRANTED
    if given.amount is not None:
        if not is_granted:
            raise AwardRefused(_("What is declined has no amount."), "amount")
        if given.amount <= 0 or given.amount != round_fen(given.amount):
            raise AwardRefused(_("The amount is more than 0, with two decimals."), "amount")
    if given.travel.strip() and not (is_granted and given.kind == AwardKind.TRAVEL):
        raise AwardRefused(_("Only a travel that is granted has a name."), "travel")


def _held(decision: AwardDecision) -> AwardDecision:
    return held(AwardDecision.objects.select_related("employee"), decision)


def _require_as_shown(decision: AwardDecision, shown: str) -> None:
    if decision.digest != shown:
        raise AwardRefused(_("It was decided anew since you looked: look at it again."))


def _require_signer(decision: AwardDecision, by: Actor) -> User:
    user = proposal_of(decision).signer(by, AwardRefused)
    if decision.state != State.DECIDED:
        raise AwardRefused(_("There is nothing to sign: look at it again."))
    return user
