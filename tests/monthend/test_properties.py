"""What must hold for any receipts: order and splitting change no pay, a full refund leaves nothing."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal as D
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compensation.models import CommissionLine, Payslip
from rulebook.money import round_fen
from staff.models import Employee
from tests.firm import APRIL, MAY, Firm, slip

pytestmark = [pytest.mark.django_db, pytest.mark.article("1-4.1")]

few = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
fen_amounts = st.decimals("0.01", "90000.00", places=2)
whole_amounts = st.integers(1, 90_000).map(lambda hundreds: D(hundreds * 100))


@contextmanager
def rolled_back() -> Iterator[Firm]:
    """A firm of one example's own."""
    with transaction.atomic():
        yield Firm()
        transaction.set_rollback(True)


def pay(person: Employee) -> tuple[D, D, D]:
    found = slip(person)
    return found.sales, found.commission, found.gross


def pay_for(amounts: list[D]) -> tuple[D, D, D]:
    with rolled_back() as firm:
        anne = firm.seller("ZL")
        contract = firm.contract(anne)
        for amount in amounts:
            firm.receipt(contract, str(amount))
        firm.close(lock=False)
        return pay(anne)


@few
@given(amounts=st.lists(fen_amounts, min_size=1, max_size=5), seed=st.randoms(use_true_random=False))
def test_the_order_of_a_days_receipts_changes_no_pay(amounts: list[D], seed: random.Random) -> None:
    shuffled = list(amounts)
    seed.shuffle(shuffled)
    assert pay_for(shuffled) == pay_for(amounts)


@few
@given(amount=whole_amounts, share=st.integers(1, 99))
def test_a_receipt_split_in_two_pays_the_same(amount: D, share: int) -> None:
    """Lines are rounded one by one, so parts must be such that no rate of the table leaves fractions of a fen."""
    part = amount * share / 100
    assert pay_for([part, amount - part]) == pay_for([amount])


@few
@given(amounts=st.lists(fen_amounts, min_size=1, max_size=4), index=st.integers(0, 3), orphan=st.booleans())
def test_a_full_refund_in_the_same_month_leaves_pay_as_if_the_cash_had_never_come(
    amounts: list[D], index: int, orphan: bool
) -> None:
    refunded = amounts[index % len(amounts)]
    with rolled_back() as firm:
        anne, ben = firm.seller("ZL"), firm.clerk()
        client = firm.client(None if orphan else anne)
        contract = firm.contract(anne, client=client, assistant=ben)
        receipts = [firm.receipt(contract, str(amount)) for amount in amounts]
        firm.receipt(contract, str(-refunded), "04-20", reverses=receipts[index % len(amounts)])
        firm.close(lock=False)
        with_refund = pay(anne)
        assists = sum(line.amount for line in CommissionLine.objects.filter(employee=ben))
    without = [amount for position, amount in enumerate(amounts) if position != index % len(amounts)]
    assert with_refund == pay_for(without)
    assert abs(assists) <= (with_refund[1] if orphan else 0)


@few
@given(amount=fen_amounts, share=st.integers(1, 100))
def test_a_later_refund_takes_back_at_most_what_was_paid(amount: D, share: int) -> None:
    back = max(round_fen(amount * share / 100), D("0.01"))
    with rolled_back() as firm:
        anne = firm.seller("GW")
        receipt = firm.receipt(firm.contract(anne), str(amount))
        firm.close()
        firm.receipt(receipt.contract, str(-back), "05-10", reverses=receipt)
        firm.close(MAY)
        paid, clawed_back = slip(anne).commission, -slip(anne, MAY).commission
        assert 0 <= clawed_back <= paid
        assert clawed_back == paid or back < amount
        assert slip(anne, MAY).gross == slip(anne, MAY).base_pay


@few
@given(amount=fen_amounts, cuts=st.lists(st.integers(1, 99), max_size=4), later=st.integers(0, 4))
def test_a_receipt_refunded_in_parts_of_two_months_leaves_no_fen(amount: D, cuts: list[int], later: int) -> None:
    marks = sorted({round_fen(amount * cut / 100) for cut in cuts} - {D("0.00"), amount})
    parts = [after - before for before, after in pairwise([D("0.00"), *marks, amount])]
    with rolled_back() as firm:
        anne, ben = firm.seller("ZL"), firm.clerk()
        for month in (APRIL, MAY):
            firm.weigh(ben, "1", month)
        contract = firm.contract(anne, client=firm.client(), assistant=ben)
        receipt = firm.receipt(contract, str(amount))
        for place, part in enumerate(parts):
            firm.receipt(contract, str(-part), "05-10" if place >= later else "04-20", reverses=receipt)
        firm.close()
        firm.close(MAY)
        for person in (anne, ben):
            assert sum(line.amount for line in CommissionLine.objects.filter(employee=person)) == 0


@few
@given(sales=st.lists(st.tuples(st.sampled_from(["ZL", "GW", "GJ", "ZS", "SX"]), fen_amounts), min_size=1, max_size=4))
def test_slips_are_the_sums_of_their_lines(sales: list[tuple[str, D]]) -> None:
    with rolled_back() as firm:
        clerk = firm.clerk()
        firm.weigh(clerk, "1")
        for rank, amount in sales:
            firm.sells(firm.seller(rank), str(amount))
        firm.close()
        for found in Payslip.objects.all():
            lines = CommissionLine.objects.filter(employee=found.employee)
            assert found.commission + found.assist == sum(line.amount for line in lines)
            assert found.gross == found.base_pay + found.commission + found.assist + found.support_bonus
