"""The month end's first step: to whom each receipt of the month is credited."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, Sum

from clients.models import ClientStatus, Receipt
from compensation.corrected import Closers, branch_sales_moved, sales_moved
from compensation.models import Credit
from compensation.rules import Credited, Place, credit_receipt, credit_refund
from periods.copying import clear_rows, copy_rows
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.plan import AfterLeavingSales, Plan
from staff.roster import Roster


class _Receipt(NamedTuple):
    id: int
    received_on: dt.date
    amount: Decimal
    reverses: int | None
    contract: int
    closer: int
    client: int


def credit_receipts(roster: Roster, plan: Plan, branch: int) -> int:
    """Credit the receipts posted in the month on the branch's contracts (1-4.1); replaces what was there.

    Returns the number of rows written. Runs inside the step's transaction.
    """
    month = roster.month
    clear_rows(Credit.objects.filter(month=month, branch=branch))
    closers = Closers.as_of(month)
    posted = Receipt.objects.filter(closers.counting_for(branch, "contract__"), posted_in=month).order_by()
    crediting = _Crediting(roster, plan, _earlier_credits(posted, closers), _Owners(plan, posted))
    rows = [
        (
            month,
            branch,
            crediting.home(credited, receipt, branch),
            receipt.id,
            credited.person,
            receipt.amount,
            credited.reason or "",
        )
        for receipt in _receipts(posted, closers)
        for credited in [crediting.credit(receipt)]
    ]
    return copy_rows(Credit, ("month", "branch", "home", "receipt", "employee", "amount", "reason"), rows)


def net_sales(month: Month, home: int) -> dict[int, Decimal]:
    """Net credited sales (CNY) of the month per employee paid by branch `home` (1-4.1)."""
    rows = (
        Credit.objects.filter(month=month, home=home, employee__isnull=False)
        .order_by()
        .values_list("employee")
        .annotate(Sum("amount"))
    )
    return dict(rows)


def assessed_sales(month: Month, home: int) -> dict[int, Decimal]:
    """Sales (CNY) of the month per employee that `home` pays, as the assessment counts them: net credited sales, and
    what corrections of earlier months move."""
    sales = net_sales(month, home)
    for person, moved in sales_moved(month).items():
        sales[person] = sales.get(person, ZERO) + moved
    return sales


def branch_sales(month: Month) -> dict[int, Decimal]:
    """Credited sales (CNY) of the month per branch: all receipts on its contracts, credited to anybody or nobody, and
    what corrections of earlier months add or take."""
    sales = dict(Credit.objects.filter(month=month).order_by().values_list("branch").annotate(Sum("amount")))
    for branch, moved in branch_sales_moved(month).items():
        sales[branch] = sales.get(branch, ZERO) + moved
    return sales


class _Crediting:
    """Credits receipts one by one; receipts come before the refunds that reverse them."""

    def __init__(self, roster: Roster, plan: Plan, earlier: dict[int, int | None], owners: "_Owners") -> None:
        self.roster = roster
        self.after_leaving = plan.commission.after_leaving_sales
        self.credited_person = earlier
        self.owners = owners

    def credit(self, receipt: _Receipt) -> Credited:
        if receipt.reverses is not None:
            person = self.credited_person[receipt.reverses]
            return credit_refund(person, self._place(person, receipt.received_on))
        credited = credit_receipt(
            receipt.closer,
            self._place(receipt.closer, receipt.received_on),
            closer_was_in_sales=self.roster.people[receipt.closer].was_in_sales_by(receipt.received_on),
            owner_in_sales=self._owner_in_sales(receipt),
            after_leaving=self.after_leaving,
        )
        self.credited_person[receipt.id] = credited.person
        return credited

    def home(self, credited: Credited, receipt: _Receipt, branch: int) -> int:
        """Where the credit is settled: with the person credited or, for a refund, last credited; else at `branch`."""
        person = credited.person
        if person is None and receipt.reverses is not None:
            person = self.credited_person[receipt.reverses]
        home = None if person is None else self.roster.home_of(person)
        return branch if home is None else home

    def _place(self, person: int | None, day: dt.date) -> Place:
        post = None if person is None else self.roster.paid_post_on(person, day)
        if post is None:
            return Place.GONE
        return Place.SALES if post.in_sales else Place.SUPPORT

    def _owner_in_sales(self, receipt: _Receipt) -> int | None:
        owner = self.owners.on(receipt.client, receipt.received_on)
        return owner if self._place(owner, receipt.received_on) is Place.SALES else None


class _Owners:
    """Who owned the clients of these receipts when; read only under the plan setting that asks for it."""

    def __init__(self, plan: Plan, posted: QuerySet[Receipt]) -> None:
        self._turns: dict[int, list[tuple[dt.date, int | None]]] = defaultdict(list)
        if plan.commission.after_leaving_sales is not AfterLeavingSales.OWNER:
            return
        turns = ClientStatus.objects.filter(client__in=posted.values("contract__client")).order_by("client", "sequence")
        for client, since, owner in turns.values_list("client", "since", "owner"):
            self._turns[client].append((since, owner))

    def on(self, client: int, day: dt.date) -> int | None:
        owner = None
        for since, turned_to in self._turns.get(client, ()):
            if since > day:
                break
            owner = turned_to
        return owner


def _receipts(posted: QuerySet[Receipt], closers: Closers) -> list[_Receipt]:
    fields = ("id", "received_on", "amount", "reverses", "contract", "contract__closer", "contract__client")
    rows = (_Receipt(*row) for row in posted.values_list(*fields))
    if closers.changes:
        rows = (row._replace(closer=closers.of(row.contract, row.closer)) for row in rows)
    return sorted(rows, key=lambda row: (row.reverses is not None, row.id))


def _earlier_credits(posted: QuerySet[Receipt], closers: Closers) -> dict[int, int | None]:
    """Who holds the credit of earlier months' receipts, for those that these refunds reverse."""
    earlier = posted.filter(reverses__posted_in__lt=F("posted_in"), reverses__isnull=False)
    rows: Any = earlier.values_list("reverses", "contract", "reverses__posted_in", "reverses__credits__employee")
    return {
        receipt: None if person is None else closers.holder(contract, person, since)
        for receipt, contract, since, person in rows
    }
