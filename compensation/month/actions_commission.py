"""The month end's second step: what each credited receipt pays its developer and its assistant."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from clients.models import Receipt
from compensation.corrections.selectors import Closers, reversals, with_present_amount
from compensation.models import CommissionLine, Credit
from compensation.rules import (
    Reversal,
    assist_commission,
    assist_taken_back,
    commission,
    commission_taken_back,
    commission_tier,
)
from periods.bulk import any_of
from periods.copying import clear_rows, copy_rows
from rulebook.models import PlanVersion
from rulebook.month import Month
from rulebook.plan import AssistPaidBy
from staff.careers.selectors_roster import Roster

Kind = CommissionLine.Kind
_COMMISSION, _ASSIST, _ASSIST_BORNE = Kind.COMMISSION.value, Kind.ASSIST.value, Kind.ASSIST_BORNE.value


class _Credit(NamedTuple):
    receipt: int
    received_on: dt.date
    amount: Decimal
    person: int | None
    assistant: int | None
    orphan_kind: int | None
    reverses: int | None


class _Original(NamedTuple):
    """A receipt that a refund of the month reverses, what it counts with in the month, and to whom it was credited."""

    receipt: int
    posted_in: Month
    received_on: dt.date
    amount: Decimal
    person: int | None


class _Line(NamedTuple):
    """The columns of a commission line that differ from line to line, in the order they are written."""

    receipt: int
    employee: int
    kind: str
    base: Decimal
    rate: Decimal
    amount: Decimal
    article: str
    rank: str = ""
    net_sales: Decimal | None = None
    tier_floor: Decimal | None = None
    reversed_line: int | None = None


class _PaidRate(NamedTuple):
    """What a person's receipts pay this month: the rate, and what it was reached by."""

    rate: Decimal
    rank: str
    net_sales: Decimal
    tier_floor: Decimal


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
    originals = _originals(month, credits)
    paying = _Paying(
        roster,
        plan_version,
        _net_sales(credits),
        originals,
        reversals({original.receipt: original.amount for original in originals.values()}, month),
        _paid_lines(month, originals, closers),
    )
    same = (month, branch, plan_version.pk)
    rows = (same + line for credit in credits for line in paying.lines(credit))
    return copy_rows(CommissionLine, ("month", "branch", "plan_version", *_Line._fields), rows)


class _Paying:
    """Turns credits into lines."""

    def __init__(
        self,
        roster: Roster,
        plan_version: PlanVersion,
        nets: dict[int, Decimal],
        originals: dict[int, _Original],
        reversals: Mapping[int, Reversal],
        paid: dict[int, list[_PaidLine]],
    ) -> None:
        self.roster = roster
        self.plan = plan_version.plan
        self.nets = nets
        self.originals = originals
        self.reversals = reversals
        self.paid = paid
        self._standings: dict[int, _PaidRate] = {}

    def lines(self, credit: _Credit) -> Iterator[_Line]:
        original = None if credit.reverses is None else self.originals[credit.reverses]
        if original and original.posted_in != self.roster.month:
            yield from self._claw_back(credit, original)
            return
        developer = original.person if original else credit.person
        if developer is None or developer in self.roster.left_out:
            return
        standing = self._standings.get(developer) or self._stand(developer)
        rate, reversal = standing.rate, self.reversals.get(credit.receipt)
        amount = commission_taken_back(reversal, rate) if reversal else commission(credit.amount, rate)
        article = "1-6" if credit.orphan_kind else "1-4.1"
        if credit.person is not None:
            yield _Line(
                credit.receipt, developer, _COMMISSION, credit.amount, rate, amount, article,
                standing.rank, standing.net_sales, standing.tier_floor,
            )  # fmt: skip
        if self._is_assisted(credit, original):
            yield from self._assist(credit, rate, amount)

    def _assist(self, credit: _Credit, rate: Decimal, developers_amount: Decimal) -> Iterator[_Line]:
        """The assistant's share, and what the developer bears of it, which a refund gives back even if only the
        developer is still in post (1-6)."""
        assert credit.assistant is not None  # noqa: S101 - narrows the type; _is_assisted saw to it
        share, reversal = self.plan.commission.assist_share, self.reversals.get(credit.receipt)
        amount = assist_taken_back(reversal, rate, share) if reversal else assist_commission(developers_amount, share)
        if self._is_in_post(credit.assistant, credit.received_on):
            yield _Line(credit.receipt, credit.assistant, _ASSIST, developers_amount, share, amount, "1-6")
        if self.plan.commission.assist_paid_by is AssistPaidBy.DEVELOPER and credit.person is not None:
            yield _Line(credit.receipt, credit.person, _ASSIST_BORNE, developers_amount, -share, -amount, "1-6")

    def _is_assisted(self, credit: _Credit, original: _Original | None) -> bool:
        """An assist is paid on orphans' contracts to an assistant in post on the receipt's day (1-6)."""
        if credit.assistant is None or credit.orphan_kind is None:
            return False
        return self._is_in_post(credit.assistant, original.received_on if original else credit.received_on)

    def _claw_back(self, credit: _Credit, original: _Original) -> Iterator[_Line]:
        """Take back what an earlier month's lines paid, each at its own rate, from whoever is still in post."""
        paid = self.paid.get(original.receipt, [])
        developers = next((line for line in paid if line.kind == _COMMISSION), None)
        if developers is None:
            return
        reversal, rate = self.reversals[credit.receipt], developers.rate
        developers_amount = commission_taken_back(reversal, rate)
        for line in paid:
            if not self._is_in_post(line.employee, credit.received_on):
                continue
            if line.kind == _COMMISSION:
                base, amount = credit.amount, developers_amount
            else:
                base, amount = developers_amount, assist_taken_back(reversal, rate, line.rate)
            yield _Line(
                credit.receipt, line.employee, line.kind, base, line.rate, amount,
                "1-6" if credit.orphan_kind else "1-4.1", reversed_line=line.id,
            )  # fmt: skip

    def _stand(self, person: int) -> _PaidRate:
        """The rank held in the month, or last held by who left sales, and the tier that the month's net reaches."""
        employee = self.roster.people[person]
        rank = self.plan.rank(employee.rank_in_month or employee.last_rank)
        net = self.nets.get(person, Decimal(0))
        tier = commission_tier(rank, net)
        self._standings[person] = standing = _PaidRate(tier.rate, rank.code, net, tier.floor)
        return standing

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
        holder = employee if kind == _ASSIST else closers.holder(contract, employee, since)
        paid[receipt].append(_PaidLine(receipt, kind, line, holder, rate))
    return paid
