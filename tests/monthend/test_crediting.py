"""Credit, commission, assists and refunds as a month's closing carries them out."""

from decimal import Decimal as D

import pytest

from compensation.models import CommissionLine
from tests.firm import JUNE, MAY, Firm, credited, lines, slip

pytestmark = [pytest.mark.django_db, pytest.mark.article("1-4.1", "1-6")]


@pytest.fixture
def firm() -> Firm:
    return Firm()


def test_the_months_net_over_contracts_of_all_branches_sets_one_rate_for_all_lines(firm: Firm) -> None:
    anne = firm.seller("ZL")
    firm.sells(anne, "10000.00", "04-02")
    firm.move(anne, "04-10", firm.south_sales, kind="transfer")
    firm.sells(anne, "10000.00", "04-20")
    firm.close()
    assert lines(anne) == [
        ("commission", "10000.00", "0.08", "800.00"),
        ("commission", "10000.00", "0.08", "800.00"),
    ]
    assert slip(anne).branch == firm.south
    assert slip(anne).sales == D("20000.00")


def test_a_receipt_counts_for_the_branch_of_the_closer_when_signing(firm: Firm) -> None:
    anne = firm.seller()
    contract = firm.contract(anne, signed="04-02")
    firm.move(anne, "04-10", firm.south_sales, kind="transfer")
    receipt = firm.receipt(contract, "30000.00", "04-20")
    firm.close()
    assert receipt.credits.get().branch == firm.north
    assert receipt.credits.get().home == firm.south


@pytest.mark.parametrize(("day", "is_credited"), [("04-14", True), ("04-15", False), ("04-16", False)])
def test_cash_from_the_day_of_leaving_sales_on_is_credited_to_nobody(firm: Firm, day: str, is_credited: bool) -> None:
    anne = firm.seller()
    contract = firm.contract(anne)
    firm.move(anne, "04-15", firm.office, salary="3000.00")
    receipt = firm.receipt(contract, "5000.00", day)
    firm.close()
    assert credited(receipt) == ((anne, "") if is_credited else (None, "closer_outside_sales"))


def test_cash_after_the_closer_left_the_firm_is_credited_to_nobody_and_counts_for_the_branch(firm: Firm) -> None:
    anne = firm.seller()
    contract = firm.contract(anne)
    firm.leave(anne, "04-15")
    receipt = firm.receipt(contract, "80000.00", "04-15")
    firm.clerk()
    report = firm.close(lock=False)
    assert credited(receipt) == (None, "closer_left")
    assert report.sales == report.uncredited == D("80000.00")
    assert len(report.blockers) == 1


def test_who_closed_as_a_clerk_is_credited_once_in_sales(firm: Firm) -> None:
    ben = firm.clerk()
    contract = firm.contract(ben, signed="04-01")
    early, late = firm.receipt(contract, "1000.00", "04-10"), firm.receipt(contract, "1000.00", "04-20")
    firm.move(ben, "04-20", firm.sales, rank="ZL")
    firm.close()
    assert credited(early) == (None, "closer_outside_sales")
    assert credited(late) == (ben, "")


def test_a_refund_of_the_same_month_is_clawed_back_at_the_rate_that_the_net_reaches(firm: Firm) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "50000.00")
    firm.receipt(receipt.contract, "-0.01", "04-16", reverses=receipt)
    firm.close()
    assert lines(anne) == [("commission", "50000.00", "0.08", "4000.00"), ("commission", "-0.01", "0.08", "0.00")]


def test_a_full_refund_in_the_same_month_leaves_no_commission(firm: Firm) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "333.33")
    firm.receipt(receipt.contract, "-333.33", "04-15", reverses=receipt)
    firm.close()
    assert (slip(anne).commission, slip(anne).sales) == (D("0.00"), D("0.00"))


