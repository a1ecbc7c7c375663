"""The state of the branches' funds, derived from lots and movements in a fixed number of queries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DateField, DateTimeField, DecimalField, ExpressionWrapper, F, Func, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce

from funds.models import ClaimDecision, FundKind, FundLot, FundMovement
from rulebook.money import ZERO
from rulebook.month import Month
from staff.models import Branch


@dataclass(frozen=True, slots=True)
class FundMonth:
    """What happened to one fund of a branch in a month, and what is left of all its lots after it (CNY)."""

    branch: Branch
    fund: FundKind
    accrued: Decimal
    spent: Decimal
    expired: Decimal
    balance: Decimal


def fund_months(month: Month) -> Iterator[FundMonth]:
    """Both funds of every branch in the month, by branch (2-1.4); what was brought along counts in the balance only."""
    added = {
        (row["branch_id"], row["fund"]): row["total"]
        for row in FundLot.objects.filter(month__lte=month)
        .order_by()
        .values("branch_id", "fund")
        .annotate(total=Sum("amount"))
    }
    movements = FundMovement.objects.filter(month__lte=month).order_by().values("lot__branch_id", "lot__fund")
    taken: dict[tuple[int, str], Mapping[str, Any]] = {
        (row["lot__branch_id"], row["lot__fund"]): row
        for row in movements.annotate(
            total=Sum("amount"),
            spent=Sum("amount", filter=Q(month=month, kind=FundMovement.Kind.SPENT)),
            expired=Sum("amount", filter=Q(month=month, kind=FundMovement.Kind.EXPIRED)),
        )
    }
    accruals = FundLot.objects.filter(month=month).select_related("branch")
    for lot in accruals.order_by("branch__code", "fund"):
        gone = taken.get((lot.branch_id, lot.fund), {})
        yield FundMonth(
            branch=lot.branch,
            fund=FundKind(lot.fund),
            accrued=lot.amount,
            spent=gone.get("spent") or ZERO,
            expired=gone.get("expired") or ZERO,
            balance=added[lot.branch_id, lot.fund] - (gone.get("total") or ZERO),
        )


def decisions_of(month: Month) -> QuerySet[ClaimDecision]:
    """The month's decisions on claims, by date and number."""
    return (
        ClaimDecision.objects.filter(month=month)
        .select_related("claim", "claim__client")
        .order_by("claim__date", "claim__number")
    )


def lots_alive(month: Month) -> QuerySet[Any]:
    """The lots with something `left` after a month (CNY), each with the first day of the `last_month` to spend it."""
    usable = Func(F("usable_months"), template="make_interval(months => %(expressions)s)")
    last_month = Cast(ExpressionWrapper(F("month") + usable, DateTimeField()), DateField())
    taken = Coalesce(Sum("movements__amount", filter=Q(movements__month__lte=month)), Value(ZERO, DecimalField()))
    lots = FundLot.objects.filter(month__lte=month).annotate(last_month=last_month, left=F("amount") - taken)
    return lots.filter(last_month__gt=month.first, left__gt=0)


def about_to_expire(month: Month) -> QuerySet[Any]:
    """The lots that can be spent for the last time in the month after `month`, with what is `left` of each (CNY)."""
    return lots_alive(month).filter(last_month=(month + 1).first)
