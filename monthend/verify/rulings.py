"""How contracts are divided, as rulings follow one another, and which are held while there is a dispute (3-1.3)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from monthend.verify.amounts import NOTHING, parts_of
from monthend.verify.facts import Correction, Facts, Hold
from monthend.verify.staffing import Staffing
from rulebook.month import Month

WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Division:
    """The parties' shares of a contract by a ruling, and the branches that the parts of its sales count for."""

    ruling: str
    sales: Mapping[str, Decimal]
    commission: Mapping[str, Decimal]
    branches: Mapping[str, str]

    def handed_over(self, wrong: str, right: str, branch: str) -> "Division":
        """The right closer takes over the wrong one's shares, added to own ones."""
        if wrong not in self.sales:
            return self
        return Division(
            self.ruling,
            _handed_over(self.sales, wrong, right),
            _handed_over(self.commission, wrong, right),
            {right: branch} | {person: of for person, of in self.branches.items() if person != wrong},
        )


@dataclass(frozen=True, slots=True)
class HandOver:
    """A contract turned out to be closed by another, who belonged to `branch` when it was signed."""

    wrong: str
    right: str
    branch: str


class Rulings:
    """The divisions of every contract in dispute, in the order in which they were made."""

    def __init__(self, facts: Facts, staffing: Staffing) -> None:
        self._staffing = staffing
        self._contracts = {contract.number: contract for contract in facts.contracts}
        self._events: dict[str, list[tuple[Month, Division | HandOver]]] = defaultdict(list)

    def divide(self, correction: Correction) -> Division:
        """From now on a contract is divided by a ruling."""
        signed_on = self._contracts[correction.contract].signed_on
        stays = {share.person: self._staffing.on(share.person, signed_on) for share in correction.shares}
        division = Division(
            correction.number,
            {share.person: share.sales for share in correction.shares},
            {share.person: share.commission for share in correction.shares},
            {
                share.person: share.branch if stay is None else stay.department.branch
                for share, stay in ((share, stays[share.person]) for share in correction.shares)
            },
        )
        self._events[correction.contract].append((correction.month, division))
        return division

    def hand_over(self, contract: str, month: Month, change: HandOver) -> None:
        """From now on a contract counts as closed by another."""
        self._events[contract].append((month, change))

    def in_force(self, contract: str, *, after: Month | None = None, until: Month | None = None) -> Division | None:
        """How a contract is divided by the newest ruling posted after one month and until another, if there is one.

        As things stood in that other month, or without it stand now.
        """
        found = None
        for month, event in self._events.get(contract, ()):
            if until is not None and month > until:
                break
            if isinstance(event, Division):
                if after is None or month > after:
                    found = event
            elif found is not None:
                found = found.handed_over(event.wrong, event.right, event.branch)
        return found

    def holders(
        self, contract: str, person: str, *, after: Month, until: Month | None = None
    ) -> tuple[Mapping[str, Decimal], Mapping[str, Decimal]]:
        """Whose by now is what was a person's in a month: the shares of the sales, and those of the commission."""
        division = self.in_force(contract, after=after, until=until)
        if division is not None:
            return division.sales, division.commission
        for month, event in self._events.get(contract, ()):
            is_due = month > after and (until is None or month <= until)
            if is_due and isinstance(event, HandOver) and event.wrong == person:
                person = event.right
        return {person: WHOLE}, {person: WHOLE}

    def commission_parts(
        self, contract: str, person: str, amount: Decimal, *, after: Month, until: Month | None = None
    ) -> dict[str, Decimal]:
        """An amount of commission that was a person's in a month, in the parts of those whose it is by now."""
        _sales, shares = self.holders(contract, person, after=after, until=until)
        return parts_of(amount, shares)


class Holds:
    """Which contracts are held by which dispute."""

    def __init__(self, facts: Facts) -> None:
        self._holds: dict[str, list[Hold]] = defaultdict(list)
        for hold in facts.holds:
            self._holds[hold.contract].append(hold)
        self._ended: set[str] = set()

    def end(self, reference: str) -> None:
        """A dispute ends, and the hold with it."""
        self._ended.add(reference)

    def on(self, contract: str, month: Month) -> str | None:
        """The dispute for which a contract is held in a month; None where it isn't."""
        for hold in self._holds.get(contract, ()):
            if hold.since <= month and hold.reference not in self._ended:
                return hold.reference
        return None


def _handed_over(shares: Mapping[str, Decimal], wrong: str, right: str) -> dict[str, Decimal]:
    kept = {person: share for person, share in shares.items() if person != wrong}
    return kept | {right: kept.get(right, NOTHING) + shares[wrong]}
