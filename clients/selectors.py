"""Reads about clients: what they are worth, and the pool of orphans."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from access.models import User
from access.reach import within_reach
from clients.codes import Cause
from clients.models import ClientStatus, Contract, Handover, OrphanClient, PoolRule, Receipt
from periods.fields import Money
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.selectors import NoPlanInForce, plan_version_at


def major_client_sales(today: dt.date) -> Decimal | None:
    """From which receipts (CNY, net of refunds) on a client is a major one, by the plan in force (2-2.2.2)."""
    try:
        plan = plan_version_at(Month.of(today)).plan
    except NoPlanInForce:
        return None
    return plan.company_activity.major_client_sales


def with_value(rows: QuerySet[Any], client: str) -> QuerySet[Any]:
    """Rows with what the client whose key stands in the column `client` signed and paid: `contracted` and `received`,
    net of refunds (CNY), and whether these make it a major one now."""
    signed = Contract.objects.filter(client=OuterRef(client)).order_by().values("client")
    paid = Receipt.objects.filter(contract__client=OuterRef(client)).order_by().values("contract__client")
    valued = rows.annotate(
        contracted=Coalesce(Subquery(signed.annotate(sum=Sum("amount")).values("sum")), ZERO, output_field=Money()),
        received=Coalesce(Subquery(paid.annotate(sum=Sum("amount")).values("sum")), ZERO, output_field=Money()),
    )
    limit = major_client_sales(timezone.localdate())
    is_major: Any = Value(False)
    if limit is not None:
        is_major = ExpressionWrapper(Q(received__gte=limit), output_field=BooleanField())
    marked: QuerySet[Any] = valued.annotate(is_major=is_major)
    return marked


def pool_rule(day: dt.date) -> PoolRule:
    """How the pool is run on a day; the defaults, unsaved, before the first setting."""
    rules = PoolRule.objects.filter(effective_from__lte=day).order_by("-effective_from")
    return rules.first() or PoolRule(effective_from=day)


@dataclass(frozen=True, slots=True)
class PoolCounts:
    """How many orphans wait and are developed, and since when the one waits that became one first."""

    waiting: int
    developed: int
    oldest: dt.date | None

    @property
    def oldest_age(self) -> int | None:
        """How many days ago the oldest that waits became an orphan."""
        return None if self.oldest is None else (timezone.localdate() - self.oldest).days


def pool_counts(viewer: User) -> PoolCounts:
    """What the pool holds within the viewer's reach; one query."""
    waits = Q(developer=None)
    orphans = within_reach(viewer, OrphanClient.objects.order_by())
    found = orphans.aggregate(
        waiting=Count("pk", filter=waits), developed=Count("pk", filter=~waits), oldest=Min("since", filter=waits)
    )
    return PoolCounts(**found)


def conflicts() -> QuerySet[Any]:
    """The turns at which another than the client's developer closed a contract, each with the `developer_name`."""
    before = ClientStatus.objects.filter(client=OuterRef("client"), sequence=OuterRef("sequence") - 1)
    signed = ClientStatus.objects.filter(cause=Cause.SIGNED).annotate(
        developed_by=Subquery(before.values("developer")[:1]),
        developer_name=Subquery(before.values("developer__name")[:1]),
    )
    return signed.filter(developed_by__isnull=False).exclude(developed_by=F("caused_by"))


@dataclass(frozen=True, slots=True)
class PoolWork:
    """What of the pool waits for somebody who may assign: orphans nobody develops, and since how many days the oldest
    is one; assignments to be accepted."""

    unassigned: int
    oldest_age: int | None
    to_accept: int


def pool_work(viewer: User) -> PoolWork:
    """What waits in the pool within the viewer's reach; two queries."""
    counts = pool_counts(viewer)
    waits = within_reach(viewer, Handover.objects.filter(answer=Handover.Answer.WAITING).order_by())
    return PoolWork(counts.waiting, counts.oldest_age, waits.count())
