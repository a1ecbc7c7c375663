"""The assessment of ranks, each standard at its edge: a fen below, and at it."""

from decimal import Decimal as D

import pytest

from staff.assessment.rules import Assessed, RankStanding, assess, starts_new_cycle
from tests.plans import PLAN

FRESH = RankStanding()


def standing(**facts: object) -> RankStanding:
    return RankStanding(**facts)  # type: ignore[arg-type]


def standing_after(before: RankStanding, sales: D, result: Assessed) -> RankStanding:
    """Where the person stands after a month: a change of rank or the end of a cycle starts a new cycle (1-4.3.1)."""
    cycle_ends = starts_new_cycle(PLAN, result.outcome, result.cycle_month)
    return RankStanding(
        cycle_month=0 if cycle_ends else result.cycle_month,
        cycle_sales=D(0) if cycle_ends else result.cycle_sales,
        threshold_streak=result.threshold_streak,
        reinstatement_rank=result.reinstatement_rank,
        earlier_sales=(*before.earlier_sales, sales),
    )


def run_months(rank: str, months: list[str], start: RankStanding = FRESH) -> list[Assessed]:
    """Assess month after month, each at the rank that the one before gave."""
    results, now = [], start
    for sales in months:
        result = assess(PLAN, rank, D(sales), now)
        now = standing_after(now, D(sales), result)
        rank = result.next_rank
        results.append(result)
    return results


@pytest.mark.article("1-4.1")
@pytest.mark.parametrize(
    ("rank", "sales", "on_threshold"),
    [
        ("ZL", "11999.99", True),
        ("ZL", "12000.00", False),
        ("GW", "23999.99", True),
        ("GW", "24000.00", False),
        ("SX", "143999.99", True),
        ("SX", "144000.00", False),
        ("ZL", "-0.01", True),
    ],
)
def test_threshold_wage_below_the_ranks_threshold_sales(rank: str, sales: str, on_threshold: bool) -> None:
    assert assess(PLAN, rank, D(sales), FRESH).on_threshold_wage is on_threshold


@pytest.mark.article("1-4.2", "1-4.3.2")
@pytest.mark.parametrize(
    ("rank", "earlier", "sales", "outcome", "next_rank"),
    [
        ("ZL", [], "49999.99", "kept", "ZL"),
        ("ZL", [], "50000.00", "promoted", "GW"),
        ("ZL", [], "119999.99", "promoted", "GW"),
        ("ZL", [], "120000.00", "promoted", "GJ"),
        ("ZL", [], "320000.00", "promoted", "GJ"),
        ("ZL", ["0.00"], "320000.00", "promoted", "ZS"),
        ("GJ", ["160000.00"], "159999.99", "kept", "GJ"),
        ("GJ", ["160000.00"], "160000.00", "promoted", "ZS"),
        ("GJ", ["999999.00", "0.00"], "319999.99", "kept", "GJ"),
        ("GJ", ["240000.00"], "240000.00", "promoted", "SX"),
        ("SX", ["480000.00"], "480000.00", "kept", "SX"),
        ("GW", [], "119999.99", "kept", "GW"),
    ],
)
def test_promotion_takes_the_highest_rank_whose_qualification_is_met(
    rank: str, earlier: list[str], sales: str, outcome: str, next_rank: str
) -> None:
    before = standing(earlier_sales=tuple(map(D, earlier)))
    result = assess(PLAN, rank, D(sales), before)
    assert (result.outcome, result.next_rank) == (outcome, next_rank)


@pytest.mark.article("1-4.3.1")
@pytest.mark.parametrize(
    ("rank", "first", "second", "outcome", "next_rank"),
    [
        ("GW", "28000.00", "27999.99", "demoted", "ZL"),
        ("GW", "28000.00", "28000.00", "kept", "GW"),
        ("GJ", "60000.00", "79999.99", "demoted", "GW"),
        ("GJ", "60000.00", "80000.00", "kept", "GJ"),
        ("GW", "-40000.00", "95999.99", "demoted", "ZL"),
        ("GW", "-40000.00", "96000.00", "kept", "GW"),
        ("ZL", "0.00", "0.00", "kept", "ZL"),
        ("SX", "0.00", "0.00", "demoted", "ZS"),
    ],
)
def test_a_cycle_below_the_demotion_standard_costs_one_rank(
    rank: str, first: str, second: str, outcome: str, next_rank: str
) -> None:
    results = run_months(rank, [first, second])
    assert (results[1].outcome, results[1].next_rank) == (outcome, next_rank)
    assert [result.cycle_month for result in results] == [1, 2]
    assert results[1].cycle_sales == D(first) + D(second)


