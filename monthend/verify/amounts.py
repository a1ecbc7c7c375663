"""Rounding and tiers, written out once more."""

from collections.abc import Iterable, Mapping
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


def parts_of(amount: Decimal, shares: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """An amount (CNY) in parts to the fen that sum to it; what is left over goes to the largest fractions (3-1.3).

    Of equal fractions the lower staff number is first; the parts of a negative amount are those of the positive one,
    negated.
    """
    whole = abs(amount) * 100
    exact = {person: Fraction(whole) * Fraction(shares[person]) for person in sorted(shares)}
    fen = {person: floor(part) for person, part in exact.items()}
    by_fraction = sorted(exact, key=lambda person: fen[person] - exact[person])
    for person in by_fraction[: int(whole) - sum(fen.values())]:
        fen[person] += 1
    return {person: Decimal(part if amount >= 0 else -part).scaleb(-2) + NOTHING for person, part in fen.items()}


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
