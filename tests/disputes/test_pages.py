"""The pages of disputes in the administration: who sees which list and record, what is said, what can be done there."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from access.actor import Actor
from access.models import User
from clients.models import Contract, Receipt
from disputes.deciding.actions import give_finding
from disputes.deciding.rules import Desk
from disputes.models import Dispute, Evidence, Finding, Pause, Ruling
from disputes.rules import months_later
from staff.models import Employee
from tests.admin.addresses import address
from tests.cast import browse, log_in_of
from tests.disputes.case import Case, user_of
from tests.firm import APRIL, on

pytestmark = pytest.mark.django_db
Role = User.Role
MOST = 20
LIST = "/admin/disputes/dispute/"


@pytest.fixture
def case() -> Case:
    return Case()


def act(dispute: Dispute, what: str) -> str:
    return reverse("admin:disputes_dispute_act", args=[dispute.pk, what])


def page_of(browser: Browser, dispute: Dispute) -> str:
    return words(browser.get(address(Dispute, "change", dispute.pk)).content.decode())


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split('id="content"')[-1]))


def acts_on(browser: Browser, dispute: Dispute) -> set[str]:
    page = browser.get(address(Dispute, "change", dispute.pk)).content.decode()
    return set(re.findall(r"/act/(\w+)/", page))


def as_(actor: Actor) -> Browser:
    return browse(user_of(actor))


def managers(case: Case) -> tuple[Browser, Browser]:
    """Of the closer's branch, and of the claimant's."""
    firm = case.firm
    north = case.log_in(firm.clerk(), Role.SALES_MANAGER)
    south = case.log_in(firm.clerk(department=firm.south_office), Role.BRANCH_GM)
    return as_(north), as_(south)


def shares_of(case: Case, closer: str = "60", claimant: str = "40", **given: str) -> dict[str, str]:
    shares = {f"sales_{case.closer.pk}": closer, f"sales_{case.claimant.pk}": claimant}
    return {**shares, "reasons": "证据充分", **given}


def find(browser: Browser, dispute: Dispute, case: Case, **given: str) -> str:
    found = browser.post(act(dispute, "give_finding"), shares_of(case, step="confirm", **given), follow=True)
    return found.content.decode()


def pages_of(dispute: Dispute) -> list[str]:
    parts = ("known", "effect")
    return [
        LIST,
        address(Dispute, "change", dispute.pk),
        *(reverse(f"admin:disputes_dispute_{part}", args=[dispute.pk]) for part in parts),
        act(dispute, "confirm_ruling"),
        act(dispute, "give_finding"),
        act(dispute, "refuse"),
    ]


def test_every_page_asks_few_questions(case: Case) -> None:
    of_branches = managers(case)
    case.firm.close(APRIL)
    dispute = case.verifying()
    give_finding(dispute, case.finding(), desk=Desk.HR, by=case.hr)
    browsers = [as_(case.hr), as_(case.director), as_(case.gm), browse(log_in_of(Role.AUDITOR)), *of_branches]
    asked = {}
    for desk in (None, Desk.MARKETING):
        if desk is not None:
            give_finding(dispute, case.finding(), desk=desk, by=case.director)
        for number, browser in enumerate(browsers):
            browser.get("/admin/")
            browser.get(address(Dispute, "change", dispute.pk))  # what is asked once a process
            for url in pages_of(dispute):
                with CaptureQueriesContext(connection) as captured:
                    status = browser.get(url).status_code
                if status == 200:
                    asked[number, url, desk] = len(captured)
    assert len(asked) > 40
    assert {page: count for page, count in asked.items() if count > MOST} == {}


def test_each_role_lists_what_it_may_know_of(case: Case) -> None:
    dispute = case.raised()
    finance, north_south = browse(log_in_of(Role.FINANCE)), managers(case)
    elsewhere = browse(user_of(Actor(log_in_of(Role.BRANCH_GM, "elsewhere"))))
    for browser in (as_(case.hr), as_(case.director), as_(case.gm), browse(log_in_of(Role.AUDITOR)), *north_south):
        assert dispute.number in words(browser.get(LIST).content.decode())
        assert browser.get(address(Dispute, "change", dispute.pk)).status_code == 200
    for browser, status in ((finance, 403), (elsewhere, 404)):
        for url in (LIST, f"{LIST}?q={dispute.number}"):
            assert address(Dispute, "change", dispute.pk) not in browser.get(url).content.decode()
        for url in pages_of(dispute)[1:4]:
            assert browser.get(url).status_code in {status, 404}


def test_a_manager_of_no_party_learns_nothing_at_the_contract(case: Case) -> None:
    case.raised()
    blind = browse(log_in_of(Role.FINANCE))
    contract = blind.get(address(Contract, "change", case.contract.pk)).content.decode()
    assert "Z2011" not in contract
    assert 'id="disputes"' not in contract


def test_the_other_sides_manager_reads_who_claims_once_verification_began(case: Case) -> None:
    dispute = case.raised()
    north, south = managers(case)
    before = page_of(north, dispute)
    listed = words(north.get(LIST).content.decode())
    assert case.claimant.name not in before + listed
    assert "是我谈成的" not in before
    assert "核查开始后" in before
    assert "已知事实" not in words(north.get(pages_of(dispute)[2]).content.decode())
    assert case.claimant.name in page_of(south, dispute)
    assert north.get(address(Dispute, "history", dispute.pk)).status_code == 404

    as_(case.hr).post(act(dispute, "begin_verification"))
    after = page_of(north, dispute)
    assert case.claimant.name in after
    assert "是我谈成的" in after
    assert "已知事实" in words(north.get(pages_of(dispute)[2]).content.decode())


def test_evidence_of_who_is_not_shown_is_not_shown(case: Case) -> None:
    dispute = case.raised()
    Evidence.objects.create(
        dispute=dispute,
        kind=Evidence.Kind.VISIT,
        day=on("04-03"),
        note="上门拜访记录",
        brought_by=user_of(case.claimants),
        brought_at=timezone.now(),
    )
    north, south = managers(case)
    assert "上门拜访记录" in page_of(south, dispute)
    assert "上门拜访记录" in page_of(as_(case.hr), dispute)
    assert "上门拜访记录" not in page_of(north, dispute)


def test_each_role_is_offered_its_part(case: Case) -> None:
    dispute = case.raised()
    hr, director, gm, auditor = as_(case.hr), as_(case.director), as_(case.gm), browse(log_in_of(Role.AUDITOR))
    north, south = managers(case)
    assert acts_on(hr, dispute) == {
        "begin_verification", "name_party", "state_answer", "mark_special", "withdraw", "refuse",
    }  # fmt: skip
    assert acts_on(director, dispute) == acts_on(gm, dispute) == {"mark_special"}
    assert acts_on(auditor, dispute) == set()
    assert acts_on(north, dispute) == {"state_answer"}
    assert acts_on(south, dispute) == {"state_answer", "withdraw"}
    hr.post(act(dispute, "begin_verification"))
    assert acts_on(director, dispute) == {"give_finding", "mark_special"}
    find(hr, dispute, case)
    assert "name_party" not in acts_on(hr, dispute)
    find(director, dispute, case)
    assert acts_on(director, dispute) == {"confirm_ruling", "mark_special"}
    assert acts_on(gm, dispute) == {"mark_special"}


def test_what_is_not_offered_is_refused(case: Case) -> None:
    dispute = case.raised()
    north, _south = managers(case)
    for what in ("begin_verification", "give_finding", "confirm_ruling", "refuse", "replace_ruling", "no_such_act"):
        assert north.get(act(dispute, what)).status_code == 403
    early = as_(case.director).get(act(dispute, "give_finding"), follow=True)
    assert early.redirect_chain
    assert "已经办理，或目前不能办理" in early.content.decode()


def test_who_is_concerned_reads_why_and_who_decides(case: Case) -> None:
    dispute = case.verifying()
    Employee.objects.filter(pk=case.closer.pk).update(user=None)
    concerned = browse(log_in_of(Role.HR, "hr2", of=case.closer))
    page = page_of(concerned, dispute)
    assert "任何人不得处理涉及本人" in page
    assert "hr（人力资源）" in page
    assert "give_finding" not in acts_on(concerned, dispute)


def test_two_findings_are_given_and_confirmed(case: Case) -> None:
    case.firm.close(APRIL)
    dispute = case.verifying()
    hr, director = as_(case.hr), as_(case.director)
    looked = hr.post(act(dispute, "give_finding"), shares_of(case, step="look"))
    assert looked.context["effect"] is not None
    assert not Finding.objects.exists()
    assert "已作出" in find(hr, dispute, case)
    page = page_of(director, dispute)
    assert "证据充分" not in page
    assert "您作出结论后才能看到" in page
    find(director, dispute, case)
    assert "证据充分" in page_of(director, dispute)

    shown = hr.get(act(dispute, "confirm_ruling"))
    told = words(shown.content.decode())
    assert case.closer.name in told
    assert case.claimant.name in told
    wrong = hr.post(act(dispute, "confirm_ruling"), {"shown": "0"})
    assert wrong.status_code == 200
    assert not Ruling.objects.exists()
    done = hr.post(act(dispute, "confirm_ruling"), {"shown": shown.context["effect"].digest}, follow=True)
    assert "已裁决" in done.content.decode()
    ruling = Ruling.objects.get()
    assert ruling.correction is not None
    moved = {row.employee: row.amount for row in ruling.correction.adjustments.select_related("employee")}
    assert sum(moved.values()) == 0
    assert moved[case.claimant] > 0


@pytest.mark.parametrize(
    ("closer", "claimant", "told"),
    [
        ("60", "39.99", "合计 99.99%"),
        ("60", "40.01", "合计 100.01%"),
        ("60.001", "39.999", "小数"),
        ("-1", "101", "100"),
        ("abc", "40", "1234.56"),
    ],
)
def test_shares_come_to_the_whole(case: Case, closer: str, claimant: str, told: str) -> None:
    dispute = case.verifying()
    page = as_(case.hr).post(act(dispute, "give_finding"), shares_of(case, closer, claimant, step="look"))
    assert told in page.content.decode()
    assert page.context["effect"] is None


def test_other_shares_of_the_commission_and_an_owner(case: Case) -> None:
    dispute = case.verifying()
    given = {f"commission_{case.closer.pk}": "33.33", f"commission_{case.claimant.pk}": "66.67"}
    find(as_(case.hr), dispute, case, owner=str(case.claimant.pk), **given)
    finding = Finding.objects.get()
    assert finding.owner == case.claimant
    shares = {one.employee: (one.sales_share, one.commission_share) for one in finding.shares.all()}
    assert shares[case.closer] == (Decimal("0.6"), Decimal("0.3333"))
    assert shares[case.claimant] == (Decimal("0.4"), Decimal("0.6667"))


def test_a_ruling_is_replaced(case: Case) -> None:
    dispute = case.ruled().dispute
    gm = as_(case.gm)
    assert acts_on(gm, dispute) == {"replace_ruling"}
    assert acts_on(as_(case.hr), dispute) == set()
    looked = gm.post(act(dispute, "replace_ruling"), shares_of(case, "100", "0", step="look"))
    digest = looked.context["effect"].digest
    gm.post(act(dispute, "replace_ruling"), shares_of(case, "100", "0", step="confirm", shown=digest))
    assert dispute.rulings.count() == 2
    page = page_of(gm, dispute)
    assert "以最后一次为准" in page


def test_special_refused_and_withdrawn(case: Case) -> None:
    dispute = case.verifying()
    hr = as_(case.hr)
    as_(case.director).post(act(dispute, "mark_special"), {"reason": "涉及两家分公司"})
    assert "涉及两家分公司" in page_of(hr, dispute)
    assert acts_on(as_(case.gm), dispute) == {"give_finding", "mark_special"}
    asked = hr.get(act(dispute, "refuse")).content.decode()
    assert "暂扣" in asked
    assert 'class="ask-field is-wrong"' in hr.post(act(dispute, "refuse"), {"reason": " "}).content.decode()
    hr.post(act(dispute, "refuse"), {"reason": "没有证据"})
    dispute.refresh_from_db()
    assert dispute.state == Dispute.State.REFUSED
    assert "没有证据" in page_of(hr, dispute)


def test_a_claim_is_taken_back_for_the_claimant(case: Case) -> None:
    dispute = case.raised()
    _north, south = managers(case)
    south.post(act(dispute, "withdraw"), {"party": str(case.claimant.pk), "reason": "双方已说清"})
    dispute.refresh_from_db()
    assert dispute.state == Dispute.State.WITHDRAWN


def test_a_party_is_named_and_heard(case: Case) -> None:
    dispute, other = case.raised(), case.firm.seller()
    hr = as_(case.hr)
    hr.post(act(dispute, "name_party"), {"employee": other.number, "side": "respondent"})
    assert other.name in page_of(hr, dispute)
    hr.post(act(dispute, "state_answer"), {"party": str(other.pk), "statement": "我只陪同拜访"})
    assert "我只陪同拜访" in page_of(hr, dispute)


def test_a_dispute_is_raised_from_its_contract(db: None) -> None:
    today = timezone.localdate()
    case = Case()
    Receipt.objects.filter(pk=case.receipt.pk).update(received_on=today)
    hr = as_(case.hr)
    page = hr.get(address(Contract, "change", case.contract.pk)).content.decode()
    form = f"{address(Dispute, 'add')}?contract={case.contract.number}"
    assert form in page
    assert "3-2.4.1" in words(page)
    told = words(hr.get(form).content.decode())
    assert months_later(today, 1).isoformat() in told
    given = {
        "contract": case.contract.number,
        "claimant": case.claimant.number,
        "asked_sales": "40",
        "statement": "客户由我开发",
    }
    made = hr.post(form, given, follow=True)
    dispute = Dispute.objects.get()
    assert made.redirect_chain
    assert dispute.number in made.content.decode()
    claimant = dispute.parties.get(employee=case.claimant)
    assert (claimant.asked_sales, claimant.asked_commission) == (Decimal("0.4"), Decimal("0.4"))
    assert dispute.number in hr.get(address(Contract, "change", case.contract.pk)).content.decode()


def test_out_of_the_window_the_contract_says_so_and_leads_nowhere(case: Case) -> None:
    hr = as_(case.hr)
    page = hr.get(address(Contract, "change", case.contract.pk)).content.decode()
    assert "2011-05-15" in words(page)
    assert address(Dispute, "add") not in page
    given = {"contract": case.contract.number, "claimant": case.claimant.number, "statement": "客户由我开发"}
    refused = words(hr.post(address(Dispute, "add"), given).content.decode())
    assert "3-2.4.1" in refused
    assert "2011-05-15" in refused
    assert not Dispute.objects.exists()


def test_a_clients_complaint_is_recorded_and_found(case: Case) -> None:
    hr = as_(case.hr)
    add = f"{address(Dispute, 'add')}?kind=client"
    given = {"client": case.contract.client.number, "about": case.closer.number, "statement": "多次骚扰"}
    hr.post(add, given)
    dispute = Dispute.objects.get()
    assert dispute.contract is None
    assert "多次骚扰" in page_of(hr, dispute)
    hr.post(act(dispute, "begin_verification"))
    for browser in (hr, as_(case.director)):
        asked = browser.post(act(dispute, "give_finding"), {"reasons": "属实", "step": "confirm"})
        assert 'class="ask-field is-wrong"' in asked.content.decode()
        browser.post(act(dispute, "give_finding"), {"reasons": "属实", "upholds": "yes", "step": "confirm"})
    digest = hr.get(act(dispute, "confirm_ruling")).context["effect"].digest
    hr.post(act(dispute, "confirm_ruling"), {"shown": digest})
    assert Ruling.objects.get().upholds is True


def test_the_list_is_searched_and_filtered_and_says_how_late(case: Case) -> None:
    dispute = case.raised()
    hr = as_(case.hr)
    for given in (dispute.number, case.contract.number, case.contract.client.name):
        assert dispute.number in words(hr.get(LIST, {"q": given}).content.decode())
    page = hr.get(LIST).content.decode()
    assert 'class="state state-blocks"' in page
    assert "个工作日" in page
    address_of = address(Dispute, "change", dispute.pk)
    for query, is_there in (
        ("state__exact=raised", True),
        ("state__exact=decided", False),
        ("kind__exact=client", False),
        ("due=late", True),
        ("due=today", False),
    ):
        assert (address_of in hr.get(f"{LIST}?{query}").content.decode()) is is_there


def test_it_is_paused(db: None) -> None:
    case = Case()
    hr, today = as_(case.hr), timezone.localdate()
    dispute = case.raised()
    assert "pause" not in acts_on(hr, dispute)
    Dispute.objects.filter(pk=dispute.pk).update(raised_on=today, due_on=today + dt.timedelta(days=14))
    assert "pause" in acts_on(hr, dispute)
    given = {"start": today.isoformat(), "end": (today + dt.timedelta(days=4)).isoformat(), "reason": "当事人病假"}
    hr.post(act(dispute, "pause"), given)
    assert Pause.objects.get().reason == "当事人病假"
    assert "当事人病假" in words(hr.get(pages_of(dispute)[2]).content.decode())
