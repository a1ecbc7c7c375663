"""Accrual, spending and expiry of funds, at their edges."""

import datetime as dt
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funds.rules import Claim, Lot, Movement, accrual, accrual_tier, settle
from rulebook.month import Month
from tests.plans import PLAN

JULY = Month(2011, 7)


def lot(pk: int, month: int, left: str) -> Lot:
    return Lot(pk, Month(2011, month), 3, D(left))


def claim(pk: int, amount: str, day: int = 10, client_sales: str | None = None, number: str | None = None) -> Claim:
    sales = None if client_sales is None else D(client_sales)
    return Claim(pk, dt.date(2011, 7, day), number or f"F{pk}", D(amount), sales)


@pytest.mark.article("2-2.2.1")
@pytest.mark.parametrize(
    ("sales", "accrued"),
    [
        ("64999.99", "0.00"),
        ("65000.00", "162.50"),
        ("74999.99", "187.50"),
        ("75000.00", "300.00"),
        ("84999.99", "340.00"),
        ("85000.00", "425.00"),
        ("-1.00", "0.00"),
    ],
)
def test_company_activity_accrues_by_attainment(sales: str, accrued: str) -> None:
    tier = accrual_tier(PLAN.company_activity, D(sales), D("100000.00"))
    assert accrual(D(sales), tier) == D(accrued)


@pytest.mark.article("2-1.2")
@pytest.mark.parametrize(
    ("sales", "accrued"), [("0.00", "0.00"), ("0.49", "0.00"), ("0.50", "0.01"), ("-500.00", "0.00")]
)
def test_client_relations_accrue_one_percent(sales: str, accrued: str) -> None:
    tier = accrual_tier(PLAN.client_relations, D(sales), D("100000.00"))
    assert accrual(D(sales), tier) == D(accrued)


@pytest.mark.article("2-1.3", "2-2.3")
@pytest.mark.parametrize(
    ("month", "spendable", "expires"),
    [(3, False, True), (4, True, True), (5, True, False), (6, True, False), (7, False, False)],
)
def test_an_accrual_is_spent_in_the_three_months_after_its_own(month: int, spendable: bool, expires: bool) -> None:
    settled = settle(JULY, [lot(1, month, "100.00")], [claim(9, "60.00")], None)
    assert (settled.decisions[0].reason == "posted") is spendable
    expired = [movement.amount for movement in settled.movements if movement.claim is None]
    assert expired == ([D("40.00") if spendable else D("100.00")] if expires else [])


@pytest.mark.article("2-1.3")
def test_the_oldest_accrual_is_spent_first() -> None:
    settled = settle(JULY, [lot(1, 6, "50.00"), lot(2, 4, "30.00"), lot(3, 5, "30.00")], [claim(9, "70.00")], None)
    assert settled.movements == [Movement(2, 9, D("30.00")), Movement(3, 9, D("30.00")), Movement(1, 9, D("10.00"))]


@pytest.mark.article("2-1.3")
@pytest.mark.parametrize(("amount", "reason"), [("100.00", "posted"), ("100.01", "insufficient")])
def test_a_claim_not_covered_in_full_is_rejected_whole(amount: str, reason: str) -> None:
    settled = settle(JULY, [lot(1, 6, "60.00"), lot(2, 5, "40.00")], [claim(9, amount)], None)
    assert settled.decisions[0].reason == reason
    assert sum(movement.amount for movement in settled.movements) == (D(amount) if reason == "posted" else 0)


def test_claims_go_by_date_and_number() -> None:
    claims = [claim(1, "60.00", day=11), claim(2, "60.00", number="F8"), claim(3, "60.00", number="F7")]
    settled = settle(JULY, [lot(1, 6, "100.00")], claims, None)
    assert [(decision.claim, decision.reason) for decision in settled.decisions] == [
        (3, "posted"),
        (2, "insufficient"),
        (1, "insufficient"),
    ]


@pytest.mark.article("2-2.2.2")
@pytest.mark.parametrize(
    ("client_sales", "left", "reason"),
    [
        ("59999.99", "100.00", "posted"),
        ("60000.00", "100.00", "major_client"),
        ("60000.00", "0.00", "major_client"),
        (None, "100.00", "posted"),
    ],
)
def test_a_major_clients_claim_is_refused_before_the_balance_is_looked_at(
    client_sales: str | None, left: str, reason: str
) -> None:
    settled = settle(JULY, [lot(1, 6, left)], [claim(9, "50.00", client_sales=client_sales)], D("60000.00"))
    assert settled.decisions[0].reason == reason


def test_client_relations_know_no_major_clients() -> None:
    settled = settle(JULY, [lot(1, 6, "50.00")], [claim(9, "50.00", client_sales="60000.00")], None)
    assert settled.decisions[0].reason == "posted"


amounts = st.decimals(min_value="0.01", max_value="500.00", places=2)


@given(
    accruals=st.lists(st.decimals(min_value=0, max_value="1000.00", places=2), min_size=8, max_size=8),
    claims=st.lists(st.lists(amounts, max_size=4), min_size=8, max_size=8),
)
def test_accrued_is_spent_expired_or_left_over_any_run_of_months(accruals: list[D], claims: list[list[D]]) -> None:
    left: dict[int, Lot] = {}
    spent = expired = D(0)
    for index, (accrued, asked) in enumerate(zip(accruals, claims, strict=True)):
        month = Month(2011, 1) + index
        dated = [Claim(number, month.first, f"{number:02}", amount, None) for number, amount in enumerate(asked)]
        settled = settle(month, list(left.values()), dated, None)
        for movement in settled.movements:
            old = left[movement.lot]
            left[movement.lot] = Lot(old.id, old.month, old.usable_months, old.left - movement.amount)
            if movement.claim is None:
                expired += movement.amount
            else:
                spent += movement.amount
        posted = sum(
            claim.amount
            for claim, decision in zip(dated, settled.decisions, strict=True)
            if decision.reason == "posted"
        )
        assert posted == sum(m.amount for m in settled.movements if m.claim is not None)
        left[index] = Lot(index, month, 3, accrued)
        assert all(lot.left >= 0 for lot in left.values())
        assert all(lot.left == 0 for lot in left.values() if lot.last_month <= month)
    assert sum(accruals) == spent + expired + sum(lot.left for lot in left.values())
