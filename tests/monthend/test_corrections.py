"""Corrections after the lock: looked at first, made once; a wrong amount, other pay, and what comes after them."""

import re
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from access.actor import CONSOLE, Actor
from access.models import User
from access.refusals import EffectChanged
from compensation.corrections.actions import (
    CorrectionRefused,
    OtherPay,
    WrongAmount,
    WrongCloser,
    effect_of,
    make_correction,
    withdraw_correction,
)
from compensation.corrections.base_pay_left import left_by_correction
from compensation.corrections.pages import effect_tables, pay_what_is_owed
from compensation.models import Adjustment, Correction, SupportPool
from funds.models import ClaimDecision, FundLot
from monthend.models import MonthRun
from tests.cast import actor_of
from tests.firm import APRIL, JUNE, MAY, Firm, assessment, lines, slip
from tests.monthend.correcting import adjusted, correct, lock, refused

pytestmark = [pytest.mark.django_db, pytest.mark.article("1-4.1", "1-6")]


@pytest.mark.parametrize(
    ("wrong", "right", "change"),
    [
        ("20000.06", "20000.07", "0.01"),
        ("20000.07", "20000.06", "-0.01"),
        ("20000.07", "20000.08", "0.00"),
        ("30000.00", "10000.00", "-1600.00"),
    ],
)
def test_the_right_amount_is_paid_at_the_rate_of_then(
    firm: Firm, hr: Actor, wrong: str, right: str, change: str
) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, wrong)
    lock(firm, APRIL)
    correct(WrongAmount(receipt, D(right)), hr)
    assert adjusted(anne) == [(change, str(D(right) - D(wrong)))]
    firm.sells(anne, "1000.00", "05-10")
    lock(firm, MAY)
    assert lines(anne, MAY) == [("commission", "1000.00", "0.06", "60.00")]
    assert slip(anne, MAY).adjustment == D(change)


def test_corrected_sales_count_for_the_assessment_not_for_the_tier(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("GW")
    receipt = firm.sells(anne, "40000.00")
    lock(firm, APRIL)
    correct(WrongAmount(receipt, D("50000.00")), hr)
    firm.sells(anne, "39999.99", "05-10")
    lock(firm, MAY)
    assert lines(anne, MAY) == [("commission", "39999.99", "0.08", "3200.00")]
    assert (slip(anne, MAY).sales, assessment(anne, MAY).sales) == (D("49999.99"), D("49999.99"))
    assert assessment(anne, APRIL).sales == D("40000.00")


@pytest.mark.parametrize(("moved", "on_threshold_wage"), [("1999.99", True), ("2000.00", False)])
def test_corrected_sales_decide_on_the_threshold_wage(
    firm: Firm, hr: Actor, moved: str, on_threshold_wage: bool
) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "15000.00")
    lock(firm, APRIL)
    correct(WrongAmount(receipt, D("15000.00") + D(moved)), hr)
    firm.sells(anne, "10000.00", "05-10")
    lock(firm, MAY)
    assert (slip(anne, MAY).on_threshold_wage, assessment(anne, MAY).on_threshold_wage) == (on_threshold_wage,) * 2


@pytest.mark.parametrize(
    ("wrong", "short", "right", "paid", "by_right", "owed"),
    [
        ("11999.98", "11999.99", "12000.00", "1280.00", "1600.00", "320.00"),
        ("12000.01", "12000.00", "11999.99", "1600.00", "1280.00", "–"),
    ],
)
def test_base_pay_of_the_locked_month_stays_and_is_told_at_the_threshold(
    firm: Firm, hr: Actor, wrong: str, short: str, right: str, paid: str, by_right: str, owed: str
) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, wrong)
    lock(firm, APRIL)
    assert effect_of(WrongAmount(receipt, D(short))).base_pay_left == []
    correct(WrongAmount(receipt, D(short)), hr)
    effect = effect_of(WrongAmount(receipt, D(right)))
    (told,) = effect.base_pay_left
    assert hr.user is not None
    cell = effect_tables(effect, hr.user)[-1].rows[0].cells[-1]
    assert (cell.text, cell.href) == (owed, "")
    assert (told.person, told.month, told.assessed, told.right) == (anne, APRIL, D(wrong), D(right))
    assert (told.paid, told.by_right) == (D(paid), D(by_right))
    made = correct(WrongAmount(receipt, D(right)), hr)
    assert left_by_correction(made, Adjustment.objects.all()) == [told]
    first = Correction.objects.exclude(pk=made.pk).get()
    assert left_by_correction(first, Adjustment.objects.all()) == []
    ways = pay_what_is_owed(made, hr.user)
    assert [way.href.endswith(f"amount={owed}") and owed in way.text for way in ways] == [True] * bool(told.owed)
    if told.owed:
        correct(OtherPay(anne, told.owed), hr)
        assert pay_what_is_owed(made, hr.user) == []
    firm.sells(anne, "12001.00", "05-10")
    lock(firm, MAY)
    assert (slip(anne, APRIL).base_pay, slip(anne, MAY).base_pay) == (D(paid), D("1600.00"))


