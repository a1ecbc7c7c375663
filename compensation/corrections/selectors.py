"""What counts since corrections were posted: contracts' closers and branches, receipts' amounts, the sales moved.

A month sees the corrections posted up to it. They are few: each reader here asks once, however large the month is.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from clients.bank.selectors_amounts import tells_right_amounts
from clients.history.actions import RightCloser, tells_right_closers
from clients.models import Receipt
from compensation.models import Adjustment, Correction, Credit
from compensation.rules import Reversal
from periods.bulk import any_of
from rulebook.money import ZERO
from rulebook.month import Month
from staff.models import Employee

Kind = Correction.Kind
IN_ORDER = ("month", "id")


@dataclass(frozen=True, slots=True)
class CloserChange:
    """One closer of a contract corrected, from `month` on (ids)."""

    month: Month
    wrong: int
    right: int
    branch: int


@dataclass(frozen=True, slots=True)
class Closers:
    """Contracts' closers and branches as corrected up to a month, each with its changes in order."""

    changes: Mapping[int, Sequence[CloserChange]] = field(default_factory=dict)

    @classmethod
    def as_of(cls, month: Month, *contracts: int) -> Self:
        """Read the changes of all contracts, or of those named; one query."""
        rows = Correction.objects.filter(kind=Kind.CLOSER, month__lte=month).order_by(*IN_ORDER)
        if contracts:
            rows = rows.filter(contract__in=contracts)
        changes: dict[int, list[CloserChange]] = defaultdict(list)
        fields = ("contract", "month", "wrong_closer", "right_closer", "to_branch")
        for contract, since, wrong, right, branch in rows.values_list(*fields):
            changes[contract].append(CloserChange(since, wrong, right, branch))
        return cls(changes)

    def of(self, contract: int, closer: int) -> int:
        """Who closed a contract that `closer` stands on."""
        found = self.changes.get(contract)
        return found[-1].right if found else closer

    def branch(self, contract: int, branch: int) -> int:
        """The branch that a contract of `branch` counts for."""
        found = self.changes.get(contract)
        return found[-1].branch if found else branch

    def holder(self, contract: int, person: int, since: Month) -> int:
        """Who holds what the month `since` credited or paid `person` for a contract, after the corrections since."""
        for change in self.changes.get(contract, ()):
            if change.month > since and change.wrong == person:
                person = change.right
        return person

    def counting_for(self, branch: int, path: str = "") -> Q:
        """The condition on contracts (at `path`) that they count for a branch."""
        own = Q(**{f"{path}branch": branch})
        if not self.changes:
            return own
        here = [contract for contract, changes in self.changes.items() if changes[-1].branch == branch]
        elsewhere = self.changes.keys() - here
        return own & ~Q(**{f"{path}pk__in": elsewhere}) | Q(**{f"{path}pk__in": here})


@tells_right_closers
def right_closers() -> Iterator[RightCloser]:
    """The closers corrected so far, as the clients' histories take them in."""
    rows = Correction.objects.filter(kind=Kind.CLOSER).order_by(*IN_ORDER)
    for month, number, contract, closer in rows.values_list("month", "number", "contract", "right_closer"):
        yield RightCloser(month.first, number, contract, closer)


def closers_by_number() -> list[tuple[dt.date, str, str, str]]:
    """The same by numbers: from which day on, the correction's, the contract's and the closer's number."""
    rows = Correction.objects.filter(kind=Kind.CLOSER).order_by(*IN_ORDER)
    found = rows.values_list("month", "number", "contract__number", "right_closer__number")
    return [(month.first, *numbers) for month, *numbers in found]  # type: ignore[misc]


