"""What a party did against the rules, and what follows (3-2.1)."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from access.actor import Actor
from access.reach import within_reach
from access.refusals import EffectChanged, Refused
from disputes.actions import begin_verification
from disputes.models import Dispute, Violation
from disputes.refusals import DisputeRefused
from disputes.violations.actions import record_violation, send_violation_back, sign_violation
from disputes.violations.selectors import WantedViolation, effect_of_violation, effect_of_wanted_violation
from staff.models import Employee, RankDecision, RankHolding, Review
from staff.rank_decisions.actions import decide_rank, sign_rank
from staff.rank_decisions.effects import effect_of
from staff.reviews.actions import open_reviews
from staff.timeline import Subject, time_line
from tests.cast import browse, log_in_of
from tests.disputes.case import RAISED, Case, Role, user_of
from tests.firm import APRIL, JULY, JUNE, MAY, Firm, assessment
from tests.monthend import deciding
from tests.monthend.correcting import lock

Measure = Violation.Measure
pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return Case()


def wanted(person: Employee, measure: str = Measure.WARNING) -> WantedViolation:
    return WantedViolation(person, Violation.Kind.REBATE, measure, "私下给客户返点", "通报〔2011〕1号")


def record(dispute: Dispute, violation: WantedViolation, by: Actor) -> Violation:
    shown = effect_of_wanted_violation(dispute, violation, RAISED).digest
    return record_violation(dispute, violation, shown=shown, today=RAISED, by=by)


def sign(violation: Violation, by: Actor) -> Violation:
    return sign_violation(violation, shown=effect_of_violation(violation).digest, today=RAISED, by=by)


def test_a_warning_counts_once_a_second_person_has_signed(case: Case) -> None:
    violation = record(case.verifying(), wanted(case.closer), case.hr)
    closer = user_of(case.closers)
    assert not within_reach(closer, Violation.objects.all()).exists()
    for by in (case.hr, case.closers):
        with pytest.raises(DisputeRefused):
            sign(violation, by)
    with pytest.raises(EffectChanged):
        sign_violation(violation, shown="0" * 64, today=RAISED, by=case.director)
    assert sign(violation, case.director).state == Violation.State.SIGNED
    assert within_reach(closer, Violation.objects.all()).exists()
    assert not within_reach(user_of(case.claimants), Violation.objects.all()).exists()
    with pytest.raises(DisputeRefused):
        sign(violation, case.gm)


def test_it_is_recorded_against_a_party_by_human_resources(case: Case) -> None:
    dispute = case.raised()
    with pytest.raises(DisputeRefused):
        record(dispute, wanted(case.closer), case.hr)
    dispute = begin_verification(dispute, by=case.hr)
    for person, by in ((case.firm.seller(), case.hr), (case.closer, case.director), (case.closer, case.claimants)):
        with pytest.raises(DisputeRefused):
            record(dispute, wanted(person), by)
    record(dispute, wanted(case.closer), case.hr)
    with pytest.raises(DisputeRefused):
        record(dispute, wanted(case.closer), case.hr)


def test_a_demotion_takes_one_rank_next_month(case: Case) -> None:
    case.closer = case.firm.seller("GJ")
    case.contract.closer = case.closer
    case.contract.save()
    lock(case.firm, APRIL)
    violation = record(case.verifying(), wanted(case.closer, Measure.DEMOTION), case.hr)
    assert not RankHolding.objects.filter(employee=case.closer, rank="GW").exists()
    sign(violation, case.gm)
    decision = RankDecision.objects.get()
    assert (decision.month, decision.rank, decision.state, decision.ends_right) == (JUNE, "GW", "signed", True)
    assert RankHolding.objects.get(employee=case.closer, rank="GW").start == JUNE.first
    assert "Z2011" not in decision.reason + decision.document
    _read_the_circular(case, violation)


def _read_the_circular(case: Case, violation: Violation) -> None:
    """Who records or signs violations prints it, as long as it holds; it tells nothing but whom it befalls, and why."""
    url = reverse("admin:disputes_violation_circular", args=[violation.pk])
    browsers = {who: browse(user_of(by)) for who, by in (("hr", case.hr), ("director", case.director), ("gm", case.gm))}
    browsers |= {"manager": browse(log_in_of(Role.BRANCH_GM)), "auditor": browse(log_in_of(Role.AUDITOR))}
    given = {who: browser.get(url).status_code for who, browser in browsers.items()}
    assert given == {"hr": 200, "director": 200, "gm": 200, "manager": 403, "auditor": 403}
    page = browsers["hr"].get(url).content.decode()
    sheet = page[page.index('<article class="circular">') : page.index("</article>")]
    for told in ("通报〔2011〕1号", case.closer.name, "返佣", "2011年6月", "高级智慧顾问", "智慧顾问"):
        assert told in sheet, told
    for kept in (case.claimant.name, violation.dispute.number, violation.finding, "10,000", case.contract.number):
        assert kept not in sheet, kept
    deciding.give(case.closer, JUNE, "")
    assert browsers["hr"].get(url).status_code == 404


@pytest.mark.article("3-2.1")
@pytest.mark.article("1-4.3.3")
@pytest.mark.parametrize("ends_right", [True, False])
def test_a_demotion_for_a_violation_ends_the_right_to_get_a_rank_back(*, ends_right: bool) -> None:
    """Demoted from 高级 by the assessment of May, the right goes up to it; lowered further by decision it stays, and
    ends with a violation: as the month and its recomputation see it."""
    firm = Firm()
    anne = firm.seller("GJ")
    for day in ("04-10", "05-10"):
        firm.sells(anne, "60000.00", day)
    for month in (APRIL, MAY):
        lock(firm, month)
    assert (assessment(anne, MAY).next_rank, assessment(anne, MAY).reinstatement_rank) == ("GW", "GJ")
    told = replace(deciding.wanted(anne, JULY, "ZL"), ends_right=ends_right)
    decision = decide_rank(told, shown=effect_of(told).digest, by=deciding.user(Role.HR))
    sign_rank(decision, shown=effect_of(told).digest, by=deciding.user(Role.GENERAL_MANAGER))
    for month in (JUNE, JULY):
        lock(firm, month)
    row = assessment(anne, JULY)
    assert (row.rank, row.reinstatement_rank) == ("ZL", "" if ends_right else "GJ")


def test_the_lowest_rank_is_not_lowered(case: Case) -> None:
    with pytest.raises(DisputeRefused) as refused:
        record(case.verifying(), wanted(case.closer, Measure.DEMOTION), case.hr)
    assert refused.value.field == "measure"


def test_what_is_sent_back_takes_its_demotion_with_it(case: Case) -> None:
    case.claimant = case.firm.seller("GJ", department=case.firm.south_sales)
    case.claimants = case.log_in(case.claimant)
    violation = record(case.verifying(), wanted(case.claimant, Measure.DEMOTION), case.hr)
    with pytest.raises(DisputeRefused):
        send_violation_back(violation, reason=" ", by=case.gm)
    assert send_violation_back(violation, reason="证据不足", by=case.gm).state == "returned"
    assert RankDecision.objects.get().state == "returned"
    with pytest.raises(Refused):
        sign(violation, case.gm)


def test_a_dismissal_opens_a_review_that_stays(case: Case) -> None:
    violation = sign(record(case.verifying(), wanted(case.closer, Measure.DISMISSAL), case.hr), case.gm)
    review = Review.objects.get()
    assert violation.review == review
    assert (review.employee, review.kind, review.state, review.month) == (case.closer, "dismissal", "open", MAY)
    assert "3-2.1" in review.steps.get().words
    open_reviews(MAY)
    assert Review.objects.get().steps.count() == 1
    again = sign(record(violation.dispute, wanted(case.closer, Measure.DISMISSAL), case.hr), case.gm)
    assert again.review == review


def test_the_database_takes_no_violation_signed_by_one(case: Case) -> None:
    violation = record(case.verifying(), wanted(case.closer), case.hr)
    signed = {"state": "signed", "signed_at": violation.decided_at}
    with pytest.raises(DatabaseError, match="violation_signed_by_another"), transaction.atomic():
        Violation.objects.update(**signed, signed_by=user_of(case.hr))
    with pytest.raises(DatabaseError, match="about themselves"), transaction.atomic():
        Violation.objects.update(**signed, signed_by=user_of(case.closers))


def test_it_stands_on_the_persons_time_line_for_who_may_know_of_it(case: Case) -> None:
    """Before it is signed for those who decide disputes; then for the managers of the person's branch, too; never for
    a colleague, nor for who pays."""
    violation = record(case.verifying(), wanted(case.closer), case.hr)
    north = case.log_in(case.firm.clerk(), Role.SALES_MANAGER)
    south = case.log_in(case.firm.clerk(department=case.firm.south_office), Role.BRANCH_GM)
    told = (("hr", case.hr), ("director", case.director), ("north", north), ("south", south))
    others = (("finance", Actor(log_in_of(Role.FINANCE))), ("claimant", case.claimants))

    def who_reads_it() -> set[str]:
        lines = {who: time_line(Subject(case.closer, user_of(by)), kind="violation") for who, by in (*told, *others)}
        return {who for who, line in lines.items() if line.moments}

    assert who_reads_it() == {"hr", "director"}
    sign(violation, case.director)
    assert who_reads_it() == {"hr", "director", "north"}
    moment = time_line(Subject(case.closer, user_of(north)), kind="violation").moments[0]
    assert (moment.title.text, moment.because) == ("严重警告", "3-2.1，返佣：私下给客户返点")


def test_who_decides_disputes_doesnt_see_what_is_found_against_them_before_it_is_signed(case: Case) -> None:
    violation = record(case.verifying(), wanted(case.closer), case.hr)
    Employee.objects.filter(pk=case.closer.pk).update(user=None)
    concerned = Actor(log_in_of(Role.MARKETING_DIRECTOR, "closer", of=case.closer))
    assert not within_reach(user_of(concerned), Violation.objects.all()).exists()
    sign(violation, case.director)
    assert within_reach(user_of(concerned), Violation.objects.all()).exists()