def test_a_later_refund_is_clawed_back_at_the_rate_paid(firm: Firm) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "20000.00")
    firm.close()
    firm.receipt(receipt.contract, "-5000.00", "05-10", reverses=receipt)
    firm.sells(anne, "1000.00", "05-11")
    firm.close(MAY)
    assert lines(anne, MAY) == [
        ("commission", "-5000.00", "0.08", "-400.00"),
        ("commission", "1000.00", "0.06", "60.00"),
    ]
    assert (slip(anne, MAY).gross, slip(anne, MAY).carried) == (D("1280.00"), D("-340.00"))


def test_a_deficit_is_carried_until_commission_covers_it(firm: Firm) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "20000.00")
    firm.close()
    firm.receipt(receipt.contract, "-20000.00", "05-10", reverses=receipt)
    firm.close(MAY)
    firm.sells(anne, "20000.00", "06-11")
    firm.close(JUNE)
    assert slip(anne, MAY).carried == D("-1600.00")
    assert (slip(anne, JUNE).brought, slip(anne, JUNE).commission) == (D("-1600.00"), D("1600.00"))
    assert (slip(anne, JUNE).carried, slip(anne, JUNE).gross) == (D("0.00"), D("1600.00"))


def test_a_later_refund_reaches_who_moved_to_the_office_and_nobody_who_left(firm: Firm) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("ZL")
    annes, bens = firm.sells(anne, "20000.00"), firm.sells(ben, "20000.00")
    firm.move(anne, "05-01", firm.office, salary="3000.00")
    firm.leave(ben, "05-10")
    firm.close()
    firm.receipt(annes.contract, "-1000.00", "05-20", reverses=annes)
    before = firm.receipt(bens.contract, "-1000.00", "05-09", reverses=bens)
    after = firm.receipt(bens.contract, "-1000.00", "05-10", reverses=bens)
    firm.close(MAY)
    assert lines(anne, MAY) == [("commission", "-1000.00", "0.08", "-80.00")]
    assert (slip(anne, MAY).gross, slip(anne, MAY).carried) == (D("3000.00"), D("-80.00"))
    assert credited(before) == (ben, "")
    assert credited(after) == (None, "credited_person_left")
    assert lines(ben, MAY) == [("commission", "-1000.00", "0.08", "-80.00")]


def test_a_refund_of_what_nobody_was_credited_with_is_credited_to_nobody(firm: Firm) -> None:
    anne = firm.seller()
    contract = firm.contract(anne)
    firm.move(anne, "04-10", firm.office, salary="3000.00")
    receipt = firm.receipt(contract, "1000.00", "04-15")
    refund = firm.receipt(contract, "-400.00", "04-20", reverses=receipt)
    firm.close()
    assert credited(refund) == (None, "original_uncredited")
    assert lines(anne) == []


@pytest.mark.parametrize(
    ("owned", "left_on", "is_paid"),
    [(False, None, True), (True, None, False), (False, "04-15", False), (False, "04-16", True)],
)
def test_an_assistant_in_post_on_the_receipts_day_gets_a_tenth_on_orphans_contracts_only(
    firm: Firm, owned: bool, left_on: str | None, is_paid: bool
) -> None:
    anne, ben = firm.seller("ZL"), firm.clerk()
    client = firm.client(anne if owned else None)
    firm.receipt(firm.contract(anne, client=client, assistant=ben), "20000.00", "04-15")
    if left_on:
        firm.leave(ben, left_on)
    firm.close()
    assert lines(anne) == [("commission", "20000.00", "0.08", "1600.00")]
    assert lines(ben) == ([("assist", "1600.00", "0.1", "160.00")] if is_paid else [])


def test_an_orphans_later_cash_still_pays_the_assistant_but_not_its_next_contract(firm: Firm) -> None:
    anne, ben = firm.seller("ZL"), firm.clerk()
    client = firm.client(None)
    first = firm.contract(anne, client=client, assistant=ben, signed="04-02")
    second = firm.contract(anne, client=client, assistant=ben, signed="04-03")
    firm.receipt(second, "10000.00", "04-10")
    firm.receipt(first, "10000.00", "04-20")
    firm.close()
    assert lines(ben) == [("assist", "800.00", "0.1", "80.00")]


