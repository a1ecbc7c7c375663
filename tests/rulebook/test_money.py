"""Money is rounded half up to the fen, away from zero below it, and a pool is shared without a fen left over."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rulebook.money import FEN, round_fen, share_out
from rulebook.wording import part_text


@pytest.mark.article("1-4.1")
@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("0.005", "0.01"),
        ("0.0049999999", "0.00"),
        ("-0.005", "-0.01"),
        ("-0.0049999999", "0.00"),
        ("2.345", "2.35"),
        ("2.355", "2.36"),
        ("-2.345", "-2.35"),
        ("-2.355", "-2.36"),
        ("1.994999", "1.99"),
        ("1.995", "2.00"),
        ("319.9998", "320.00"),
        ("7", "7.00"),
        ("0", "0.00"),
        ("999999999999.995", "1000000000000.00"),
    ],
)
def test_half_a_fen_rounds_away_from_zero(amount: str, rounded: str) -> None:
    assert str(round_fen(Decimal(amount))) == rounded


@given(st.decimals(-(10**10), 10**10, places=6))
def test_rounding_moves_by_half_a_fen_at_most_and_mirrors(amount: Decimal) -> None:
    rounded = round_fen(amount)
    assert abs(rounded - amount) <= FEN / 2
    assert round_fen(-amount) == -rounded
    assert round_fen(rounded) == rounded


@pytest.mark.article("1-7.2.2")
@pytest.mark.parametrize(
    ("pool", "weights", "parts"),
    [
        ("100.00", {"1": "1"}, {"1": "100.00"}),
        ("100.00", {"1": "1", "2": "1", "3": "1"}, {"1": "33.34", "2": "33.33", "3": "33.33"}),
        ("0.02", {"3": "1", "2": "1", "1": "1"}, {"3": "0.00", "2": "0.01", "1": "0.01"}),
        ("4389.78", {"24": "1", "25": "1", "26": "2"}, {"24": "1097.45", "25": "1097.44", "26": "2194.89"}),
        ("10.00", {"1": "0", "2": "0.5"}, {"1": "0.00", "2": "10.00"}),
        ("0.00", {"1": "1", "2": "2"}, {"1": "0.00", "2": "0.00"}),
        ("0.01", {"1": "0.3333", "2": "0.3334"}, {"1": "0.00", "2": "0.01"}),
        ("1.00", {"00010": "1", "00009": "1", "00008": "1"}, {"00010": "0.33", "00009": "0.33", "00008": "0.34"}),
    ],
)
def test_the_largest_remainder_gets_the_fen_and_ties_go_to_the_lower_number(
    pool: str, weights: dict[str, str], parts: dict[str, str]
) -> None:
    shared = share_out(Decimal(pool), {key: Decimal(weight) for key, weight in weights.items()})
    assert {key: str(part) for key, part in shared.items()} == parts


pools = st.decimals(0, 10**9, places=2)
weights = st.dictionaries(st.text("0123456789", min_size=1, max_size=5), st.decimals(0, 100, places=4), min_size=1)


@pytest.mark.article("1-7.2.2")
@given(pools, weights.filter(lambda weights: any(weights.values())))
@example(Decimal("0.01"), {str(number): Decimal("0.0001") for number in range(300)})
def test_parts_sum_to_the_pool_and_stay_within_a_fen_of_their_due(pool: Decimal, weights: dict[str, Decimal]) -> None:
    parts = share_out(pool, weights)
    assert sum(parts.values()) == pool
    assert list(parts) == list(weights)
    total = sum(Fraction(weight) for weight in weights.values())
    for key, part in parts.items():
        due = Fraction(pool) * Fraction(weights[key]) / total
        assert abs(Fraction(part) - due) < Fraction(FEN)


@pytest.mark.article("1-7.2.2")
@given(pools, weights.filter(lambda weights: any(weights.values())))
def test_the_order_of_weights_and_their_scale_do_not_matter(pool: Decimal, weights: dict[str, Decimal]) -> None:
    backwards = dict(reversed(weights.items()))
    doubled = {key: weight * 2 for key, weight in weights.items()}
    assert share_out(pool, weights) == share_out(pool, backwards) == share_out(pool, doubled)


@pytest.mark.parametrize(
    ("pool", "weights"),
    [("1.00", {}), ("1.00", {"1": "0"}), ("1.00", {"1": "2", "2": "-1"}), ("-1.00", {"1": "1"}), ("0.001", {"1": "1"})],
)
def test_what_cannot_be_shared_is_refused(pool: str, weights: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="pool"):
        share_out(Decimal(pool), {key: Decimal(weight) for key, weight in weights.items()})


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(5, 16, "31.25%"), (3, 11, "27.27%"), (6, 11, "54.55%"), (1, 20_000, "0.01%"), (3, 10, "30%"), (0, 1, "0%")],
)
def test_parts_of_a_whole_read_half_up_to_two_decimals(part: int, whole: int, text: str) -> None:
    assert part_text(Fraction(part, whole)) == text
