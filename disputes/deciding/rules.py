"""Whose turn it is to decide a dispute, and what two findings have in common (3-2.2, 3-2.3), as pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rulebook.articles import article

Shares = Mapping[str, tuple[Decimal, Decimal]]


class Desk(StrEnum):
    """Who gives a finding, by the codes that it is kept with."""

    HR = "human"
    MARKETING = "marketing"
    GENERAL_MANAGER = "gm"


class Step(StrEnum):
    """What an open dispute under verification waits for."""

    FINDINGS = "findings"
    GENERAL_MANAGER = "gm"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True, slots=True)
class Found:
    """What a desk found: each staff number's shares of sales and commission, the client's owner, whether a complaint is
    upheld."""

    shares: Shares
    owner: str | None
    upholds: bool | None

    def agrees_with(self, other: "Found") -> bool:
        """Whether both come to the same; whoever gets nothing need not be named."""
        return self._outcome() == other._outcome()

    def _outcome(self) -> object:
        named = {number: shares for number, shares in self.shares.items() if any(shares)}
        return named, self.owner, self.upholds


@article("3-2.2", "3-2.3")
def next_step(findings: Mapping[Desk, Found], *, is_general_managers: bool) -> Step:
    """What a dispute waits for: the desks' findings; the general manager's, where it is that one's case or the two
    differ; or the confirmation of what was found."""
    if Desk.GENERAL_MANAGER in findings:
        return Step.CONFIRMATION
    if is_general_managers:
        return Step.GENERAL_MANAGER
    if not {Desk.HR, Desk.MARKETING} <= findings.keys():
        return Step.FINDINGS
    agree = findings[Desk.HR].agrees_with(findings[Desk.MARKETING])
    return Step.CONFIRMATION if agree else Step.GENERAL_MANAGER


@article("3-1.3")
def owner_of(shares: Shares) -> str:
    """The staff number of the party with the largest share of the sales, ties to the lower number."""
    return min(shares, key=lambda number: (-shares[number][0], number))