def test_a_refund_takes_the_assistants_tenth_back_even_when_the_developer_has_left(firm: Firm) -> None:
    anne, ben = firm.seller("ZL"), firm.clerk()
    receipt = firm.receipt(firm.contract(anne, client=firm.client(None), assistant=ben), "20000.00")
    firm.close()
    firm.leave(anne, "05-01")
    firm.receipt(receipt.contract, "-10000.00", "05-10", reverses=receipt)
    firm.close(MAY)
    assert lines(ben, MAY) == [("assist", "-800.00", "0.1", "-80.00")]


def test_a_refund_in_the_month_the_developer_left_takes_the_tenth_back_at_the_months_rate(firm: Firm) -> None:
    anne, ben = firm.seller("ZL"), firm.clerk()
    receipt = firm.receipt(firm.contract(anne, client=firm.client(None), assistant=ben), "20000.00", "04-05")
    firm.move(anne, "04-08", firm.south_sales, kind="transfer")
    firm.leave(anne, "04-10")
    refund = firm.receipt(receipt.contract, "-10000.00", "04-20", reverses=receipt)
    firm.close()
    assert credited(refund) == (None, "credited_person_left")
    assert lines(anne) == [("commission", "20000.00", "0.08", "1600.00")]
    assert lines(ben) == [("assist", "1600.00", "0.1", "160.00"), ("assist", "-800.00", "0.1", "-80.00")]


def test_a_refund_takes_nothing_from_an_assistant_who_was_not_paid(firm: Firm) -> None:
    anne, ben = firm.seller("ZL"), firm.clerk(since="05-01")
    receipt = firm.receipt(firm.contract(anne, client=firm.client(None), assistant=ben), "20000.00")
    firm.close()
    firm.receipt(receipt.contract, "-10000.00", "05-10", reverses=receipt)
    firm.close(MAY)
    assert lines(ben, MAY) == []
    assert lines(anne, MAY) == [("commission", "-10000.00", "0.08", "-800.00")]


def test_the_plan_may_let_the_developer_bear_the_assistants_tenth(firm: Firm) -> None:
    firm.plan(assist_paid_by="developer")
    anne, ben = firm.seller("ZL"), firm.clerk()
    receipt = firm.receipt(firm.contract(anne, client=firm.client(None), assistant=ben), "20000.00")
    firm.close()
    assert slip(anne).commission + slip(anne).assist == D("1440.00")
    assert slip(ben).assist == D("160.00")
    firm.receipt(receipt.contract, "-20000.00", "05-10", reverses=receipt)
    firm.close(MAY)
    assert (slip(anne, MAY).carried, slip(ben, MAY).carried) == (D("-1440.00"), D("-160.00"))


@pytest.mark.parametrize("refunded_on", ["04-20", "05-10"])
def test_a_developer_in_post_gets_back_what_was_borne_even_when_the_assistant_has_left(
    firm: Firm, refunded_on: str
) -> None:
    firm.plan(assist_paid_by="developer")
    anne, ben = firm.seller("ZL"), firm.clerk()
    receipt = firm.receipt(firm.contract(anne, client=firm.client(None), assistant=ben), "20000.00", "04-05")
    firm.leave(ben, "04-10")
    firm.receipt(receipt.contract, "-20000.00", refunded_on, reverses=receipt)
    firm.close()
    if refunded_on > "05":
        firm.close(MAY)
    amounts = CommissionLine.objects.filter(employee=anne).values_list("amount", flat=True)
    assert (len(amounts), sum(amounts)) == (4, 0)


def test_the_plan_may_go_on_paying_a_closer_who_moved_to_the_office_at_the_rank_last_held(firm: Firm) -> None:
    firm.plan(after_leaving_sales="closer")
    anne = firm.seller("GJ")
    contract = firm.contract(anne)
    firm.move(anne, "05-01", firm.office, salary="3000.00")
    firm.close()
    firm.receipt(contract, "100000.00", "05-20")
    firm.close(MAY)
    assert lines(anne, MAY) == [("commission", "100000.00", "0.12", "12000.00")]