@pytest.mark.article("1-4.3.1")
def test_no_month_counts_in_two_cycles() -> None:
    results = run_months("GW", ["28000.00", "28000.00", "28000.00", "27999.99"])
    assert [(result.cycle_month, result.outcome) for result in results] == [
        (1, "kept"),
        (2, "kept"),
        (1, "kept"),
        (2, "demoted"),
    ]


@pytest.mark.article("1-4.3.1", "1-4.3.2")
def test_a_change_of_rank_starts_a_new_cycle_with_the_month_it_takes_effect() -> None:
    results = run_months("ZL", ["50000.00", "28000.00", "27999.99", "12000.00"])
    assert [(result.cycle_month, result.next_rank) for result in results] == [
        (1, "GW"),
        (1, "GW"),
        (2, "ZL"),
        (1, "ZL"),
    ]


@pytest.mark.article("1-4.2")
def test_months_count_for_a_qualification_although_they_earned_a_promotion_already() -> None:
    results = run_months("GJ", ["320000.00", "0.00"])
    assert [result.next_rank for result in results] == ["GJ", "ZS"]
    results = run_months("ZL", ["200000.00", "120000.00"])
    assert [result.next_rank for result in results] == ["GJ", "ZS"]


@pytest.mark.article("1-4.3.3")
@pytest.mark.parametrize(
    ("rank", "right", "sales", "outcome", "next_rank", "right_after"),
    [
        ("ZL", "GW", "39999.99", "kept", "ZL", "GW"),
        ("ZL", "GW", "40000.00", "reinstated", "GW", ""),
        ("ZL", "GJ", "40000.00", "reinstated", "GW", "GJ"),
        ("ZL", "GJ", "99999.99", "reinstated", "GW", "GJ"),
        ("ZL", "GJ", "100000.00", "reinstated", "GJ", ""),
        ("GJ", "ZS", "159999.99", "kept", "GJ", "ZS"),
        ("GJ", "ZS", "160000.00", "reinstated", "ZS", ""),
        ("GJ", "SX", "240000.00", "reinstated", "SX", ""),
        ("GJ", "", "160000.00", "kept", "GJ", ""),
    ],
)
def test_a_month_at_quota_gives_a_rank_back_up_to_the_one_demoted_from(
    rank: str, right: str, sales: str, outcome: str, next_rank: str, right_after: str
) -> None:
    result = assess(PLAN, rank, D(sales), standing(reinstatement_rank=right))
    assert (result.outcome, result.next_rank, result.reinstatement_rank) == (outcome, next_rank, right_after)


@pytest.mark.article("1-4.3.3")
def test_promotion_above_what_the_right_opens_counts_as_promotion_and_ends_it() -> None:
    result = assess(PLAN, "ZL", D("120000.00"), standing(reinstatement_rank="GW"))
    assert (result.outcome, result.next_rank, result.reinstatement_rank) == ("promoted", "GJ", "")


@pytest.mark.article("1-4.3.3")
def test_two_steps_down_keep_the_right_to_the_top_one() -> None:
    results = run_months("GJ", ["0.00", "0.00", "0.00", "0.00", "100000.00"])
    assert [result.next_rank for result in results] == ["GJ", "GW", "GW", "ZL", "GJ"]
    assert [result.reinstatement_rank for result in results] == ["", "GJ", "GJ", "GJ", ""]


@pytest.mark.article("1-4.3.3")
def test_an_upward_move_comes_before_a_demotion_in_the_same_month() -> None:
    before = standing(cycle_month=1, cycle_sales=D("-120000.00"), reinstatement_rank="ZS")
    result = assess(PLAN, "GJ", D("160000.00"), before)
    assert (result.outcome, result.next_rank) == ("reinstated", "ZS")


@pytest.mark.article("1-4.3.4")
def test_two_assessed_months_in_a_row_on_the_threshold_wage_open_a_review() -> None:
    results = run_months("GW", ["23999.99", "24000.00", "0.00", "0.00", "0.00", "12000.00"])
    assert [result.threshold_streak for result in results] == [1, 0, 1, 2, 3, 0]
    assert [result.review_due for result in results] == [False, False, False, True, True, False]


@pytest.mark.article("1-4.3.4")
def test_the_run_goes_on_across_ranks() -> None:
    results = run_months("GW", ["24000.00", "0.00", "0.00"])
    assert [(result.next_rank, result.threshold_streak) for result in results] == [("GW", 0), ("ZL", 1), ("ZL", 2)]
    assert results[2].review_due


@pytest.mark.article("1-4.3.5")
@pytest.mark.parametrize(
    ("rank", "sales", "flagged"), [("ZL", "11999.99", True), ("ZL", "12000.00", False), ("GW", "0.00", False)]
)
def test_the_lowest_rank_on_the_threshold_wage_needs_attention_from_the_first_month(
    rank: str, sales: str, flagged: bool
) -> None:
    assert assess(PLAN, rank, D(sales), FRESH).needs_attention is flagged
