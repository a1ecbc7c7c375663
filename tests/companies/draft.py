"""A company in the making: the facts so far, and what a workbook says beyond them."""

import datetime as dt
import random
from dataclasses import dataclass, field, replace
from decimal import Decimal

from monthend.verify import facts
from monthend.verify.facts import Contract, Facts
from monthend.verify.recompute import recompute
from monthend.verify.results import MonthResults
from monthend.verify.staffing import Staffing
from rulebook.month import Month
from rulebook.plan import Plan

FEN = Decimal("0.01")
PROTECTED = ("病假", "产假", "工伤")


@dataclass(frozen=True, slots=True)
class Assignment:
    """An orphan client given to its developer."""

    client: str
    date: dt.date
    developer: str


@dataclass(frozen=True, slots=True)
class Leave:
    """An absence, of the kind that the workbook names."""

    person: str
    start: dt.date
    end: dt.date
    kind: str


@dataclass
class Draft:
    """What was made up so far; `restlessness` (0 to 1) says how often people move.

    `results` are what the finished months give, so that the next can be aimed at an edge.
    """

    chance: random.Random
    plans: tuple[Plan, ...]
    months: tuple[Month, ...]
    restlessness: float
    branches: list[str] = field(default_factory=list)
    departments: list[facts.Department] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    events: list[facts.PersonnelEvent] = field(default_factory=list)
    clients: list[facts.Client] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    contracts: list[facts.Contract] = field(default_factory=list)
    receipts: list[facts.Receipt] = field(default_factory=list)
    targets: list[facts.Target] = field(default_factory=list)
    weights: list[facts.Weight] = field(default_factory=list)
    claims: list[facts.Claim] = field(default_factory=list)
    opening_states: list[facts.OpeningState] = field(default_factory=list)
    opening_sales: list[facts.OpeningSales] = field(default_factory=list)
    opening_lots: list[facts.OpeningLot] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    corrections: list[facts.Correction] = field(default_factory=list)
    results: list[MonthResults] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def facts(self) -> Facts:
        """The facts so far."""
        return Facts(
            first_month=self.months[0],
            plans=self.plans,
            branches=tuple(self.branches),
            departments=tuple(self.departments),
            people=tuple(self.people),
            events=tuple(self.events),
            clients=tuple(self.clients),
            contracts=tuple(self.contracts),
            cash=facts.Cash.of(self.receipts),
            targets=tuple(self.targets),
            weights=tuple(self.weights),
            claims=tuple(self.claims),
            opening_states=tuple(self.opening_states),
            opening_sales=tuple(self.opening_sales),
            opening_lots=tuple(self.opening_lots),
            absences=tuple(
                facts.Absence(leave.person, leave.start, leave.end, leave.kind in PROTECTED) for leave in self.leaves
            ),
            corrections=tuple(self.corrections),
        )

    def staffing(self) -> Staffing:
        """Where everybody stands, by the events so far."""
        return Staffing(self.facts())

    def branch_sales(self, month: Month) -> dict[str, Decimal]:
        """What each branch sold in a month so far, with what corrections move."""
        known = self.facts()
        targets = tuple(facts.Target(month, branch, FEN) for branch in self.branches)
        *_before, results = recompute(replace(known, targets=known.targets + targets), month)
        return {branch: pool.sales for (branch,), pool in results.pools.items()}

    def contract(self, number: str) -> Contract:
        """A contract by its number."""
        return next(made for made in self.contracts if made.number == number)

    def closer_of(self, contract: Contract) -> str:
        """Who closed a contract, as corrected so far."""
        right = [made.right_closer for made in self.corrections if made.contract == contract.number]
        return next((closer for closer in reversed(right) if closer is not None), contract.closer)

    def amounts(self) -> dict[str, Decimal]:
        """What each receipt counts with, as corrected so far; refunds aside."""
        amounts = {receipt.number: receipt.amount for receipt in self.receipts if receipt.reverses is None}
        for made in self.corrections:
            if made.receipt is not None and made.right_amount is not None:
                amounts[made.receipt] = made.right_amount
        return amounts

    def left_to_refund(self) -> dict[str, Decimal]:
        """What of each receipt wasn't refunded yet."""
        left = self.amounts()
        for refund in self.receipts:
            if refund.reverses is not None:
                left[refund.reverses] += refund.amount
        return left

    def happens(self, probability: float) -> bool:
        """Whether something happens this time."""
        return self.chance.random() < probability

    def number(self, letter: str) -> str:
        """A number that nothing else has; in no order, so that what happens on one day is told apart by number."""
        while True:
            number = f"{letter}{self.chance.randrange(1, 100_000):05}"
            if number not in self.taken:
                self.taken.add(number)
                return number

    def near(self, amount: Decimal) -> Decimal:
        """The amount, or a fen below or above."""
        return amount + self.chance.choice([-FEN, Decimal(0), FEN])

    def day_in(self, month: Month) -> dt.date:
        """Any day of a month, its first and last ones more often."""
        edges = [month.first, month.first + dt.timedelta(days=1), month.last - dt.timedelta(days=1), month.last]
        if self.happens(0.35):
            return self.chance.choice(edges)
        return month.first + dt.timedelta(days=self.chance.randrange(month.days))

    def day_around_moves(self, person: str, month: Month) -> dt.date:
        """A day of a month, by preference the day on which a person moves, the one before or the one after."""
        moves = [event.date for event in self.events if event.person == person and event.date in month]
        if moves and self.happens(0.7):
            day = self.chance.choice(moves) + dt.timedelta(days=self.chance.choice([-1, 0, 0, 1]))
            if day in month:
                return day
        return self.day_in(month)
