"""What a payslip and an assessment say about where somebody stands."""

from decimal import Decimal

import pytest

from compensation.models import Payslip
from portal.standing import CycleOutcome, Standard, Term, addends, neighbours, tier_reached, tiers_with_reached
from rulebook.models import PlanVersion
from staff.models import RankAssessment
from tests.firm import APRIL, JUNE, MAY
from tests.plans import PLAN, PLAN_TEXT

VERSION = PlanVersion(version="2011-04", text=PLAN_TEXT)


def slip(**facts: object) -> Payslip:
    """A payslip of a GW with zeros, except for `facts`."""
    amounts = ("base_pay", "commission", "assist", "brought", "adjustment", "carried", "support_bonus", "sales")
    return Payslip(**{"plan_version": VERSION, "rank": "GW", **dict.fromkeys(amounts, Decimal(0)), **facts})


def standing(**facts: object) -> CycleOutcome:
    """The standing of a GW in the first month of a cycle, kept, except for `facts`."""
    usual = {"month": APRIL, "rank": "GW", "next_rank": "GW", "cycle_month": 1, "cycle_sales": Decimal(0)}
    row = RankAssessment(**{**usual, **facts})
    return CycleOutcome(row, PLAN.rank(row.rank), PLAN.rank(row.next_rank), 2)


def test_the_sum_names_base_pay_always_and_else_what_is_not_zero() -> None:
    assert [addend.term for addend in addends(slip())] == [Term.BASE_PAY]
    terms = addends(slip(base_pay=Decimal("1280.00"), assist=Decimal("3.00"), support_bonus=Decimal("0.07")))
    assert [addend.term for addend in terms] == [Term.BASE_PAY, Term.ASSIST, Term.SUPPORT_BONUS]


def test_the_sum_adds_a_deficit_back_that_is_carried_forward() -> None:
    in_deficit = slip(
        base_pay=Decimal("1280.00"),
        commission=Decimal("-500.00"),
        brought=Decimal("-20.00"),
        carried=Decimal("-520.00"),
    )
    assert sum(addend.amount for addend in addends(in_deficit)) == Decimal("1280.00")


@pytest.mark.parametrize(
    ("sales", "rate", "next_floor", "missing"),
    [
        ("39999.99", "0.08", "40000.00", "0.01"),
        ("40000.00", "0.10", "100000.00", "60000.00"),
        ("-10.00", "0.08", "40000.00", "40010.00"),
        ("100000.00", "0.12", None, None),
    ],
)
def test_the_tier_reached_and_how_far_the_next_is(
    sales: str, rate: str, next_floor: str | None, missing: str | None
) -> None:
    reached = tier_reached(slip(sales=Decimal(sales) + 7), Decimal(7))
    assert reached is not None
    assert reached.tier.rate == Decimal(rate)
    assert (reached.next.floor if reached.next else None) == (Decimal(next_floor) if next_floor else None)
    assert reached.missing == (Decimal(missing) if missing else None)


def test_whoever_holds_no_rank_has_no_tier() -> None:
    assert tier_reached(slip(rank=""), Decimal(0)) is None


@pytest.mark.parametrize(
    ("facts", "standard", "missing"),
    [
        ({"cycle_sales": Decimal("55999.99")}, Standard.OPEN, "0.01"),
        ({"cycle_sales": Decimal("56000.00")}, Standard.REACHED, "0"),
        ({"cycle_sales": Decimal("55999.99"), "cycle_month": 2, "next_rank": "ZL"}, Standard.MISSED, "0.01"),
        ({"cycle_sales": Decimal("56000.00"), "cycle_month": 2}, Standard.REACHED, "0"),
        ({"cycle_sales": Decimal("50.00"), "cycle_month": 2, "next_rank": "GJ"}, Standard.SUPERSEDED, "55950.00"),
        ({"rank": "ZL", "next_rank": "ZL"}, Standard.NONE, "0"),
    ],
)
def test_how_the_cycle_stands_against_the_demotion_standard(
    facts: dict[str, object], standard: Standard, missing: str
) -> None:
    where = standing(**facts)
    assert where.standard == standard
    assert where.missing == Decimal(missing)


def test_an_outcome_takes_effect_in_the_month_after() -> None:
    assert standing().takes_effect == MAY


def test_neighbours_are_the_next_months_that_have_something_to_show() -> None:
    months = [JUNE, APRIL]
    assert (neighbours(months, JUNE).earlier, neighbours(months, JUNE).later) == (APRIL, None)
    assert (neighbours(months, APRIL).earlier, neighbours(months, APRIL).later) == (None, JUNE)


def test_the_table_marks_the_tier_reached() -> None:
    marked = [reached for _tier, reached in tiers_with_reached(PLAN.rank("GW"), Decimal("40000.00"))]
    assert marked == [False, True, False]
