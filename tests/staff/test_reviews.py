"""Reviews: opened once per run of the flag, decided by a person, signed by another, kept as they are (1-4.3.4)."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from access.actor import Actor
from access.models import User
from access.refusals import EffectChanged
from salesorg.databases.clones import Databases
from staff.models import Absence, Employee, RankAssessment, Review, ReviewStep
from staff.reviews.actions import ReviewRefused, ReviewTerms, decide_review, record_step, send_review_back, sign_review
from staff.reviews.selectors import review_digest
from tests.firm import APRIL, JULY, JUNE, MAY, Firm, on
from tests.made_once import Made, made_once

TODAY = dt.date(2011, 8, 1)
Role = User.Role
Kind, State, Decision = Review.Kind, Review.State, Review.Decision
KEEP = ReviewTerms(Decision.KEEP, "再看两个月")


def user(role: str, name: str = "") -> Actor:
    return Actor(User.objects.get_or_create(username=name or f"u-{role}", defaults={"role": role})[0])


def shown(review: Review) -> str:
    """The digest of what somebody sees now."""
    return review_digest(Review.objects.get(pk=review.pk))


def reviews(kind: str = Kind.DISMISSAL) -> list[tuple[str, str, str]]:
    rows = Review.objects.filter(kind=kind).order_by("month")
    return [(str(row.month), str(row.last_month), row.state) for row in rows]


def sold_nothing() -> tuple[Firm, Employee]:
    """A consultant who sells nothing, in a firm whose April and May are computed."""
    firm = Firm()
    person = firm.seller("GW")
    firm.close(APRIL)
    firm.close(MAY, lock=False)
    return firm, person


@pytest.fixture(scope="module")
def made(
    databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Made[tuple[Firm, Employee]]]:
    with made_once(databases, django_db_blocker, sold_nothing) as made:
        yield made


@pytest.fixture
def idle(made: Made[tuple[Firm, Employee]]) -> Iterator[tuple[Firm, Employee]]:
    with made.taken_back() as (firm, person):
        yield firm, Employee.objects.get(pk=person.pk)


@pytest.fixture
def review(idle: tuple[Firm, Employee]) -> Review:
    return Review.objects.get(kind=Kind.DISMISSAL)


@pytest.mark.article("1-4.3.4")
def test_a_run_of_the_flag_opens_one_review_however_often_it_is_computed(idle: tuple[Firm, Employee]) -> None:
    firm, _person = idle
    assert reviews() == [("2011-05", "2011-05", "open")]
    kept = Review.objects.get(kind=Kind.DISMISSAL).pk
    firm.close(MAY)
    firm.close(JUNE)
    assert reviews() == [("2011-05", "2011-06", "open")]
    assert Review.objects.get(kind=Kind.DISMISSAL).pk == kept


@pytest.mark.article("1-4.3.4")
def test_a_recomputation_without_the_flag_takes_an_untouched_review_back(idle: tuple[Firm, Employee]) -> None:
    firm, person = idle
    receipt = firm.sells(person, "90000.00", "05-10")
    firm.close(MAY, lock=False)
    assert reviews() == []
    firm.receipt(receipt.contract, "-90000.00", "05-12", reverses=receipt)
    firm.close(MAY, lock=False)
    assert reviews() == [("2011-05", "2011-05", "open")]


def test_what_somebody_did_about_is_kept(idle: tuple[Firm, Employee], review: Review) -> None:
    firm, person = idle
    record_step(review, kind="talk", date=on("06-01"), words="谈话", today=TODAY, by=user(Role.HR))
    firm.sells(person, "90000.00", "05-10")
    firm.close(MAY, lock=False)
    assert not RankAssessment.objects.get(employee=person, month=MAY).review_due
    assert reviews() == [("2011-05", "2011-05", "open")]


def test_a_run_that_is_computed_shorter_ends_earlier(idle: tuple[Firm, Employee]) -> None:
    firm, person = idle
    firm.close(MAY)
    firm.close(JUNE, lock=False)
    assert reviews() == [("2011-05", "2011-06", "open")]
    firm.sells(person, "90000.00", "06-10")
    firm.close(JUNE, lock=False)
    assert reviews() == [("2011-05", "2011-05", "open")]


def test_a_run_that_goes_on_after_the_signature_opens_another(idle: tuple[Firm, Employee], review: Review) -> None:
    firm, _person = idle
    decide_review(review, KEEP, today=TODAY, by=user(Role.HR))
    sign_review(review, shown=shown(review), by=user(Role.GENERAL_MANAGER))
    firm.close(MAY)
    assert reviews() == [("2011-05", "2011-05", "done")]
    firm.close(JUNE)
    firm.close(JULY, lock=False)
    assert reviews() == [("2011-05", "2011-05", "done"), ("2011-06", "2011-07", "open")]


@pytest.mark.article("1-4.3.5")
def test_the_lowest_rank_is_brought_to_the_marketing_director(db: None) -> None:
    firm = Firm()
    firm.seller("ZL")
    firm.close(APRIL)
    assert reviews(Kind.ATTENTION) == [("2011-04", "2011-04", "open")]
    case = Review.objects.get()
    with pytest.raises(ReviewRefused):
        record_step(case, kind="help", date=on("05-02"), words="陪访", today=TODAY, by=user(Role.HR))
    record_step(case, kind="help", date=on("05-02"), words="陪访", today=TODAY, by=user(Role.MARKETING_DIRECTOR))
    assert reviews(Kind.ATTENTION) == [("2011-04", "2011-04", "done")]
    assert ReviewStep.objects.get().words == "陪访"


@pytest.mark.article("1-4.3.4")
def test_hr_decides_and_another_person_signs(review: Review) -> None:
    for role in (Role.FINANCE, Role.MARKETING_DIRECTOR, Role.BRANCH_GM):
        with pytest.raises(ReviewRefused):
            decide_review(review, KEEP, today=TODAY, by=user(role))
    with pytest.raises(ReviewRefused) as silent:
        decide_review(review, ReviewTerms(Decision.KEEP, "  "), today=TODAY, by=user(Role.HR))
    assert silent.value.field == "reason"
    decide_review(review, KEEP, today=TODAY, by=user(Role.HR))
    with pytest.raises(ReviewRefused):
        decide_review(review, KEEP, today=TODAY, by=user(Role.HR))
    for role in (Role.HR, Role.FINANCE, Role.AUDITOR):
        with pytest.raises(ReviewRefused):
            sign_review(review, shown=shown(review), by=user(role))
    sign_review(review, shown=shown(review), by=user(Role.MARKETING_DIRECTOR))
    review.refresh_from_db()
    assert (review.state, review.decided_by.role, review.signed_by.role) == (  # type: ignore[union-attr]
        State.DONE,
        Role.HR,
        Role.MARKETING_DIRECTOR,
    )


def test_who_decided_does_not_sign_in_another_role(review: Review) -> None:
    decide_review(review, KEEP, today=TODAY, by=user(Role.HR))
    User.objects.filter(username=f"u-{Role.HR}").update(role=Role.GENERAL_MANAGER)
    with pytest.raises(ReviewRefused):
        sign_review(review, shown=shown(review), by=Actor(User.objects.get(username=f"u-{Role.HR}")))


def test_a_decision_is_sent_back_with_a_reason(review: Review) -> None:
    decide_review(review, KEEP, today=TODAY, by=user(Role.HR))
    with pytest.raises(ReviewRefused):
        send_review_back(review, shown=shown(review), reason=" ", today=TODAY, by=user(Role.GENERAL_MANAGER))
    send_review_back(review, shown=shown(review), reason="补充谈话记录", today=TODAY, by=user(Role.GENERAL_MANAGER))
    review.refresh_from_db()
    assert review.state == State.OPEN
    assert review.decided_by is None
    assert [(step.kind, step.words) for step in review.steps.all()] == [("returned", "补充谈话记录")]


def test_only_what_was_shown_is_signed_or_sent_back(review: Review) -> None:
    hr, gm = user(Role.HR), user(Role.GENERAL_MANAGER)
    decide_review(review, KEEP, today=TODAY, by=hr)
    seen = shown(review)
    send_review_back(review, shown=seen, reason="再谈一次", today=TODAY, by=user(Role.MARKETING_DIRECTOR))
    decide_review(review, end(ground="39", notice=""), today=TODAY, by=hr)
    for old in (seen, ""):
        with pytest.raises(EffectChanged) as changed:
            sign_review(review, shown=old, by=gm)
        assert changed.value.effect.decision == Decision.DISMISS
        with pytest.raises(EffectChanged):
            send_review_back(review, shown=old, reason="不妥", today=TODAY, by=gm)
    assert [row.state for row in Review.objects.filter(pk=review.pk)] == [State.DECIDED]
    assert sign_review(review, shown=shown(review), by=gm).state == State.DONE


def test_what_is_signed_is_told_apart_by_each_of_its_facts(idle: tuple[Firm, Employee], review: Review) -> None:
    firm, person = idle
    decide_review(review, end(ground="39", notice=""), today=TODAY, by=user(Role.HR))
    seen = {shown(review)}
    for change in (
        {"ends_on": dt.date(2011, 8, 6)},
        {"ground": "40"},
        {"notice": "pay"},
        {"reason": "严重违纪"},
        {"decision": "keep"},
    ):
        Review.objects.filter(pk=review.pk).update(**change)
        seen.add(shown(review))
    firm.sells(person, "90000.00", "05-10")
    firm.close(MAY, lock=False)
    seen.add(shown(review))
    assert len(seen) == 7


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE staff_review SET reason = 'x'",
        "UPDATE staff_review SET state = 'open'",
        "DELETE FROM staff_review",
        "UPDATE staff_reviewstep SET words = 'x'",
        "DELETE FROM staff_reviewstep",
        "INSERT INTO staff_reviewstep (review_id, kind, date, words, made_at)"
        " SELECT id, 'talk', '2011-06-01', 'x', now() FROM staff_review",
    ],
)
def test_what_is_signed_stays_also_by_sql(review: Review, statement: str) -> None:
    record_step(review, kind="talk", date=on("06-01"), words="谈话", today=TODAY, by=user(Role.HR))
    decide_review(review, KEEP, today=TODAY, by=user(Role.HR))
    sign_review(review, shown=shown(review), by=user(Role.GENERAL_MANAGER))
    with (
        pytest.raises(DatabaseError, match=r"signed|kept|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    with pytest.raises(ReviewRefused):
        record_step(review, kind="talk", date=on("06-01"), words="又谈", today=TODAY, by=user(Role.HR))


def end(ground: str = "40", notice: str = "pay", ends_on: dt.date | None = dt.date(2011, 8, 5)) -> ReviewTerms:
    return ReviewTerms(Decision.DISMISS, "不能胜任", ground=ground, notice=notice, ends_on=ends_on)


def train(review: Review, day: str = "05-31") -> None:
    record_step(review, kind="training", date=on(day), words="两周培训", today=TODAY, by=user(Role.HR))


def refused(review: Review, given: ReviewTerms) -> str | None:
    with pytest.raises(ReviewRefused) as told:
        decide_review(review, given, today=TODAY, by=user(Role.HR))
    return told.value.field


@pytest.mark.article("1-4.3.4")
def test_article_40_asks_for_training_a_second_failure_and_notice(idle: tuple[Firm, Employee], review: Review) -> None:
    firm, _person = idle
    assert refused(review, end(ground="")) == "ground"
    assert refused(review, end(ends_on=None)) == "ends_on"
    assert refused(review, end(ends_on=dt.date(2011, 7, 31))) == "ends_on"
    assert refused(review, end()) == "ground", "neither trained nor moved"
    train(review)
    assert refused(review, end()) == "ground", "no month since"
    firm.close(MAY)
    firm.close(JUNE, lock=False)
    assert refused(review, end(notice="")) == "notice"
    assert refused(review, end(notice="days", ends_on=dt.date(2011, 8, 30))) == "ends_on"
    decide_review(review, end(notice="days", ends_on=dt.date(2011, 8, 31)), today=TODAY, by=user(Role.HR))


@pytest.mark.article("1-4.3.4")
@pytest.mark.parametrize("kind", Absence.PROTECTED)
def test_nobody_is_dismissed_under_article_40_while_ill(idle: tuple[Firm, Employee], review: Review, kind: str) -> None:
    firm, person = idle
    train(review)
    firm.close(MAY)
    firm.close(JUNE, lock=False)
    leave = Absence.objects.create(employee=person, start=on("07-20"), end=on("08-01"), kind=kind)
    assert refused(review, end()) == "ground"
    leave.end = on("07-31")
    leave.save()
    decide_review(review, end(), today=TODAY, by=user(Role.HR))


def test_a_serious_breach_asks_for_neither(review: Review) -> None:
    decide_review(review, end(ground="39", notice=""), today=TODAY, by=user(Role.HR))


def test_nothing_happens_by_itself(idle: tuple[Firm, Employee], review: Review) -> None:
    _firm, person = idle
    decide_review(review, end(ground="39", notice=""), today=TODAY, by=user(Role.HR))
    sign_review(review, shown=shown(review), by=user(Role.GENERAL_MANAGER))
    assert person.posts.get().end is None
