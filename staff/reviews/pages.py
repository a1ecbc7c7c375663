"""The page of a review, as values; and what a person's time line tells of reviews."""

import datetime as dt
from collections.abc import Iterator

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.models import User
from access.pages.links import address
from access.pages.records import Cell, Record, Tone
from access.reach import within_reach
from periods.pages import facts_of, table_of
from rulebook.wording import month_text
from staff.models import Absence
from staff.pages import assessment_table
from staff.reviews.models import Review, ReviewStep
from staff.reviews.selectors import Condition, assessed_last, conditions_for_dismissal
from staff.timeline import Moment, MomentKind, Subject, tells_of_people

Kind, State = Review.Kind, Review.State


def review_record(review: Review, viewer: User) -> Record:
    """A review with the person's months, leaves, and what was done."""
    absences = within_reach(viewer, Absence.objects.filter(employee=review.employee_id))
    steps = within_reach(viewer, ReviewStep.objects.filter(review=review)).select_related("made_by")
    decided = ["decision", "ground", "notice", "ends_on", "decided_by", "decided_at", "signed_by", "signed_at"]
    shown = [name for name in decided if getattr(review, name)]
    return Record(
        title=str(review.employee),
        subtitle=f"{review.get_kind_display()} · {'1-4.3.4' if review.kind == Kind.DISMISSAL else '1-4.3.5'}",
        state=state_cell(review),
        sentences=list(_sentences(review)),
        facts=facts_of(review, viewer, ["employee", "month", "last_month", "opened_at", *shown]),
        tables=[
            table_of(
                _("What was done"),
                list(steps),
                viewer,
                ["date", "kind", "words", "made_by"],
                empty=_("Nothing has been recorded yet."),
            ),
            assessment_table(review.employee, viewer),
            table_of(
                _("absences"),
                list(absences),
                viewer,
                ["start", "end", "kind", "note"],
                empty=_("No leave is known."),
            ),
        ],
    )


def state_cell(review: Review) -> Cell:
    """Whether a review waits for somebody."""
    # Of the lowest rank there is nothing to decide: it is brought to attention (1-4.3.5).
    is_brought = review.kind == Kind.ATTENTION and review.state == State.OPEN
    words = pgettext("review", "to be looked after") if is_brought else review.get_state_display()
    return Cell(words, tone=Tone.DONE if review.state == State.DONE else Tone.ATTENTION)


def what_holds(review: Review) -> str:
    """What holds now that a decision is signed."""
    facts = {"name": review.employee.name, "decision": review.get_decision_display(), "day": review.ends_on}
    if review.ends_on is None:
        return _("Signed: %(name)s, %(decision)s.") % facts
    return _("Signed: %(name)s, %(decision)s, last day %(day)s.") % facts


def terms_of(review: Review) -> list[str]:
    """On what terms a contract is to end, for who signs that; nothing where it goes on."""
    if review.ends_on is None:
        return []
    terms = [review.get_ground_display(), review.get_notice_display(), str(review.ends_on)]
    names = [_("ground"), pgettext("review", "notice"), _("last day of the contract")]
    return [f"{name}: {term}" for name, term in zip(names, terms, strict=True) if term]


def _sentences(review: Review) -> Iterator[str]:
    flagged, streak = assessed_last(review)
    facts = {
        "first": month_text(review.month),
        "last": month_text(review.last_month),
        "streak": streak,
    }
    if not flagged:
        yield _("%(last)s was computed again: the flag that opened this is gone.") % facts
    elif review.month == review.last_month:
        yield _("Opened in %(first)s: %(streak)d assessed months in a row on the threshold wage.") % facts
    else:
        yield (
            _("Opened in %(first)s, lasting to %(last)s: %(streak)d assessed months in a row on the threshold wage.")
            % facts
        )
    if review.kind == Kind.DISMISSAL and review.state != State.OPEN:
        yield _("Decided: %(decision)s. %(reason)s") % {
            "decision": review.get_decision_display(),
            "reason": review.reason,
        }


def conditions_shown(review: Review) -> list[Condition]:
    """What labour law asks for, while a dismissal review is not signed."""
    if review.kind != Kind.DISMISSAL or review.state == State.DONE:
        return []
    today = timezone.localdate()
    return conditions_for_dismissal(review, today, review.ends_on or today)


@tells_of_people
def reviews(subject: Subject) -> Iterator[Moment]:
    """When reviews were opened, what was done, and how they were decided."""
    steps = ReviewStep.objects.filter(review=OuterRef("pk")).values(
        told=JSONObject(date="date", kind="kind", words="words")
    )
    for review in subject.reached(Review).annotate(told_steps=ArraySubquery(steps)):
        title = Cell(review.get_kind_display(), address(review))
        yield Moment(review.month.last, month_text(review.month), MomentKind.REVIEW, title, state=state_cell(review))
        for step in review.told_steps:
            yield Moment(
                dt.date.fromisoformat(step["date"]),
                step["date"],
                MomentKind.REVIEW,
                Cell(str(ReviewStep.Kind(step["kind"]).label), address(review)),
                because=step["words"],
            )
        if review.signed_at is not None and review.decision:
            day = timezone.localdate(review.signed_at)
            decision = Cell(review.get_decision_display(), address(review))
            yield Moment(day, day.isoformat(), MomentKind.REVIEW, decision, because=review.reason)
