"""The month end's first step: to whom each receipt of the month is credited."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Sum

from clients.models import ClientStatus, Receipt
from compensation.corrections.selectors import branch_sales_moved, counting_for, sales_moved
from compensation.models import Credit
from compensation.rules import Credited, PostPlace, credit_party, credit_receipt, credit_refund
from compensation.rulings.rules import Closers, Split
from periods.bulk import any_of
from periods.copying import clear_rows, copy_rows
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.plan import AfterLeavingSales, Plan
from staff.careers.selectors_roster import Roster


class _Receipt(NamedTuple):
    id: int
    received_on: dt.date
    amount: Decimal
    reverses: int | None
    contract: int
    closer: int
    client: int


_Credited = dict[int, dict[int | None, int | None]]


class _Credit(NamedTuple):
    """The columns of a credit that differ within a branch."""

    receipt: int
    employee: int | None
    home: int
    amount: Decimal
    reason: str
    party: int | None = None
    ruling: int | None = None


def credit_receipts(roster: Roster, plan: Plan, branch: int, closers: Closers) -> int:
    """Credit the receipts posted in the month on the branch's contracts, or the branch's part of what a ruling splits
    (1-4.1, 3-1.3); replaces what was there.

    Returns the number of rows written. Runs inside the step's transaction.
    """
    month = roster.month
    clear_rows(Credit.objects.filter(month=month, branch=branch))
    receipts = _receipts(month, branch, closers)
    crediting = _Crediting(roster, plan, branch, _earlier_credits(month, receipts, closers), _Owners(plan, receipts))
    splits = {contract: closers.split(contract) for contract in closers.changes}
    rows = (
        (month, branch, *credit)
        for receipt in receipts
        for credit in crediting.credits(receipt, splits.get(receipt.contract))
    )
    return copy_rows(Credit, ("month", "branch", *_Credit._fields), rows)


def net_sales(month: Month) -> dict[int, Decimal]:
    """Net credited sales (CNY) of the month per employee (1-4.1)."""
    rows = Credit.objects.filter(month=month, employee__isnull=False).order_by()
    return dict(rows.values_list("employee").annotate(Sum("amount")))


def assessed_sales(month: Month) -> dict[int, Decimal]:
    """Sales (CNY) of the month per employee as the assessment counts them: net credited sales, and what corrections
    of earlier months move."""
    sales = net_sales(month)
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
    """Credits a branch's receipts one by one; receipts come before the refunds that reverse them.

    `earlier` tells by receipt, and by party where a ruling splits it, who holds the credit of earlier months.
    """

    def __init__(self, roster: Roster, plan: Plan, branch: int, earlier: "_Credited", owners: "_Owners") -> None:
        self.roster = roster
        self.after_leaving = plan.commission.after_leaving_sales
        self.branch = branch
        self.credited = earlier
        self.owners = owners

    def credits(self, receipt: _Receipt, split: Split | None) -> Iterator[_Credit]:
        """To whom a receipt is credited, and where that is settled: with that person or, for a refund, whoever was
        last credited; else at the branch. By a ruling each party of the branch is credited with its part."""
        if split is None:
            yield self._whole(receipt)
            return
        parts = split.sales_parts(receipt.amount)
        for share in split.shares:
            if share.branch == self.branch:
                yield self._part(receipt, share.person, parts[share.person], split.ruling)

    def _whole(self, receipt: _Receipt) -> _Credit:
        if receipt.reverses is None:
            credited = self._receipt(receipt)
            settled_with = credited.person
            self.credited[receipt.id] = {None: credited.person}
        else:
            settled_with = self.credited[receipt.reverses][None]
            credited = credit_refund(settled_with, self._place(settled_with, receipt))
        home = self.roster.home_of(settled_with) or self.branch
        return _Credit(receipt.id, credited.person, home, receipt.amount, credited.reason or "")

    def _part(self, receipt: _Receipt, party: int, amount: Decimal, ruling: int) -> _Credit:
        if receipt.reverses is None:
            credited = credit_party(
                party,
                self._place(party, receipt),
                was_in_sales=self.roster.people[party].was_in_sales_by(receipt.received_on),
                after_leaving=self.after_leaving,
            )
            self.credited.setdefault(receipt.id, {})[party] = credited.person
        else:
            original = self.credited[receipt.reverses]
            held = any(original.values()) if party not in original else original[party] is not None
            credited = credit_refund(party if held else None, self._place(party, receipt))
        home = self.roster.home_of(party) or self.branch
        return _Credit(receipt.id, credited.person, home, amount, credited.reason or "", party, ruling)

    def _receipt(self, receipt: _Receipt) -> Credited:
        closer, day = self.roster.people[receipt.closer], receipt.received_on
        return credit_receipt(
            closer.id,
            self._place(closer.id, receipt),
            closer_was_in_sales=closer.was_in_sales_by(day),
            owner_in_sales=self._owner_in_sales(receipt) if self.after_leaving is AfterLeavingSales.OWNER else None,
            after_leaving=self.after_leaving,
        )

    def _owner_in_sales(self, receipt: _Receipt) -> int | None:
        owner = self.owners.on(receipt.client, receipt.received_on)
        return owner if self._place(owner, receipt) is PostPlace.SALES else None

    def _place(self, person: int | None, receipt: _Receipt) -> PostPlace:
        post = self.roster.paid_post_on(person, receipt.received_on)
        if post is None:
            return PostPlace.GONE
        return PostPlace.SALES if post.in_sales else PostPlace.SUPPORT


class _Owners:
    """Who owned the clients of these receipts when; read only under the plan setting that asks for it."""

    def __init__(self, plan: Plan, receipts: Iterable[_Receipt]) -> None:
        self._turns: dict[int, list[tuple[dt.date, int | None]]] = defaultdict(list)
        if plan.commission.after_leaving_sales is not AfterLeavingSales.OWNER:
            return
        clients = any_of({receipt.client for receipt in receipts})
        turns = ClientStatus.objects.filter(client__in=clients).order_by("client", "sequence")
        for client, since, owner in turns.values_list("client", "since", "owner"):
            self._turns[client].append((since, owner))

    def on(self, client: int, day: dt.date) -> int | None:
        owner = None
        for since, turned_to in self._turns.get(client, ()):
            if since > day:
                break
            owner = turned_to
        return owner


def _receipts(month: Month, branch: int, closers: Closers) -> list[_Receipt]:
    """The month's receipts on the contracts that count for the branch, with who counts as the closer; refunds last."""
    rows = (
        Receipt.objects.filter(counting_for(closers, branch, "contract__"), posted_in=month)
        .order_by(F("reverses").asc(nulls_first=True), "id")
        .values_list("id", "received_on", "amount", "reverses", "contract", "contract__closer", "contract__client")
    )
    receipts = map(_Receipt._make, rows)
    if not closers.changes:
        return list(receipts)
    return [receipt._replace(closer=closers.of(receipt.contract, receipt.closer)) for receipt in receipts]


def _earlier_credits(month: Month, receipts: Sequence[_Receipt], closers: Closers) -> "_Credited":
    """Who holds the credit of earlier months' receipts, for those that this month's refunds reverse; of parts that came
    to one party since, any that was credited counts."""
    reversed_ones = any_of(receipt.reverses for receipt in receipts if receipt.reverses is not None)
    rows = Credit.objects.filter(month__lt=month, receipt__in=reversed_ones).order_by()
    credited: _Credited = defaultdict(dict)
    for receipt, contract, since, person, party in rows.values_list(
        "receipt", "receipt__contract", "month", "employee", "party"
    ):
        if party is not None:
            now = closers.party(contract, party, since)
            credited[receipt][now] = credited[receipt].get(now) or (person and now)
            continue
        held = person and closers.holders(contract, person, since)
        credited[receipt][None] = person if isinstance(held, Split) else held
    return credited
