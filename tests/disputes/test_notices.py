"""What disputes ask on the first page: each role its own act, at the place where it is done; nobody of an own case."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.actor import Actor
from access.models import User
from access.pages.links import address
from clients.history.actions import rebuild_histories
from disputes.actions import begin_verification, mark_special, raise_dispute
from disputes.deciding.actions import give_finding
from disputes.deciding.rules import Desk
from disputes.deciding.selectors import Standing, standings_of
from disputes.models import Dispute, Violation
from disputes.notices import dispute_notices
from disputes.violations.actions import record_violation
from disputes.violations.selectors import WantedViolation, effect_of_wanted_violation
from staff.models import Employee
from tests.cast import browse, log_in_of
from tests.disputes.case import RAISED, Case, confirm, user_of

pytestmark = pytest.mark.django_db
Role = User.Role


@pytest.fixture
def case() -> Case:
    return Case()


def told(by: Actor) -> dict[str, str]:
    """What disputes ask of somebody beside that they are late, and where it is done."""
    return {one.text: one.href for one in dispute_notices(user_of(by)) if "逾期" not in one.text}


def test_each_is_asked_for_the_own_act_and_led_there(case: Case) -> None:
    dispute = case.raised()
    page = address(dispute)
    assert told(case.hr) == {"件新争议待开始核查": page}
    assert told(case.director) == told(case.gm) == {}
    dispute = begin_verification(dispute, by=case.hr)
    assert told(case.hr) == told(case.director) == {"件争议待您作出核查结论": page}
    give_finding(dispute, case.finding(), desk=Desk.HR, by=case.hr)
    assert (told(case.hr), told(case.director)) == ({}, {"件争议待您作出核查结论": page})
    give_finding(dispute, case.finding(), desk=Desk.MARKETING, by=case.director)
    assert told(case.hr) == told(case.director) == {"件裁决待您查看影响并确认": page}
    assert told(case.gm) == {}
    confirm(dispute, case.hr)
    assert told(case.hr) == told(case.director) == {}


def test_the_general_manager_is_asked_for_what_is_special(case: Case) -> None:
    dispute = mark_special(case.verifying(), reason="涉及两家分公司", by=case.director)
    assert told(case.gm) == {"件争议待您裁决": address(dispute)}
    assert told(case.hr) == told(case.director) == {}


def test_nobody_is_asked_about_a_case_of_the_own(case: Case) -> None:
    dispute = case.verifying()
    Employee.objects.filter(pk=case.closer.pk).update(user=None)
    concerned = Actor(log_in_of(Role.HR, "hr2", of=case.closer))
    assert told(concerned) == {"件本人的争议待您处理或查看": f"/disputes/{dispute.number}/"}
    assert told(case.hr).keys() == {"件争议待您作出核查结论"}


def test_a_violation_is_signed_by_who_is_told_so(case: Case) -> None:
    dispute = case.verifying()
    wanted = WantedViolation(case.closer, Violation.Kind.REBATE, Violation.Measure.WARNING, "私下给客户返佣")
    shown = effect_of_wanted_violation(dispute, wanted, RAISED).digest
    violation = record_violation(dispute, wanted, shown=shown, today=RAISED, by=case.hr)
    words = "件违规处理待您签署"
    assert told(case.gm)[words] == told(case.director)[words] == address(violation)
    assert words not in told(case.hr)


def test_a_branch_reads_how_its_disputes_ended_and_no_other_does(case: Case) -> None:
    firm = case.firm
    north = case.log_in(firm.clerk(), Role.SALES_MANAGER)
    elsewhere = Actor(log_in_of(Role.BRANCH_GM, "elsewhere"))
    assert told(north) == {}
    dispute = case.ruled().dispute
    words = "件涉及本分公司的争议近七天内结束，请查看结果"
    assert told(north) == {words: address(dispute)}
    for by in (elsewhere, Actor(log_in_of(Role.FINANCE)), Actor(log_in_of(Role.AUDITOR))):
        assert told(by) == {}


def test_many_are_asked_about_as_each_by_itself_in_a_fixed_number_of_queries(case: Case) -> None:
    """The list that a notice leads to has as many rows as it says."""
    first = case.verifying()
    give_finding(first, case.finding(), desk=Desk.HR, by=case.hr)
    with CaptureQueriesContext(connection) as few:
        told(case.director)
    for _time in range(3):
        contract = case.firm.contract(case.closer)
        case.firm.receipt(contract, "200000.00")
        rebuild_histories()
        begin_verification(raise_dispute(case.claim(contract=contract), today=RAISED, by=case.claimants), by=case.hr)
    with CaptureQueriesContext(connection) as many:
        told_now = told(case.director)
    assert len(many) <= len(few) + 1 <= 18  # another month's plan
    disputes = list(Dispute.objects.order_by("pk"))
    for standing in standings_of(disputes):
        alone = Standing(Dispute.objects.get(pk=standing.dispute.pk))
        assert standing.concerned == alone.concerned
        assert standing.step == alone.step
        assert standing.why_general_managers == alone.why_general_managers
        assert bool(standing.findings) == bool(alone.findings)
    assert [bool(one.why_general_managers) for one in standings_of(disputes)] == [False, True, True, True]
    assert told_now == {"件争议待您作出核查结论": address(first)}
    page = browse(user_of(case.gm)).get(told(case.gm)["件争议待您裁决"])
    assert page.context["cl"].result_count == 3
