"""Who gets which part of a contract after a ruling (3-1.3), as pure functions; amounts in CNY, shares 0–1.

First the split by one ruling, then who counts as the closer and how the contract is split, one correction or ruling
after another, and at last what a refund takes back from each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from compensation.rules import assist_commission, commission
from rulebook.articles import article
from rulebook.money import ZERO, share_out
from rulebook.month import Month

WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class SplitShare:
    """One person's part of a contract: of its sales, which count for `branch`, and of its commission (ids)."""

    person: int
    number: str
    sales: Decimal
    commission: Decimal
    branch: int


@dataclass(frozen=True, slots=True)
class Split:
    """How a contract's sales and commission are divided from `month` on, by a `ruling` (its correction's id)."""

    ruling: int
    month: Month
    shares: tuple[SplitShare, ...]

    @property
    def people(self) -> frozenset[int]:
        """Whom it names."""
        return frozenset(share.person for share in self.shares)

    def sales_parts(self, amount: Decimal) -> dict[int, Decimal]:
        """Each one's part of an amount of sales."""
        return self._parts(amount, {share.number: share.sales for share in self.shares})

    def commission_parts(self, amount: Decimal) -> dict[int, Decimal]:
        """Each one's part of a line, or of what a line is computed from."""
        return self._parts(amount, {share.number: share.commission for share in self.shares})

    def handed_over(self, wrong: int, right: SplitShare) -> "Split":
        """With a wrong closer's part as the right one's, beside what that one has already; `right` has no shares."""
        given = next((share for share in self.shares if share.person == wrong), None)
        if given is None:
            return self
        own = next((share for share in self.shares if share.person == right.person), right)
        merged = replace(own, sales=own.sales + given.sales, commission=own.commission + given.commission)
        others = (share for share in self.shares if share.person not in (wrong, right.person))
        return replace(self, shares=(*others, merged))

    def _parts(self, amount: Decimal, weights: Mapping[str, Decimal]) -> dict[int, Decimal]:
        parts = parts_by_share(amount, weights)
        return {share.person: parts[share.number] for share in self.shares}


