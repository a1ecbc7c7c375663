"""The import of a workbook, all or nothing: the story, top to bottom."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from periods.turns import wait_for_turn
from workbooks.checks import check
from workbooks.company import Company, content, key_text, load_company
from workbooks.entries import Change, Entry
from workbooks.layout import SHEET_BY_TITLE, SHEETS
from workbooks.models import ImportBatch, ImportedRow
from workbooks.package import UnreadableWorkbook
from workbooks.problems import Problem, Problems
from workbooks.reading import read_sheets
from workbooks.rows import ParsedSheet, parse_sheet
from workbooks.writing import write_company

Counts = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that a row brings: its column's heading, what was imported before, and what is now."""

    column: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one row of the file does: its place and key, and what differs."""

    sheet: str
    row: int
    key: str
    change: Change
    differences: list[Difference]


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do; with errors it did nothing.

    `sheets` counts, per title, rows added, changed and skipped; `changes` tells the first two row by row.
    """

    is_dry_run: bool
    imported: bool = False
    sheets: Counts = field(default_factory=dict)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    company: Company | None = None

    @property
    def changes(self) -> Iterator[RowChange]:
        """What each new or changed row brings, old and new; told when asked for, as there may be very many."""
        return _changes(self.company) if self.company else iter(())


def import_workbook(data: bytes, *, file_name: str, by: Actor, dry_run: bool = False) -> Outcome:
    """Take a workbook in: all of it, or with any error nothing. A dry run writes nothing either way.

    Errors are told, not raised; the reasons are in the active language.
    """
    problems = Problems()
    outcome = Outcome(is_dry_run=dry_run)
    try:
        file = _parse(data, problems)
    except UnreadableWorkbook as error:
        problems.refuse(Problem(error.sheet, None, None, None, error.reason))
        outcome.errors, outcome.warnings = problems.errors, problems.warnings
        return outcome
    with transaction.atomic():
        wait_for_turn()
        company = load_company(file)
        whereabouts = check(company, problems)
        outcome.errors, outcome.warnings = problems.errors, problems.warnings
        outcome.sheets = _counts(file)
        outcome.company = company
        if not outcome.errors and not dry_run:
            write_company(company, whereabouts, by=by)
            _keep_account(company, data, file_name, outcome.sheets, by)
            outcome.imported = True
    return outcome


def _parse(data: bytes, problems: Problems) -> dict[str, ParsedSheet]:
    """All known sheets, those that the file doesn't have as empty ones."""
    parsed: dict[str, ParsedSheet] = {}
    for raw in read_sheets(data):
        sheet = SHEET_BY_TITLE.get(raw.title)
        if sheet is None:
            problems.warn(Problem(raw.title, None, None, None, _("unknown sheet, ignored")))
            continue
        parsed[sheet.name] = parse_sheet(sheet, raw, problems)
    if not parsed:
        titles = "、".join(SHEET_BY_TITLE)
        raise UnreadableWorkbook(_("The workbook has none of the sheets: %(sheets)s.") % {"sheets": titles})
    return {sheet.name: parsed.get(sheet.name, ParsedSheet(sheet, is_in_file=False)) for sheet in SHEETS}


def _counts(file: Mapping[str, ParsedSheet]) -> Counts:
    counts: Counts = {}
    for parsed in file.values():
        if parsed.is_in_file:
            counts[parsed.sheet.title] = {change.value: 0 for change in Change}
            for entry in parsed.entries.values():
                counts[parsed.sheet.title][entry.change.value] += 1
    return counts


def _changes(company: Company) -> Iterator[RowChange]:
    for table in company.tables.values():
        for entry in table.touched:
            before, now = entry.imported or {}, content(entry.sheet, entry.said)
            differences = [
                Difference(heading, before.get(heading), value)
                for heading, value in now.items()
                if value != before.get(heading)
            ]
            yield RowChange(
                entry.sheet.title, entry.row or 0, key_text(entry.sheet, entry.key), entry.change, differences
            )


def _keep_account(company: Company, data: bytes, file_name: str, counts: Counts, by: Actor) -> None:
    """Keep who imported what when, and what each row said."""
    batch = ImportBatch.objects.create(
        file_name=file_name[-255:],
        sha256=hashlib.sha256(data).hexdigest(),
        imported_at=timezone.now(),
        imported_by=by.user,
        counts=counts,
    )
    rows = [
        _imported_row(entry, batch)
        for table in company.tables.values()
        for entry in table.in_file
        if entry.is_touched or entry.imported is None
    ]
    ImportedRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["sheet", "key"], update_fields=["content", "batch"]
    )


def _imported_row(entry: Entry, batch: ImportBatch) -> ImportedRow:
    said = content(entry.sheet, entry.said)
    return ImportedRow(
        sheet=entry.sheet.title,
        key=key_text(entry.sheet, entry.key),
        content={**(entry.imported or {}), **said},
        batch=batch,
    )
