"""A wrong closer corrected after the lock: what moves, and whose the contract's cash and refunds are from then on."""

from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.actor import Actor
from clients.codes import Orphan
from clients.models import Contract
from compensation.corrections.actions import CorrectionRefused, WrongAmount, WrongCloser, effect_of, withdraw_correction
from compensation.models import Adjustment, CommissionLine, SupportPool
from staff.models import Employee, Target
from tests.firm import APRIL, JUNE, MAY, Firm, assessment, credited, lines, slip
from tests.monthend.correcting import adjusted, correct, lock

pytestmark = [pytest.mark.django_db, pytest.mark.article("1-4.1")]


def refused(contract: Contract, right: Employee, field: str | None, about: str) -> None:
    with pytest.raises(CorrectionRefused, match=about) as refusal:
        effect_of(WrongCloser(contract, right))
    assert refusal.value.field == field


def paid_in_all(*people: Employee) -> D:
    """What commission, assists and adjustments came to, over all months."""
    paid = CommissionLine.objects.filter(employee__in=people).values_list("amount", flat=True)
    moved = Adjustment.objects.filter(employee__in=people).values_list("amount", flat=True)
    return sum([*paid, *moved], D(0))


def test_the_lines_move_whole_at_their_own_rate_and_the_sales_with_them(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("GJ")
    contract = firm.contract(anne)
    firm.receipt(contract, "20000.01")
    lock(firm, APRIL)
    firm.receipt(contract, "3333.33", "05-10")
    lock(firm, MAY)
    before = paid_in_all(anne, ben)
    correction = correct(WrongCloser(contract, ben), hr)
    assert (correction.wrong_closer, correction.from_branch, correction.moved_sales) == (anne, firm.north, D("0.00"))
    assert adjusted(anne) == [("-1600.00", "-20000.01"), ("-200.00", "-3333.33")]
    assert adjusted(ben) == [("1600.00", "20000.01"), ("200.00", "3333.33")]
    assert paid_in_all(anne, ben) == before
    lock(firm, JUNE)
    assert (slip(anne, JUNE).carried, slip(ben, JUNE).gross) == (D("-1800.00"), D("1280.00") + D("1800.00"))
    assert (assessment(anne, JUNE).sales, assessment(ben, JUNE).sales) == (D("-23333.34"), D("23333.34"))
    contract.refresh_from_db()
    assert contract.closer == anne


def test_from_then_on_cash_and_refunds_are_the_right_closers(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("GJ")
    contract = firm.contract(anne)
    receipt = firm.receipt(contract, "20000.00")
    lock(firm, APRIL)
    correct(WrongCloser(contract, ben), hr)
    cash = firm.receipt(contract, "1000.00", "05-10")
    refund = firm.receipt(contract, "-5000.00", "05-11", reverses=receipt)
    of_cash = firm.receipt(contract, "-1000.00", "05-12", reverses=cash)
    lock(firm, MAY)
    assert credited(cash) == credited(refund) == credited(of_cash) == (ben, "")
    assert lines(anne, MAY) == []
    assert lines(ben, MAY) == [
        ("commission", "1000.00", "0.1", "100.00"),
        ("commission", "-5000.00", "0.08", "-400.00"),
        ("commission", "-1000.00", "0.1", "-100.00"),
    ]
    taken_back = CommissionLine.objects.get(receipt=refund)
    assert taken_back.reversed_line == CommissionLine.objects.get(receipt=receipt)
    later = firm.receipt(contract, "-15000.00", "06-11", reverses=receipt)
    lock(firm, JUNE)
    assert credited(later) == (ben, "")
    assert paid_in_all(anne) == paid_in_all(ben) == D("0.00")


def test_a_refund_posted_before_moves_too(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("ZL")
    contract = firm.contract(anne)
    receipt = firm.receipt(contract, "20000.00")
    lock(firm, APRIL)
    firm.receipt(contract, "-5000.00", "05-10", reverses=receipt)
    lock(firm, MAY)
    correct(WrongCloser(contract, ben), hr)
    assert adjusted(ben) == [("1600.00", "20000.00"), ("-400.00", "-5000.00")]
    assert paid_in_all(anne) == 0


@pytest.mark.parametrize("paid_by", ["company", "developer"])
def test_who_bears_the_assist_changes_with_the_closer(firm: Firm, hr: Actor, paid_by: str) -> None:
    firm.plan(assist_paid_by=paid_by)
    anne, ben, clerk = firm.seller("ZL"), firm.seller("ZL"), firm.clerk()
    contract = firm.contract(anne, client=firm.client(), assistant=clerk)
    receipt = firm.receipt(contract, "20000.07")
    lock(firm, APRIL)
    before = paid_in_all(anne, ben, clerk)
    correct(WrongCloser(contract, ben), hr)
    assert paid_in_all(anne, ben, clerk) == before
    assert (paid_in_all(anne), paid_in_all(clerk)) == (D("0.00"), D("160.00"))
    assert adjusted(clerk) == []
    firm.receipt(contract, "-20000.07", "05-10", reverses=receipt)
    lock(firm, MAY)
    assert paid_in_all(anne) == paid_in_all(ben) == paid_in_all(clerk) == D("0.00")


def test_a_right_amount_after_a_right_closer_and_a_refund(firm: Firm, hr: Actor) -> None:
    firm.plan(assist_paid_by="developer")
    anne, ben, clerk = firm.seller("ZL"), firm.seller("ZL"), firm.clerk()
    contract = firm.contract(anne, client=firm.client(), assistant=clerk)
    receipt = firm.receipt(contract, "20000.00")
    lock(firm, APRIL)
    correct(WrongCloser(contract, ben), hr)
    firm.receipt(contract, "-4000.00", "05-10", reverses=receipt)
    lock(firm, MAY)
    correct(WrongAmount(receipt, D("10000.00")), hr)
    assert paid_in_all(anne) == 0
    assert paid_in_all(ben) == D("800.00") - D("80.00") - D("320.00") + D("32.00")
    assert paid_in_all(clerk) == D("80.00") - D("32.00")
    firm.receipt(contract, "-6000.00", "06-10", reverses=receipt)
    lock(firm, JUNE)
    assert paid_in_all(anne) == paid_in_all(ben) == paid_in_all(clerk) == D("0.00")


def test_a_right_closer_after_a_right_amount_moves_the_right_amount(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("ZL")
    contract = firm.contract(anne)
    receipt = firm.receipt(contract, "20000.00")
    lock(firm, APRIL)
    correct(WrongAmount(receipt, D("10000.00")), hr)
    correct(WrongCloser(contract, ben), hr)
    assert paid_in_all(anne) == 0
    assert adjusted(ben) == [("800.00", "10000.00")]


def test_corrected_twice_and_back_again(firm: Firm, hr: Actor) -> None:
    anne, ben, carl = (firm.seller("ZL") for _ in range(3))
    contract = firm.contract(anne)
    receipt = firm.receipt(contract, "20000.00")
    lock(firm, APRIL)
    first = correct(WrongCloser(contract, ben), hr)
    with pytest.raises(CorrectionRefused, match=ben.name):
        effect_of(WrongCloser(contract, ben))
    lock(firm, MAY)
    correct(WrongCloser(contract, carl), hr)
    assert (paid_in_all(anne), paid_in_all(ben), paid_in_all(carl)) == (D(0), D(0), D("1600.00"))
    back = correct(WrongCloser(contract, anne), hr)
    assert (paid_in_all(anne), paid_in_all(ben), paid_in_all(carl)) == (D("1600.00"), D(0), D(0))
    with pytest.raises(CorrectionRefused):
        withdraw_correction(first, by=hr)
    withdraw_correction(back, by=hr)
    refund = firm.receipt(contract, "-20000.00", "06-10", reverses=receipt)
    lock(firm, JUNE)
    assert credited(refund) == (carl, "")
    assert (paid_in_all(anne), paid_in_all(ben), paid_in_all(carl)) == (D(0), D(0), D(0))


def test_from_a_wrong_closer_who_has_left_nothing_is_taken(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("ZL")
    contract = firm.contract(anne)
    firm.receipt(contract, "20000.00")
    firm.leave(anne, "05-01")
    lock(firm, APRIL)
    effect = effect_of(WrongCloser(contract, ben))
    assert [move.person for move in effect.moves] == [ben]
    assert any(anne.name in note and "1,600.00" in note for note in effect.notes)
    correct(WrongCloser(contract, ben), hr)
    lock(firm, MAY)
    assert (slip(ben, MAY).adjustment, paid_in_all(anne)) == (D("1600.00"), D("1600.00"))


def test_a_right_closer_who_has_left_can_not_be_paid(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("ZL")
    contract = firm.contract(anne)
    firm.receipt(contract, "20000.00")
    firm.leave(ben, "05-01")
    lock(firm, APRIL)
    refused(contract, ben, None, ben.name)


def test_back_at_a_closer_who_had_left_in_between_and_kept_it(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("ZL")
    contract = firm.contract(anne)
    firm.receipt(contract, "20000.00")
    firm.leave(anne, "05-01")
    lock(firm, APRIL)
    correct(WrongCloser(contract, ben), hr)
    lock(firm, MAY)
    firm.move(anne, "06-01", firm.sales, rank="ZL")
    correct(WrongCloser(contract, anne), hr)
    assert (paid_in_all(anne), paid_in_all(ben)) == (D("1600.00"), D(0))
    assert adjusted(anne) == []


def test_the_right_closer_was_in_sales_on_every_receipts_day(firm: Firm, hr: Actor) -> None:
    anne, ben, carl, dora = firm.seller("ZL"), firm.clerk(), firm.clerk(), firm.seller("ZL", since="04-02")
    contract = firm.contract(anne, signed="04-01")
    first = firm.receipt(contract, "100.00", "04-10")
    firm.receipt(contract, "-100.00", "04-12", reverses=first)
    second = firm.receipt(contract, "100.00", "04-20")
    firm.move(ben, "04-20", firm.sales, rank="ZL")
    firm.move(carl, "04-10", firm.sales, rank="ZL")
    firm.move(carl, "04-11", firm.office, salary="3000.00")
    firm.move(carl, "04-20", firm.sales, rank="ZL")
    lock(firm, APRIL)
    refused(contract, ben, "right", f"{first.number}.*2011-04-10")
    refused(contract, dora, "right", "2011-04-01")
    correct(WrongCloser(contract, carl), hr)
    assert {line.receipt for line in CommissionLine.objects.filter(adjustments__employee=carl)} >= {second}


def test_what_can_not_be_corrected_says_why(firm: Firm, hr: Actor) -> None:
    anne, ben, clerk = firm.seller("ZL"), firm.seller("ZL"), firm.clerk()
    contract = firm.contract(anne, assistant=clerk)
    lock(firm, APRIL)
    refused(contract, anne, "right", anne.name)
    refused(contract, clerk, "right", clerk.name)
    refused(firm.contract(anne, signed="05-02"), ben, "contract", "2011")


def test_a_contract_without_cash_yet_changes_hands_all_the_same(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("ZL")
    contract = firm.contract(anne)
    lock(firm, APRIL)
    correct(WrongCloser(contract, ben), hr)
    receipt = firm.receipt(contract, "1000.00", "05-10")
    lock(firm, MAY)
    assert credited(receipt) == (ben, "")


def test_the_branch_of_the_right_closer_at_signing_counts_it(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("ZL", department=firm.south_sales)
    contract = firm.contract(anne)
    receipt = firm.receipt(contract, "80000.00")
    firm.receipt(contract, "-10000.00", "04-20", reverses=receipt)
    lock(firm, APRIL)
    correction = correct(WrongCloser(contract, ben), hr)
    assert (correction.from_branch, correction.to_branch, correction.moved_sales) == (
        firm.north, firm.south, D("70000.00"),
    )  # fmt: skip
    firm.receipt(contract, "5000.00", "05-10")
    firm.receipt(contract, "-1.00", "05-11", reverses=receipt)
    lock(firm, MAY)
    pools = dict(SupportPool.objects.filter(month=MAY).values_list("branch__code", "sales"))
    assert pools == {"North": D("-70000.00"), "South": D("74999.00")}
    correct(WrongAmount(receipt, D("80001.00")), hr)
    lock(firm, JUNE)
    pools = dict(SupportPool.objects.filter(month=JUNE).values_list("branch__code", "sales"))
    assert pools == {"North": D("0.00"), "South": D("1.00")}


def test_computed_before_and_after_a_contract_changed_branches(firm: Firm, hr: Actor) -> None:
    ben, anne = firm.seller("ZL"), firm.seller("ZL", department=firm.south_sales)
    contract = firm.contract(anne)
    contract.branch = firm.south
    contract.save()
    lock(firm, APRIL)
    receipt = firm.receipt(contract, "5000.00", "05-10")
    firm.close(MAY, lock=False)
    assert receipt.credits.get().branch == firm.south
    correct(WrongCloser(contract, ben), hr)
    assert firm.close(MAY, lock=False).blockers == []
    assert (receipt.credits.get().branch, receipt.credits.get().home) == (firm.north, firm.north)


def test_the_client_is_the_right_closers_from_then_on(firm: Firm, hr: Actor) -> None:
    anne, ben, carl = (firm.seller("ZL") for _ in range(3))
    contract = firm.contract(anne)
    client = contract.client
    lock(firm, APRIL)
    correction = correct(WrongCloser(contract, ben), hr)
    turn = client.history.latest("sequence")
    assert (turn.cause, str(turn.since), turn.owner, turn.contract) == ("corrected", "2011-05-01", ben, contract)
    firm.leave(anne, "05-10")
    firm.leave(ben, "05-20")
    early = firm.contract(carl, client=client, signed="05-15")
    firm.close(MAY, lock=False)
    early.refresh_from_db()
    assert early.orphan_kind is None
    early.delete()
    late = firm.contract(carl, client=client, signed="05-25")
    firm.close(MAY, lock=False)
    late.refresh_from_db()
    assert late.orphan_kind == Orphan.CLOSER_LEFT
    withdraw_correction(correction, by=hr)
    firm.close(MAY, lock=False)
    assert not client.history.filter(cause="corrected").exists()


def test_looking_asks_as_much_for_many_receipts_as_for_few(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("ZL")
    few, many = firm.contract(anne), firm.contract(anne)
    firm.receipt(few, "10.00")
    for day in range(10, 30):
        firm.receipt(many, "10.00", f"04-{day}")
    lock(firm, APRIL)
    with CaptureQueriesContext(connection) as for_few:
        effect_of(WrongCloser(few, ben))
    with CaptureQueriesContext(connection) as for_many:
        assert len(effect_of(WrongCloser(many, ben)).moves) == 40
    assert len(for_many) == len(for_few) <= 19


def test_nothing_is_taken_from_who_has_left_whatever_each_line_says(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("ZL")
    contract = firm.contract(anne)
    firm.receipt(contract, "-5000.00", "04-20", reverses=firm.receipt(contract, "20000.00"))
    firm.leave(anne, "05-01")
    lock(firm, APRIL)
    made = correct(WrongCloser(contract, ben), hr)
    assert (adjusted(anne), made.spared) == ([], [anne.pk])
    assert adjusted(ben) == [("1200.00", "20000.00"), ("-300.00", "-5000.00")]
    lock(firm, MAY)


def test_who_has_left_is_charged_no_commission_and_given_no_borne_share(firm: Firm, hr: Actor) -> None:
    firm.plan(assist_paid_by="developer")
    anne, clerk = firm.seller("ZL"), firm.clerk()
    contract = firm.contract(anne, client=firm.client(), assistant=clerk)
    receipt = firm.receipt(contract, "20000.00")
    firm.leave(anne, "05-01")
    lock(firm, APRIL)
    effect = effect_of(WrongAmount(receipt, D("10000.00")))
    assert [note for note in effect.notes if "720.00" in note]
    correct(WrongAmount(receipt, D("10000.00")), hr)
    assert (adjusted(anne), adjusted(clerk)) == ([], [("-80.00", "0.00")])
    lock(firm, MAY)


def test_who_comes_back_after_a_correction_spared_them_blocks_the_lock(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "20000.00")
    firm.leave(anne, "05-01")
    lock(firm, APRIL)
    made = correct(WrongAmount(receipt, D("10000.00")), hr)
    firm.move(anne, "05-20", firm.office, salary="1000.00")
    report = firm.close(MAY)
    assert not report.is_locked
    assert [reason for reason in report.blockers if made.number in reason and anne.number in reason]
    withdraw_correction(made, by=hr)
    correct(WrongAmount(receipt, D("10000.00")), hr)
    assert adjusted(anne) == [("-800.00", "-10000.00")]
    lock(firm, MAY)


def test_the_branch_that_a_corrected_contract_counts_for_needs_a_target(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("ZL", department=firm.south_sales)
    contract = firm.contract(anne)
    firm.receipt(contract, "20000.00")
    firm.move(ben, "04-25", firm.sales)
    lock(firm, APRIL)
    correct(WrongCloser(contract, ben), hr)
    Target.objects.filter(month=MAY, branch=firm.south).delete()
    report = firm.close(MAY)
    assert [reason for reason in report.blockers if firm.south.name in reason]
    Target.objects.create(month=MAY, branch=firm.south, amount=D("1000.00"))
    lock(firm, MAY)


def test_what_was_credited_to_another_stays_there_and_is_told(firm: Firm, hr: Actor) -> None:
    firm.plan(after_leaving_sales="owner")
    anne, ben, carl = (firm.seller("ZL") for _ in range(3))
    client = firm.client(anne)
    contract = firm.contract(anne, client=client)
    firm.leave(anne, "04-10")
    firm.contract(ben, client=client, signed="04-15")
    receipt = firm.receipt(contract, "40000.00", "04-20")
    lock(firm, APRIL)
    effect = effect_of(WrongCloser(contract, carl))
    assert (credited(receipt)[0], list(effect.moves)) == (ben, [])
    assert [note for note in effect.notes if receipt.number in note and ben.name in note]
