"""The company as it would be after the import: the file's rows laid over what the database holds."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from monthend.checks import month_due
from periods.selectors import first_closed_month, last_locked_month
from rulebook.models import PlanVersion
from rulebook.month import Month
from rulebook.plan import Plan
from workbooks.company.columns import Sheet
from workbooks.company.entries import Content, Entry, Key, StoredRow
from workbooks.company.existing import load_records
from workbooks.company.layout import SHEETS
from workbooks.company.rows import ParsedSheet
from workbooks.models import ImportedRow


@dataclass(slots=True)
class SheetTable:
    """All entries of a sheet by key: the file's first, then what stands in the database alone."""

    parsed: ParsedSheet
    entries: dict[Key, Entry] = field(default_factory=dict)

    def get(self, *key: object) -> Entry | None:
        """The entry under a key."""
        return self.entries.get(key)

    @property
    def in_file(self) -> Iterator[Entry]:
        """The entries that the file has a row for."""
        return (entry for entry in self.entries.values() if entry.row is not None)

    @property
    def touched(self) -> Iterator[Entry]:
        """The entries that the file adds or changes."""
        return (entry for entry in self.entries.values() if entry.is_touched)


class Plans:
    """The approved plan versions, read once."""

    def __init__(self) -> None:
        approved = PlanVersion.objects.filter(approved_at__isnull=False).order_by("effective_from")
        self._versions = [(Month.of(version.effective_from), version.plan) for version in approved]

    def at(self, month: Month) -> Plan | None:
        """The plan in force on a month's first day (1-1)."""
        return next((plan for start, plan in reversed(self._versions) if start <= month), None)

    def at_or_first(self, month: Month) -> Plan | None:
        """The plan in force, or for earlier times, of which the law says nothing, the first there is."""
        return self.at(month) or self.first

    @property
    def first(self) -> Plan | None:
        """The first plan of all."""
        return self._versions[0][1] if self._versions else None


@dataclass(slots=True)
class Company:
    """All tables by the name of their sheet, the plans, and how far months are locked."""

    tables: dict[str, SheetTable]
    plans: Plans
    last_locked: Month | None
    first_month: Month | None

    def __getitem__(self, name: str) -> SheetTable:
        return self.tables[name]

    def is_locked(self, day: dt.date | Month) -> bool:
        """Whether nothing may be posted in the month of this day any more."""
        month = day if isinstance(day, Month) else Month.of(day)
        return self.last_locked is not None and month <= self.last_locked

    def posting_month(self, day: dt.date) -> Month:
        """The month that cash of this day counts in: its own or, once that is locked, the one open now."""
        month = Month.of(day)
        return self.last_locked + 1 if self.last_locked is not None and month <= self.last_locked else month


def load_company(file: Mapping[str, ParsedSheet]) -> Company:
    """Lay the file over the database and tell for each row whether it is new, changed or known."""
    imported = _imported_contents(file)
    tables = {}
    for sheet in SHEETS:
        records = load_records(sheet, file)
        table = SheetTable(file[sheet.name])
        for key, entry in file[sheet.name].entries.items():
            _lay_over(entry, records.pop(key, None), imported.get((sheet.title, key_text(sheet, key))))
            table.entries[key] = entry
        for key, record in records.items():
            table.entries[key] = Entry(sheet, key, record=record, values=record.values)
        tables[sheet.name] = table
    return Company(tables, Plans(), last_locked_month(), first_closed_month() or month_due())


def key_text(sheet: Sheet, key: Key) -> str:
    """A key as the imported rows keep it."""
    parts = [sheet.by_field[name].reader.write(part) for name, part in zip(sheet.key, key, strict=True)]
    return "·".join(parts)


def content(sheet: Sheet, values: Mapping[str, object]) -> Content:
    """A row's values as text by heading, as the imported rows keep them; absent columns are left out."""
    return {
        column.header: None if values[column.field] is None else column.reader.write(values[column.field])  # type: ignore[arg-type]
        for column in sheet.columns
        if column.field in values
    }


def _imported_contents(file: Mapping[str, ParsedSheet]) -> dict[tuple[str, str], Content]:
    """What was imported under the file's keys, in one query."""
    sheets = [parsed.sheet for parsed in file.values() if parsed.entries]
    keys = {key_text(parsed.sheet, key) for parsed in file.values() for key in parsed.entries}
    rows = ImportedRow.objects.filter(sheet__in=[sheet.title for sheet in sheets], key__in=keys)
    return {(sheet, key): content for sheet, key, content in rows.values_list("sheet", "key", "content")}


def _lay_over(entry: Entry, record: StoredRow | None, imported: Content | None) -> None:
    """Fill an entry with what holds once it is imported.

    The row is compared with what was imported under its key, and where that differs the record follows the row; what
    became of the record's other values since is left alone. A column that the sheet doesn't have says nothing.
    """
    sheet = entry.sheet
    entry.record, entry.imported = record, imported
    if record is None:
        entry.values = entry.said
        return
    before = imported if imported is not None else content(sheet, record.values)
    now = content(sheet, entry.said)
    changed = {
        column.field
        for column in sheet.columns
        if column.field not in entry.bad and column.header in now and now[column.header] != before.get(column.header)
    }
    entry.changed = frozenset(changed)
    entry.values = {**record.values, **{field: entry.said[field] for field in changed}}
