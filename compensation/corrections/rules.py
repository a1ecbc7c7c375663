"""What a correction after the lock moves (1-4.1, 1-6), as pure functions; amounts in CNY.

The locked lines stand. What a person got for a line so far, and what is due on it now, give the adjustment: so a
correction of a correction, or one that goes back, needs no rule of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from compensation.rules import Reversal, assist_commission, assist_taken_back, commission, commission_taken_back
from rulebook.articles import article
from rulebook.money import ZERO


@dataclass(frozen=True, slots=True)
class PayAndSales:
    """Pay, and credited sales, for one line."""

    amount: Decimal = ZERO
    sales: Decimal = ZERO

    def __add__(self, other: "PayAndSales") -> "PayAndSales":
        return PayAndSales(self.amount + other.amount, self.sales + other.sales)

    def __sub__(self, other: "PayAndSales") -> "PayAndSales":
        return PayAndSales(self.amount - other.amount, self.sales - other.sales)


NOTHING = PayAndSales()


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
    due: PayAndSales
    got: Mapping[int, PayAndSales]


@dataclass(frozen=True, slots=True)
class LineMove:
    """What one person gets in addition for a line, or gives back; `got` is what it was before."""

    line: int
    person: int
    got: PayAndSales
    change: PayAndSales


@article("1-4.1", "1-6")
def due_at(cash: Decimal | Reversal, *, is_commission: bool, rate: Decimal, commission_rate: Decimal) -> PayAndSales:
    """What a line comes to at its own rate if its receipt counts with `cash` (CNY) or, of a refund, reverses that; an
    assist follows the commission."""
    if isinstance(cash, Reversal):
        if is_commission:
            return PayAndSales(commission_taken_back(cash, commission_rate), cash.refunds[-1])
        return PayAndSales(assist_taken_back(cash, commission_rate, rate))
    developers = commission(cash, commission_rate)
    return PayAndSales(developers, cash) if is_commission else PayAndSales(assist_commission(developers, rate))


@article("1-4.1", "1-6")
def correct_amount(lines: Sequence[LockedLine]) -> Iterator[LineMove]:
    """Pay the lines of a receipt and its refunds what is due now that the receipt counts with the right amount, at the
    rates of their months: which refund brings the receipt to zero may have changed with it."""
    for line in lines:
        yield from _settle(line, line.holder, line.due)


@article("1-4.1")
def correct_closer(lines: Sequence[LockedLine], right_closer: int) -> Iterator[LineMove]:
    """Move the wrong closer's lines whole, at their own rate: what the one got goes, the other gets what is due."""
    for line in lines:
        yield from _settle(line, line.holder, NOTHING)
        yield from _settle(line, right_closer, line.due)


def _settle(line: LockedLine, person: int, due: PayAndSales) -> Iterator[LineMove]:
    got = line.got.get(person, NOTHING)
    if due != got:
        yield LineMove(line.id, person, got, due - got)
