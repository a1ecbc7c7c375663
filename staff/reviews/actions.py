"""Writes of reviews: opened by the month end, decided by HR, signed by a second person (1-4.3.4, 1-4.3.5)."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.decisions.signing import held, require_another
from access.history.acting import action
from access.models import User
from access.refusals import EffectChanged, Refused, require
from periods.bulk import write_rows
from rulebook.month import Month
from staff.models import Employee, RankAssessment
from staff.reviews.models import Review, ReviewStep
from staff.reviews.selectors import may_decide, may_note, missing_for_dismissal, proposal_of, review_digest

Kind, State, Decision = Review.Kind, Review.State, Review.Decision
FLAGS = {Kind.DISMISSAL: "review_due", Kind.ATTENTION: "needs_attention"}
NOTICE = dt.timedelta(days=30)


class ReviewRefused(Refused):
    """A step, decision or signature can't be; `field` is what of the given speaks against it, if any."""


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """What HR decides; ground, notice and last day go with ending the contract."""

    decision: str
    reason: str
    ground: str = ""
    notice: str = ""
    ends_on: dt.date | None = None


@transaction.atomic
def open_reviews(month: Month) -> None:
    """Bring reviews in line with a month just computed: each run of flagged months has one review.

    A run goes on with its review; one that goes on after its review was signed gets a new one. A review that a
    recomputed month opens no more is deleted as long as nobody did anything about it. A fixed number of queries.
    """
    for kind, flag in FLAGS.items():
        _open_reviews(month, kind, flag)


@action
def open_review(employee: Employee, *, month: Month, words: str, today: dt.date, by: Actor) -> Review:
    """Open a dismissal review for another cause than the assessment, or take up the one that is open; what gave cause
    is noted as its step, with which it stays whatever the month's assessment says."""
    rows = Review.objects.filter(employee=employee, kind=Kind.DISMISSAL)
    review = rows.exclude(state=State.DONE).order_by("month").last()
    if review is None:
        latest = rows.order_by("month").last()
        first = max(month, latest.month + 1) if latest else month
        told = {"employee": employee, "kind": Kind.DISMISSAL, "opened_at": timezone.now()}
        review = Review.objects.create(**told, month=first, last_month=first)
    ReviewStep.objects.create(
        review=review, kind=ReviewStep.Kind.CAUSE, date=today, words=words, made_at=timezone.now(), made_by=by.user
    )
    return review


def _open_reviews(month: Month, kind: Review.Kind, flag: str) -> None:
    before = RankAssessment.objects.filter(employee=OuterRef("employee"), month__lt=month).order_by("-month")
    flagged = RankAssessment.objects.filter(month=month, **{flag: True}).annotate(ran=Subquery(before.values(flag)[:1]))
    runs = dict(flagged.order_by("employee").values_list("employee", "ran"))
    _close_unfounded(month, kind, flag, list(runs))
    latest = {
        review.employee_id: review
        for review in Review.objects.filter(kind=kind, month__lte=month, employee__in=runs).order_by("month")
    }
    new, changed = [], []
    for employee, ran in runs.items():
        review = latest.get(employee)
        if review is not None and _is_of_run(review, month, ran=bool(ran)):
            if review.last_month < month:
                review.last_month = month
                changed.append(review)
        else:
            new.append(Review(employee_id=employee, kind=kind, month=month, last_month=month, opened_at=timezone.now()))
    write_rows(Review, new=new, changed=changed, fields=["last_month"])


def _is_of_run(review: Review, month: Month, *, ran: bool) -> bool:
    """Whether the month's flag belongs to a review: opened by it, told by it already, or going on under it."""
    if month in (review.month, review.last_month) or review.last_month > month:
        return True
    return ran and not (review.kind == Kind.DISMISSAL and review.state == State.DONE)


def _close_unfounded(month: Month, kind: Review.Kind, flag: str, flagged: list[int]) -> None:
    """What the month says no more: reviews that it opened and nobody touched go, others end with the month before."""
    unfounded = Review.objects.filter(kind=kind, last_month=month).exclude(employee__in=flagged)
    unfounded.filter(month=month, state=State.OPEN, steps=None).delete()
    earlier = RankAssessment.objects.filter(employee=OuterRef("employee"), month__lt=month, **{flag: True})
    last = earlier.order_by("-month").values("month")[:1]
    unfounded.filter(month__lt=month).exclude(kind=Kind.DISMISSAL, state=State.DONE).update(last_month=Subquery(last))