@article("3-1.3")
def parts_by_share(amount: Decimal, shares: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Each staff number's part of an amount, to the fen, so that they sum to it: what is left over goes to the largest
    fraction, ties to the lower number; the parts of a negative amount are those of the positive one, negative."""
    parts = share_out(abs(amount), shares)
    return parts if amount >= 0 else {number: ZERO - part for number, part in parts.items()}


def sums_to_the_whole(shares: Iterable[Decimal]) -> bool:
    """Whether shares are all there is, none negative and none finer than a hundredth of a percent."""
    found = list(shares)
    finest = Decimal("0.0001")
    return sum(found) == WHOLE and all(share >= 0 and share == share.quantize(finest) for share in found)


@dataclass(frozen=True, slots=True)
class CloserChange:
    """One closer of a contract corrected, from `month` on (ids)."""

    month: Month
    wrong: int
    right: int
    number: str
    branch: int

    @property
    def share(self) -> SplitShare:
        """The right closer as somebody who has no share yet."""
        return SplitShare(self.right, self.number, ZERO, ZERO, self.branch)


@dataclass(frozen=True, slots=True)
class Closers:
    """Contracts' closers, branches and splits by rulings up to a month, each contract with its changes in order."""

    changes: Mapping[int, Sequence[CloserChange | Split]] = field(default_factory=dict)

    def with_change(self, contract: int, change: CloserChange | Split) -> "Closers":
        """As they are once a change is made that comes after all others."""
        return Closers({**self.changes, contract: [*self.changes.get(contract, ()), change]})

    def of(self, contract: int, closer: int) -> int:
        """Who closed a contract that `closer` stands on."""
        found = self._closers(contract)
        return found[-1].right if found else closer

    def branch(self, contract: int, branch: int) -> int:
        """The branch that a contract of `branch` counts for, where no ruling splits it."""
        found = self._closers(contract)
        return found[-1].branch if found else branch

    def split(self, contract: int, until: Month | None = None) -> Split | None:
        """How a ruling splits the contract, of those up to a month if one is given; None without any."""
        split: Split | None = None
        for change in self.changes.get(contract, ()):
            if until is not None and change.month > until:
                break
            split = _after(split, change)
        return split

    def holders(self, contract: int, person: int, since: Month, until: Month | None = None) -> Split | int:
        """Who holds what the month `since` credited or paid `person` for a contract, after the changes since then, up
        to a month if one is given: those among whom a ruling split it, else the one person."""
        holds: Split | None = None
        for change in self.changes.get(contract, ()):
            if change.month <= since or (until is not None and change.month > until):
                continue
            if isinstance(change, CloserChange) and holds is None and change.wrong == person:
                person = change.right
            holds = _after(holds, change)
        return holds or person

    def holder(self, contract: int, person: int, since: Month) -> int:
        """The same for a contract that no ruling splits."""
        holder = self.holders(contract, person, since)
        if isinstance(holder, Split):
            raise TypeError(f"contract {contract} is split")
        return holder

    def party(self, contract: int, party: int, since: Month) -> int:
        """Who has taken over the part that the month `since` gave a party: the right closer, of a wrong one's."""
        for change in self._closers(contract):
            if change.month > since and change.wrong == party:
                party = change.right
        return party

    def branches(self, contract: int) -> set[int]:
        """The branches that a contract with changes, or a part of it, counts for."""
        if split := self.split(contract):
            return {share.branch for share in split.shares}
        return {change.branch for change in self._closers(contract)[-1:]}

    def _closers(self, contract: int) -> list[CloserChange]:
        return [change for change in self.changes.get(contract, ()) if isinstance(change, CloserChange)]


def _after(split: Split | None, change: CloserChange | Split) -> Split | None:
    if isinstance(change, Split):
        return change
    return split and split.handed_over(change.wrong, change.share)


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund (CNY, less than 0), and the month it counts in."""

    posted_in: Month
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Developed:
    """What a receipt posted in `month` paid one person, at which rate: on the whole, or on a part by the ruling then.

    The rate of an assist that the person bears is a share of the commission, less than 0.
    """

    person: int
    month: Month
    rate: Decimal


@dataclass(frozen=True, slots=True)
class ContractHistory:
    """One contract's closers and rulings."""

    contract: int
    closers: Closers

    def own_part(self, line: Developed, amount: Decimal) -> Decimal:
        """What of an amount of its receipt a line was, or is, computed from."""
        split = self.closers.split(self.contract, line.month)
        return split.commission_parts(amount)[line.person] if split else amount

    def parts(self, person: int, since: Month, amount: Decimal, until: Month) -> Mapping[int, Decimal]:
        """Who has as of a month which part of what the month `since` paid a person."""
        holders = self.closers.holders(self.contract, person, since, until)
        return holders.commission_parts(amount) if isinstance(holders, Split) else {holders: amount}


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What the last of a receipt's `refunds` takes back of what its `developed` lines paid, from each the own part.

    `whole` is what the receipt counts with (CNY). The refund that brings it to zero takes back what is left of each.
    """

    history: ContractHistory
    developed: Sequence[Developed]
    whole: Decimal
    refunds: Sequence[Refund]

    @property
    def month(self) -> Month:
        """The month in which it is taken back, as of which the parts are."""
        return self.refunds[-1].posted_in

    @property
    def is_complete(self) -> bool:
        """Whether the refund brings the receipt to zero."""
        return self.whole + sum((refund.amount for refund in self.refunds), ZERO) == 0

    def bases(self, line: Developed) -> Mapping[int, Decimal]:
        """Of which part of the refund each person gives back a line's commission."""
        return self._bases(line, self.refunds[-1])

    def commission(self, line: Developed, person: int) -> Decimal:
        """What a person gives back of a line."""
        if not self.is_complete:
            return self._of_refund(line, self.refunds[-1], person)
        paid = commission(self.history.own_part(line, self.whole), line.rate)
        taken = sum((self._of_refund(line, refund, person) for refund in self.refunds[:-1]), ZERO)
        return ZERO - self._has_now(line.person, line.month, paid, person) - taken

    def assist(self, share: Decimal) -> tuple[Decimal, Decimal]:
        """The commission taken back of all developers, and the assistant's share of it."""
        if not self.is_complete:
            base = self._developed(self.refunds[-1].amount)
            return base, assist_commission(base, share)
        before = [self._developed(amount) for amount in (self.whole, *(one.amount for one in self.refunds[:-1]))]
        return ZERO - sum(before, ZERO), ZERO - sum((assist_commission(base, share) for base in before), ZERO)

    def borne(self, line: Developed, person: int) -> tuple[Decimal, Decimal]:
        """A person's part of what a developer's line bore of the assist: of the commission, and of the assist."""
        base, assist = self.assist(line.rate)
        if not self.is_complete:
            return self._borne(line, base, self.month, person), self._borne(line, assist, self.month, person)
        paid = self.history.own_part(line, assist_commission(self._developed(self.whole), line.rate))
        earlier = (replace(self, refunds=self.refunds[:count]) for count in range(1, len(self.refunds)))
        taken = sum((self._borne(line, one.assist(line.rate)[1], one.month, person) for one in earlier), ZERO)
        left = ZERO - self._has_now(line.person, line.month, paid, person) - taken
        return self._borne(line, base, self.month, person), left

    def _bases(self, line: Developed, refund: Refund) -> Mapping[int, Decimal]:
        own = self.history.own_part(line, refund.amount)
        return self.history.parts(line.person, line.month, own, refund.posted_in)

    def _of_refund(self, line: Developed, refund: Refund, person: int) -> Decimal:
        """What a person has by now of what a refund took back: each bore the own part in its month, and what was split
        since is split."""
        taken = (
            self._has_now(holder, refund.posted_in, commission(base, line.rate), person)
            for holder, base in self._bases(line, refund).items()
        )
        return sum(taken, ZERO)

    def _borne(self, line: Developed, amount: Decimal, posted_in: Month, person: int) -> Decimal:
        own = self.history.own_part(line, amount)
        parts = self.history.parts(line.person, line.month, own, posted_in)
        return sum((self._has_now(holder, posted_in, part, person) for holder, part in parts.items()), ZERO)

    def _has_now(self, holder: int, since: Month, amount: Decimal, person: int) -> Decimal:
        return self.history.parts(holder, since, amount, self.month).get(person, ZERO)

    def _developed(self, cash: Decimal) -> Decimal:
        """The commission on cash, of all developers at their own rates."""
        paid = (commission(self.history.own_part(line, cash), line.rate) for line in self.developed)
        return sum(paid, ZERO)