def test_base_pay_is_told_for_both_closers_but_not_of_a_partial_month(firm: Firm, hr: Actor) -> None:
    anne, ben, carl = firm.seller("ZL"), firm.seller("ZL"), firm.seller("ZL", since="04-02")
    contract = firm.contract(anne, signed="04-03")
    firm.receipt(contract, "12000.00", "04-05")
    lock(firm, APRIL)
    told = effect_of(WrongCloser(contract, ben)).base_pay_left
    assert [(left.person, left.paid, left.right) for left in told] == [
        (anne, D("1600.00"), D("0.00")),
        (ben, D("1280.00"), D("12000.00")),
    ]
    assert [left.person for left in effect_of(WrongCloser(contract, carl)).base_pay_left] == [anne]


def test_the_branchs_pool_and_funds_count_the_difference(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    firm.clerk()
    receipt = firm.sells(anne, "10000.00")
    lock(firm, APRIL)
    correct(WrongAmount(receipt, D("10000.01")), hr)
    firm.sells(anne, "64999.99", "05-10")
    report = firm.close(MAY, lock=False)
    pool = SupportPool.objects.get(month=MAY, branch=firm.north)
    assert (pool.sales, pool.rate, report.sales) == (D("65000.00"), D("0.002"), D("65000.00"))
    lots = FundLot.objects.filter(month=MAY, branch=firm.north).values_list("sales", flat=True)
    assert set(lots) == {D("65000.00")}


@pytest.mark.parametrize(("right", "reason"), [("59999.99", "posted"), ("60000.00", "major_client")])
def test_a_claim_sees_the_clients_receipts_as_corrected(firm: Firm, hr: Actor, right: str, reason: str) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "70000.00")
    lock(firm, APRIL)
    correct(WrongAmount(receipt, D(right)), hr)
    firm.claim("10.00", "05-10", client=receipt.contract.client)
    firm.sells(anne, "100000.00", "05-10")
    lock(firm, MAY)
    assert ClaimDecision.objects.get(month=MAY).reason == reason


def test_a_receipt_credited_to_nobody_is_corrected_for_the_branch_alone(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    contract = firm.contract(anne)
    firm.move(anne, "04-10", firm.office, salary="3000.00")
    receipt = firm.receipt(contract, "1000.00", "04-15")
    lock(firm, APRIL)
    effect = effect_of(WrongAmount(receipt, D("900.00")))
    assert (list(effect.moves), effect.correction.moved_sales) == ([], D("-100.00"))
    assert receipt.number in effect.notes[0]


@pytest.mark.parametrize("paid_by", ["company", "developer"])
def test_an_assist_follows_the_right_amount(firm: Firm, hr: Actor, paid_by: str) -> None:
    firm.plan(assist_paid_by=paid_by)
    anne, ben = firm.seller("ZL"), firm.clerk()
    contract = firm.contract(anne, client=firm.client(), assistant=ben)
    receipt = firm.receipt(contract, "20000.00")
    lock(firm, APRIL)
    correct(WrongAmount(receipt, D("19990.06")), hr)
    borne = [("0.08", "0.00")] if paid_by == "developer" else []
    assert sorted(adjusted(anne)) == sorted([("-0.80", "-9.94"), *borne])
    assert adjusted(ben) == [("-0.08", "0.00")]


@pytest.mark.parametrize(("right", "is_allowed"), [("400.01", True), ("400.00", True), ("399.99", False)])
def test_it_was_never_less_than_what_was_refunded(firm: Firm, hr: Actor, right: str, is_allowed: bool) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "1000.00")
    lock(firm, APRIL)
    firm.receipt(receipt.contract, "-400.00", "05-10", reverses=receipt)
    if is_allowed:
        assert correct(WrongAmount(receipt, D(right)), hr).right_amount == D(right)
    else:
        refused(WrongAmount(receipt, D(right)), "right", "400.00")


