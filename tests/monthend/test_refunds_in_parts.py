"""A receipt refunded in parts leaves no fen: the refund that brings it to zero takes back what is left of its line."""

from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.actor import Actor
from clients.models import Receipt
from compensation.corrections.actions import WrongAmount, WrongCloser, effect_of, withdraw_correction
from compensation.models import Adjustment, CommissionLine
from rulebook.month import Month
from staff.models import Employee
from tests.firm import APRIL, JULY, JUNE, MAY, Firm, lines, slip
from tests.monthend.correcting import adjusted, correct, lock

pytestmark = [pytest.mark.django_db, pytest.mark.article("1-4.1", "1-6")]

AUGUST = Month(2011, 8)


def amounts(person: Employee, month: Month) -> list[str]:
    """The amounts of a person's lines of a month, by receipt."""
    return [amount for _kind, _base, _rate, amount in lines(person, month)]


def paid_in_all(*people: Employee) -> D:
    """What commission, assists and adjustments came to, over all months."""
    paid = CommissionLine.objects.filter(employee__in=people).values_list("amount", flat=True)
    moved = Adjustment.objects.filter(employee__in=people).values_list("amount", flat=True)
    return sum([*paid, *moved], D(0))


def in_parts(firm: Firm, receipt: Receipt, parts: list[str], days: list[str]) -> list[Receipt]:
    """Refunds of a receipt on these days."""
    pairs = zip(parts, days, strict=True)
    return [firm.receipt(receipt.contract, part, day, reverses=receipt) for part, day in pairs]


@pytest.mark.parametrize(
    ("parts", "taken"),
    [
        (["-33.33", "-33.33", "-33.34"], ["-3.33", "-3.33", "-3.34"]),
        (["-33.35", "-33.35", "-33.30"], ["-3.34", "-3.34", "-3.32"]),
        (["-33.35", "-33.35", "-33.29"], ["-3.34", "-3.34", "-3.33"]),
        (["-99.95", "-0.05"], ["-10.00", "0.00"]),
        (["-99.94", "-0.06"], ["-9.99", "-0.01"]),
        (["-100.00"], ["-10.00"]),
    ],
)
def test_the_last_part_takes_back_what_is_left(firm: Firm, parts: list[str], taken: list[str]) -> None:
    anne = firm.seller("GJ")
    receipt = firm.sells(anne, "100.00")
    firm.close()
    in_parts(firm, receipt, parts, ["05-05"] * len(parts))
    firm.close(MAY)
    assert amounts(anne, APRIL) == ["10.00"]
    assert amounts(anne, MAY) == taken


def test_thirds_of_a_hundred_at_eight_per_cent_take_back_eight(firm: Firm) -> None:
    anne = firm.seller("GW")
    receipt = firm.sells(anne, "100.00", "04-05")
    firm.close()
    in_parts(firm, receipt, ["-33.33", "-33.33", "-33.34"], ["05-05"] * 3)
    firm.close(MAY)
    assert (amounts(anne, APRIL), amounts(anne, MAY)) == (["8.00"], ["-2.67", "-2.67", "-2.66"])


@pytest.mark.parametrize(
    ("rank", "rate"), [("ZL", "0.06"), ("GW", "0.08"), ("GJ", "0.1"), ("ZS", "0.1"), ("SX", "0.12")]
)
def test_nothing_is_left_at_the_rate_of_any_rank(firm: Firm, rank: str, rate: str) -> None:
    anne, ben = firm.seller(rank), firm.clerk()
    contract = firm.contract(anne, client=firm.client(), assistant=ben)
    receipt = firm.receipt(contract, "99.99")
    firm.close()
    assert lines(anne)[0][2] == rate
    in_parts(firm, receipt, ["-33.33"] * 3, ["05-05", "05-06", "05-07"])
    firm.close(MAY)
    assert paid_in_all(anne) == paid_in_all(ben) == 0


@pytest.mark.parametrize("paid_by", ["company", "developer"])
def test_over_many_months_and_with_the_assist_nothing_is_left(firm: Firm, paid_by: str) -> None:
    firm.plan(assist_paid_by=paid_by)
    anne, ben = firm.seller("ZL"), firm.clerk()
    contract = firm.contract(anne, client=firm.client(), assistant=ben)
    receipt = firm.receipt(contract, "101.00")
    firm.close()
    in_parts(firm, receipt, ["-25.25"] * 4, ["05-05", "06-05", "07-05", "08-05"])
    for month in (MAY, JUNE, JULY, AUGUST):
        firm.close(month)
        left = paid_in_all(anne, ben)
        assert left > 0 or month == AUGUST
    assert paid_in_all(anne) == paid_in_all(ben) == 0
    assert [amounts(ben, month) for month in (APRIL, MAY, JULY, AUGUST)] == [["0.61"], ["-0.15"], ["-0.15"], ["-0.16"]]


