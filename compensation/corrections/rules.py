"""What a correction after the lock moves (1-4.1, 1-6), as pure functions; amounts in CNY.

The locked lines stand. What a person got for a line so far, and what is due on it now, give the adjustment: so a
correction of a correction, or one that goes back, needs no rule of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
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

    `was_due` is what it comes to by now for those to whom it belonged so far, `due` for those to whom it belongs from
    now on, and `got` what each person got for it, adjustments included. An assist's rate is a share of the commission,
    less than 0 for who bears it.
    """

    id: int
    is_commission: bool
    rate: Decimal
    was_due: Mapping[int, PayAndSales]
    due: Mapping[int, PayAndSales]
    got: Mapping[int, PayAndSales]

    @property
    def holder(self) -> int | None:
        """The one person whom it belongs to; None where a ruling split it."""
        return next(iter(self.was_due)) if len(self.was_due) == 1 else None


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


@article("1-4.1", "1-6", "3-1.3")
def settle(lines: Iterable[LockedLine]) -> Iterator[LineMove]:
    """Give each person what is due on the lines now, whatever moved it: a right amount, a right closer, a ruling, the
    end of a hold. What somebody got who has no part any more goes; rates stay those of the lines' months."""
    for line in lines:
        for person in dict.fromkeys([*line.was_due, *line.due]):
            got, due = line.got.get(person, NOTHING), line.due.get(person, NOTHING)
            if due != got:
                yield LineMove(line.id, person, got, due - got)