@pytest.mark.parametrize(("right", "refund"), [("500.00", "-500.00"), ("1500.00", "-1500.00")])
def test_as_much_as_is_right_can_be_refunded_and_no_fen_more(firm: Firm, hr: Actor, right: str, refund: str) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "1000.00")
    lock(firm, APRIL)
    correct(WrongAmount(receipt, D(right)), hr)
    with pytest.raises(IntegrityError, match="do not fit"), transaction.atomic():
        firm.receipt(receipt.contract, str(D(refund) - D("0.01")), "05-10", reverses=receipt)
    firm.receipt(receipt.contract, refund, "05-10", reverses=receipt)
    lock(firm, MAY)
    assert slip(anne, APRIL).commission + slip(anne, MAY).commission + slip(anne, MAY).adjustment == 0
    assert slip(anne, APRIL).sales + slip(anne, MAY).sales == 0


def test_corrected_twice_and_back_again_leaves_nothing(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "1000.00")
    lock(firm, APRIL)
    correct(WrongAmount(receipt, D("1200.00")), hr)
    lock(firm, MAY)
    correct(WrongAmount(receipt, D("1100.08")), hr)
    refused(WrongAmount(receipt, D("1100.08")), "right")
    back = correct(WrongAmount(receipt, D("1000.00")), hr)
    assert (back.wrong_amount, back.moved_sales) == (D("1100.08"), D("-100.08"))
    assert adjusted(anne) == [("12.00", "200.00"), ("-6.00", "-99.92"), ("-6.00", "-100.08")]


