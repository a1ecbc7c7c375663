"""Who may do what about a review, and what labour law asks for before a contract is ended (1-4.3.4)."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from access.decisions.effect import digest_of
from access.decisions.signing import Proposal
from access.models import User
from access.rights import has
from access.roles import Duty, charged
from staff.models import Absence, RankAssessment, RankDecision
from staff.reviews.models import Review, ReviewStep


def may_decide(user: User) -> bool:
    """Whether the user decides dismissal reviews."""
    return has(user, Duty.DECIDES_REVIEWS)


def may_sign(user: User) -> bool:
    """Whether the user gives second signatures; never to an own decision, see proposal_of."""
    return has(user, Duty.SIGNS_DECISIONS)


def proposal_of(decision: Review | RankDecision) -> Proposal:
    """What HR decided, as it waits for the second signature."""
    return Proposal([decision.decided_by], [decision.employee_id], charged(Duty.SIGNS_DECISIONS))


def may_look_after(user: User) -> bool:
    """Whether the lowest rank on the threshold wage is brought to the user's attention (1-4.3.5)."""
    return has(user, Duty.LOOKS_AFTER_LOWEST_RANK)


def may_note(user: User, review: Review) -> bool:
    """Whether the user records what was done: HR on dismissal reviews, the marketing director on the other kind."""
    return may_decide(user) if review.kind == Review.Kind.DISMISSAL else may_look_after(user)


def assessed_last(review: Review) -> tuple[bool, int]:
    """Whether the latest month of a review is flagged as it stands, and how many months in a row it counts."""
    row = RankAssessment.objects.filter(employee=review.employee_id, month=review.last_month).first()
    if row is None:
        return False, 0
    return (row.review_due if review.kind == Review.Kind.DISMISSAL else row.needs_attention), row.threshold_streak


def review_digest(review: Review) -> str:
    """Tells what is decided, and on what, from a decision that takes its place."""
    decided = (review.decision, review.ground, review.notice, review.ends_on, review.reason)
    by = (review.decided_by_id, review.decided_at)
    return digest_of([decided, by, review.month, review.last_month, assessed_last(review)])


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that labour law asks for; `words` say what, `finding` whether and by what it is met."""

    words: str
    finding: str
    is_met: bool


def conditions_for_dismissal(review: Review, today: dt.date, day: dt.date) -> list[Condition]:
    """What articles 40 (2) and 42 ask for, and how far it is met today for a contract that ends on a day."""
    mended = review.steps.filter(kind__in=ReviewStep.MENDING).order_by("date").first()
    return [_was_mended(mended), _failed_again(review, mended), _is_not_protected(review, today, day)]


def missing_for_dismissal(review: Review, ground: str, today: dt.date, day: dt.date) -> list[str]:
    """What is still missing for ending the contract on a day: a serious breach needs no training before it."""
    mended, again, protected = conditions_for_dismissal(review, today, day)
    asked = [mended, again, protected] if ground == Review.Ground.INCOMPETENCE else []
    return [condition.finding for condition in asked if not condition.is_met]


def _was_mended(step: ReviewStep | None) -> Condition:
    words = _("Article 40 (2): the person was trained or given another post")
    if step is None:
        return Condition(words, _("No training and no transfer has been recorded."), is_met=False)
    return Condition(words, f"{step.date} · {step.get_kind_display()}", is_met=True)


def _failed_again(review: Review, step: ReviewStep | None) -> Condition:
    words = _("Article 40 (2): and was again not up to the work")
    missing = Condition(words, _("No full month on the threshold wage has followed it yet."), is_met=False)
    if step is None:
        return missing
    months = RankAssessment.objects.filter(employee=review.employee_id, month__gt=step.date, on_threshold_wage=True)
    row = months.order_by("month").first()
    return missing if row is None else Condition(words, str(row.month), is_met=True)


def _is_not_protected(review: Review, today: dt.date, day: dt.date) -> Condition:
    words = _("Article 42: no leave for illness, maternity or injury")
    leave = Absence.objects.filter(
        employee=review.employee_id, kind__in=Absence.PROTECTED, start__lte=day, end__gte=today
    ).first()
    if leave is None:
        return Condition(words, _("None until %(day)s.") % {"day": day}, is_met=True)
    facts = {"kind": leave.get_kind_display(), "start": leave.start, "end": leave.end}
    return Condition(words, _("%(kind)s from %(start)s to %(end)s.") % facts, is_met=False)
