"""One's own disputes on the phone: raised, answered, settled, read, by the parties alone."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from access.models import User
from compensation.models import Adjustment, HeldCommission
from disputes.actions import begin_verification
from disputes.deciding.actions import confirm_ruling, give_finding
from disputes.deciding.effects import effect_of_waiting
from disputes.deciding.rules import Desk
from disputes.models import Dispute, Evidence, Offer
from disputes.wanted import WantedFinding
from rulebook.wording import amount_text
from tests.disputes.pictures import jpeg
from tests.firm import APRIL, MAY
from tests.portal.disputed import (
    RAISED,
    SAYS,
    Stage,
    digest_in,
    fresh_contract,
    log_in,
    named,
    offered,
    shares_of,
    shown,
)

ANSWERS = "客户是我在展会上认识的"
OWN = "该合同已全部归您，无需提出争议"
QUERIES = 20


def test_what_is_refused_says_so_in_chinese_and_keeps_what_was_typed(stage: Stage) -> None:
    contract = fresh_contract(stage.cast)
    own = {"contract": contract.number, "asked_sales": "40", "statement": SAYS}
    page = stage.alice.post("/disputes/raise/", own).content.decode()
    assert OWN in page
    assert 'name="statement"' not in page
    assert not Dispute.objects.exists()
    sent = {**named(contract), "asked_sales": "100.01", "statement": SAYS}
    page = stage.bob.post("/disputes/raise/", sent).content.decode()
    assert 'class="notice wrong"' in page
    assert SAYS in page
    assert not Dispute.objects.exists()


def test_who_is_a_party_already_is_led_there_and_another_claim_joins(stage: Stage) -> None:
    contract = fresh_contract(stage.cast)
    sent = {**named(contract), "asked_sales": "40", "statement": SAYS}
    stage.bob.post("/disputes/raise/", sent)
    dispute = Dispute.objects.get()
    assert stage.bob.post("/disputes/raise/", sent).headers["Location"] == f"/disputes/{dispute.number}/"
    page = stage.eve.post("/disputes/raise/", named(contract)).content.decode()
    assert dispute.number not in page
    stage.eve.post("/disputes/raise/", {**sent, "statement": "我也有份"})
    assert Dispute.objects.count() == 1
    page = shown(stage.eve, f"/disputes/{dispute.number}/")
    assert "我也有份" in page
    assert SAYS not in page
    assert "Bob" not in page


def test_nobody_else_learns_of_it(stage: Stage) -> None:
    dispute = stage.raised()
    manager = stage.cast.browse(stage.cast.carol, User.Role.BRANCH_GM)
    for browser in (stage.eve, manager):
        for act in ("", "answer/", "take-back/", "offer/"):
            for number in (dispute.number, "Z2011-9999"):
                address = f"/disputes/{number}/{act}"
                wanted = 404 if act in ("", "offer/") else 405
                assert browser.get(address).status_code == wanted, address
                if act:
                    assert browser.post(address, {"statement": "x", "reason": "x"}).status_code == 404, address
        assert dispute.number not in shown(browser, "/disputes/")
    assert "未结" not in shown(stage.eve, "/pay/")
    assert "1 件未结" in shown(stage.bob, "/pay/")
    assert Browser().get(f"/disputes/{dispute.number}/").status_code == 302


def test_the_other_side_answers_before_it_knows_who_claims(stage: Stage) -> None:
    dispute = stage.raised()
    home = shown(stage.alice, "/pay/")
    assert "有争议待您处理" in home
    assert "您的说明" in home
    address = f"/disputes/{dispute.number}/"
    page = shown(stage.alice, address)
    for hidden in ("Bob", SAYS, "40%"):
        assert hidden not in page, hidden
    assert "在人力资源开始核查后可以看到" in page
    page = stage.alice.post(f"{address}answer/", {"statement": ANSWERS}, follow=True).content.decode()
    assert "您的说明已记录" in page
    assert ANSWERS in shown(stage.bob, address)
    assert "有争议待您处理" not in shown(stage.alice, "/pay/")
    begin_verification(dispute, by=log_in(User.Role.HR))
    page = shown(stage.alice, address)
    for told in ("Bob", SAYS, "主张业绩 40%", "各自核查中"):
        assert told in page, told


def test_evidence_is_brought_with_a_photo_and_seen_by_the_other_side_once_it_may(stage: Stage) -> None:
    dispute = stage.raised()
    address = f"/disputes/{dispute.number}/"
    sent = {"kind": "visit", "day": "2011-04-08", "note": "四月八日拜访记录"}
    refused = {**sent, "file": SimpleUploadedFile("a.txt", b"no picture")}
    page = stage.bob.post(f"{address}evidence/", refused).content.decode()
    assert "四月八日拜访记录" in page
    assert 'class="notice wrong"' in page
    assert not Evidence.objects.exists()
    photo = SimpleUploadedFile("名片.jpg", jpeg())
    page = stage.bob.post(f"{address}evidence/", {**sent, "file": photo}, follow=True).content.decode()
    piece = Evidence.objects.get()
    for told in (
        "您的证据已保存",
        "四月八日拜访记录",
        "<b>拜访</b> <time>2011-04-08",
        "名片.jpg",
        f"/disputes/evidence/{piece.stored_as}/",
    ):
        assert told in page, told
    assert "四月八日拜访记录" not in shown(stage.alice, address)
    assert stage.eve.post(f"{address}evidence/", sent).status_code == 404
    begin_verification(dispute, by=log_in(User.Role.HR))
    assert "四月八日拜访记录" in shown(stage.alice, address)


def test_what_is_said_after_a_finding_is_refused_and_kept(stage: Stage) -> None:
    dispute = stage.verifying()
    wanted = WantedFinding("证据充分", shares_of(stage))
    give_finding(dispute, wanted, desk=Desk.HR, by=log_in(User.Role.HR))
    page = stage.alice.post(f"/disputes/{dispute.number}/answer/", {"statement": ANSWERS}).content.decode()
    assert ANSWERS in page
    assert 'class="notice wrong"' in page
    assert not dispute.parties.get(employee=stage.cast.alice).statement


def test_an_offer_is_shown_made_and_agreed_to(stage: Stage) -> None:
    dispute = stage.raised()
    address = f"/disputes/{dispute.number}/offer/"
    page = stage.bob.post(address, offered(stage)).content.decode()
    assert "各方同意后的结果" in page
    assert "自2011年5月起该合同的到款按此份额划分" in page
    assert not Offer.objects.exists()
    stage.bob.post(address, {**offered(stage), "shown": digest_in(page)})
    offer = Offer.objects.get()
    assert "答复协商方案" in shown(stage.alice, "/pay/")
    assert "Bob 的方案" in shown(stage.alice, address)
    page = stage.alice.post(address, {"answer": "see"}).content.decode()
    assert "自2011年5月起该合同的到款按此份额划分" in page
    sent = {"offer": str(offer.pk), "answer": "agree"}
    page = stage.alice.post(address, {**sent, "shown": "0" * 64}, follow=True).content.decode()
    assert "方案的影响其间有变" in page
    page = stage.alice.post(address, {"answer": "see"}).content.decode()
    page = stage.alice.post(address, {**sent, "shown": digest_in(page)}, follow=True).content.decode()
    dispute.refresh_from_db()
    assert dispute.state == Dispute.State.SETTLED
    for told in ("您已同意该方案", "60%", "各让一步", "您已锁定的月份没有调整"):
        assert told in page, told
    assert "40%" not in page[page.index('id="ruling"') : page.index('id="sides"')]


def test_an_offer_on_a_locked_month_tells_the_own_part_alone(stage: Stage) -> None:
    dispute = stage.raised(stage.locked)
    page = stage.bob.post(f"/disputes/{dispute.number}/offer/", offered(stage)).content.decode()
    line = stage.cast.line(stage.cast.alice, receipt__contract=stage.locked)
    moved = (line.amount * Decimal("0.4")).quantize(Decimal("0.01"))
    assert f"您在2011年5月：提成调整 +{amount_text(moved)}，个人业绩 +8,000.00" in page
    assert f"-{amount_text(moved)}" not in page


def test_shares_that_are_not_the_whole_are_refused(stage: Stage) -> None:
    dispute = stage.raised()
    sent = {**offered(stage), f"sales_{stage.cast.bob.pk}": "39.99"}
    page = stage.bob.post(f"/disputes/{dispute.number}/offer/", sent).content.decode()
    assert 'class="notice wrong"' in page
    assert "39.99" in page
    assert "各方同意后的结果" not in page


@pytest.mark.parametrize(
    ("who", "answer", "state"), [("alice", "decline", "declined"), ("bob", "withdraw", "withdrawn")]
)
def test_an_offer_is_declined_or_withdrawn(stage: Stage, who: str, answer: str, state: str) -> None:
    dispute = stage.raised()
    address = f"/disputes/{dispute.number}/offer/"
    shown_first = digest_in(stage.bob.post(address, offered(stage)).content.decode())
    stage.bob.post(address, {**offered(stage), "shown": shown_first})
    offer = Offer.objects.get()
    browser: Browser = getattr(stage, who)
    browser.post(address, {"offer": "0", "answer": answer})
    offer.refresh_from_db()
    assert offer.state == "open"
    browser.post(address, {"offer": str(offer.pk), "answer": answer})
    offer.refresh_from_db()
    assert offer.state == state


def test_a_claim_is_taken_back(stage: Stage) -> None:
    dispute = stage.raised()
    address = f"/disputes/{dispute.number}/"
    assert "撤回我的申诉" not in shown(stage.alice, address)
    assert "撤回我的申诉" in shown(stage.bob, address)
    stage.bob.post(f"{address}take-back/", {"reason": ""})
    dispute.refresh_from_db()
    assert dispute.is_open
    page = stage.bob.post(f"{address}take-back/", {"reason": "记错了"}, follow=True).content.decode()
    assert "您的申诉已撤回" in page
    dispute.refresh_from_db()
    assert dispute.state == Dispute.State.WITHDRAWN


def test_the_ruling_tells_each_the_own_part_alone(stage: Stage) -> None:
    dispute = stage.verifying(stage.locked)
    wanted = WantedFinding("双方都有贡献", shares_of(stage))
    give_finding(dispute, wanted, desk=Desk.HR, by=log_in(User.Role.HR))
    give_finding(dispute, wanted, desk=Desk.MARKETING, by=log_in(User.Role.MARKETING_DIRECTOR))
    page = shown(stage.bob, f"/disputes/{dispute.number}/")
    assert "双方都有贡献" not in page
    shown_first = effect_of_waiting(dispute).digest
    confirm_ruling(dispute, shown=shown_first, today=RAISED, by=log_in(User.Role.HR))
    stage.cast.firm.close(MAY, lock=False)
    for browser, person, share in ((stage.bob, stage.cast.bob, "40%"), (stage.alice, stage.cast.alice, "60%")):
        page = shown(browser, f"/disputes/{dispute.number}/")
        ruling = page[page.index('id="ruling"') : page.index('id="sides"')]
        amounts = [row.amount for row in Adjustment.objects.filter(employee=person)]
        assert amounts
        for told in ("双方都有贡献", share, amount_text(sum(amounts)), "2011年5月的调整"):
            assert told in ruling, told
        month = shown(browser, f"/pay/{MAY}/")
        assert f'href="/disputes/{dispute.number}/"' in month


def test_what_is_held_stands_on_the_payslip_with_why(stage: Stage) -> None:
    dispute = stage.raised()
    stage.cast.firm.close(MAY, lock=False)
    held = HeldCommission.objects.get(employee=stage.cast.alice)
    page = shown(stage.alice, f"/pay/{MAY}/")
    section = page[page.index('id="held"') :]
    for told in (amount_text(held.amount), f"有争议（{dispute.number}）", f'href="/disputes/{dispute.number}/"'):
        assert told in section, told
    line = shown(stage.alice, f"/pay/{MAY}/lines/{held.line.receipt_id}/commission/")
    assert "暂扣" in line
    assert f'href="/disputes/{dispute.number}/"' in line
    assert amount_text(held.amount) in shown(stage.alice, f"/disputes/{dispute.number}/")
    assert amount_text(held.amount) not in shown(stage.bob, f"/disputes/{dispute.number}/")


def test_a_line_leads_to_the_claim_of_who_shares_in_the_deal(stage: Stage) -> None:
    assist = stage.cast.line(stage.cast.carol)
    carol = stage.cast.browse(stage.cast.carol)
    door = f"/disputes/raise/?contract={assist.receipt.contract.number}"
    assert door in shown(carol, f"/pay/{APRIL}/lines/{assist.receipt_id}/{assist.kind}/")
    assert assist.receipt.contract.client.name in shown(carol, door)
    own = stage.cast.line(stage.cast.alice, base=Decimal("20000.00"))
    assert "/disputes/raise/" not in shown(stage.alice, f"/pay/{APRIL}/lines/{own.receipt_id}/commission/")


def test_each_page_asks_few_questions(stage: Stage, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    dispute = stage.verifying(stage.locked)
    stage.cast.firm.close(MAY, lock=False)
    with django_assert_max_num_queries(QUERIES, info="what is to be offered"):
        page = stage.bob.post(f"/disputes/{dispute.number}/offer/", offered(stage)).content.decode()
    stage.bob.post(f"/disputes/{dispute.number}/offer/", {**offered(stage), "shown": digest_in(page)})
    with django_assert_max_num_queries(QUERIES, info="what is offered"):
        assert digest_in(stage.alice.post(f"/disputes/{dispute.number}/offer/", {"answer": "see"}).content.decode())
    addresses = [
        "",
        f"{dispute.number}/",
        f"{dispute.number}/offer/",
        f"{dispute.number}/time-line/",
        "raise/",
        f"raise/?contract={stage.contract}",
    ]
    for address in [*(f"/disputes/{address}" for address in addresses), f"/pay/{MAY}/"]:
        with django_assert_max_num_queries(QUERIES, info=address):
            shown(stage.alice, address)
