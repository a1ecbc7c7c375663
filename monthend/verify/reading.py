"""Reads inputs and stored results from the database, with one plain query each; long tables a few rows at a time."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model
from django.db.models.functions import Collate

from clients.models import Client, Contract, Lapse, PoolClaim, Receipt
from compensation.models import Adjustment, Correction, Hold, RulingShare, SupportWeight
from disputes.models import Ruling
from funds.models import FundClaim, FundLot
from monthend.lock.selectors_seal import sealed_rows
from monthend.verify import facts
from monthend.verify.tables import CONTRACTS, Table
from periods.models import Period
from rulebook.models import PlanVersion
from rulebook.month import Month
from staff.models import (
    Absence,
    Branch,
    Department,
    Employee,
    OpeningSales,
    OpeningState,
    PersonnelEvent,
    RankDecision,
    Target,
)

PROTECTED = (Absence.Kind.SICK, Absence.Kind.MATERNITY, Absence.Kind.INJURY)

Record = TypeVar("Record")


def read_facts(month: Month) -> facts.Facts:
    """Everything that was put in, to recompute from the first locked month on, else from `month`."""
    first = Period.objects.filter(state=Period.State.LOCKED).order_by("month").values_list("month", flat=True).first()
    versions = PlanVersion.objects.filter(approved_at__isnull=False)
    return facts.Facts(
        first_month=first or month,
        plans=tuple(version.plan for version in versions),
        branches=tuple(Branch.objects.order_by("code").values_list("code", flat=True)),
        departments=_read(Department, ("code", "branch__code", "system"), _department),
        people=tuple(Employee.objects.order_by("number").values_list("number", flat=True)),
        events=_read(
            PersonnelEvent,
            ("employee__number", "date", "kind", "new_department__code", "new_rank", "new_base_salary"),
            _event,
        ),
        rank_decisions=tuple(_rank_decisions()),
        clients=_read(
            Client, ("number", "registered_owner__number", "referred_by__number", "registered_on"), facts.Client
        ),
        contracts=_read(
            Contract, ("number", "client__number", "signed_on", "closer__number", "assistant__number"), facts.Contract
        ),
        lapses=_read(Lapse, ("client__number", "date", "owner__number"), facts.Lapse),
        pool_claims=_read(PoolClaim, ("client__number", "date", "owner__number"), facts.PoolClaim),
        ruled_owners=tuple(_ruled_owners()),
        cash=facts.Cash(_posted_in, _reversed()),
        targets=_read(Target, ("month", "branch__code", "amount"), facts.Target),
        weights=_read(SupportWeight, ("month", "employee__number", "weight"), facts.Weight),
        claims=_read(FundClaim, ("number", "branch__code", "fund", "date", "amount", "client__number"), _claim),
        opening_states=_read(
            OpeningState,
            ("employee__number", "brought", "cycle_start", "threshold_streak", "reinstatement_rank"),
            _opening_state,
        ),
        opening_sales=_read(OpeningSales, ("employee__number", "month", "sales"), facts.OpeningSales),
        opening_lots=_read(
            FundLot,
            ("branch__code", "fund", "month", "amount", "usable_months"),
            _opening_lot,
            is_opening=True,
        ),
        absences=_read(Absence, ("employee__number", "start", "end", "kind"), _absence),
        corrections=tuple(_corrections()),
        other_pay=_read(
            Adjustment, ("correction__number", "month", "employee__number", "amount"), facts.OtherPay, line=None
        ),
        holds=_read(Hold, ("reference", "contract__number", "since"), facts.Hold),
    )


def stored_rows(table: Table, month: Month) -> Iterator[tuple[Any, ...]]:
    """A table's rows of a month, in the order of their keys, fetched a few at a time."""
    if table is CONTRACTS:
        contracts = Contract.objects.filter(receipts__posted_in=month).order_by(Collate("number", "C")).distinct()
        return contracts.values_list(*table.columns).iterator()
    return sealed_rows(table.model, table.key, month).iterator()


def _posted_in(month: Month) -> tuple[facts.Receipt, ...]:
    columns = ("number", "contract__number", "received_on", "posted_in", "amount", "reverses__number")
    return _read(Receipt, columns, facts.Receipt, posted_in=month)


def _corrections() -> Iterator[facts.Correction]:
    """The corrections of receipts and contracts, rulings and ends of holds, in the order they were made."""
    shares = defaultdict[str, list[facts.RuledShare]](list)
    parts = ("employee__number", "sales_share", "commission_share", "branch__code")
    for ruling, *part in RulingShare.objects.order_by().values_list("correction__number", *parts):
        shares[ruling].append(facts.RuledShare(*part))
    columns = ("number", "month", "contract__number", "receipt__contract__number")
    rows = Correction.objects.exclude(kind=Correction.Kind.OTHER).order_by("id")
    right = ("receipt__number", "right_amount", "right_closer__number", "hold__reference")
    for number, month, contract, of_receipt, *rest in rows.values_list(*columns, *right):
        receipt, amount, closer, hold = rest
        parties = tuple(shares[number])
        yield facts.Correction(number, month, contract or of_receipt, receipt, amount, closer, hold, parties)


def _ruled_owners() -> Iterator[facts.RuledOwner]:
    """The owners that rulings named, in the order they did."""
    rows = Ruling.objects.exclude(owner=None).order_by("id")
    for client, day, owner in rows.values_list("dispute__client__number", "made_on", "owner__number"):
        yield facts.RuledOwner(client, day, owner)


def _rank_decisions() -> Iterator[facts.RankDecision]:
    """The signed decisions on ranks, in the order they were made."""
    rows = RankDecision.objects.filter(state=RankDecision.State.SIGNED).order_by("id")
    given = ("employee__number", "month", "rank", "entered_on", "ends_right")
    for person, month, rank, entered, ends_right in rows.values_list(*given):
        yield facts.RankDecision(person, month, rank or None, entered, ends_right)


def _reversed() -> frozenset[str]:
    reversing = Receipt.objects.filter(reverses__isnull=False).order_by()
    return frozenset(reversing.values_list("reverses__number", flat=True).iterator())


def _read(
    model: type[Model], columns: tuple[str, ...], make: Callable[..., Record], **only: object
) -> tuple[Record, ...]:
    """The rows of a model, all or those that are as `only` says, each made of the values of its columns."""
    rows = model._default_manager.filter(**only).order_by().values_list(*columns)
    return tuple(make(*values) for values in rows.iterator())


def _department(code: str, branch: str, system: str) -> facts.Department:
    return facts.Department(code, branch, is_sales=system == Department.System.SALES)


def _event(person: str, date: dt.date, kind: str, *terms: Any) -> facts.PersonnelEvent:
    department, rank, base_salary = terms
    return facts.PersonnelEvent(person, date, facts.EventKind(kind), department, rank or None, base_salary)


def _claim(number: str, branch: str, fund: str, *asked: Any) -> facts.Claim:
    return facts.Claim(number, branch, facts.FundName(fund), *asked)


def _opening_state(person: str, brought: Decimal, *running: Any) -> facts.OpeningState:
    cycle_start, threshold_streak, reinstatement_rank = running
    return facts.OpeningState(person, brought, cycle_start, threshold_streak, reinstatement_rank or None)


def _opening_lot(branch: str, fund: str, *left: Any) -> facts.OpeningLot:
    return facts.OpeningLot(branch, facts.FundName(fund), *left)


def _absence(person: str, start: dt.date, end: dt.date, kind: str) -> facts.Absence:
    return facts.Absence(person, start, end, is_protected=kind in PROTECTED)
