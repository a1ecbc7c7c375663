"""Checked entries as rows of the database, parents before children."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from django.db.models import Model

from access.actor import Actor
from clients.actions import name_referrers, save_assignments, save_clients, save_contracts, save_receipts
from clients.history.actions import rebuild_histories
from compensation.actions import save_support_weights, withdraw_receipts
from funds.actions import save_claims, save_opening_lots
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
from staff.careers.actions import rebuild_careers
from staff.models import PersonnelEvent
from workbooks.company.checks.opening import usable_months
from workbooks.company.columns import OF_HIRE, KeptSheet, SheetColumn
from workbooks.company.company import Company
from workbooks.company.entries import Entry, Key, RowEffect, StoredRow
from workbooks.company.layout import SHEET_BY_NAME
from workbooks.company.whereabouts import Whereabouts

RowOut = TypeVar("RowOut", bound=Model, contravariant=True)


class Save(Protocol[RowOut]):
    """An action that writes rows of a model."""

    def __call__(
        self, *, new: Sequence[RowOut], changed: Sequence[RowOut], fields: Sequence[str], by: Actor
    ) -> None: ...


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
        self._save("branches", save_branches)
        self._save("departments", save_departments)
        self._save("employees", save_employees)
        self._save_hires()
        self._save("events", save_personnel_events)
        managed = self._named_later("departments", "manager")
        if managed:
            appoint_managers(departments=managed, by=self._by)
        self._save("absences", save_absences)

    def write_clients(self) -> None:
        """Clients and their contracts; referrers once all clients are there."""
        self._save("clients", save_clients)
        referred = self._named_later("clients", "referrer")
        if referred:
            name_referrers(clients=referred, by=self._by)
        self._save("assignments", save_assignments)
        self._save("contracts", save_contracts)

    def write_receipts(self) -> None:
        """New receipts before anything that may reverse them."""
        touched = self._touched("receipts")
        new = [entry for entry in touched if entry.change is RowEffect.ADDED]
        self._save_entries("receipts", [entry for entry in new if entry["reverses"] is None], save_receipts)
        changed = [entry for entry in touched if entry.change is RowEffect.CHANGED]
        moved = [entry.record.pk for entry in changed if entry.record and self._has_moved(entry, entry.record)]
        if moved:
            withdraw_receipts(receipt_ids=moved, by=self._by)
        self._save_entries("receipts", changed, save_receipts)
        self._save_entries("receipts", [entry for entry in new if entry["reverses"] is not None], save_receipts)

    def write_plans_and_claims(self) -> None:
        """Targets, weights and claims."""
        self._save("targets", save_targets)
        self._save("weights", save_support_weights)
        self._save("claims", save_claims)

    def write_opening(self) -> None:
        """What was brought along at go-live."""
        self._save("opening_states", save_opening_states)
        self._save("opening_sales", save_opening_sales)
        self._save("opening_lots", save_opening_lots)

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

    def _save(self, name: str, save: Save[Any]) -> None:
        self._save_entries(name, self._touched(name), save)

    def _save_entries(self, name: str, entries: Iterable[Entry], save: Save[Any]) -> None:
        sheet = SHEET_BY_NAME[name]
        built = [(entry, self._row(sheet, entry)) for entry in entries]
        new = [row for entry, row in built if entry.record is None]
        changed = [row for entry, row in built if entry.record is not None]
        if built:
            save(new=new, changed=changed, fields=sheet.updated, by=self._by)
        self._ids[name].update({entry.key: row.pk for entry, row in built})

    def _row(self, sheet: KeptSheet, entry: Entry) -> Model:
        """An entry as a row of the sheet's model; what it leaves empty stands as the model has it."""
        key = entry.record.pk if entry.record else None
        follows = _FOLLOWING.get(sheet.name, _nothing)(self, entry)
        return sheet.model(pk=key, **sheet.fixed, **self._values(sheet.own, entry), **follows)

    def _values(self, columns: Iterable[SheetColumn], entry: Entry) -> dict[str, Any]:
        """What the cells say, by attribute of the row that they are written in."""
        values: dict[str, Any] = {}
        for column in columns:
            said = entry[column.field]
            if said is not None and column.refers_to:
                values[f"{column.stands_in}_id"] = self._id(column.refers_to, said)
            elif said is not None:
                values.update(column.written(said))
        return values

    def _named_later(self, name: str, field: str) -> list[Any]:
        """Rows with a reference that is written after them: it is given, or was taken away."""
        sheet = SHEET_BY_NAME[name]
        column = sheet.by_field[field]
        return [
            sheet.model(pk=self._id(name, *entry.key), **self._values([column], entry))
            for entry in self._touched(name)
            if field in entry.changed or (entry.change is RowEffect.ADDED and entry[field] is not None)
        ]

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
            new, changed = [row for row in rows if row.pk is None], [row for row in rows if row.pk]
            save_personnel_events(new=new, changed=changed, by=self._by)

    def _hire(self, entry: Entry, hires: Mapping[int, int]) -> PersonnelEvent:
        employee = self._id("employees", entry["number"])
        told = self._values(SHEET_BY_NAME["employees"].of_hire, entry)
        return PersonnelEvent(
            pk=hires.get(employee),
            employee_id=employee,
            kind=PersonnelEvent.Kind.HIRED,
            date=entry["hired_on"],
            **{name.removeprefix(OF_HIRE): value for name, value in told.items()},
        )

    def _branch_of_contract(self, entry: Entry) -> dict[str, Any]:
        """Where the closer belonged when signing."""
        department = self._whereabouts[entry["closer"],].on(entry["signed_on"])
        return {"branch_id": self._id("branches", department["branch"] if department else None)}

    def _month_of_receipt(self, entry: Entry) -> dict[str, Any]:
        """The month that a receipt counts in."""
        return {"posted_in": self._company.posting_month(entry["received_on"])}

    def _time_of_lot(self, entry: Entry) -> dict[str, Any]:
        """For how long a lot can be spent."""
        return {"usable_months": usable_months(self._company, entry) or 0}

    def _has_moved(self, receipt: Entry, record: StoredRow) -> bool:
        """Whether a receipt is posted in another month than before."""
        before: Month = record.values["posted_in"]
        return before != self._company.posting_month(receipt["received_on"])


def _nothing(_writer: _Writer, _entry: Entry) -> dict[str, Any]:
    return {}


_FOLLOWING: Mapping[str, Callable[[_Writer, Entry], dict[str, Any]]] = {
    "contracts": _Writer._branch_of_contract,
    "receipts": _Writer._month_of_receipt,
    "opening_lots": _Writer._time_of_lot,
}
"""What a row holds that no cell says, but that follows from its cells."""
