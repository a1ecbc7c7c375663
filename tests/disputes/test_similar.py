"""What who decides reads beside a dispute: how alike ones came out, and one line that shows both sides."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access.actor import Actor
from clients.history.actions import rebuild_histories
from clients.models import Client
from disputes.actions import begin_verification, raise_dispute
from disputes.deciding.actions import give_finding
from disputes.deciding.rules import Desk
from disputes.evidence.actions import Sent, bring_evidence
from disputes.models import Dispute, Evidence, Ruling
from disputes.tickets.line import line_of
from disputes.tickets.similar import similar_tables
from tests.cast import browse
from tests.disputes.case import RAISED, Case, confirm, user_of
from tests.disputes.pictures import jpeg
from tests.firm import APRIL

pytestmark = pytest.mark.django_db
MOST_LOOKED_AT = 24
"""What is looked at before it is given is sent; around all that is sent to the administration two queries see whether
it takes a month back (monthend/approval/posting.py)."""


def ruled(case: Case, closer: str, claimant: str, *, is_strategic: bool = False) -> Ruling:
    """Another contract's dispute, ruled on."""
    contract = case.firm.contract(case.closer)
    case.firm.receipt(contract, "1000.00")
    rebuild_histories()
    dispute = raise_dispute(case.claim(contract=contract), today=RAISED, by=case.claimants)
    dispute = begin_verification(dispute, by=case.hr)
    for desk, by in ((Desk.HR, case.hr), (Desk.MARKETING, case.director)):
        give_finding(dispute, case.finding(closer, claimant), desk=desk, by=by)
    ruling = confirm(dispute, case.hr)
    Client.objects.filter(pk=contract.client_id).update(is_strategic=is_strategic)
    return ruling


def test_alike_rulings_are_counted_by_client_and_outcome() -> None:
    case = Case()
    ruled(case, "0.6", "0.4")
    ruled(case, "1", "0")
    ruled(case, "0", "1", is_strategic=True)
    last = ruled(case, "0.5", "0.5")
    dispute = case.verifying()
    viewer = user_of(case.hr)
    counts, latest = similar_tables(dispute, viewer)
    assert [heading.text for heading in counts.headings] == ["客户", "归申诉人", "按份额划分", "维持原归属"]
    assert [[cell.text for cell in row.cells] for row in counts.rows] == [
        ["战略客户", "1", "0", "0"],
        ["其他客户", "0", "2", "1"],
    ]
    assert [cell.text for cell in latest.rows[0].cells][:4] == [
        last.dispute.number, last.made_on.isoformat(), "其他客户", "按份额划分",
    ]  # fmt: skip
    assert latest.rows[-1].cells[2].text == "战略客户"
    page = browse(viewer)
    address = reverse("admin:disputes_dispute_known", args=[dispute.pk])
    page.get(address)
    with CaptureQueriesContext(connection) as captured:
        page.get(address)
    assert len(captured) <= 20


def test_one_line_shows_both_sides() -> None:
    case = Case()
    dispute = case.verifying()
    day = dt.date(2011, 4, 3)
    for by, note in ((case.claimants, "上门拜访"), (case.closers, "报价单")):
        sent = Sent("名片.jpg", jpeg())
        bring_evidence(dispute, kind=Evidence.Kind.VISIT, day=day, note=note, file=sent, today=RAISED, by=by)
    line = line_of(Dispute.objects.get(), list(dispute.parties.select_related("employee")), user_of(case.hr))
    assert (line.claiming, line.answering) == (case.claimant.name, case.closer.name)
    sides = {note: one.side for one in line.moments for note in ("上门拜访", "报价单") if note in one.words}
    assert sides == {"上门拜访": "claimant", "报价单": "respondent"}
    assert [one.when for one in line.moments] == sorted((one.when for one in line.moments), reverse=True)


def test_a_look_at_a_finding_or_a_ruling_asks_few_questions() -> None:
    case = Case()
    case.firm.close(APRIL)
    dispute = case.verifying()
    shares = {f"sales_{case.closer.pk}": "100", f"sales_{case.claimant.pk}": "0", "reasons": "证据充分", "step": "look"}

    def asked(by: Actor, what: str) -> int:
        browser = browse(user_of(by))
        browser.get("/admin/disputes/dispute/")
        with CaptureQueriesContext(connection) as captured:
            page = browser.post(reverse("admin:disputes_dispute_act", args=[dispute.pk, what]), shares)
        assert page.context["effect"] is not None
        return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)

    give_finding(dispute, case.finding(), desk=Desk.HR, by=case.hr)
    assert asked(case.director, "give_finding") <= MOST_LOOKED_AT
    give_finding(dispute, case.finding(), desk=Desk.MARKETING, by=case.director)
    confirm(dispute, case.hr)
    assert asked(case.gm, "replace_ruling") <= MOST_LOOKED_AT
