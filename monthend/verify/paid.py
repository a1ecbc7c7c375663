"""What a receipt paid, and what its refunds take back from whom (1-4.1, 1-6, 3-1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from monthend.verify.amounts import NOTHING, parts_of, to_fen, total
from monthend.verify.rulings import Rulings
from rulebook.month import Month


@dataclass(frozen=True, slots=True)
class Part:
    """Commission of all developers and assist (CNY) that go with some cash."""

    commission: Decimal
    assist: Decimal


@dataclass(frozen=True, slots=True)
class Refund:
    """So much cash (CNY, positive) went back, posted in a month."""

    posted_in: Month
    cash: Decimal


@dataclass(slots=True)
class Paid:
    """When a receipt was posted and at which rate it paid each developer, and the assistant's share, if any.

    `shares` are those of the commission by the ruling in force then; without one there is but one developer. The
    receipt counts with `amount` (CNY); `refunds` are in their order. A developer's line comes to the own part of the
    cash at the own rate, and is by now whose the rulings after it say.
    """

    rulings: Rulings
    contract: str
    posted_in: Month
    amount: Decimal
    rates: Mapping[str, Decimal]
    shares: Mapping[str, Decimal] | None
    assist_share: Decimal | None
    borne_by_developer: bool
    refunds: list[Refund] = field(default_factory=list)

    def own(self, developer: str, amount: Decimal) -> Decimal:
        """A developer's own part of an amount."""
        return amount if self.shares is None else parts_of(amount, self.shares)[developer]

    def commission(self, developer: str, cash: Decimal | None = None) -> Decimal:
        """What a developer's line comes to, of so much cash or of the receipt."""
        return to_fen(self.own(developer, self.amount if cash is None else cash) * self.rates[developer])

    def part(self, cash: Decimal) -> Part:
        """What so much cash pays, each line rounded by itself."""
        commission = total(self.commission(developer, cash) for developer in self.rates)
        return Part(commission, to_fen(commission * (self.assist_share or NOTHING)))

    def borne(self, developer: str) -> Decimal:
        """What a developer bears of the assist."""
        return self.own(developer, self.part(self.amount).assist)

    def take_back(self, refund: Refund) -> int:
        """Note a refund; returns its place."""
        self.refunds.append(refund)
        return len(self.refunds) - 1

    def taken(self, place: int) -> Part:
        """What a refund takes back of all: its own part, or what is left of the lines if it leaves no cash."""
        own = self.part(self.refunds[place].cash)
        if not self._leaves_nothing(place):
            return own
        whole = self.part(self.amount)
        before = [self.part(refund.cash) for refund in self.refunds[:place]]
        return Part(
            whole.commission - total(part.commission for part in before),
            whole.assist - total(part.assist for part in before),
        )

    def bases(self, developer: str, place: int) -> dict[str, Decimal]:
        """Of a refund's cash the parts of those who hold a developer's line in its month."""
        return self._held(developer, self.own(developer, self.refunds[place].cash), place)

    def commission_taken(self, developer: str, place: int) -> dict[str, Decimal]:
        """What a refund takes back of a developer's line from each who holds it in its month."""
        if not self._leaves_nothing(place):
            rate = self.rates[developer]
            return {holder: to_fen(base * rate) for holder, base in self.bases(developer, place).items()}
        left = self._held(developer, self.commission(developer), place)
        for before in range(place):
            rate = self.rates[developer]
            for holder, base in self.bases(developer, before).items():
                self._take(left, holder, to_fen(base * rate), before, place)
        return left

    def borne_bases(self, developer: str, place: int) -> dict[str, Decimal]:
        """Of the commission taken back of all the parts that go with what each holder bears of the assist."""
        return self._held(developer, self.own(developer, self.taken(place).commission), place)

    def borne_given_back(self, developer: str, place: int) -> dict[str, Decimal]:
        """What a refund gives back of what a developer bore, to each who holds that line in its month."""
        if not self._leaves_nothing(place):
            return self._held(developer, self.own(developer, self.taken(place).assist), place)
        left = self._held(developer, self.borne(developer), place)
        for before in range(place):
            given = self.own(developer, self.part(self.refunds[before].cash).assist)
            for holder, part in self._held(developer, given, before).items():
                self._take(left, holder, part, before, place)
        return left

    def _leaves_nothing(self, place: int) -> bool:
        return total(refund.cash for refund in self.refunds[: place + 1]) == self.amount

    def _held(self, developer: str, amount: Decimal, place: int) -> dict[str, Decimal]:
        """An amount of a developer's line in the parts of its holders in a refund's month."""
        month = self.refunds[place].posted_in
        return self.rulings.commission_parts(self.contract, developer, amount, after=self.posted_in, until=month)

    def _take(self, left: dict[str, Decimal], holder: str, amount: Decimal, before: int, place: int) -> None:
        """Take from what is left what a holder bore of a refund before, by now in the parts of rulings after it."""
        month, until = self.refunds[before].posted_in, self.refunds[place].posted_in
        parts = self.rulings.commission_parts(self.contract, holder, amount, after=month, until=until)
        for person, part in parts.items():
            left[person] = left.get(person, NOTHING) - part
