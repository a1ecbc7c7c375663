"""Checked entries as rows of the database, parents before children."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from django.db.models import Model

from access.actor import Actor
from clients.actions import name_referrers, save_assignments, save_clients, save_contracts, save_receipts
from clients.actions_history import rebuild_histories
from clients.models import Assignment, Client, Contract, Receipt
from compensation.actions import save_support_weights, withdraw_receipts
from compensation.models import SupportWeight
from funds.actions import save_claims, save_opening_lots
from funds.models import FundClaim, FundLot
from rulebook.money import ZERO
from rulebook.month import Month
from staff.actions import (
    appoint_managers,
    save_absences,
    save_branches,
    save_departments,
    save_employees,
    save_opening_sales,
    save_opening_states,
    save_personnel_events,
    save_targets,
)
from staff.actions_careers import rebuild_careers
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
from workbooks.checks_opening import usable_months
from workbooks.company import Company
from workbooks.entries import Change, Entry, Key, Record
from workbooks.layout import ABSENCES
from workbooks.whereabouts import Whereabouts

Row = TypeVar("Row", bound=Model)
RowOut = TypeVar("RowOut", bound=Model, contravariant=True)


class Save(Protocol[RowOut]):
    """An action that writes rows of a model."""

    def __call__(self, *, new: Sequence[RowOut], changed: Sequence[RowOut], by: Actor) -> None: ...


def write_company(company: Company, whereabouts: Mapping[Key, Whereabouts], *, by: Actor) -> None:
    """Write all that the file adds or changes, and what follows from it: posts, ranks, clients' histories."""
    writer = _Writer(company, whereabouts, by)
    writer.write_places_and_people()
    writer.write_clients()
    writer.write_receipts()
    writer.write_plans_and_claims()
    writer.write_opening()
    writer.derive()