def test_nothing_is_taken_back_from_who_has_left(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.clerk()
    contract = firm.contract(anne, client=firm.client(), assistant=ben)
    receipt = firm.receipt(contract, "20000.00")
    firm.leave(anne, "05-01")
    lock(firm, APRIL)
    effect = effect_of(WrongAmount(receipt, D("10000.00")))
    assert [(move.person, move.change.amount) for move in effect.moves] == [(ben, D("-80.00"))]
    assert "800.00" in effect.notes[0]
    assert anne.name in effect.notes[0]
    refused(WrongAmount(receipt, D("20000.13")), None, anne.name)


def test_who_is_in_post_for_a_day_of_the_open_month_has_a_payslip(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "20000.00")
    firm.leave(anne, "05-02")
    lock(firm, APRIL)
    correct(WrongAmount(receipt, D("30000.00")), hr)
    correct(OtherPay(anne, D("-0.01")), hr)
    lock(firm, MAY)
    assert slip(anne, MAY).adjustment == D("799.99")


def test_an_adjustment_of_who_gets_no_payslip_blocks_the_lock(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "20000.00")
    firm.seller("ZL")
    lock(firm, APRIL)
    correction = correct(WrongAmount(receipt, D("30000.00")), hr)
    firm.leave(anne, "05-01")
    (blocker,) = firm.close(MAY, lock=False).blockers
    assert correction.number in blocker
    assert anne.number in blocker
    withdraw_correction(correction, by=hr)
    assert firm.close(MAY, lock=False).blockers == []


def test_what_can_not_be_corrected_says_why(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "1000.00")
    refused(WrongAmount(receipt, D("1.00")), None)
    lock(firm, APRIL)
    refund = firm.receipt(receipt.contract, "-400.00", "05-10", reverses=receipt)
    later = firm.sells(anne, "1000.00", "05-11")
    refused(WrongAmount(refund, D("1.00")), "receipt")
    refused(WrongAmount(later, D("1.00")), "receipt", "2011")
    for amount in ("0.00", "-1.00", "1.001", "1000.00"):
        refused(WrongAmount(receipt, D(amount)), "right")


def test_what_is_done_is_what_was_shown(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "1000.00")
    lock(firm, APRIL)
    first, second = WrongAmount(receipt, D("1200.00")), WrongAmount(receipt, D("1300.00"))
    shown = effect_of(second).digest
    correct(first, hr)
    with pytest.raises(EffectChanged) as changed:
        make_correction(second, reason="再改", shown=shown, by=hr)
    assert changed.value.effect.correction.wrong_amount == D("1200.00")
    assert Correction.objects.count() == 1
    with pytest.raises(EffectChanged):
        make_correction(second, reason="再改", shown="", by=hr)


def test_only_hr_corrects_and_says_why(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    wanted = WrongAmount(firm.sells(anne, "1000.00"), D("1.00"))
    lock(firm, APRIL)
    shown = effect_of(wanted).digest
    others = [actor_of(role) for role in User.Role if role != User.Role.HR]
    for somebody in (*others, CONSOLE):
        with pytest.raises(CorrectionRefused):
            make_correction(wanted, reason="x", shown=shown, by=somebody)
    with pytest.raises(CorrectionRefused) as refusal:
        make_correction(wanted, reason="  ", shown=shown, by=hr)
    assert refusal.value.field == "reason"
    made = make_correction(wanted, reason=" 录入错误 ", shown=shown, by=hr)
    assert (made.number, made.reason, made.made_by, made.month) == ("T201105-0001", "录入错误", hr.user, MAY)
    for somebody in (*others, CONSOLE):
        with pytest.raises(CorrectionRefused):
            withdraw_correction(made, by=somebody)


def test_numbers_count_within_the_month(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    lock(firm, APRIL)
    made = [correct(OtherPay(anne, D(amount)), hr).number for amount in (1, 2)]
    withdraw_correction(Correction.objects.get(number="T201105-0001"), by=hr)
    made.append(correct(OtherPay(anne, D(3)), hr).number)
    lock(firm, MAY)
    made.append(correct(OtherPay(anne, D(4)), hr).number)
    assert made == ["T201105-0001", "T201105-0002", "T201105-0003", "T201106-0001"]


def test_a_correction_makes_the_open_month_stale_and_is_taken_back_only_while_it_is_open(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "1000.00")
    lock(firm, APRIL)
    firm.close(MAY, lock=False)
    correction = correct(WrongAmount(receipt, D("1200.00")), hr)
    assert MonthRun.objects.exclude(state="replaced").get(month=MAY).state == "stale"
    firm.close(MAY, lock=False)
    assert slip(anne, MAY).adjustment == D("12.00")
    withdraw_correction(correction, by=hr)
    assert MonthRun.objects.exclude(state="replaced").get(month=MAY).state == "stale"
    firm.close(MAY, lock=False)
    assert (slip(anne, MAY).adjustment, Adjustment.objects.count()) == (D("0.00"), 0)
    again = correct(WrongAmount(receipt, D("1200.00")), hr)
    lock(firm, MAY)
    with pytest.raises(CorrectionRefused):
        withdraw_correction(again, by=hr)
    with pytest.raises(IntegrityError, match="locked month"), transaction.atomic():
        again.adjustments.all().delete()


def test_what_others_build_on_is_not_taken_back(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "1000.00")
    lock(firm, APRIL)
    first = correct(WrongAmount(receipt, D("1500.00")), hr)
    second = correct(WrongAmount(receipt, D("1600.00")), hr)
    with pytest.raises(CorrectionRefused, match=second.number):
        withdraw_correction(first, by=hr)
    withdraw_correction(second, by=hr)
    firm.receipt(receipt.contract, "-1200.00", "05-10", reverses=receipt)
    with pytest.raises(CorrectionRefused, match=re.escape("1,200.00")):
        withdraw_correction(first, by=hr)
    first.adjustments.all().delete()
    with pytest.raises(IntegrityError, match="do not fit"), transaction.atomic():
        first.delete()


def test_a_late_receipt_is_corrected_in_the_month_after_it_counted(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    contract = firm.contract(anne)
    lock(firm, APRIL)
    late = firm.receipt(contract, "20000.00", "04-28", posted=MAY)
    lock(firm, MAY)
    assert lines(anne, MAY) == [("commission", "20000.00", "0.08", "1600.00")]
    correct(WrongAmount(late, D("10000.00")), hr)
    lock(firm, JUNE)
    assert slip(anne, JUNE).adjustment == D("-800.00")


def test_looking_asks_as_much_for_many_lines_as_for_few(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.clerk()
    contract = firm.contract(anne, client=firm.client(), assistant=ben)
    receipt = firm.receipt(contract, "1000.00")
    lock(firm, APRIL)
    correct(WrongAmount(receipt, D("900.00")), hr)
    with CaptureQueriesContext(connection) as few:
        effect_of(WrongAmount(receipt, D("800.00")))
    assert len(few) <= 19


def test_the_thousandth_correction_of_a_month_is_the_last(firm: Firm, hr: Actor) -> None:
    anne, ben, carl = (firm.seller("ZL") for _ in range(3))
    contract = firm.contract(anne)
    firm.receipt(contract, "20000.00")
    lock(firm, APRIL)
    correct(WrongCloser(contract, ben), hr)
    Correction.objects.update(number="T201105-0999")
    made = correct(WrongCloser(contract, carl), hr)
    assert made.number == "T201105-1000"
    assert contract.client.history.latest("sequence").owner == carl
