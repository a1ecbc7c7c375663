"""Credit, commission, base pay, support bonus and the payslip's sum, at their edges."""

import datetime as dt
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compensation.codes import Uncredited
from compensation.rules import (
    Credited,
    PostPlace,
    Reversal,
    assist_commission,
    assist_taken_back,
    base_pay,
    commission,
    commission_taken_back,
    commission_tier,
    credit_receipt,
    credit_refund,
    gross_pay,
    share_support_pool,
    support_bonus_tier,
    support_pool,
)
from rulebook.month import Month
from rulebook.plan import AfterLeavingSales, AttainmentScope, DayBasis, RatedByAttainment
from staff.assessment.rules import Stretch
from staff.targets.rules import BranchResult
from tests.plans import PLAN

CLOSER, OWNER = 1, 2
APRIL = Month(2011, 4)


@pytest.mark.article("1-4.1", "1-6")
@pytest.mark.parametrize(
    ("setting", "closer_is", "was_in_sales", "owner", "credited"),
    [
        ("nobody", PostPlace.SALES, True, OWNER, Credited(CLOSER)),
        ("nobody", PostPlace.SUPPORT, True, OWNER, Credited(None, Uncredited.CLOSER_OUTSIDE_SALES)),
        ("nobody", PostPlace.GONE, True, OWNER, Credited(None, Uncredited.CLOSER_LEFT)),
        ("closer", PostPlace.SUPPORT, True, OWNER, Credited(CLOSER)),
        ("closer", PostPlace.SUPPORT, False, OWNER, Credited(None, Uncredited.CLOSER_OUTSIDE_SALES)),
        ("closer", PostPlace.GONE, True, OWNER, Credited(None, Uncredited.CLOSER_LEFT)),
        ("owner", PostPlace.SALES, True, OWNER, Credited(CLOSER)),
        ("owner", PostPlace.SUPPORT, True, OWNER, Credited(OWNER)),
        ("owner", PostPlace.GONE, True, OWNER, Credited(OWNER)),
        ("owner", PostPlace.GONE, True, None, Credited(None, Uncredited.OWNER_OUTSIDE_SALES)),
    ],
)
def test_who_is_credited_with_a_receipt(
    setting: str, closer_is: PostPlace, was_in_sales: bool, owner: int | None, credited: Credited
) -> None:
    found = credit_receipt(
        CLOSER,
        closer_is,
        closer_was_in_sales=was_in_sales,
        owner_in_sales=owner,
        after_leaving=AfterLeavingSales(setting),
    )
    assert found == credited


@pytest.mark.article("1-4.1")
@pytest.mark.parametrize(
    ("original", "person_is", "credited"),
    [
        (CLOSER, PostPlace.SALES, Credited(CLOSER)),
        (CLOSER, PostPlace.SUPPORT, Credited(CLOSER)),
        (CLOSER, PostPlace.GONE, Credited(None, Uncredited.CREDITED_PERSON_LEFT)),
        (None, PostPlace.GONE, Credited(None, Uncredited.ORIGINAL_UNCREDITED)),
    ],
)
def test_who_bears_a_refund(original: int | None, person_is: PostPlace, credited: Credited) -> None:
    assert credit_refund(original, person_is) == credited


@pytest.mark.article("1-4.1")
@pytest.mark.parametrize(
    ("rank", "net", "rate"),
    [
        ("ZL", "-5000.00", "0.06"),
        ("ZL", "0.00", "0.06"),
        ("ZL", "19999.99", "0.06"),
        ("ZL", "20000.00", "0.08"),
        ("ZL", "49999.99", "0.08"),
        ("ZL", "50000.00", "0.10"),
        ("GJ", "159999.99", "0.12"),
        ("GJ", "160000.00", "0.135"),
        ("SX", "239999.99", "0.12"),
        ("SX", "240000.00", "0.15"),
    ],
)
def test_the_rate_is_of_the_tier_that_the_months_net_reaches(rank: str, net: str, rate: str) -> None:
    assert commission_tier(PLAN.rank(rank), D(net)).rate == D(rate)