class _Writer:
    """Knows the ids of what is there and of what it has written, by sheet and key."""

    def __init__(self, company: Company, whereabouts: Mapping[Key, Whereabouts], by: Actor) -> None:
        self._company = company
        self._whereabouts = whereabouts
        self._by = by
        self._ids: dict[str, dict[Key, int]] = {
            name: {key: entry.record.pk for key, entry in table.entries.items() if entry.record}
            for name, table in company.tables.items()
        }

    def write_places_and_people(self) -> None:
        """Branches, departments, people, their hires and moves; managers once both sides are there."""
        self._save("branches", self._branch, save_branches)
        self._save("departments", self._department, save_departments)
        self._save("employees", self._employee, save_employees)
        self._save_hires()
        self._save("events", self._event, save_personnel_events)
        managed = [entry for entry in self._touched("departments") if _is_to_be_written(entry, "manager")]
        if managed:
            departments = [
                Department(pk=self._id("departments", *entry.key), manager_id=self._id("employees", entry["manager"]))
                for entry in managed
            ]
            appoint_managers(departments=departments, by=self._by)
        self._save("absences", self._absence, save_absences)

    def write_clients(self) -> None:
        """Clients and their contracts; referrers once all clients are there."""
        self._save("clients", self._client, save_clients)
        referred = [entry for entry in self._touched("clients") if _is_to_be_written(entry, "referrer")]
        if referred:
            clients = [
                Client(pk=self._id("clients", *entry.key), referred_by_id=self._id("clients", entry["referrer"]))
                for entry in referred
            ]
            name_referrers(clients=clients, by=self._by)
        self._save("assignments", self._assignment, save_assignments)
        self._save("contracts", self._contract, save_contracts)

    def write_receipts(self) -> None:
        """New receipts before anything that may reverse them."""
        touched = self._touched("receipts")
        new = [entry for entry in touched if entry.change is Change.ADDED]
        self._save_entries(
            "receipts", [entry for entry in new if entry["reverses"] is None], self._receipt, save_receipts
        )
        changed = [entry for entry in touched if entry.change is Change.CHANGED]
        moved = [entry.record.pk for entry in changed if entry.record and self._has_moved(entry, entry.record)]
        if moved:
            withdraw_receipts(receipt_ids=moved, by=self._by)
        self._save_entries("receipts", changed, self._receipt, save_receipts)
        refunds = [entry for entry in new if entry["reverses"] is not None]
        self._save_entries("receipts", refunds, self._receipt, save_receipts)

    def write_plans_and_claims(self) -> None:
        """Targets, weights and claims."""
        self._save("targets", self._target, save_targets)
        self._save("weights", self._weight, save_support_weights)
        self._save("claims", self._claim, save_claims)

    def write_opening(self) -> None:
        """What was brought along at go-live."""
        self._save("opening_states", self._opening_state, save_opening_states)
        self._save("opening_sales", self._opening_sales, save_opening_sales)
        self._save("opening_lots", self._opening_lot, save_opening_lots)

    def derive(self) -> None:
        """Bring posts, ranks and clients' histories in line with what was written."""
        people = {entry.key for entry in self._touched("employees")}
        people |= {entry.key[:1] for entry in self._touched("events")}
        moved = any(entry.changed & {"branch", "system"} for entry in self._touched("departments"))
        if moved:
            people |= self._ids["employees"].keys()
        if people:
            rebuild_careers([self._ids["employees"][key] for key in people])
        if people or any(self._touched(name) for name in ("clients", "assignments", "contracts")):
            rebuild_histories()

    def _touched(self, name: str) -> list[Entry]:
        return list(self._company[name].touched)

    def _save(self, name: str, build: Callable[[Entry], Row], save: Save[Row]) -> None:
        self._save_entries(name, self._touched(name), build, save)

    def _save_entries(
        self, name: str, entries: Iterable[Entry], build: Callable[[Entry], Row], save: Save[Row]
    ) -> None:
        built = [(entry, build(entry)) for entry in entries]
        for entry, row in built:
            row.pk = entry.record.pk if entry.record else None
        new = [row for entry, row in built if entry.record is None]
        changed = [row for entry, row in built if entry.record is not None]
        if built:
            save(new=new, changed=changed, by=self._by)
        self._ids[name].update({entry.key: row.pk for entry, row in built})

    def _id(self, name: str, key: str | None) -> Any:
        return None if key is None else self._ids[name][key,]

    def _save_hires(self) -> None:
        """Every person's first event."""
        entries = self._touched("employees")
        known = [entry.record.pk for entry in entries if entry.record]
        hires = dict(
            PersonnelEvent.objects.filter(employee__in=known, kind=PersonnelEvent.Kind.HIRED).values_list(
                "employee_id", "pk"
            )
        )
        rows = [self._hire(entry, hires) for entry in entries]
        if rows:
            save_personnel_events(
                new=[row for row in rows if row.pk is None], changed=[row for row in rows if row.pk], by=self._by
            )

    def _hire(self, entry: Entry, hires: Mapping[int, int]) -> PersonnelEvent:
        employee = self._id("employees", entry["number"])
        return PersonnelEvent(
            pk=hires.get(employee),
            employee_id=employee,
            kind=PersonnelEvent.Kind.HIRED,
            date=entry["hired_on"],
            new_department_id=self._id("departments", entry["department"]),
            new_rank=entry["rank"] or "",
            new_base_salary=entry["base_salary"],
        )

    def _branch(self, entry: Entry) -> Branch:
        return Branch(code=entry["code"], name=entry["name"])

    def _department(self, entry: Entry) -> Department:
        return Department(
            code=entry["code"],
            name=entry["name"],
            branch_id=self._id("branches", entry["branch"]),
            system=entry["system"],
            function=entry["function"] or "",
        )

    def _employee(self, entry: Entry) -> Employee:
        return Employee(
            number=entry["number"],
            name=entry["name"],
            hired_on=entry["hired_on"],
            rank_since=entry["rank_since"],
            id_number=entry["id_number"] or "",
            bank_name=entry["bank_name"] or "",
            bank_account=entry["bank_account"] or "",
            phone=entry["phone"] or "",
            email=entry["email"] or "",
        )

    def _event(self, entry: Entry) -> PersonnelEvent:
        return PersonnelEvent(
            employee_id=self._id("employees", entry["employee"]),
            date=entry["date"],
            kind=entry["kind"],
            new_department_id=self._id("departments", entry["department"]),
            new_rank=entry["rank"] or "",
            new_base_salary=entry["base_salary"],
        )

    def _absence(self, entry: Entry) -> Absence:
        kind = ABSENCES.get(entry["kind"], Absence.Kind.OTHER)
        return Absence(
            employee_id=self._id("employees", entry["employee"]),
            start=entry["start"],
            end=entry["end"],
            kind=kind,
            note=entry["kind"] if kind == Absence.Kind.OTHER else "",
        )

    def _client(self, entry: Entry) -> Client:
        return Client(
            number=entry["number"],
            name=entry["name"],
            registered_owner_id=self._id("employees", entry["owner"]),
            registered_on=entry["registered_on"],
            is_strategic=bool(entry["is_strategic"]),
        )

    def _assignment(self, entry: Entry) -> Assignment:
        return Assignment(
            client_id=self._id("clients", entry["client"]),
            date=entry["date"],
            developer_id=self._id("employees", entry["developer"]),
        )

    def _contract(self, entry: Entry) -> Contract:
        department = self._whereabouts[entry["closer"],].on(entry["signed_on"])
        return Contract(
            number=entry["number"],
            client_id=self._id("clients", entry["client"]),
            signed_on=entry["signed_on"],
            amount=entry["amount"],
            closer_id=self._id("employees", entry["closer"]),
            assistant_id=self._id("employees", entry["assistant"]),
            branch_id=self._id("branches", department["branch"] if department else None),
        )

    def _receipt(self, entry: Entry) -> Receipt:
        return Receipt(
            number=entry["number"],
            contract_id=self._id("contracts", entry["contract"]),
            received_on=entry["received_on"],
            posted_in=self._company.posting_month(entry["received_on"]),
            amount=entry["amount"],
            reverses_id=self._id("receipts", entry["reverses"]),
        )

    def _has_moved(self, receipt: Entry, record: Record) -> bool:
        """Whether a receipt is posted in another month than before."""
        before: Month = record.values["posted_in"]
        return before != self._company.posting_month(receipt["received_on"])

    def _target(self, entry: Entry) -> Target:
        return Target(month=entry["month"], branch_id=self._id("branches", entry["branch"]), amount=entry["amount"])

    def _weight(self, entry: Entry) -> SupportWeight:
        return SupportWeight(
            month=entry["month"], employee_id=self._id("employees", entry["employee"]), weight=entry["weight"]
        )

    def _claim(self, entry: Entry) -> FundClaim:
        return FundClaim(
            number=entry["number"],
            branch_id=self._id("branches", entry["branch"]),
            fund=entry["fund"],
            date=entry["date"],
            amount=entry["amount"],
            purpose=entry["purpose"],
            client_id=self._id("clients", entry["client"]),
        )

    def _opening_state(self, entry: Entry) -> OpeningState:
        return OpeningState(
            employee_id=self._id("employees", entry["employee"]),
            brought=entry["brought"] or ZERO,
            cycle_start=entry["cycle_start"],
            threshold_streak=entry["threshold_streak"] or 0,
            reinstatement_rank=entry["reinstatement_rank"] or "",
        )

    def _opening_sales(self, entry: Entry) -> OpeningSales:
        return OpeningSales(
            employee_id=self._id("employees", entry["employee"]), month=entry["month"], sales=entry["sales"]
        )

    def _opening_lot(self, entry: Entry) -> FundLot:
        return FundLot(
            month=entry["month"],
            branch_id=self._id("branches", entry["branch"]),
            fund=entry["fund"],
            amount=entry["balance"],
            is_opening=True,
            usable_months=usable_months(self._company, entry) or 0,
        )


def _is_to_be_written(entry: Entry, field: str) -> bool:
    """Whether a reference must be written after its row: it is given, or was taken away."""
    return field in entry.changed or (entry.change is Change.ADDED and entry[field] is not None)
