"""What was done by hand, as values: one deed each, with what it moves and whose hand it is from."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from django.db.models import Model
from django.utils.translation import gettext_lazy

from access.decisions.effect import Sentence
from access.history.hands import Hand
from monthend.weights.selectors import stands_out
from rulebook.money import ZERO
from staff.models import Branch, Employee

Sharers = Mapping[int | None, Set[int]]
"""Who shares in a branch's pool: keys of employees, by that of the branch."""


class DeedKind(Enum):
    """What was done by hand."""

    PAID = gettext_lazy("correction or other pay")
    TARGET = gettext_lazy("target set after the month began")
    CONTRACT = gettext_lazy("other closer or assistant of a contract")
    ABOVE = gettext_lazy("receipts above the contract's amount")
    MOVE = gettext_lazy("transfer")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done by hand: the record it is about, a sentence, what it moves (CNY, signed; None where that is not
    known), whose hand it is from, and why; `is_own` where who did it is among those whom it pays."""

    what: DeedKind
    about: Model
    sentence: Sentence
    amount: Decimal | None = None
    hand: Hand | None = None
    reason: str = ""
    is_own: bool = False

    @property
    def facts(self) -> tuple[object, ...]:
        """Differ whenever something else was done, or by somebody else."""
        return (self.what, self.about, self.sentence, self.amount, self.hand, self.reason)


@dataclass(frozen=True, slots=True)
class Weighed:
    """One person's share of a branch's pool, with last month's of the same branch; None where there is no share.

    `had_shares` says whether the pool was shared last month, `is_own` whether who wrote the weight shares in the pool.
    """

    person: Employee
    branch: Branch
    weight: Decimal | None
    share: Fraction | None
    amount: Decimal | None
    before: Fraction | None
    had_shares: bool
    hand: Hand | None
    is_own: bool = False

    @property
    def rose(self) -> bool:
        """Whether the share is larger than last month's."""
        return self.had_shares and (self.share or 0) > (self.before or 0)

    @property
    def jumped(self) -> bool:
        """Whether it rose so far that it stands out."""
        return self.rose and stands_out(self.before or Fraction(0), self.share or Fraction(0))

    @property
    def facts(self) -> tuple[object, ...]:
        """Differ whenever somebody shares otherwise, or the weight is from another hand."""
        return (self.person, self.branch, self.weight, self.share, self.amount, self.before, self.hand)


@dataclass(frozen=True, slots=True)
class ByHand:
    """All that was done by hand in a month, and the shares of the support bonus: what matters most first."""

    deeds: list[Deed]
    weights: list[Weighed]

    @property
    def facts(self) -> list[object]:
        """What is confirmed with it."""
        return [*(one.facts for one in self.deeds), *(one.facts for one in self.weights)]


def by_money(deeds: Iterable[Deed]) -> list[Deed]:
    """One's own first, then by how much they move; what moves nothing known comes last, by kind."""
    order = list(DeedKind)
    return sorted(deeds, key=lambda one: (not one.is_own, -abs(one.amount or ZERO), order.index(one.what)))