def test_in_the_receipts_own_month_the_rate_is_that_of_the_net(firm: Firm) -> None:
    anne, ben = firm.seller("ZL"), firm.clerk()
    contract = firm.contract(anne, client=firm.client(), assistant=ben)
    receipt = firm.receipt(contract, "33.30", "04-02")
    firm.sells(anne, "20000.00", "04-03")
    in_parts(firm, receipt, ["-11.10"] * 3, ["04-05", "04-05", "04-06"])
    firm.close()
    assert amounts(anne, APRIL) == ["2.66", "1600.00", "-0.89", "-0.89", "-0.88"]
    assert amounts(ben, APRIL) == ["0.27", "-0.09", "-0.09", "-0.09"]


def test_begun_in_the_own_month_and_ended_later(firm: Firm) -> None:
    anne = firm.seller("GJ")
    receipt = firm.sells(anne, "100.00")
    in_parts(firm, receipt, ["-33.35", "-33.35", "-33.30"], ["04-20", "05-05", "06-05"])
    for month in (APRIL, MAY, JUNE):
        firm.close(month)
    assert (amounts(anne, APRIL), amounts(anne, MAY), amounts(anne, JUNE)) == (["10.00", "-3.34"], ["-3.34"], ["-3.32"])


def test_what_nobody_was_credited_with_counts_before_it_all_the_same(firm: Firm) -> None:
    """The developer is gone on the day of the second part and back on that of the third."""
    anne, ben = firm.seller("GJ"), firm.clerk()
    contract = firm.contract(anne, client=firm.client(), assistant=ben)
    receipt = firm.receipt(contract, "100.00")
    firm.leave(anne, "05-10")
    firm.move(anne, "05-20", firm.sales, rank="GJ")
    firm.close()
    in_parts(firm, receipt, ["-33.35", "-33.35", "-33.30"], ["05-05", "05-15", "05-25"])
    firm.close(MAY)
    assert amounts(anne, MAY) == ["-3.34", "-3.32"]
    assert amounts(ben, MAY) == ["-0.33", "-0.33", "-0.34"]


def test_the_assistants_parts_count_whether_they_were_in_post_or_not(firm: Firm) -> None:
    anne, ben = firm.seller("GJ"), firm.clerk()
    contract = firm.contract(anne, client=firm.client(), assistant=ben)
    receipt = firm.receipt(contract, "100.00")
    firm.close()
    firm.leave(ben, "05-06")
    firm.move(ben, "05-07", firm.office, salary="3000.00")
    in_parts(firm, receipt, ["-33.35", "-33.35", "-33.30"], ["05-05", "05-06", "05-07"])
    firm.close(MAY)
    assert amounts(ben, MAY) == ["-0.33", "-0.34"]
    assert paid_in_all(anne) == 0


def test_two_parts_of_one_day_go_by_their_numbers_and_the_month_before_the_day(firm: Firm) -> None:
    anne = firm.seller("GJ")
    receipt = firm.sells(anne, "100.00")
    firm.close()
    last = firm.receipt(receipt.contract, "-33.30", "05-05", reverses=receipt)
    in_parts(firm, receipt, ["-33.35"], ["05-05"])
    Receipt.objects.filter(pk=last.pk).update(number="R99999")
    firm.close(MAY)
    late = firm.receipt(receipt.contract, "-33.35", "05-04", reverses=receipt, posted=JUNE)
    firm.close(JUNE)
    assert amounts(anne, MAY) == ["-3.34", "-3.33"]
    assert CommissionLine.objects.get(receipt=late).amount == D("-3.33")


def test_a_receipt_that_comes_late_and_its_parts(firm: Firm) -> None:
    anne = firm.seller("GJ")
    contract = firm.contract(anne)
    firm.close()
    late = firm.receipt(contract, "100.00", "04-28", posted=MAY)
    firm.receipt(contract, "-33.35", "04-29", reverses=late, posted=MAY)
    in_parts(firm, late, ["-33.35", "-33.30"], ["05-05", "06-05"])
    firm.close(MAY)
    firm.close(JUNE)
    assert (amounts(anne, MAY), amounts(anne, JUNE)) == (["10.00", "-3.34", "-3.34"], ["-3.32"])


def test_the_branch_that_pays_may_be_another_for_each_part(firm: Firm) -> None:
    anne = firm.seller("GJ")
    receipt = firm.sells(anne, "100.00")
    firm.close()
    firm.move(anne, "06-01", firm.south_sales, kind="transfer")
    in_parts(firm, receipt, ["-33.35", "-33.35", "-33.30"], ["05-05", "05-31", "06-01"])
    firm.close(MAY)
    firm.close(JUNE)
    (last,) = CommissionLine.objects.filter(month=JUNE)
    assert (last.branch, last.amount, paid_in_all(anne)) == (firm.south, D("-3.32"), D(0))


