"""Reads inputs and stored results from the database, with one plain query each."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import fields
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from clients.models import Client, Contract, Receipt
from compensation.models import BasePayLine, CommissionLine, Credit, Payslip, SupportPool, SupportShare, SupportWeight
from funds.models import ClaimDecision, FundClaim, FundLot, FundMovement
from monthend.verify import facts, results
from monthend.verify.results import Key, MonthResults, Row
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
    RankAssessment,
    Target,
)

PROTECTED = ("sick", "maternity", "injury")

COLUMNS = {
    "branch": "branch__code",
    "home": "home__code",
    "department": "department__code",
    "person": "employee__number",
    "plan": "plan_version__version",
    "reverses": "reversed_line__receipt__number",
}

Record = TypeVar("Record")
ResultRow = TypeVar("ResultRow", bound=Row)


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
        clients=_read(
            Client, ("number", "registered_owner__number", "referred_by__number", "registered_on"), facts.Client
        ),
        contracts=_read(
            Contract, ("number", "client__number", "signed_on", "closer__number", "assistant__number"), facts.Contract
        ),
        receipts=_read(
            Receipt,
            ("number", "contract__number", "received_on", "posted_in", "amount", "reverses__number"),
            facts.Receipt,
        ),
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
    )


def read_results(month: Month) -> MonthResults:
    """The rows that the month end stored for a month."""
    stored = MonthResults(month)
    person, receipt, branch = "employee__number", "receipt__number", "branch__code"
    lot = ("lot__branch__code", "lot__fund", "lot__month")
    of_month = {"month": month}
    contracts = Contract.objects.filter(receipts__posted_in=month).distinct()
    stored.contracts |= _rows(contracts, ("number",), results.ContractRow)
    stored.credits |= _rows(Credit.objects.filter(**of_month), (receipt,), results.CreditRow)
    stored.lines |= _rows(CommissionLine.objects.filter(**of_month), (receipt, person, "kind"), results.LineRow)
    stored.base_pay |= _rows(BasePayLine.objects.filter(**of_month), (person, "start"), results.BasePayRow)
    stored.assessments |= _rows(RankAssessment.objects.filter(**of_month), (person,), results.AssessmentRow)
    stored.pools |= _rows(SupportPool.objects.filter(**of_month), (branch,), results.PoolRow)
    stored.shares |= _rows(SupportShare.objects.filter(**of_month), (person,), results.ShareRow)
    lots = FundLot.objects.filter(**of_month, is_opening=False)
    stored.lots |= _rows(lots, (branch, "fund"), results.LotRow)
    stored.decisions |= _rows(ClaimDecision.objects.filter(**of_month), ("claim__number",), results.DecisionRow)
    movements = FundMovement.objects.filter(**of_month)
    stored.movements |= _rows(movements, (*lot, "kind", "claim__number"), results.MovementRow)
    stored.payslips |= _rows(Payslip.objects.filter(**of_month), (person,), results.PayslipRow)
    return stored


def _read(
    model: type[Model], columns: tuple[str, ...], make: Callable[..., Record], **only: object
) -> tuple[Record, ...]:
    """The rows of a model, all or those that are as `only` says, each made of the values of its columns."""
    rows = model._default_manager.filter(**only).order_by().values_list(*columns)
    return tuple(make(*values) for values in rows)


def _department(code: str, branch: str, system: str) -> facts.Department:
    return facts.Department(code, branch, is_sales=system == "sales")


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


def _rows(stored: QuerySet[Any], key: tuple[str, ...], row_type: type[ResultRow]) -> Iterator[tuple[Key, ResultRow]]:
    """Each stored row under its key; a row's columns are called as its fields, or as COLUMNS says."""
    columns = [COLUMNS.get(column.name, column.name) for column in fields(row_type)]
    for values in stored.order_by().values_list(*key, *columns):
        parts, rest = values[: len(key)], values[len(key) :]
        yield tuple("" if part is None else str(part) for part in parts), row_type(*rest)