@action
def record_step(review: Review, *, kind: str, date: dt.date, words: str, today: dt.date, by: Actor) -> ReviewStep:
    """Note what was done about a person; on the other kind of review it is what was asked for, and it is done."""
    review = _held(review)
    user = require(by, lambda user: may_note(user, review), ReviewRefused(_("Your role does not record steps here.")))
    _require_other(user, review)
    if review.kind == Kind.DISMISSAL and review.state == State.DONE:
        raise ReviewRefused(_("It is signed: nothing can be added any more."))
    if date > today:
        raise ReviewRefused(_("What was done lies in the past."), "date")
    step = ReviewStep.objects.create(
        review=review, kind=kind, date=date, words=words, made_at=timezone.now(), made_by=user
    )
    if review.kind == Kind.ATTENTION and review.state == State.OPEN:
        review.state = State.DONE
        review.save(update_fields=["state"])
    return step


@action
def decide_review(review: Review, given: ReviewTerms, *, today: dt.date, by: Actor) -> Review:
    """Decide a dismissal review, for a second person to sign (1-4.3.4; labour contract law 39, 40, 42).

    Raises ReviewRefused for who may not, without a reason, and where the law asks for more before a dismissal.
    """
    review = _held(review)
    user = require(by, may_decide, ReviewRefused(_("Only human resources decides reviews.")))
    _require_other(user, review)
    if review.kind != Kind.DISMISSAL or review.state != State.OPEN:
        raise ReviewRefused(_("It is decided already: look at it again."))
    if not given.reason.strip():
        raise ReviewRefused(_("Say why."), "reason")
    if given.decision == Decision.DISMISS:
        _require_lawful(review, given, today)
    is_end = given.decision == Decision.DISMISS
    review.decision, review.reason = given.decision, given.reason.strip()
    review.ground = given.ground if is_end else ""
    review.notice = given.notice if is_end else ""
    review.ends_on = given.ends_on if is_end else None
    review.state, review.decided_by, review.decided_at = State.DECIDED, user, timezone.now()
    review.save()
    return review


def _require_lawful(review: Review, given: ReviewTerms, today: dt.date) -> None:
    if not given.ground:
        raise ReviewRefused(_("Name the article that it rests on."), "ground")
    if given.ends_on is None or given.ends_on < today:
        raise ReviewRefused(_("Give the last day of the contract, not before today."), "ends_on")
    missing = missing_for_dismissal(review, given.ground, today, given.ends_on)
    if missing:
        raise ReviewRefused(" ".join(missing), "ground")
    if given.ground == Review.Ground.INCOMPETENCE:
        if not given.notice:
            raise ReviewRefused(_("Article 40 asks for 30 days' notice or a month's pay."), "notice")
        if given.notice == Review.Notice.DAYS and given.ends_on < today + NOTICE:
            raise ReviewRefused(
                _("With 30 days' notice it can't end before %(day)s.") % {"day": today + NOTICE}, "ends_on"
            )


@action
def sign_review(review: Review, *, shown: str, by: Actor) -> Review:
    """Sign a decision that somebody else made, if it is what was shown (its digest); from then on it stays as it is.

    Raises ReviewRefused, or EffectChanged with the review as it is now; then nothing is written.
    """
    review = _held(review)
    user = _require_signer(review, by)
    _require_as_shown(review, shown)
    review.state, review.signed_by, review.signed_at = State.DONE, user, timezone.now()
    review.save(update_fields=["state", "signed_by", "signed_at"])
    return review


@action
def send_review_back(review: Review, *, shown: str, reason: str, today: dt.date, by: Actor) -> Review:
    """Give a decision that was shown (its digest) back to HR instead of signing it; the reason is kept as a step.

    Raises ReviewRefused, or EffectChanged with the review as it is now; then nothing is written.
    """
    review = _held(review)
    user = _require_signer(review, by)
    _require_as_shown(review, shown)
    if not reason.strip():
        raise ReviewRefused(_("Say why."), "reason")
    ReviewStep.objects.create(
        review=review,
        kind=ReviewStep.Kind.RETURNED,
        date=today,
        words=reason.strip(),
        made_at=timezone.now(),
        made_by=user,
    )
    review.state, review.decided_by, review.decided_at = State.OPEN, None, None
    review.save(update_fields=["state", "decided_by", "decided_at"])
    return review


def _held(review: Review) -> Review:
    return held(Review.objects.select_related("employee"), review)


def _require_as_shown(review: Review, shown: str) -> None:
    if review_digest(review) != shown:
        raise EffectChanged(review)


def _require_signer(review: Review, by: Actor) -> User:
    user = proposal_of(review).signer(by, ReviewRefused)
    if review.state != State.DECIDED:
        raise ReviewRefused(_("There is nothing to sign: look at it again."))
    return user


def _require_other(user: User, review: Review) -> None:
    refusal = ReviewRefused(_("Nobody decides or signs what is about themselves."))
    require_another(user, [review.employee_id], refusal)