def test_parts_after_a_right_amount(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("GJ"), firm.clerk()
    contract = firm.contract(anne, client=firm.client(), assistant=ben)
    receipt = firm.receipt(contract, "120.00")
    lock(firm, APRIL)
    in_parts(firm, receipt, ["-33.35", "-33.35"], ["05-05", "05-06"])
    lock(firm, MAY)
    correct(WrongAmount(receipt, D("100.00")), hr)
    in_parts(firm, receipt, ["-33.30"], ["06-05"])
    lock(firm, JUNE)
    assert amounts(anne, JUNE) == ["-3.32"]
    assert paid_in_all(anne) == paid_in_all(ben) == 0


def test_a_right_amount_that_the_parts_reach_already(firm: Firm, hr: Actor) -> None:
    """The correction brings it to zero: what the last part took back is put right with it, and back again."""
    anne, ben = firm.seller("GJ"), firm.clerk()
    contract = firm.contract(anne, client=firm.client(), assistant=ben)
    receipt = firm.receipt(contract, "120.00")
    lock(firm, APRIL)
    in_parts(firm, receipt, ["-33.35", "-33.35", "-33.30"], ["05-05", "05-06", "06-05"])
    lock(firm, MAY)
    lock(firm, JUNE)
    assert (amounts(anne, JUNE), paid_in_all(anne)) == (["-3.33"], D("1.99"))
    correct(WrongAmount(receipt, D("100.00")), hr)
    assert adjusted(anne) == [("-2.00", "-20.00"), ("0.01", "0.00")]
    assert paid_in_all(anne) == paid_in_all(ben) == 0
    lock(firm, JULY)
    correct(WrongAmount(receipt, D("100.01")), hr)
    assert adjusted(anne)[2:] == [("0.00", "0.01"), ("-0.01", "0.00")]
    in_parts(firm, receipt, ["-0.01"], ["08-05"])
    lock(firm, AUGUST)
    assert amounts(anne, AUGUST) == ["0.01"]
    assert paid_in_all(anne) == paid_in_all(ben) == 0


def test_a_receipt_refunded_whole_whose_right_amount_was_more(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("GJ")
    receipt = firm.sells(anne, "100.00")
    lock(firm, APRIL)
    in_parts(firm, receipt, ["-33.35", "-33.35", "-33.30"], ["05-05", "05-06", "05-07"])
    lock(firm, MAY)
    made = correct(WrongAmount(receipt, D("130.00")), hr)
    assert adjusted(anne) == [("3.00", "30.00"), ("-0.01", "0.00")]
    withdraw_correction(made, by=hr)
    assert paid_in_all(anne) == 0
    correct(WrongAmount(receipt, D("130.00")), hr)
    in_parts(firm, receipt, ["-30.00"], ["06-05"])
    lock(firm, JUNE)
    assert (amounts(anne, JUNE), paid_in_all(anne)) == (["-2.99"], D(0))


def test_parts_around_a_right_closer(firm: Firm, hr: Actor) -> None:
    anne, ben, clerk = firm.seller("GJ"), firm.seller("ZL"), firm.clerk()
    contract = firm.contract(anne, client=firm.client(), assistant=clerk)
    receipt = firm.receipt(contract, "120.00")
    lock(firm, APRIL)
    in_parts(firm, receipt, ["-33.35"], ["05-05"])
    lock(firm, MAY)
    correct(WrongCloser(contract, ben), hr)
    in_parts(firm, receipt, ["-33.35"], ["06-05"])
    lock(firm, JUNE)
    correct(WrongAmount(receipt, D("100.00")), hr)
    in_parts(firm, receipt, ["-33.30"], ["07-05"])
    lock(firm, JULY)
    assert (amounts(anne, JULY), amounts(ben, JULY)) == ([], ["-3.32"])
    assert paid_in_all(anne) == paid_in_all(ben) == paid_in_all(clerk) == 0
    correct(WrongCloser(contract, anne), hr)
    assert paid_in_all(anne) == paid_in_all(ben) == paid_in_all(clerk) == 0


def test_a_right_closer_after_it_was_corrected_to_zero(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("GJ"), firm.seller("GW")
    contract = firm.contract(anne)
    receipt = firm.receipt(contract, "120.00")
    lock(firm, APRIL)
    in_parts(firm, receipt, ["-33.35", "-33.35", "-33.30"], ["05-05", "05-06", "05-07"])
    lock(firm, MAY)
    correct(WrongAmount(receipt, D("100.00")), hr)
    correct(WrongCloser(contract, ben), hr)
    assert paid_in_all(anne) == paid_in_all(ben) == 0
    lock(firm, JUNE)
    assert (slip(anne, JUNE).adjustment, slip(ben, JUNE).adjustment) == (D("-1.99"), D("0.00"))


def test_many_parts_ask_no_more_than_one(firm: Firm) -> None:
    anne = firm.seller("GJ")
    receipt = firm.sells(anne, "100.00")
    lock(firm, APRIL)
    in_parts(firm, receipt, ["-50.00"], ["05-05"])
    lock(firm, MAY)
    with CaptureQueriesContext(connection) as one:
        effect_of(WrongAmount(receipt, D("90.00")))
    in_parts(firm, receipt, ["-1.00"] * 9, ["06-05"] * 9)
    lock(firm, JUNE)
    with CaptureQueriesContext(connection) as many:
        effect_of(WrongAmount(receipt, D("90.00")))
    assert len(many) == len(one)
