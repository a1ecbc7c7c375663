"""The month end's second step: what each credited receipt pays its developer and its assistant."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from compensation.actions_credit import net_sales
from compensation.corrected import Closers
from compensation.models import CommissionLine, Credit
from compensation.rules import assist_commission, commission, commission_tier
from periods.copying import clear_rows, copy_rows
from rulebook.models import PlanVersion
from rulebook.month import Month
from rulebook.plan import AssistPaidBy, Rank, Tier
from staff.roster import Roster

Kind = CommissionLine.Kind


class _Credit(NamedTuple):
    receipt: int
    received_on: dt.date
    amount: Decimal
    person: int | None
    assistant: int | None
    orphan_kind: int | None
    reverses: int | None
    original_month: Month | None
    original_received_on: dt.date | None
    original_person: int | None


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


class _PaidLine(NamedTuple):
    """A line of an earlier month whose receipt is now reversed."""

    receipt: int
    kind: str
    id: int
    employee: int
    rate: Decimal


def pay_commissions(roster: Roster, plan_version: PlanVersion, branch: int) -> int:
    """Write the lines of the credits settled at the branch (1-4.1, 1-6); replaces what was there.

    Returns the number of rows written. Runs inside the step's transaction.
    """
    month = roster.month
    clear_rows(CommissionLine.objects.filter(month=month, branch=branch))
    paying = _Paying(roster, plan_version, net_sales(month, branch), _paid_lines(month, branch))
    rows = (
        (month, branch, plan_version.pk, *line) for credit in _credits(month, branch) for line in paying.lines(credit)
    )
    return copy_rows(CommissionLine, ("month", "branch", "plan_version", *_Line._fields), rows)


class _Paying:
    """Turns credits into lines."""

    def __init__(
        self, roster: Roster, plan_version: PlanVersion, nets: dict[int, Decimal], paid: dict[int, list[_PaidLine]]
    ) -> None:
        self.roster = roster
        self.plan = plan_version.plan
        self.nets = nets
        self.paid = paid
        self._tiers: dict[int, tuple[Rank, Tier]] = {}

    def lines(self, credit: _Credit) -> Iterator[_Line]:
        if credit.reverses is not None and credit.original_month != self.roster.month:
            yield from self._claw_back(credit)
            return
        developer = credit.person if credit.reverses is None else credit.original_person
        if developer is None or developer in self.roster.left_out:
            return
        rank, tier = self._tier(developer)
        amount = commission(credit.amount, tier.rate)
        article = "1-6" if credit.orphan_kind else "1-4.1"
        if credit.person is not None:
            yield _Line(
                credit.receipt, developer, Kind.COMMISSION, credit.amount, tier.rate, amount, article,
                rank=rank.code, net_sales=self._net(developer), tier_floor=tier.floor,
            )  # fmt: skip
        if self._is_assisted(credit):
            yield from self._assist(credit, amount)

    def _assist(self, credit: _Credit, developers_amount: Decimal) -> Iterator[_Line]:
        """The assistant's share, and what the developer bears of it, which a refund gives back even if only the
        developer is still in post (1-6)."""
        assert credit.assistant is not None  # noqa: S101 - narrows the type; _is_assisted saw to it
        share = self.plan.commission.assist_share
        amount = assist_commission(developers_amount, share)
        if self._is_in_post(credit.assistant, credit.received_on):
            yield _Line(credit.receipt, credit.assistant, Kind.ASSIST, developers_amount, share, amount, "1-6")
        if self.plan.commission.assist_paid_by is AssistPaidBy.DEVELOPER and credit.person is not None:
            yield _Line(credit.receipt, credit.person, Kind.ASSIST_BORNE, developers_amount, -share, -amount, "1-6")

    def _is_assisted(self, credit: _Credit) -> bool:
        """An assist is paid on orphans' contracts to an assistant in post on the receipt's day (1-6)."""
        if credit.assistant is None or credit.orphan_kind is None:
            return False
        return self._is_in_post(credit.assistant, credit.original_received_on or credit.received_on)

    def _claw_back(self, credit: _Credit) -> Iterator[_Line]:
        """Take back what an earlier month's lines paid, each at its own rate, from whoever is still in post."""
        assert credit.reverses is not None  # noqa: S101 - narrows the type
        paid = self.paid.get(credit.reverses, [])
        developers = next((line for line in paid if line.kind == Kind.COMMISSION), None)
        if developers is None:
            return
        developers_amount = commission(credit.amount, developers.rate)
        for line in paid:
            if not self._is_in_post(line.employee, credit.received_on):
                continue
            is_commission = line.kind == Kind.COMMISSION
            base = credit.amount if is_commission else developers_amount
            yield _Line(
                credit.receipt, line.employee, line.kind, base, line.rate, commission(base, line.rate),
                "1-6" if credit.orphan_kind else "1-4.1", reversed_line=line.id,
            )  # fmt: skip

    def _tier(self, person: int) -> tuple[Rank, Tier]:
        """The rank held in the month, or last held by who left sales, and the tier that the month's net reaches."""
        if person not in self._tiers:
            employee = self.roster.people[person]
            rank = self.plan.rank(employee.rank_in_month or employee.last_rank)
            self._tiers[person] = rank, commission_tier(rank, self._net(person))
        return self._tiers[person]

    def _net(self, person: int) -> Decimal:
        return self.nets.get(person, Decimal(0))

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
            "receipt__reverses__posted_in",
            "receipt__reverses__received_on",
            "receipt__reverses__credits__employee",
        )
    )
    return [_Credit(*row) for row in rows]


def _paid_lines(month: Month, branch: int) -> dict[int, list[_PaidLine]]:
    """Earlier months' lines, by receipt, of the receipts that credits settled at the branch reverse, each with who
    holds it now."""
    closers = Closers.as_of(month)
    rows = (
        CommissionLine.objects.filter(
            month__lt=month, receipt__refunds__credits__month=month, receipt__refunds__credits__home=branch
        )
        .order_by("id")
        .distinct()
        .values_list("receipt", "kind", "id", "employee", "rate", "receipt__contract", "month")
    )
    paid: dict[int, list[_PaidLine]] = defaultdict(list)
    for receipt, kind, line, employee, rate, contract, since in rows:
        holder = employee if kind == Kind.ASSIST else closers.holder(contract, employee, since)
        paid[receipt].append(_PaidLine(receipt, kind, line, holder, rate))
    return paid
