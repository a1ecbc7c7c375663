"""What the database holds, in the words of the sheets: natural keys and values, each sheet in a query or two."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from clients.models import Assignment, Client, Contract, Receipt
from compensation.corrected import with_present_amount
from compensation.models import SupportWeight
from funds.models import FundClaim, FundLot
from staff.models import (
    Absence,
    Branch,
    Department,
    Employee,
    OpeningSales,
    OpeningState,
    PersonnelEvent,
    Target,
)
from workbooks.entries import Key, Record
from workbooks.layout import ABSENCES, SHEET_BY_NAME
from workbooks.rows import ParsedSheet

Records = dict[Key, Record]
File = Mapping[str, ParsedSheet]

WORD_OF_ABSENCE: dict[str, str] = {kind: word for word, kind in ABSENCES.items()}


def load_records(name: str, file: File) -> Records:
    """The records of a sheet by key: all of them where others may refer to any, else those the file is about."""
    return _LOADERS[name](file)


def _records(name: str, rows: QuerySet[Any, Any], fields: Mapping[str, str]) -> Records:
    """Records of a queryset; `fields` says which path of it fills which field of the sheet."""
    key = SHEET_BY_NAME[name].key
    records: Records = {}
    for pk, *values in rows.values_list("pk", *fields.values()):
        by_field = dict(zip(fields, (_none_if_blank(value) for value in values), strict=True))
        records[tuple(by_field[part] for part in key)] = Record(pk, by_field)
    return records


def _none_if_blank(value: Any) -> Any:
    return None if value == "" else value


def _said(file: File, name: str, field: str) -> set[Any]:
    """The values that the file has in a column."""
    values = {entry.said.get(field) for entry in file[name].entries.values()}
    return values - {None}


def _branches(_file: File) -> Records:
    return _records("branches", Branch.objects.all(), {"code": "code", "name": "name"})


def _departments(_file: File) -> Records:
    fields = {
        "code": "code",
        "name": "name",
        "branch": "branch__code",
        "system": "system",
        "function": "function",
        "manager": "manager__number",
    }
    return _records("departments", Department.objects.all(), fields)


def _employees(_file: File) -> Records:
    plain = (
        "number",
        "name",
        "rank_since",
        "hired_on",
        "id_number",
        "bank_name",
        "bank_account",
        "phone",
        "email",
    )
    records = _records("employees", Employee.objects.all(), {field: field for field in plain})
    hires = PersonnelEvent.objects.filter(kind=PersonnelEvent.Kind.HIRED).values_list(
        "employee__number", "new_department__code", "new_rank", "new_base_salary"
    )
    for number, department, rank, base_salary in hires:
        values = records[number,].values
        values.update(department=department, rank=rank or None, base_salary=base_salary)
    return records


def _events(_file: File) -> Records:
    fields = {
        "employee": "employee__number",
        "date": "date",
        "kind": "kind",
        "department": "new_department__code",
        "rank": "new_rank",
        "base_salary": "new_base_salary",
    }
    return _records("events", PersonnelEvent.objects.exclude(kind=PersonnelEvent.Kind.HIRED), fields)


def _clients(_file: File) -> Records:
    fields = {
        "number": "number",
        "name": "name",
        "owner": "registered_owner__number",
        "referrer": "referred_by__number",
        "registered_on": "registered_on",
        "is_strategic": "is_strategic",
    }
    records = _records("clients", Client.objects.all(), fields)
    for record in records.values():
        record.values["is_strategic"] = record.values["is_strategic"] or None
    return records


def _assignments(_file: File) -> Records:
    fields = {"client": "client__number", "date": "date", "developer": "developer__number"}
    return _records("assignments", Assignment.objects.all(), fields)


def _contracts(_file: File) -> Records:
    fields = {
        "number": "number",
        "client": "client__number",
        "signed_on": "signed_on",
        "amount": "amount",
        "closer": "closer__number",
        "assistant": "assistant__number",
    }
    return _records("contracts", Contract.objects.all(), fields)


def _receipts(file: File) -> Records:
    """All receipts of the contracts that the file speaks of, and any other receipt it names.

    With the month each counts in, and what it counts with now, which a correction may have changed.
    """
    contracts = _said(file, "receipts", "contract") | _said(file, "contracts", "number")
    numbers = _said(file, "receipts", "number") | _said(file, "receipts", "reverses")
    if not contracts | numbers:
        return {}
    fields = {
        "number": "number",
        "contract": "contract__number",
        "received_on": "received_on",
        "amount": "amount",
        "reverses": "reverses__number",
        "posted_in": "posted_in",
        "present_amount": "present_amount",
    }
    wanted = Q(contract__number__in=contracts) | Q(number__in=numbers) | Q(reverses__number__in=numbers)
    return _records("receipts", with_present_amount(Receipt.objects.filter(wanted)), fields)


def _targets(file: File) -> Records:
    rows = Target.objects.filter(month__in=_said(file, "targets", "month"))
    return _records("targets", rows, {"month": "month", "branch": "branch__code", "amount": "amount"})


def _weights(file: File) -> Records:
    rows = SupportWeight.objects.filter(month__in=_said(file, "weights", "month"))
    return _records("weights", rows, {"month": "month", "employee": "employee__number", "weight": "weight"})


def _claims(file: File) -> Records:
    fields = {
        "number": "number",
        "branch": "branch__code",
        "fund": "fund",
        "date": "date",
        "amount": "amount",
        "purpose": "purpose",
        "client": "client__number",
    }
    return _records("claims", FundClaim.objects.filter(number__in=_said(file, "claims", "number")), fields)


def _opening_states(_file: File) -> Records:
    fields = {
        "employee": "employee__number",
        "brought": "brought",
        "cycle_start": "cycle_start",
        "threshold_streak": "threshold_streak",
        "reinstatement_rank": "reinstatement_rank",
    }
    return _records("opening_states", OpeningState.objects.all(), fields)


def _opening_sales(_file: File) -> Records:
    fields = {"employee": "employee__number", "month": "month", "sales": "sales"}
    return _records("opening_sales", OpeningSales.objects.all(), fields)


def _opening_lots(_file: File) -> Records:
    fields = {"branch": "branch__code", "fund": "fund", "month": "month", "balance": "amount"}
    return _records("opening_lots", FundLot.objects.filter(is_opening=True), fields)


def _absences(file: File) -> Records:
    rows = Absence.objects.filter(employee__number__in=_said(file, "absences", "employee"))
    records: Records = {}
    fields = ("pk", "employee__number", "start", "end", "kind", "note")
    for pk, employee, start, end, kind, note in rows.values_list(*fields):
        word = WORD_OF_ABSENCE.get(kind, note)
        values: dict[str, str | dt.date] = {"employee": employee, "start": start, "end": end, "kind": word}
        records[employee, start] = Record(pk, values)
    return records


_LOADERS: dict[str, Callable[[File], Records]] = {
    "branches": _branches,
    "departments": _departments,
    "employees": _employees,
    "events": _events,
    "clients": _clients,
    "assignments": _assignments,
    "contracts": _contracts,
    "receipts": _receipts,
    "targets": _targets,
    "weights": _weights,
    "claims": _claims,
    "opening_states": _opening_states,
    "opening_sales": _opening_sales,
    "opening_lots": _opening_lots,
    "absences": _absences,
}
