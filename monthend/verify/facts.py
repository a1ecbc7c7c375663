"""What the recomputation starts from: the inputs as plain records, and nothing that a month end computed.

Amounts are CNY. People, clients, contracts, receipts, departments and branches are named by their numbers and codes.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from funds.models import FundKind
from rulebook.month import Month
from rulebook.plan import Plan
from staff.models import PersonnelEvent as StoredEvent

EventKind = StoredEvent.Kind
FundName = FundKind


@dataclass(frozen=True, slots=True)
class Department:
    """A department of a branch, in the sales or in the support system."""

    code: str
    branch: str
    is_sales: bool


@dataclass(frozen=True, slots=True)
class PersonnelEvent:
    """From `date` on the person is in `department`, or out of post (None); `rank` goes with entering sales."""

    person: str
    date: dt.date
    kind: EventKind
    department: str | None
    rank: str | None
    base_salary: Decimal | None


@dataclass(frozen=True, slots=True)
class RankDecision:
    """A signed decision that from `month` on the person holds `rank`, or (None) that no decision counts for it.

    It is about the time in sales that began on `entered_sales`; for a violation it `ends_right`, that of 1-4.3.3.
    """

    person: str
    month: Month
    rank: str | None
    entered_sales: dt.date
    ends_right: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """A client as registered."""

    number: str
    owner: str | None
    referred_by: str | None
    registered_on: dt.date


@dataclass(frozen=True, slots=True)
class Lapse:
    """A client's protection ran out for `owner`: it is nobody's from `date` on."""

    client: str
    date: dt.date
    owner: str


@dataclass(frozen=True, slots=True)
class PoolClaim:
    """A client of the open pool becomes `owner`'s."""

    client: str
    date: dt.date
    owner: str


@dataclass(frozen=True, slots=True)
class RuledOwner:
    """By a ruling a client is `owner`'s from `date` on (3-1.1)."""

    client: str
    date: dt.date
    owner: str


@dataclass(frozen=True, slots=True)
class Contract:
    """A signed contract."""

    number: str
    client: str
    signed_on: dt.date
    closer: str
    assistant: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Cash of a contract, or a refund (negative) of an earlier receipt; `posted_in` is the month it counts in."""

    number: str
    contract: str
    received_on: dt.date
    posted_in: Month
    amount: Decimal
    reverses: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """A branch's target of a month."""

    month: Month
    branch: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Weight:
    """The branch general manager's weight for one person's share of the support bonus (1-7.2.2)."""

    month: Month
    person: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Claim:
    """Money asked from a branch's fund."""

    number: str
    branch: str
    fund: FundName
    date: dt.date
    amount: Decimal
    client: str | None


@dataclass(frozen=True, slots=True)
class OpeningState:
    """What a person brought along at go-live."""

    person: str
    brought: Decimal
    cycle_start: Month | None
    threshold_streak: int
    reinstatement_rank: str | None


@dataclass(frozen=True, slots=True)
class OpeningSales:
    """A person's net credited sales of a full month before go-live."""

    person: str
    month: Month
    sales: Decimal


@dataclass(frozen=True, slots=True)
class OpeningLot:
    """What was left of an accrual at go-live, and how many months after its own it can be spent."""

    branch: str
    fund: FundName
    month: Month
    left: Decimal
    usable_months: int


@dataclass(frozen=True, slots=True)
class Absence:
    """A leave from `start` to `end`, both included; illness, maternity and work injury are protected."""

    person: str
    start: dt.date
    end: dt.date
    is_protected: bool


@dataclass(frozen=True, slots=True)
class RuledShare:
    """A party's part of a contract's sales and of its commission by a ruling, and the branch that the sales count for.

    Who belonged to a branch when the contract was signed has that one, whatever is written here.
    """

    person: str
    sales: Decimal
    commission: Decimal
    branch: str


@dataclass(frozen=True, slots=True)
class Hold:
    """From `since` on a contract's commission isn't paid, for the dispute with this number."""

    reference: str
    contract: str
    since: Month


@dataclass(frozen=True, slots=True)
class Correction:
    """From `month` on one of a contract's receipts counts with the right amount, or it counts as closed by another.

    Or, by a ruling, it is divided by `shares`; a ruling may end a hold, and what ends one without shares is a release.
    """

    number: str
    month: Month
    contract: str
    receipt: str | None
    right_amount: Decimal | None
    right_closer: str | None
    ends_hold: str | None = None
    shares: tuple[RuledShare, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherPay:
    """What a correction pays a person without a receipt, or takes back."""

    correction: str
    month: Month
    person: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Cash:
    """All receipts, given month by month as they are posted, so that no two months of them are held at once.

    `reversed` are the numbers of those that some refund reverses.
    """

    posted_in: Callable[[Month], Sequence[Receipt]]
    reversed: frozenset[str]

    @classmethod
    def of(cls, receipts: Sequence[Receipt]) -> Self:
        """Receipts that are all held already."""
        by_month: dict[Month, list[Receipt]] = defaultdict(list)
        for receipt in receipts:
            by_month[receipt.posted_in].append(receipt)
        return cls(by_month.__getitem__, frozenset(receipt.reverses for receipt in receipts if receipt.reverses))


@dataclass(frozen=True)
class Facts:
    """Everything that was put in."""

    first_month: Month
    plans: tuple[Plan, ...]
    cash: Cash
    branches: tuple[str, ...] = ()
    departments: tuple[Department, ...] = ()
    people: tuple[str, ...] = ()
    events: tuple[PersonnelEvent, ...] = ()
    rank_decisions: tuple[RankDecision, ...] = ()  # in the order they were made
    clients: tuple[Client, ...] = ()
    contracts: tuple[Contract, ...] = ()
    lapses: tuple[Lapse, ...] = ()
    pool_claims: tuple[PoolClaim, ...] = ()
    ruled_owners: tuple[RuledOwner, ...] = ()  # in the order they were named
    targets: tuple[Target, ...] = ()
    weights: tuple[Weight, ...] = ()
    claims: tuple[Claim, ...] = ()
    opening_states: tuple[OpeningState, ...] = ()
    opening_sales: tuple[OpeningSales, ...] = ()
    opening_lots: tuple[OpeningLot, ...] = ()
    absences: tuple[Absence, ...] = ()
    corrections: tuple[Correction, ...] = ()  # in the order they were made
    other_pay: tuple[OtherPay, ...] = ()
    holds: tuple[Hold, ...] = ()

    def plan_in_force(self, month: Month) -> Plan:
        """The plan in force on a month's first day (1-1); LookupError before the first."""
        in_force = [plan for plan in self.plans if plan.effective_from <= month.first]
        if not in_force:
            raise LookupError(f"no plan is in force on {month.first}")
        return max(in_force, key=lambda plan: plan.effective_from)
