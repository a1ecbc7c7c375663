"""The import of a workbook, all or nothing: the story, top to bottom."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.decisions.effect import digest_of
from access.history.acting import acting
from access.models import Change as Kept
from periods.turns import wait_for_turn
from rulebook.money import ZERO
from workbooks.company.checks.story import check
from workbooks.company.company import Company, content, key_text, load_company
from workbooks.company.entries import Entry, RowEffect
from workbooks.company.layout import OUR_SHEETS, PAYROLL_SHEETS, SHEET_BY_TITLE, SHEETS, SUMMED
from workbooks.company.rows import ParsedSheet, parse_sheet
from workbooks.company.writing import write_company
from workbooks.models import ImportBatch, ImportedRow
from workbooks.problems import Problem, Problems
from workbooks.xlsx.package import OwnWorkbook, UnreadableWorkbook
from workbooks.xlsx.reading import read_sheets, titles_of

Counts = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value that a row brings: its column's heading, what stands in the database, and what will."""

    column: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one row of the file does: its place and key, and what differs."""

    sheet: str
    row: int
    key: str
    change: RowEffect
    differences: list[ValueChange]


@dataclass(slots=True)
class ImportOutcome:
    """What an import did, or would do; with errors it did nothing.

    `sheets` counts, per title, rows added, changed and skipped; `sums` adds up, per title, the amounts that the file
    holds (CNY); `changes` tells row by row what is added or changed.
    """

    is_dry_run: bool
    imported: bool = False
    sheets: Counts = field(default_factory=dict)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    company: Company | None = None
    batch: ImportBatch | None = None

    @property
    def changes(self) -> Iterator[RowChange]:
        """What each new or changed row brings, old and new; told when asked for, as there may be very many."""
        return _changes(self.company) if self.company else iter(())

    @property
    def sums(self) -> dict[str, Decimal]:
        """The file's control totals: the sum of the amounts of a sheet, for who compares it with the source."""
        return _sums(self.company) if self.company else {}

    @property
    def digest(self) -> str:
        """A hash of all that it would do and warns of: two imports with the same one do the same."""
        changes = ((one.sheet, one.key, one.change, one.differences) for one in self.changes)
        # Told in the language of the upload, whoever confirms it.
        warnings = ((one.sheet, one.row, one.column, one.reason) for one in self.warnings)
        return digest_of(chain(changes, warnings))


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A workbook read but not yet compared with the database; without `sheets` it could not be read."""

    sha256: str
    sheets: dict[str, ParsedSheet] | None
    problems: Problems


def import_workbook(data: bytes, *, file_name: str, by: Actor, dry_run: bool = False) -> ImportOutcome:
    """Take a workbook in: all of it, or with any error nothing. A dry run writes nothing either way.

    Errors are told, not raised; the reasons are in the active language.
    """
    return take_in(read_file(data), file_name=file_name, by=by, dry_run=dry_run)


def read_file(data: bytes, on_sheet: Callable[[str], None] = lambda title: None) -> ReadFile:
    """Read a workbook; `on_sheet` hears the title of each sheet before it is read."""
    problems = Problems()
    sheets = None
    try:
        sheets = _parse(data, problems, on_sheet)
    except UnreadableWorkbook as error:
        problems.refuse(Problem(error.sheet, None, None, None, error.reason))
    return ReadFile(hashlib.sha256(data).hexdigest(), sheets, problems)


def refuse_own_output(data: bytes) -> None:
    """Raise OwnWorkbook for a payroll that was exported here: it says what came out, not what goes in."""
    if titles_of(data) >= PAYROLL_SHEETS:
        raise OwnWorkbook(
            _(
                "This is a payroll that was exported here: it is computed, and nothing of it is imported. What pay is"
                " computed from comes in the company's workbook; what is wrong in a locked month is put right by a"
                " correction."
            )
        )


def take_in(
    file: ReadFile,
    *,
    file_name: str,
    by: Actor,
    dry_run: bool = False,
    shown: str | None = None,
    upload: int | None = None,
) -> ImportOutcome:
    """Check what was read against the database and write it: all of it, or with any error nothing.

    With `shown`, the digest of what somebody was shown, it is written only if it still does just that. Changes are kept
    as those of `upload`, the key of an uploaded workbook, if it is one. A dry run keeps nobody waiting: what others
    change meanwhile shows when it is written.
    """
    outcome = ImportOutcome(is_dry_run=dry_run)
    problems = file.problems
    outcome.errors, outcome.warnings = problems.errors, problems.warnings
    if file.sheets is None:
        return outcome
    with transaction.atomic():
        if not dry_run:
            wait_for_turn()
        company = load_company(file.sheets)
        whereabouts = check(company, problems, by=by)
        outcome.errors, outcome.warnings = problems.errors, problems.warnings
        outcome.sheets = _counts(file.sheets)
        outcome.company = company
        is_as_shown = shown is None or shown == outcome.digest
        if not outcome.errors and not dry_run and is_as_shown:
            with acting(by, Kept.Source.IMPORT, origin=file_name, origin_id=upload):
                write_company(company, whereabouts, by=by)
            outcome.batch = _keep_account(company, file.sha256, file_name, outcome.sheets, by)
            outcome.imported = True
    return outcome


def _parse(data: bytes, problems: Problems, on_sheet: Callable[[str], None]) -> dict[str, ParsedSheet]:
    """All known sheets, those that the file doesn't have as empty ones."""
    refuse_own_output(data)
    parsed: dict[str, ParsedSheet] = {}
    for raw in read_sheets(data):
        sheet = SHEET_BY_TITLE.get(raw.title)
        if sheet is None:
            if raw.title not in OUR_SHEETS:
                problems.warn(Problem(raw.title, None, None, None, _("unknown sheet, ignored")))
            continue
        on_sheet(raw.title)
        parsed[sheet.name] = parse_sheet(sheet, raw, problems)
    if not parsed:
        titles = _(", ").join(SHEET_BY_TITLE)
        raise UnreadableWorkbook(_("The workbook has none of the sheets: %(sheets)s.") % {"sheets": titles})
    return {sheet.name: parsed.get(sheet.name, ParsedSheet(sheet, is_in_file=False)) for sheet in SHEETS}