def test_a_closer_who_enters_sales_only_later_in_the_month_has_not_left_it(firm: Firm) -> None:
    firm.plan(after_leaving_sales="closer")
    anne = firm.clerk()
    contract = firm.contract(anne)
    firm.move(anne, "04-20", firm.sales, rank="ZL")
    before = firm.receipt(contract, "1000.00", "04-19")
    after = firm.receipt(contract, "1000.00", "04-20")
    firm.close()
    assert credited(before) == (None, "closer_outside_sales")
    assert credited(after) == (anne, "")


def test_the_plan_may_pay_the_clients_owner_after_the_closer_left_sales(firm: Firm) -> None:
    firm.plan(after_leaving_sales="owner")
    anne, ben = firm.seller("ZL"), firm.seller("GW", department=firm.south_sales)
    client = firm.client(anne)
    contract = firm.contract(anne, client=client)
    firm.leave(anne, "04-10")
    unowned = firm.receipt(contract, "1000.00", "04-12")
    firm.contract(ben, client=client, signed="04-15")
    owned = firm.receipt(contract, "40000.00", "04-20")
    firm.close()
    assert credited(unowned) == (None, "owner_outside_sales")
    assert credited(owned) == (ben, "")
    assert lines(ben) == [("commission", "40000.00", "0.1", "4000.00")]


def test_late_cash_counts_in_the_open_month_with_the_closer_of_its_own_day(firm: Firm) -> None:
    anne = firm.seller("ZL")
    contract = firm.contract(anne)
    firm.close()
    late = firm.receipt(contract, "20000.00", "04-28", posted=MAY)
    firm.move(anne, "05-20", firm.office, salary="3000.00")
    firm.receipt(contract, "-5000.00", "04-29", reverses=late, posted=MAY)
    firm.close(MAY)
    assert credited(late) == (anne, "")
    assert lines(anne, MAY) == [
        ("commission", "20000.00", "0.06", "1200.00"),
        ("commission", "-5000.00", "0.06", "-300.00"),
    ]


def test_late_cash_is_paid_at_the_rank_last_held_to_who_moved_to_the_office(firm: Firm) -> None:
    anne = firm.seller("GW")
    contract = firm.contract(anne)
    firm.move(anne, "05-01", firm.office, salary="3000.00")
    firm.close()
    firm.receipt(contract, "40000.00", "04-28", posted=MAY)
    firm.close(MAY)
    assert lines(anne, MAY) == [("commission", "40000.00", "0.1", "4000.00")]


@pytest.mark.parametrize(("left_on", "is_paid"), [("05-01", False), ("05-02", True)])
def test_late_cash_pays_nobody_who_left_before_the_month_it_counts_in(firm: Firm, left_on: str, is_paid: bool) -> None:
    anne, ben, carl = firm.seller("ZL"), firm.clerk(), firm.seller("ZL")
    own, assisted = firm.contract(anne), firm.contract(carl, client=firm.client(), assistant=ben)
    early = firm.receipt(own, "100.00", "04-10")
    firm.leave(anne, left_on)
    firm.leave(ben, left_on)
    firm.close()
    late = firm.receipt(own, "20000.00", "04-28", posted=MAY)
    refund = firm.receipt(own, "-50.00", "04-28", reverses=early, posted=MAY)
    firm.receipt(assisted, "1000.00", "04-28", posted=MAY)
    firm.close(MAY)
    assert credited(late) == ((anne, "") if is_paid else (None, "closer_left"))
    assert credited(refund) == ((anne, "") if is_paid else (None, "credited_person_left"))
    assert (len(lines(anne, MAY)), len(lines(ben, MAY))) == ((2, 1) if is_paid else (0, 0))
