"""Rounding and tiers, written out once more."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import floor

from rulebook.plan import Tier, Tiers

NOTHING = Decimal("0.00")


def to_fen(amount: Decimal | Fraction) -> Decimal:
    """Round CNY half up to the fen, a negative amount away from zero (1-4.1)."""
    fen = floor(abs(Fraction(amount)) * 100 + Fraction(1, 2))
    return Decimal(fen if amount >= 0 else -fen).scaleb(-2) + NOTHING


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of amounts, 0.00 of none."""
    return sum(amounts, NOTHING)


def tier_of(tiers: Tiers, value: Decimal) -> Tier | None:
    """The last tier whose floor the value reaches; at the floor counts."""
    reached = None
    for tier in tiers.rows:
        if value >= tier.floor:
            reached = tier
    return reached


def tier_of_attainment(tiers: Tiers, sales: Decimal, target: Decimal) -> Tier | None:
    """The last tier whose floor sales / target reaches; without a target or with negative sales there is none."""
    if target <= 0 or sales < 0:
        return None
    attainment = Fraction(sales) / Fraction(target)
    reached = None
    for tier in tiers.rows:
        if attainment >= Fraction(tier.floor):
            reached = tier
    return reached
