"""What happened to a run on its way, with who and when."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from access.acting import acting_as
from access.actor import Actor
from access.models import User
from access.reach import scope_of
from access.roles import Scope
from monthend.models import MonthRun, MonthTransition
from rulebook.month import Month

DETAILS = ("reason", "pay_list", "paid_on", "voucher")
"""The fields that hold what a transition is told with, beside what happened, who did it and when."""


def may_read_details(viewer: User) -> bool:
    """Whether the viewer reads what transitions are told with: who sees the whole company's pay.

    A reason is free text and may name anybody with an amount; a branch reads what happened, who did it and when.
    """
    return scope_of(viewer) is Scope.COMPANY


def reason_for(viewer: User, row: MonthTransition) -> str:
    """Why it happened, for a viewer who may read it; else empty."""
    return row.reason if may_read_details(viewer) else ""


def record_transition(
    run: MonthRun, kind: MonthTransition.Kind, *, by: Actor, on_behalf_of: User | None = None, **told: Any
) -> None:
    """Add a row to the run's history, with what else is `told`; runs inside the transaction of what it records."""
    with acting_as(by):
        MonthTransition.objects.create(
            run=run, kind=kind, at=timezone.now(), by=by.user, on_behalf_of=on_behalf_of, **told
        )


def standing_payment(transitions: Iterable[MonthTransition]) -> MonthTransition | None:
    """The payment that stands, of a month's transitions, the newest first; None where there is none any more."""
    latest = next((row for row in transitions if row.kind in MonthTransition.PAYMENTS), None)
    return latest if latest is not None and latest.kind == MonthTransition.Kind.PAID else None


def payment_of(run: MonthRun) -> MonthTransition | None:
    """The payment of a locked month that stands, with who noted it; None where there is none, or it was taken back."""
    payments = MonthTransition.objects.filter(run=run, kind__in=MonthTransition.PAYMENTS)
    return standing_payment(payments.select_related("by").order_by("-pk")[:1])


def others_paid_by(voucher: str, month: Month) -> list[MonthTransition]:
    """The payments of other months that stand by a voucher of this number, in the order of their months."""
    taken_back = MonthTransition.objects.filter(
        run=OuterRef("run"), kind=MonthTransition.Kind.UNPAID, pk__gt=OuterRef("pk")
    )
    paid = MonthTransition.objects.filter(kind=MonthTransition.Kind.PAID, voucher__iexact=voucher.strip())
    others = paid.exclude(Exists(taken_back)).exclude(run__month=month)
    return list(others.select_related("run").order_by("run__month"))
