"""The month end's second step: what each credited receipt pays its developer and its assistant."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from clients.models import Receipt
from compensation.corrections.selectors import reversals, with_present_amount
from compensation.models import CommissionLine, Credit
from compensation.month.lines import ASSIST, ASSIST_BORNE, COMMISSION, Line, Rates
from compensation.month.split_lines import Part, SplitLines
from compensation.rules import Reversal, assist_commission, assist_taken_back, commission, commission_taken_back
from compensation.rulings.rules import Closers
from periods.bulk import any_of
from periods.copying import clear_rows, copy_rows
from rulebook.models import PlanVersion
from rulebook.month import Month
from rulebook.plan import AssistPaidBy, Plan
from staff.careers.selectors_roster import Roster


class _Credit(NamedTuple):
    receipt: int
    received_on: dt.date
    amount: Decimal
    person: int | None
    assistant: int | None
    orphan_kind: int | None
    reverses: int | None
    party: int | None
    ruling: int | None


class _Original(NamedTuple):
    """A receipt that a refund of the month reverses, what it counts with in the month, and to whom it was credited."""

    receipt: int
    posted_in: Month
    received_on: dt.date
    amount: Decimal
    person: int | None


class _PaidLine(NamedTuple):
    """A line of an earlier month whose receipt is now reversed."""

    receipt: int
    kind: str
    id: int
    employee: int
    rate: Decimal


def pay_commissions(roster: Roster, plan_version: PlanVersion, branch: int, closers: Closers) -> int:
    """Write the lines of the credits settled at the branch (1-4.1, 1-6); replaces what was there.

    Returns the number of rows written. Runs inside the step's transaction.
    """
    month = roster.month
    clear_rows(CommissionLine.objects.filter(month=month, branch=branch))
    credits = _credits(month, branch)
    rates = Rates(roster, plan_version.plan, _net_sales(credits))
    same = (month, branch, plan_version.pk)
    lines = chain(
        _of_whole_receipts(roster, plan_version.plan, closers, credits, rates),
        _of_parts(roster, plan_version.plan, closers, credits, rates),
    )
    return copy_rows(
        CommissionLine, ("month", "branch", "plan_version", *Line._fields), (same + line for line in lines)
    )


def _of_whole_receipts(
    roster: Roster, plan: Plan, closers: Closers, credits: Sequence[_Credit], rates: Rates
) -> Iterator[Line]:
    month = roster.month
    whole = [credit for credit in credits if credit.ruling is None] if closers.changes else credits
    originals = _originals(month, whole)
    amounts = {original.receipt: original.amount for original in originals.values()}
    paid = _paid_lines(month, originals, closers)
    paying = _Paying(roster, plan, rates, originals, reversals(amounts, month), paid)
    return (line for credit in whole for line in paying.lines(credit))


def _of_parts(roster: Roster, plan: Plan, closers: Closers, credits: Sequence[_Credit], rates: Rates) -> Iterator[Line]:
    parts = [
        Part(credit.receipt, credit.party, credit.person, credit.ruling)
        for credit in credits
        if credit.party is not None and credit.ruling is not None
    ]
    if not parts:
        return iter(())
    paying = SplitLines(roster, plan, closers, parts, rates)
    return (line for part in parts for line in paying.lines(part))


class _Paying:
    """Turns credits into lines."""

    def __init__(
        self,
        roster: Roster,
        plan: Plan,
        rates: Rates,
        originals: dict[int, _Original],
        reversals: Mapping[int, Reversal],
        paid: dict[int, list[_PaidLine]],
    ) -> None:
        self.roster = roster
        self.plan = plan
        self.rates = rates
        self.originals = originals
        self.reversals = reversals
        self.paid = paid

    def lines(self, credit: _Credit) -> Iterator[Line]:
        original = None if credit.reverses is None else self.originals[credit.reverses]
        if original and original.posted_in != self.roster.month:
            yield from self._claw_back(credit, original)
            return
        developer = original.person if original else credit.person
        if developer is None or developer in self.roster.left_out:
            return
        reached = self.rates.of(developer)
        rate, reversal = reached.rate, self.reversals.get(credit.receipt)
        amount = commission_taken_back(reversal, rate) if reversal else commission(credit.amount, rate)
        article = "1-6" if credit.orphan_kind else "1-4.1"
        if credit.person is not None:
            yield Line(
                credit.receipt, developer, COMMISSION, credit.amount, rate, amount, article,
                reached.rank, reached.net_sales, reached.tier_floor,
            )  # fmt: skip
        if self._is_assisted(credit, original):
            yield from self._assist(credit, rate, amount)

    def _assist(self, credit: _Credit, rate: Decimal, developers_amount: Decimal) -> Iterator[Line]:
        """The assistant's share, and what the developer bears of it, which a refund gives back even if only the
        developer is still in post (1-6)."""
        assert credit.assistant is not None  # noqa: S101 - narrows the type; _is_assisted saw to it
        share, reversal = self.plan.commission.assist_share, self.reversals.get(credit.receipt)
        amount = assist_taken_back(reversal, rate, share) if reversal else assist_commission(developers_amount, share)
        if self._is_in_post(credit.assistant, credit.received_on):
            yield Line(credit.receipt, credit.assistant, ASSIST, developers_amount, share, amount, "1-6")
        if self.plan.commission.assist_paid_by is AssistPaidBy.DEVELOPER and credit.person is not None:
            yield Line(credit.receipt, credit.person, ASSIST_BORNE, developers_amount, -share, -amount, "1-6")

    def _is_assisted(self, credit: _Credit, original: _Original | None) -> bool:
        """An assist is paid on orphans' contracts to an assistant in post on the receipt's day (1-6)."""
        if credit.assistant is None or credit.orphan_kind is None:
            return False
        return self._is_in_post(credit.assistant, original.received_on if original else credit.received_on)

    def _claw_back(self, credit: _Credit, original: _Original) -> Iterator[Line]:
        """Take back what an earlier month's lines paid, each at its own rate, from whoever is still in post."""
        paid = self.paid.get(original.receipt, [])
        developers = next((line for line in paid if line.kind == COMMISSION), None)
        if developers is None:
            return
        reversal, rate = self.reversals[credit.receipt], developers.rate
        developers_amount = commission_taken_back(reversal, rate)
        for line in paid:
            if not self._is_in_post(line.employee, credit.received_on):
                continue
            if line.kind == COMMISSION:
                base, amount = credit.amount, developers_amount
            else:
                base, amount = developers_amount, assist_taken_back(reversal, rate, line.rate)
            yield Line(
                credit.receipt, line.employee, line.kind, base, line.rate, amount,
                "1-6" if credit.orphan_kind else "1-4.1", reversed_line=line.id,
            )  # fmt: skip

    def _is_in_post(self, person: int, day: dt.date) -> bool:
        return self.roster.paid_post_on(person, day) is not None


