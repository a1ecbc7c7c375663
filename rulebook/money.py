"""The only place where money is rounded or split."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

FEN = Decimal("0.01")
ZERO = Decimal("0.00")


def round_fen(amount: Decimal) -> Decimal:
    """Round CNY to the fen, half up; a negative amount rounds away from zero (1-4.1)."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP) + ZERO  # adding zero turns -0.00 into 0.00


def share_out(pool: Decimal, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Split `pool` (CNY, not negative, whole fen) by weight so that the parts sum to the pool exactly (1-7.2.2).

    Largest remainder on exact fractions; equal remainders go to the lower key. `weights` maps a staff number to
    a weight that is not negative; at least one must be positive. ValueError for any other pool or weights.
    """
    if pool < 0 or pool != round_fen(pool):
        raise ValueError(f"a pool is whole fen and not negative: {pool}")
    total = sum(Fraction(weight) for weight in weights.values())
    if total <= 0 or min(weights.values()) < 0:
        raise ValueError("a pool needs a positive weight to be shared, and no negative one")
    fen = int(pool / FEN)
    exact = {key: fen * Fraction(weight) / total for key, weight in weights.items()}
    parts = {key: int(value) for key, value in exact.items()}
    left_over = fen - sum(parts.values())
    by_remainder = sorted(exact, key=lambda key: (parts[key] - exact[key], key))
    for key in by_remainder[:left_over]:
        parts[key] += 1
    return {key: part * FEN for key, part in parts.items()}
