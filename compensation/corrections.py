"""What a correction after the lock moves (1-4.1, 1-6), as pure functions; amounts in CNY.

The locked lines stand. What a person got for a line so far, and what is due on it now, give the adjustment: so a
correction of a correction, or one that goes back, needs no rule of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from compensation.rules import assist_commission, commission
from rulebook.articles import article
from rulebook.money import ZERO


@dataclass(frozen=True, slots=True)
class Part:
    """Pay, and credited sales, for one line."""

    amount: Decimal = ZERO
    sales: Decimal = ZERO

    def __add__(self, other: "Part") -> "Part":
        return Part(self.amount + other.amount, self.sales + other.sales)

    def __sub__(self, other: "Part") -> "Part":
        return Part(self.amount - other.amount, self.sales - other.sales)


NOTHING = Part()


@dataclass(frozen=True, slots=True)
class LockedLine:
    """A locked line as it stands now.

    `holder` is the person whom it belongs to, `due` what it comes to, and `got` what each person got for it so far,
    adjustments included. An assist's rate is a share of the commission, less than 0 for who bears it.
    """

    id: int
    is_commission: bool
    rate: Decimal
    holder: int
    due: Part
    got: Mapping[int, Part]


@dataclass(frozen=True, slots=True)
class Move:
    """What one person gets in addition for a line, or gives back; `got` is what it was before."""

    line: int
    person: int
    got: Part
    change: Part


@article("1-4.1", "1-6")
def due_at(amount: Decimal, *, is_commission: bool, rate: Decimal, commission_rate: Decimal) -> Part:
    """What a line comes to if its receipt counts with `amount` (CNY): at its own rate; an assist follows the
    commission on the receipt."""
    developers = commission(amount, commission_rate)
    return Part(developers, amount) if is_commission else Part(assist_commission(developers, rate))


@article("1-4.1", "1-6")
def correct_amount(lines: Sequence[LockedLine], right: Decimal) -> Iterator[Move]:
    """Pay a receipt's lines as if it had been the right amount (CNY) in its month, at the rates of that month."""
    rates = [line.rate for line in lines if line.is_commission]
    for line in lines:
        due = due_at(right, is_commission=line.is_commission, rate=line.rate, commission_rate=rates[0])
        yield from _settle(line, line.holder, due)


@article("1-4.1")
def correct_closer(lines: Sequence[LockedLine], right_closer: int) -> Iterator[Move]:
    """Move the wrong closer's lines whole, at their own rate: what the one got goes, the other gets what is due."""
    for line in lines:
        yield from _settle(line, line.holder, NOTHING)
        yield from _settle(line, right_closer, line.due)


def _settle(line: LockedLine, person: int, due: Part) -> Iterator[Move]:
    got = line.got.get(person, NOTHING)
    if due != got:
        yield Move(line.id, person, got, due - got)