@pytest.mark.article("1-4.1")
@pytest.mark.parametrize(
    ("base", "rate", "amount"),
    [
        ("0.08", "0.06", "0.00"),
        ("0.09", "0.06", "0.01"),
        ("49999.99", "0.135", "6750.00"),
        ("12.30", "0.135", "1.66"),
        ("100.00", "0.000049", "0.00"),
        ("100.00", "0.000050", "0.01"),
        ("-100.00", "0.000050", "-0.01"),
        ("-100.00", "0.000049", "0.00"),
    ],
)
def test_a_line_is_rounded_half_up_away_from_zero(base: str, rate: str, amount: str) -> None:
    assert commission(D(base), D(rate)) == D(amount)


@pytest.mark.article("1-4.1", "1-6")
@pytest.mark.parametrize(
    ("refunds", "taken", "assist"),
    [
        (["-33.33"], "-2.67", "-0.27"),
        (["-33.33", "-33.33"], "-2.67", "-0.27"),
        (["-33.33", "-33.33", "-33.33"], "-2.67", "-0.27"),
        (["-33.33", "-33.33", "-33.34"], "-2.66", "-0.26"),
        (["-99.99", "-0.01"], "0.00", "0.00"),
        (["-25.00", "-25.00", "-25.00", "-25.00"], "-2.00", "-0.20"),
        (["-100.00"], "-8.00", "-0.80"),
    ],
)
def test_the_refund_that_brings_a_receipt_to_zero_takes_back_what_is_left(
    refunds: list[str], taken: str, assist: str
) -> None:
    reversal = Reversal(D("100.00"), [D(refund) for refund in refunds])
    assert commission_taken_back(reversal, D("0.08")) == D(taken)
    assert assist_taken_back(reversal, D("0.08"), D("0.1")) == D(assist)
    assert assist_taken_back(reversal, D("0.08"), D("-0.1")) == -D(assist)


@pytest.mark.article("1-6")
@pytest.mark.parametrize(
    ("line", "assist"), [("0.04", "0.00"), ("0.05", "0.01"), ("11880.07", "1188.01"), ("-0.05", "-0.01")]
)
def test_an_assistant_gets_a_tenth_of_the_developers_line(line: str, assist: str) -> None:
    assert assist_commission(D(line), PLAN.commission.assist_share) == D(assist)


def sales_stretch(first: int, last: int) -> Stretch:
    return Stretch(dt.date(2011, 4, first), dt.date(2011, 4, last), in_sales=True, salary=None)


def office_stretch(first: int, last: int, salary: str) -> Stretch:
    return Stretch(dt.date(2011, 4, first), dt.date(2011, 4, last), in_sales=False, salary=D(salary))


@pytest.mark.article("1-4.1")
@pytest.mark.parametrize(
    ("sales", "kind", "amount"),
    [
        ("23999.99", "threshold_wage", "1280.00"),
        ("24000.00", "base_salary", "2000.00"),
        (None, "base_salary", "2000.00"),
    ],
)
def test_a_whole_month_pays_base_salary_or_threshold_wage(sales: str | None, kind: str, amount: str) -> None:
    """Without assessed sales, as in a month with protected absence, the base salary is paid."""
    [line] = base_pay(
        APRIL, [sales_stretch(1, 30)], [PLAN.rank("GW")], DayBasis.CALENDAR, None if sales is None else D(sales)
    )
    assert (line.kind, line.amount) == (kind, D(amount))


@pytest.mark.article("1-4.1")
def test_parts_of_a_month_pay_by_days_each_rounded() -> None:
    lines = base_pay(
        APRIL,
        [sales_stretch(1, 29), office_stretch(30, 30, "2500.00")],
        [PLAN.rank("GJ"), None],
        DayBasis.CALENDAR,
        None,
    )
    assert [line.amount for line in lines] == [D("2706.67"), D("83.33")]
    assert {line.kind for line in lines} == {"part_of_month"}


