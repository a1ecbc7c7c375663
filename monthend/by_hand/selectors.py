"""Reads all that was done by hand in a month; a fixed number of queries, few where there is nothing."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from access.accounts.second_person import read_just_now
from access.models import Change
from clients.models import Contract
from compensation.models import SupportWeight
from monthend.approval.selectors import NAMED_BY
from monthend.by_hand.contracts import closers_changed, other_closers
from monthend.by_hand.deeds import ByHand, by_money
from monthend.by_hand.moves import moves
from monthend.by_hand.paid import paid_otherwise
from monthend.by_hand.receipts import above_their_contracts
from monthend.by_hand.targets import late_targets
from monthend.by_hand.weights import weights_of
from monthend.models import MonthRun
from rulebook.month import Month
from staff.models import PersonnelEvent, Target

Kind = Change.Kind


@dataclass(frozen=True, slots=True)
class _Span:
    """From when to when what was done by hand is the month's: `since` the last month was handed over, None before the
    first; `began` when its first day did."""

    began: dt.datetime
    since: dt.datetime | None
    until: dt.datetime


def done_by_hand(month: Month) -> ByHand:
    """Corrections and other pay, weights, late targets, transfers, contracts' other closers, receipts above them."""
    span = _span(month)
    kept: dict[str, list[Any]] = {}
    changes = list(_changes(month, span).select_related(f"by__{NAMED_BY}").order_by("pk"))
    read_just_now({change.by_id: change.by for change in changes if change.by}.values())
    for change in changes:
        kept.setdefault(change.model, []).append(change)

    def of(model: type[Model]) -> list[Any]:
        return kept.get(model._meta.label_lower, [])

    weights = weights_of(month, of(SupportWeight))
    sharers: dict[int | None, set[int]] = {}
    for one in weights:
        sharers.setdefault(one.branch.pk, set()).add(one.person.pk)
    deeds = [
        *paid_otherwise(month, sharers),
        *late_targets(month, of(Target), sharers),
        *other_closers(month, of(Contract)),
        *above_their_contracts(month),
        *moves(month, of(PersonnelEvent)),
    ]
    return ByHand(by_money(deeds), weights)


def _span(month: Month) -> _Span:
    runs = MonthRun.objects.filter(month__in=(month - 1, month)).exclude(state=MonthRun.State.REPLACED)
    by_month = {run.month: run for run in runs}
    before, run = by_month.get(month - 1), by_month.get(month)
    began = timezone.make_aware(dt.datetime.combine(month.first, dt.time()))
    until = run.locked_at if run is not None and run.locked_at else timezone.now()
    return _Span(began, (before.prepared_at or before.locked_at) if before else None, until)


def _changes(month: Month, span: _Span) -> QuerySet[Any]:
    """What the database kept of the month's weights, targets and transfers, and of contracts' closers; one query."""
    first, last = month.first.isoformat(), month.last.isoformat()
    weights = _of(SupportWeight) & Q(row_id__in=SupportWeight.objects.filter(month=month).order_by().values("pk"))
    its_target = Q(row_id__in=Target.objects.filter(month=month).order_by().values("pk")) | Q(before__month=first)
    targets = _of(Target) & Q(at__gte=span.began) & its_target
    transfers = PersonnelEvent.objects.filter(date__gte=month.first, date__lte=month.last).order_by()
    found = weights | targets | _of(PersonnelEvent) & Q(row_id__in=transfers.values("pk"))
    if span.since is not None:
        removed = Q(kind=Kind.REMOVED, at__gt=span.since, was_date__gte=first, was_date__lte=last)
        # What was entered and taken back since comes to nothing.
        entered = Change.objects.filter(model=OuterRef("model"), row_id=OuterRef("row_id"), kind=Kind.ADDED)
        found |= _of(PersonnelEvent) & removed & Q(~Exists(entered.filter(at__gt=span.since)))
        found |= _of(Contract) & Q(at__gt=span.since) & closers_changed()
    words = {"was_date": KT("before__date"), "was_amount": KT("before__amount")}
    return Change.objects.annotate(**words).filter(found, at__lte=span.until)


def _of(model: type[Model]) -> Q:
    return Q(model=model._meta.label_lower)
