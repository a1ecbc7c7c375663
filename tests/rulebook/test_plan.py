"""Tiers: at the edge counts; attainment is compared exactly."""

from decimal import Decimal

import pytest

from rulebook.plan import Tiers
from tests.plans import PLAN


def rate(tiers: Tiers, value: str) -> Decimal | None:
    tier = tiers.reached(Decimal(value))
    return tier.rate if tier else None


@pytest.mark.article("1-4.1")
@pytest.mark.parametrize(
    ("sales", "expected"),
    [
        ("0", "0.08"),
        ("39999.99", "0.08"),
        ("40000.00", "0.10"),
        ("99999.99", "0.10"),
        ("100000.00", "0.12"),
        ("1e9", "0.12"),
    ],
)
def test_the_band_that_sales_reach(sales: str, expected: str) -> None:
    assert rate(PLAN.rank("GW").commission_tiers, sales) == Decimal(expected)


def test_below_the_first_floor_no_tier_is_reached() -> None:
    assert rate(PLAN.rank("GW").commission_tiers, "-0.01") is None


@pytest.mark.article("1-7.2.1")
@pytest.mark.parametrize(
    ("sales", "target", "expected"),
    [
        ("64999.99", "100000.00", None),
        ("65000.00", "100000.00", "0.002"),
        ("79999.99", "100000.00", "0.002"),
        ("80000.00", "100000.00", "0.006"),
        ("653688.83", "653688.84", "0.006"),
        ("653688.84", "653688.84", "0.010"),
        ("0.65", "1.00", "0.002"),
        ("0.01", "0.03", None),
        ("0.00", "100.00", None),
        ("-100.00", "100.00", None),
        ("100.00", "0.00", None),
    ],
)
def test_the_support_bonus_rate_that_attainment_reaches(sales: str, target: str, expected: str | None) -> None:
    tier = PLAN.support_bonus.tiers.reached_by_attainment(Decimal(sales), Decimal(target))
    assert (tier and tier.rate) == (expected and Decimal(expected))


@pytest.mark.article("2-2.2.1")
@pytest.mark.parametrize(
    ("sales", "expected"),
    [
        ("64.99", None),
        ("65.00", "0.0025"),
        ("74.99", "0.0025"),
        ("75.00", "0.0040"),
        ("85.00", "0.0050"),
        ("120.00", "0.0050"),
    ],
)
def test_the_activity_fund_rate_that_attainment_reaches(sales: str, expected: str | None) -> None:
    tier = PLAN.company_activity.tiers.reached_by_attainment(Decimal(sales), Decimal(100))
    assert (tier and tier.rate) == (expected and Decimal(expected))


@pytest.mark.article("2-1.2")
@pytest.mark.parametrize(("sales", "expected"), [("0.00", "0.010"), ("500.00", "0.010"), ("-0.01", None)])
def test_the_client_fund_accrues_at_any_attainment_but_not_on_negative_sales(sales: str, expected: str | None) -> None:
    tier = PLAN.client_relations.tiers.reached_by_attainment(Decimal(sales), Decimal(100))
    assert (tier and tier.rate) == (expected and Decimal(expected))


@pytest.mark.article("2-2.2.3", "1-7.2.4")
def test_a_month_below_the_edge_is_not_made_up_for_by_the_next() -> None:
    for rule in (PLAN.company_activity, PLAN.support_bonus):
        weak, strong = (rule.tiers.reached_by_attainment(Decimal(sales), Decimal(100)) for sales in ("64.99", "135.01"))
        assert weak is None
        assert strong == rule.tiers.rows[-1]