@pytest.mark.article("1-4.1")
@pytest.mark.parametrize(
    ("first", "last", "days", "amount"),
    [(1, 29, "21", "2100.00"), (2, 3, "0", "0.00"), (4, 4, "1", "100.00")],
)
def test_parts_of_a_month_may_pay_by_21_75_paid_days(first: int, last: int, days: str, amount: str) -> None:
    """April 2011 begins on a Friday; the 2nd and 3rd are a week-end."""
    stretch = office_stretch(first, last, "2175.00")
    [line] = base_pay(APRIL, [stretch], [None], DayBasis.MONTHLY_DAYS_21_75, None)
    assert (line.days, line.days_in_month, line.amount) == (D(days), D("21.75"), D(amount))


@pytest.mark.article("1-7.2.1", "1-7.2.4")
@pytest.mark.parametrize(
    ("sales", "pool"),
    [
        ("64999.99", "0.00"),
        ("65000.00", "130.00"),
        ("79999.99", "160.00"),
        ("80000.00", "480.00"),
        ("99999.99", "600.00"),
        ("100000.00", "1000.00"),
        ("-100000.00", "0.00"),
    ],
)
def test_the_support_pool_by_attainment(sales: str, pool: str) -> None:
    result = BranchResult(D(sales), D("100000.00"), D("0.00"), D("100000.00"))
    assert support_pool(D(sales), support_bonus_tier(PLAN.support_bonus, result)) == D(pool)


@pytest.mark.article("1-7.2.1")
def test_with_scope_company_the_whole_companys_attainment_rates_the_branchs_own_sales() -> None:
    rule = RatedByAttainment(AttainmentScope.COMPANY, PLAN.support_bonus.tiers)
    result = BranchResult(D("10000.00"), D("100000.00"), D("80000.00"), D("100000.00"))
    assert support_pool(result.sales, support_bonus_tier(rule, result)) == D("60.00")


@pytest.mark.article("1-7.2.2", "1-7.2.3")
def test_the_pools_fen_left_over_go_to_the_largest_remainder_then_the_lower_number() -> None:
    parts = share_support_pool(D("100.00"), {"00003": D(1), "00001": D(1), "00002": D(1)})
    assert parts == {"00001": D("33.34"), "00002": D("33.33"), "00003": D("33.33")}


@given(
    fen=st.integers(0, 10**9),
    weights=st.dictionaries(st.text("0123456789", min_size=5, max_size=5), st.decimals(0, 1000, places=4), min_size=1),
)
def test_the_parts_of_a_pool_sum_to_the_pool(fen: int, weights: dict[str, D]) -> None:
    if not any(weights.values()):
        weights = dict.fromkeys(weights, D(1))
    pool = D(fen) / 100
    parts = share_support_pool(pool, weights)
    assert sum(parts.values()) == pool
    total = sum(weights.values())
    assert all(abs(parts[number] - pool * weight / total) < D("0.01") for number, weight in weights.items())


@pytest.mark.article("1-4.1")
@pytest.mark.parametrize(
    ("commission_sum", "brought", "gross", "carried"),
    [
        ("100.00", "-99.99", "1600.01", "0.00"),
        ("100.00", "-100.00", "1600.00", "0.00"),
        ("100.00", "-100.01", "1600.00", "-0.01"),
        ("-500.00", "0.00", "1600.00", "-500.00"),
    ],
)
def test_a_deficit_never_cuts_base_pay_and_is_carried(
    commission_sum: str, brought: str, gross: str, carried: str
) -> None:
    end = gross_pay(
        base=D("1600.00"),
        commission=D(commission_sum),
        assist=D(0),
        brought=D(brought),
        adjustment=D(0),
        support_bonus=D(0),
    )
    assert (end.gross, end.carried) == (D(gross), D(carried))
