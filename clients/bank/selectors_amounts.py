"""What receipts count with now: as they were recorded, or as put right since, which is kept above this app."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from clients.models import Receipt
from rulebook.money import ZERO

RightAmounts = Callable[[], Mapping[int, Decimal]]
_TELLERS: list[RightAmounts] = []


def tells_right_amounts(teller: RightAmounts) -> RightAmounts:
    """Mark a function that tells the right amount (CNY) of each receipt (id) corrected so far; they are few."""
    _TELLERS.append(teller)
    return teller


@dataclass(frozen=True, slots=True)
class PresentAmounts:
    """Receipts' amounts (CNY) as they count now; `right` are those that were corrected, by the receipt's id."""

    right: Mapping[int, Decimal]

    @classmethod
    def read(cls) -> Self:
        """Read what was corrected, of all receipts at once."""
        return cls({receipt: amount for teller in _TELLERS for receipt, amount in teller().items()})

    def of(self, receipt: Receipt) -> Decimal:
        """What a receipt counts with."""
        return self.at(receipt.pk, receipt.amount)

    def at(self, receipt: int, recorded: Decimal) -> Decimal:
        """What a receipt (id) counts with that was recorded with an amount."""
        return self.right.get(receipt, recorded)

    def total(self, receipts: Iterable[Receipt]) -> Decimal:
        """What receipts count with together."""
        return sum((self.of(receipt) for receipt in receipts), ZERO)
