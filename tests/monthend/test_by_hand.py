"""What was done by hand that a month pays by is told to who approves it: by whom, from what to what, and how much."""

import re
from collections.abc import Callable
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.actor import CONSOLE, Actor
from access.decisions.effect import digest_of
from clients.models import Contract, Receipt
from compensation.corrections.actions import WrongAmount, effect_of, make_correction
from monthend.approval.selectors_transitions import payment_of
from monthend.by_hand.deeds import ByHand, DeedKind
from monthend.by_hand.selectors import done_by_hand
from monthend.page.acts import MonthAct
from monthend.page.by_hand import by_hand_tables
from periods.models import Period
from staff.models import PersonnelEvent
from tests.admin.addresses import address
from tests.firm import APRIL, JULY, JUNE, MAY, TODAY
from tests.imports.books import book_of, saved, take_in
from tests.imports.company import change, company
from tests.monthend.hands import DEEDS, Hands, Source
from tests.monthend.stage import Role, links, shown_on, text
from workbooks.company.importing import import_workbook


def test_a_share_that_jumped_is_told_first_with_who_wrote_the_weights(hands: Hands) -> None:
    hands.take_the_pool()
    hands.compute()
    first, *others = done_by_hand(MAY).weights
    assert (first.person, first.jumped, first.rose) == (hands.hers, True, True)
    assert {one.person: (one.hand and one.hand.who, one.is_own, one.rose) for one in others} == {
        hands.ben: (hands.hers.name, True, False),
        hands.manager: (hands.hers.name, True, False),
    }
    assert others[0].hand is not None
    assert others[0].hand.text.endswith("导入工作簿")
    page = hands.page()
    assert f"{hands.hers.name}在North奖金池中的份额由33.33%升至99.8%" in page


def test_equal_shares_are_no_rise(hands: Hands) -> None:
    assert [one.rose for one in done_by_hand(MAY).weights] == [False] * 3
    assert {one.amount for one in done_by_hand(MAY).weights} == {D("160.00")}


def test_other_pay_is_told_with_whom_it_pays_and_why(hands: Hands) -> None:
    hands.pay()
    hands.compute()
    deed = hands.one(DeedKind.PAID)
    assert (deed.amount, deed.reason, deed.hand and deed.hand.who, deed.is_own) == (
        D("5000.00"),
        "补发奖金",
        hands.hers.name,
        False,
    )
    page = hands.page()
    for words in (f"{hands.ben} +5,000.00", "补发奖金"):
        assert words in page


def test_a_corrected_receipt_that_raises_ones_own_pool_is_marked(hands: Hands) -> None:
    receipt = Receipt.objects.filter(contract__closer=hands.stage.seller, posted_in=APRIL).earliest("pk")
    wrong = WrongAmount(receipt, D("90000.00"))
    make_correction(wrong, reason="少记", shown=effect_of(wrong).digest, by=Actor(hands.hr))
    deed = hands.one(DeedKind.PAID)
    assert deed.is_own
    assert "+60,000.00" in deed.sentence


def test_a_target_changed_after_the_month_began_is_told_with_both_rates(hands: Hands) -> None:
    hands.set_target()
    hands.compute()
    deed = hands.one(DeedKind.TARGET)
    assert "100,000.00 → 60,000.00" in deed.sentence
    assert "0.6% → 1%" in deed.sentence
    assert deed.amount == D("320.00")
    assert (deed.hand and deed.hand.who, deed.is_own) == (hands.hers.name, True)
    assert "100,000.00 → 60,000.00" in hands.page()


@pytest.mark.django_db
def test_targets_that_came_with_their_branches_are_not_late() -> None:
    def told() -> list[tuple[str, str, str | None]]:
        found = [(month, one) for month in (APRIL, MAY, JUNE, JULY) for one in done_by_hand(month).deeds]
        return [
            (str(month), str(one.sentence), one.hand.who if one.hand else None)
            for month, one in found
            if one.what is DeedKind.TARGET
        ]

    take_in(company())
    assert told() == []
    later = change(company(目标=["2011-07", "B1", 7000]), "目标", ("2011-05", "B2"), "目标金额", 9000)
    assert import_workbook(saved(book_of(later)), file_name="目标.xlsx", by=CONSOLE).imported
    assert told() == [
        ("2011-05", "上海：目标 10,000.00 → 9,000.00。", "服务器控制台"),
        ("2011-07", "北京：目标 – → 7,000.00。", "服务器控制台"),
    ]


def test_a_transfer_is_told_and_one_taken_back_that_had_counted(hands: Hands) -> None:
    hands.move()
    own, other = (deed for deed in done_by_hand(MAY).deeds if deed.what is DeedKind.MOVE)
    assert (own.about, own.is_own, own.hand and own.hand.who) == (hands.hers, True, hands.hers.name)
    assert "North Office → South Office" in own.sentence
    assert (other.about, other.is_own, other.hand and other.hand.by) == (hands.mover, False, None)
    with hands.by(hands.hr):
        PersonnelEvent.objects.filter(kind=PersonnelEvent.Kind.TRANSFER).delete()
    deed = hands.one(DeedKind.MOVE)
    assert (deed.about, deed.hand and deed.hand.who) == (hands.mover, hands.hers.name)
    assert "被撤回" in deed.sentence


