"""What counts since corrections were posted: contracts' closers and branches, receipts' amounts, the sales moved.

A month sees the corrections posted up to it. They are few: each reader here asks once, however large the month is.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from clients.bank.selectors_amounts import tells_right_amounts
from clients.history.actions import RightCloser, tells_right_closers
from clients.models import Receipt
from compensation.models import Adjustment, BranchSalesMove, Correction, Credit, RulingShare
from compensation.rules import Reversal
from compensation.rulings.rules import CloserChange, Closers, Split, SplitShare
from periods.bulk import any_of
from rulebook.money import ZERO
from rulebook.month import Month
from staff.models import Employee

Kind = Correction.Kind
IN_ORDER = ("month", "id")


def closers_as_of(month: Month | None, *contracts: int) -> Closers:
    """Read the closers and rulings up to a month, or all so far, of all contracts or of those named; one query, another
    one if there are rulings."""
    rows = Correction.objects.filter(kind__in=(Kind.CLOSER, Kind.RULING)).order_by(*IN_ORDER)
    if month is not None:
        rows = rows.filter(month__lte=month)
    if contracts:
        rows = rows.filter(contract__in=contracts)
    changes: dict[int, list[CloserChange | Split]] = defaultdict(list)
    closer = ("wrong_closer", "right_closer", "right_closer__number", "to_branch")
    found = list(rows.values_list("pk", "kind", "contract", "month", *closer))
    splits = _splits([(pk, since) for pk, kind, _contract, since, *_rest in found if kind == Kind.RULING])
    for pk, kind, contract, since, *corrected in found:
        changes[contract].append(splits[pk] if kind == Kind.RULING else CloserChange(since, *corrected))
    return Closers(changes)


def counting_for(closers: Closers, branch: int, path: str = "") -> Q:
    """The condition on contracts (at `path`) that they, or a part of them, count for a branch."""
    own = Q(**{f"{path}branch": branch})
    if not closers.changes:
        return own
    here = [contract for contract in closers.changes if branch in closers.branches(contract)]
    elsewhere = closers.changes.keys() - here
    return own & ~Q(**{f"{path}pk__in": elsewhere}) | Q(**{f"{path}pk__in": here})


def _splits(rulings: Sequence[tuple[int, Month]]) -> dict[int, Split]:
    """Rulings (id and month) with their shares."""
    if not rulings:
        return {}
    shares: dict[int, list[SplitShare]] = defaultdict(list)
    rows = RulingShare.objects.filter(correction__in=[pk for pk, _month in rulings]).order_by("employee__number")
    fields = ("correction", "employee", "employee__number", "sales_share", "commission_share", "branch")
    for ruling, *share in rows.values_list(*fields):
        shares[ruling].append(SplitShare(*share))
    return {pk: Split(pk, month, tuple(shares[pk])) for pk, month in rulings}


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
    if not receipts:
        return {}
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
    """The sales (CNY) per branch id that corrections and rulings add to the month's, or take from them."""
    moved: dict[int, Decimal] = defaultdict(lambda: ZERO)
    rows = Correction.objects.filter(month=month, to_branch__isnull=False)
    for before, after, sales in rows.values_list("from_branch", "to_branch", "moved_sales"):
        moved[after] += sales
        if before is not None:
            moved[before] -= sales
    for branch, sales in BranchSalesMove.objects.filter(month=month).order_by().values_list("branch", "sales"):
        moved[branch] += sales
    return dict(moved)


def client_receipts_corrected(month: Month) -> list[tuple[int, dt.date, Decimal]]:
    """By how much (CNY) clients' receipts were corrected up to the month, each with the client's id and its day."""
    rows = Correction.objects.filter(kind=Kind.AMOUNT, month__lte=month).order_by()
    return list(rows.values_list("receipt__contract__client", "receipt__received_on", "moved_sales"))


def whom_it_concerns(correction: Correction, adjusted: Iterable[int]) -> set[int]:
    """Whose pay (ids) a correction changes: now, by being spared, or later on as the contract's closer or assistant, or
    as somebody among whom a ruling split it.

    `adjusted` are those whom its adjustments pay.
    """
    people = {*adjusted, *correction.spared, correction.wrong_closer_id, correction.right_closer_id}
    contract = correction.contract or (correction.receipt.contract if correction.receipt else None)
    if contract is not None:
        people |= {contract.closer_id, contract.assistant_id}
        people |= set(RulingShare.objects.filter(correction__contract=contract).values_list("employee", flat=True))
    return {person for person in people if person is not None}