def _counts(file: Mapping[str, ParsedSheet]) -> Counts:
    counts: Counts = {}
    for parsed in file.values():
        if parsed.is_in_file:
            counts[parsed.sheet.title] = {change.value: 0 for change in RowEffect}
            for entry in parsed.entries.values():
                counts[parsed.sheet.title][entry.change.value] += 1
    return counts


def _changes(company: Company) -> Iterator[RowChange]:
    for table in company.tables.values():
        for entry in table.touched:
            yield RowChange(
                entry.sheet.title, entry.row or 0, key_text(entry.sheet, entry.key), entry.change, _differences(entry)
            )


def _differences(entry: Entry) -> list[ValueChange]:
    """What a row sets, column by column; of a record that is there, only what the file says otherwise than before."""
    said = content(entry.sheet, entry.said)
    if entry.record is None:
        return [ValueChange(heading, None, value) for heading, value in said.items() if value is not None]
    stands = content(entry.sheet, entry.record.values)
    headings = [column.header for column in entry.sheet.columns if column.field in entry.changed]
    return [ValueChange(heading, stands.get(heading), said[heading]) for heading in headings]


def _sums(company: Company) -> dict[str, Decimal]:
    return {
        table.parsed.sheet.title: sum((entry.said.get(field) or ZERO for entry in table.in_file), ZERO)
        for name, field in SUMMED.items()
        if (table := company[name]).parsed.is_in_file
    }


def _keep_account(company: Company, sha256: str, file_name: str, counts: Counts, by: Actor) -> ImportBatch:
    """Keep who imported what when, and what each row said."""
    batch = ImportBatch.objects.create(
        file_name=file_name[-255:],
        sha256=sha256,
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
    _keep_replaced(rows)
    ImportedRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["sheet", "key"], update_fields=["content", "batch"]
    )
    return batch


def _keep_replaced(rows: Sequence[ImportedRow]) -> None:
    """Put what was imported before under these keys away, for who undoes this import."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workbooks_importedrow kept"
            " SET replaced = kept.replaced || jsonb_build_array(jsonb_build_array(kept.batch_id, kept.content))"
            " FROM unnest(%s::text[], %s::text[]) AS given (sheet, key)"
            " WHERE kept.sheet = given.sheet AND kept.key = given.key",
            [[row.sheet for row in rows], [row.key for row in rows]],
        )


def _imported_row(entry: Entry, batch: ImportBatch) -> ImportedRow:
    said = content(entry.sheet, entry.said)
    return ImportedRow(
        sheet=entry.sheet.title,
        key=key_text(entry.sheet, entry.key),
        content={**(entry.imported or {}), **said},
        batch=batch,
    )
