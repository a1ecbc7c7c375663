"""Accrual, spending and expiry of the branches' funds (part two), as pure functions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from rulebook.articles import article
from rulebook.money import ZERO, round_fen
from rulebook.month import Month
from rulebook.plan import Fund, Tier


@article("2-1.2", "2-2.2.1", "2-2.2.3")
def accrual_tier(fund: Fund, rated_sales: Decimal, rated_target: Decimal) -> Tier | None:
    """The tier that attainment (sales / target, CNY) reaches, at or above its edge; None below the first."""
    return fund.tiers.reached_by_attainment(rated_sales, rated_target)


@article("2-1.2", "2-2.2.1")
def accrual(sales: Decimal, tier: Tier | None) -> Decimal:
    """What a branch accrues (CNY): its own credited sales × the rate; negative sales accrue nothing."""
    return round_fen(max(sales, ZERO) * tier.rate) if tier else ZERO


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left (CNY) of a month's accrual; it can be spent in the `usable_months` months after its own."""

    id: int
    month: Month
    usable_months: int
    left: Decimal

    @property
    def last_month(self) -> Month:
        """The last month in which the lot can be spent."""
        return self.month + self.usable_months


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim (CNY) dated in the month being closed; `client_sales` are the named client's receipts, net of
    refunds, up to and with the claim's day, or None without a client."""

    id: int
    date: dt.date
    number: str
    amount: Decimal
    client_sales: Decimal | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a claim: posted, major_client or insufficient; `available` (CNY) was in the live lots before."""

    claim: int
    reason: str
    available: Decimal
    client_sales: Decimal | None


@dataclass(frozen=True, slots=True)
class Movement:
    """Money (CNY, positive) that leaves a lot: for a claim, or by expiry when `claim` is None."""

    lot: int
    claim: int | None
    amount: Decimal


@dataclass(slots=True)
class Settlement:
    """What closing a month did to one fund of a branch."""

    decisions: list[Decision] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)


@article("2-1.3", "2-2.3", "2-2.2.2")
def settle(
    month: Month, lots: Sequence[Lot], claims: Sequence[Claim], major_client_sales: Decimal | None
) -> Settlement:
    """Post the month's claims by date and number, oldest lot first, then expire what had its last month.

    A claim naming a client whose receipts reach `major_client_sales` is refused before the balance is looked at; one
    that the live lots don't cover in full is rejected whole.
    """
    settlement = Settlement()
    left = {lot.id: lot.left for lot in lots}
    oldest_first = sorted(lots, key=lambda lot: lot.month)
    live = [lot for lot in oldest_first if lot.month < month <= lot.last_month]
    for claim in sorted(claims, key=lambda claim: (claim.date, claim.number)):
        available = sum((left[lot.id] for lot in live), ZERO)
        reason = _decide(claim, available, major_client_sales)
        settlement.decisions.append(Decision(claim.id, reason, available, claim.client_sales))
        if reason == "posted":
            settlement.movements += _spend(claim, live, left)
    settlement.movements += [
        Movement(lot.id, None, left[lot.id]) for lot in oldest_first if lot.last_month <= month and left[lot.id] > 0
    ]
    return settlement


def _decide(claim: Claim, available: Decimal, major_client_sales: Decimal | None) -> str:
    if major_client_sales is not None and claim.client_sales is not None and claim.client_sales >= major_client_sales:
        return "major_client"
    return "posted" if claim.amount <= available else "insufficient"


def _spend(claim: Claim, live: Sequence[Lot], left: dict[int, Decimal]) -> list[Movement]:
    """Take the claim's amount from the live lots, oldest first; reduces `left`."""
    movements = []
    missing = claim.amount
    for lot in live:
        taken = min(left[lot.id], missing)
        if taken > 0:
            left[lot.id] -= taken
            missing -= taken
            movements.append(Movement(lot.id, claim.id, taken))
    return movements