def test_another_assistant_is_told_with_what_it_pays(hands: Hands) -> None:
    hands.assist()
    hands.compute()
    deed = hands.one(DeedKind.CONTRACT)
    assert f"{hands.ben} → {hands.hers}" in deed.sentence
    assert deed.amount is not None
    assert (deed.hand and deed.hand.who, deed.is_own) == (hands.hers.name, True)
    with hands.by(hands.hr):
        Contract.objects.filter(pk=hands.contract.pk).update(assistant=hands.ben)
    assert not [one for one in done_by_hand(MAY).deeds if one.what is DeedKind.CONTRACT]


def test_a_contract_deleted_and_imported_again_is_told_with_who_deleted_it(hands: Hands) -> None:
    seller, other = hands.stage.seller, hands.mover
    contract = hands.firm.contract(seller, signed="05-02", amount="100000.00")
    with hands.by(hands.hr):
        hands.enter_again(contract, seller)
    assert not [one for one in done_by_hand(MAY).deeds if one.what is DeedKind.CONTRACT]
    with hands.by(hands.hr, Source.IMPORT):
        hands.enter_again(contract, other)
    hands.firm.receipt(contract, "80000.00", "05-20")
    hands.compute()
    deed = hands.one(DeedKind.CONTRACT)
    assert f"成交人 {seller} → {other}" in deed.sentence
    assert deed.amount is not None
    assert deed.amount > 0
    assert re.search(f"由{hands.hers.name} .*导入工作簿删除，随后重新录入", deed.sentence)
    assert (deed.hand and deed.hand.who, deed.is_own) == (hands.hers.name, False)
    shown = digest_of(done_by_hand(MAY).facts)
    with hands.by(hands.hr):
        Contract.objects.filter(pk=contract.pk).update(closer=seller)
    assert not [one for one in done_by_hand(MAY).deeds if one.what is DeedKind.CONTRACT]
    assert digest_of(done_by_hand(MAY).facts) != shown


def test_who_marks_a_month_as_paid_is_shown_what_was_done_by_hand(hands: Hands) -> None:
    for deed in DEEDS:
        deed(hands)
    hands.compute()
    approved = hands.page()
    hands.lock()
    page = hands.asked(Role.FINANCE, MonthAct.MARK_PAID)
    told = [one.sentence for one in done_by_hand(MAY).deeds]
    assert len(told) > len(DEEDS) - 1
    for words in (*told, f"{hands.ben.name}在North奖金池中的份额由33.33%升至50%"):
        assert words in text(page)
        assert words in approved
    assert "data-fold" not in page, "what is confirmed is not shut on a phone"
    whole = address(Period, "by_hand", Period.objects.get(month=MAY).pk)
    assert whole in links(page)
    finance = hands.stage.browse(Role.FINANCE)
    given = {"act": MonthAct.MARK_PAID, "run": hands.run.pk, "paid_on": TODAY, "voucher": "记-0601"}
    not_all = finance.post(hands.act_url, {**given, "shown": shown_on(page)["shown"]}).content.decode()
    assert "尚未执行" in text(not_all)
    assert told[0] in text(not_all)
    assert payment_of(hands.run) is None
    assert shown_on(not_all) == shown_on(page)
    finance.post(hands.act_url, {**given, **shown_on(not_all)})
    assert payment_of(hands.run) is not None


def test_cash_above_its_contract_is_told_with_how_much(hands: Hands) -> None:
    assert not [one for one in done_by_hand(MAY).deeds if one.what is DeedKind.ABOVE]
    hands.exceed()
    deed = hands.one(DeedKind.ABOVE)
    assert (deed.about, deed.amount, deed.hand and deed.hand.who) == (hands.contract, D("30000.00"), hands.hers.name)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_what_is_done_by_hand_after_it_was_shown_is_shown_again(hands: Hands, deed: Callable[[Hands], None]) -> None:
    shown, told = hands.shown(), digest_of(done_by_hand(MAY).facts)
    assert hands.shown() == shown
    deed(hands)
    assert hands.shown()["shown_by_hand"] != shown["shown_by_hand"]
    assert digest_of(done_by_hand(MAY).facts) != told


def test_nothing_by_hand_is_said_once(hands: Hands) -> None:
    table, *others = by_hand_tables(MAY, hands.stage.users[Role.MARKETING_DIRECTOR], ByHand([], []))
    assert (others, table.rows, table.empty[:14]) == ([], [], "2011年5月没有人工操作：")


def test_the_months_page_asks_few_questions_however_much_was_done(hands: Hands) -> None:
    for deed in DEEDS:
        deed(hands)
    hands.compute()
    few = asked(hands)
    for _number in range(3):
        clerk = hands.firm.clerk(since="05-02")
        hands.firm.weigh(clerk, "2", MAY)
        contract = hands.firm.contract(hands.stage.seller, assistant=hands.ben, amount="1.00", signed="05-02")
        with hands.by(hands.hr):
            hands.firm.receipt(contract, "2000.00", "05-12")
            Contract.objects.filter(pk=contract.pk).update(assistant=clerk)
        hands.pay()
    hands.compute()
    assert asked(hands) == few <= 20


def asked(hands: Hands) -> int:
    browser = hands.stage.browse(Role.HR)
    url = address(Period, "by_hand", Period.objects.get(month=MAY).pk)
    assert browser.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        browser.get(url)
    assert hands.stage.browse(Role.BRANCH_GM).get(url).status_code == 403
    return len(captured)
