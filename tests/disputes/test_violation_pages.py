"""Violations on the desk: recorded on the dispute's page by human resources, signed or sent back by a second person."""

import re

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disputes.models import Dispute, Violation
from staff.models import Employee, RankDecision
from tests.admin.addresses import address
from tests.cast import browse, log_in_of
from tests.disputes.case import Case, Role, user_of
from tests.firm import APRIL
from tests.monthend.correcting import lock

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return Case()


def record_page(dispute: Dispute) -> str:
    return reverse("admin:disputes_violation_record", args=[dispute.pk])


def act(violation: Violation, what: str) -> str:
    return reverse("admin:disputes_violation_act", args=[violation.pk, what])


def recorded(browser: Browser, dispute: Dispute, person: Employee, **given: str) -> Violation:
    """Look at what follows, then record it."""
    asked = {"employee": str(person.pk), "kind": "rebate", "measure": "warning", "finding": "私下给客户返佣", **given}
    looked = browser.post(record_page(dispute), {**asked, "step": "look"})
    assert not Violation.objects.exists()
    shown = looked.context["effect"].digest
    told = browser.post(record_page(dispute), {**asked, "shown": shown, "step": "confirm"}, follow=True)
    assert "由第二人签署后生效" in told.content.decode()
    return Violation.objects.get()


def acts_on(browser: Browser, violation: Violation) -> set[str]:
    page = browser.get(address(Violation, "change", violation.pk)).content.decode()
    return set(re.findall(rf"/violation/{violation.pk}/act/(\w+)/", page))


def test_a_demotion_is_looked_at_recorded_and_signed_with_what_it_does(case: Case) -> None:
    case.closer = case.firm.seller("GJ")
    case.contract.closer = case.closer
    case.contract.save()
    known = case.log_in(case.firm.clerk(), Role.GENERAL_MANAGER)
    lock(case.firm, APRIL)
    dispute = case.verifying()
    hr, gm = browse(user_of(case.hr)), browse(user_of(known))
    assert record_page(dispute) in hr.get(address(Dispute, "change", dispute.pk)).content.decode()
    asked = {"employee": str(case.closer.pk), "kind": "rebate", "measure": "demotion", "finding": "x", "step": "look"}
    assert "请填写通报文号" in hr.post(record_page(dispute), asked).content.decode()
    violation = recorded(hr, dispute, case.closer, measure="demotion", document="通报〔2011〕1号")
    assert acts_on(hr, violation) == set()
    assert acts_on(gm, violation) == {"sign", "back"}
    for url in (address(Violation, "change", violation.pk), act(violation, "sign")):
        gm.get(url)
        with CaptureQueriesContext(connection) as captured:
            page = gm.get(url)
        assert len(captured) <= 20, url
    assert "智慧顾问" in page.content.decode()
    assert Violation.objects.get().state == "waiting"
    gm.post(act(violation, "sign"), {"shown": "0" * 64})
    assert Violation.objects.get().state == "waiting"
    gm.post(act(violation, "sign"), {"shown": page.context["effect"].digest})
    assert (Violation.objects.get().state, RankDecision.objects.get().state) == ("signed", "signed")
    assert acts_on(gm, violation) == set()
    assert "私下给客户返佣" in hr.get(address(Dispute, "change", dispute.pk)).content.decode()


def test_it_is_sent_back_with_a_reason(case: Case) -> None:
    violation = recorded(browse(user_of(case.hr)), case.verifying(), case.closer)
    director = browse(user_of(case.director))
    director.post(act(violation, "back"), {"reason": " "})
    assert Violation.objects.get().state == "waiting"
    director.post(act(violation, "back"), {"reason": "证据不足"})
    assert Violation.objects.get().state == "returned"
    assert "证据不足" in director.get(address(Violation, "change", violation.pk)).content.decode()


def test_nobody_records_in_an_own_case_nor_before_verification(case: Case) -> None:
    hr = browse(user_of(case.hr))
    dispute = case.raised()
    assert record_page(dispute) not in hr.get(address(Dispute, "change", dispute.pk)).content.decode()
    assert hr.get(record_page(dispute)).status_code == 302
    for role in (Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER, Role.AUDITOR, Role.BRANCH_GM):
        assert browse(log_in_of(role, f"x-{role}")).get(record_page(dispute)).status_code == 403
    hr.post(reverse("admin:disputes_dispute_act", args=[dispute.pk, "begin_verification"]))
    Employee.objects.filter(pk=case.closer.pk).update(user=None)
    concerned = browse(log_in_of(Role.HR, "hr2", of=case.closer))
    assert record_page(dispute) not in concerned.get(address(Dispute, "change", dispute.pk)).content.decode()
    assert concerned.get(record_page(dispute)).status_code == 302
    assert hr.get(record_page(dispute)).status_code == 200