def closed_by(credits: QuerySet[Credit], employee: Employee) -> QuerySet[Credit]:
    """The credits for contracts that counted as closed by a person in the credit's month."""
    changes = Correction.objects.filter(kind=Kind.CLOSER)
    latest = changes.filter(contract=OuterRef("receipt__contract"), month__lte=OuterRef("month")).order_by(
        "-month", "-id"
    )
    mine = changes.filter(right_closer=employee).values("contract")
    named = credits.filter(Q(receipt__contract__closer=employee) | Q(receipt__contract__in=mine))
    corrected = Subquery(latest.values("right_closer")[:1])
    closer = Coalesce(corrected, F("receipt__contract__closer"), output_field=BigIntegerField())
    return named.alias(closer_then=closer).filter(closer_then=employee.pk)


def with_present_amount(receipts: QuerySet[Receipt], as_of: Month | None = None) -> QuerySet[Receipt]:
    """Receipts with their `present_amount` (CNY): the latest correction's, up to a month if one is given, else their
    own."""
    latest = Correction.objects.filter(receipt=OuterRef("pk")).order_by("-month", "-id")
    if as_of is not None:
        latest = latest.filter(month__lte=as_of)
    return receipts.annotate(present_amount=Coalesce(Subquery(latest.values("right_amount")[:1]), F("amount")))


def present_amounts(receipts: QuerySet[Receipt]) -> dict[int, Decimal]:
    """What each receipt (id) counts with now (CNY)."""
    rows: Any = with_present_amount(receipts).order_by()
    return dict(rows.values_list("pk", "present_amount"))


def reversals(receipts: Mapping[int, Decimal], month: Month) -> dict[int, Reversal]:
    """By its id each refund, posted up to the month, of the `receipts` (id, and what it counts with in CNY)."""
    rows = Receipt.objects.filter(reverses__in=any_of(receipts), posted_in__lte=month).order_by()
    fields = ("posted_in", "received_on", "number", "id", "reverses", "amount")
    before: dict[int, tuple[Decimal, ...]] = {}
    found = {}
    for *_order, refund, receipt, amount in sorted(rows.values_list(*fields)):
        before[receipt] = (*before.get(receipt, ()), amount)
        found[refund] = Reversal(receipts[receipt], before[receipt])
    return found


@tells_right_amounts
def right_amounts() -> dict[int, Decimal]:
    """What each receipt (id) corrected so far counts with now (CNY), by its latest correction."""
    rows = Correction.objects.filter(kind=Kind.AMOUNT).order_by(*IN_ORDER)
    found: Any = rows.values_list("receipt", "right_amount")
    return dict(found)


def sales_moved(month: Month) -> dict[int, Decimal]:
    """The credited sales (CNY) per employee id that corrections move in the month, for the assessment."""
    rows = Adjustment.objects.filter(month=month).order_by().values_list("employee")
    return dict(rows.annotate(Sum("sales")))


def branch_sales_moved(month: Month) -> dict[int, Decimal]:
    """The sales (CNY) per branch id that corrections add to the month's, or take from them."""
    moved: dict[int, Decimal] = defaultdict(lambda: ZERO)
    rows = Correction.objects.filter(month=month, to_branch__isnull=False)
    for before, after, sales in rows.values_list("from_branch", "to_branch", "moved_sales"):
        moved[after] += sales
        if before is not None:
            moved[before] -= sales
    return dict(moved)


def client_receipts_corrected(month: Month) -> list[tuple[int, dt.date, Decimal]]:
    """By how much (CNY) clients' receipts were corrected up to the month, each with the client's id and its day."""
    rows = Correction.objects.filter(kind=Kind.AMOUNT, month__lte=month).order_by()
    return list(rows.values_list("receipt__contract__client", "receipt__received_on", "moved_sales"))


def whom_it_concerns(correction: Correction, adjusted: Iterable[int]) -> set[int]:
    """Whose pay (ids) a correction changes: now, by being spared, or later on as the contract's closer or assistant.

    `adjusted` are those whom its adjustments pay.
    """
    people = {*adjusted, *correction.spared, correction.wrong_closer_id, correction.right_closer_id}
    contract = correction.contract or (correction.receipt.contract if correction.receipt else None)
    if contract is not None:
        people |= {contract.closer_id, contract.assistant_id}
    return {person for person in people if person is not None}