def _credits(month: Month, branch: int) -> list[_Credit]:
    rows = (
        Credit.objects.filter(month=month, home=branch)
        .order_by("receipt")
        .values_list(
            "receipt",
            "receipt__received_on",
            "amount",
            "employee",
            "receipt__contract__assistant",
            "receipt__contract__orphan_kind",
            "receipt__reverses",
            "party",
            "ruling",
        )
    )
    return list(map(_Credit._make, rows))


def _net_sales(credits: Sequence[_Credit]) -> dict[int, Decimal]:
    """Net credited sales (CNY) of the month per employee, as `net_sales`, but of credits read already."""
    nets: dict[int, Decimal] = defaultdict(Decimal)
    for credit in credits:
        if credit.person is not None:
            nets[credit.person] += credit.amount
    return nets


def _originals(month: Month, credits: Sequence[_Credit]) -> dict[int, _Original]:
    """What the refunds among the credits reverse."""
    reversed_ones = any_of(credit.reverses for credit in credits if credit.reverses is not None)
    rows: Any = with_present_amount(Receipt.objects.filter(pk__in=reversed_ones), month).order_by()
    fields = ("pk", "posted_in", "received_on", "present_amount", "credits__employee")
    return {row[0]: _Original(*row) for row in rows.values_list(*fields)}


def _paid_lines(month: Month, originals: Iterable[int], closers: Closers) -> dict[int, list[_PaidLine]]:
    """Earlier months' lines, by receipt, of the receipts that refunds reverse, each with who holds it now."""
    rows = CommissionLine.objects.filter(month__lt=month, receipt__in=any_of(originals)).order_by("id")
    paid: dict[int, list[_PaidLine]] = defaultdict(list)
    fields = ("receipt", "kind", "id", "employee", "rate", "receipt__contract", "month")
    for receipt, kind, line, employee, rate, contract, since in rows.values_list(*fields):
        holder = employee if kind == ASSIST else closers.holder(contract, employee, since)
        paid[receipt].append(_PaidLine(receipt, kind, line, holder, rate))
    return paid
