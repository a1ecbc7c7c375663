"""A sheet's raw rows as entries: headings found, cells read, keys told apart."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from workbooks.company.cells import BadCell, shown
from workbooks.company.columns import Sheet, SheetColumn
from workbooks.company.entries import Entry, Key
from workbooks.company.unseen import warn_of_unseen
from workbooks.problems import Problem, Problems
from workbooks.xlsx.reading import RawSheet
from workbooks.xlsx.sheetml import MOST_MERGED_RANGES
from workbooks.xlsx.values import ErrorValue, Formula, MergedRange, Number, RawRow, RawValue, visible

HEADER_ROW = 1
KEYLESS_ROWS_OF_A_RANGE = 100

KnownCells = dict[str, RawValue]


@dataclass(slots=True)
class ParsedSheet:
    """A sheet's entries by key, in the file's order.

    `keys_in_order` has every row's key, or None where it isn't known: `undeclared` holds the rows whose key can't be
    read, and `retyped` counts those that bear another row's. Without `has_keys` no key can be read at all.
    """

    sheet: Sheet
    entries: dict[Key, Entry] = field(default_factory=dict)
    keys_in_order: list[tuple[int, Key | None]] = field(default_factory=list)
    undeclared: list[Entry] = field(default_factory=list)
    retyped: int = 0
    has_keys: bool = True
    is_in_file: bool = True


def parse_sheet(sheet: Sheet, raw: RawSheet, problems: Problems) -> ParsedSheet:
    """Read a sheet whole; what is wrong with single cells, headings and keys is told to `problems`."""
    parsed = ParsedSheet(sheet)
    header = next(raw.rows, None)
    if header is None:
        return parsed
    first_row: list[RawRow] = [] if header[0] == HEADER_ROW else [header]
    cells = header[1] if header[0] == HEADER_ROW else {}
    columns = _find_columns(sheet, cells)
    rows = list(_known_cells(first_row, raw.rows, columns))
    warn_of_unseen(sheet.title, raw.unseen, columns, problems)
    _refuse_merged(sheet, raw.merged, columns, problems)
    if any(HEADER_ROW in merged.rows for merged in raw.merged) or len(raw.merged) >= MOST_MERGED_RANGES:
        parsed.has_keys = False
        return parsed
    if not columns:
        _refuse_headless(sheet, problems)
        parsed.has_keys = False
        return parsed
    missing = _check_headings(sheet, cells, columns, problems)
    parsed.has_keys = not missing.intersection(sheet.key)
    hidden = _Hidden(raw.merged)
    for number, values in rows:
        entry = Entry(sheet, (), number, raw=values, bad=missing)
        faults = _fill(entry, _distrust_hidden(entry, columns, hidden))
        _declare(parsed, entry, faults, problems)
    _declare_hidden_rows(parsed, raw.merged, columns, {number for number, _values in rows})
    return parsed


def _find_columns(sheet: Sheet, header: dict[int, RawValue]) -> dict[int, SheetColumn]:
    """The sheet's columns by their position; of a heading that stands twice the first counts."""
    by_heading = {column.header: column for column in sheet.columns}
    found: dict[int, SheetColumn] = {}
    for position in sorted(header):
        column = by_heading.pop(heading_text(header[position]), None)
        if column:
            found[position] = column
    return found


def heading_text(raw: RawValue) -> str:
    """A heading's text; blanks, line breaks and byte order marks in it don't matter."""
    return "" if isinstance(raw, Number | Formula | ErrorValue) else "".join(visible(shown(raw)).split())


def _check_headings(
    sheet: Sheet, header: dict[int, RawValue], columns: dict[int, SheetColumn], problems: Problems
) -> frozenset[str]:
    """Report missing, doubled and unknown columns; return the fields of the missing ones that are required."""
    for position in sorted(header.keys() - columns.keys()):
        raw = header[position]
        text = shown(raw).strip()
        doubled = heading_text(raw) in {column.header for column in sheet.columns}
        if doubled:
            problems.refuse(Problem(sheet.title, HEADER_ROW, text, text, _("this column stands twice")))
        elif text:
            problems.warn(Problem(sheet.title, HEADER_ROW, text, text, _("unknown column, ignored")))
    for position, column in columns.items():
        text = shown(header[position])
        if text != visible(text):
            reason = _("the heading holds an invisible character, which was passed over")
            problems.warn(Problem(sheet.title, HEADER_ROW, column.header, column.header, reason))
    missing = [column for column in sheet.columns if column.required and column not in columns.values()]
    for column in missing:
        problems.refuse(Problem(sheet.title, HEADER_ROW, column.header, None, _("this column is missing")))
    return frozenset(column.field for column in missing)


def _refuse_headless(sheet: Sheet, problems: Problems) -> None:
    headings = "、".join(column.header for column in sheet.columns if column.required)
    reason = _("the first row must hold the headings: %(headings)s") % {"headings": headings}
    problems.refuse(Problem(sheet.title, HEADER_ROW, None, None, reason))


def _known_cells(
    first: list[RawRow], rest: Iterator[RawRow], columns: dict[int, SheetColumn]
) -> Iterator[tuple[int, KnownCells]]:
    """The rows with what stands in known columns; rows with nothing there are blank."""
    for rows in (first, rest):
        for number, cells in rows:
            known = {
                columns[position].field: raw
                for position, raw in cells.items()
                if position in columns and not _is_blank(raw)
            }
            if known:
                yield number, known


def _is_blank(raw: RawValue) -> bool:
    return type(raw) is str and not raw.strip()


def _refuse_merged(
    sheet: Sheet, merged: list[MergedRange], columns: dict[int, SheetColumn], problems: Problems
) -> None:
    for area in merged:
        column = columns.get(area.columns.start)
        problems.refuse(
            Problem(
                sheet.title,
                area.rows.start,
                column.header if column else None,
                area.text,
                _("merged cells: unmerge them and fill each one"),
            )
        )


class _Hidden:
    """The cells that a merged range covers up, all but its first."""

    def __init__(self, merged: list[MergedRange]) -> None:
        self._merged = merged

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell lies in a merged range and isn't its first."""
        return any(
            row in area.rows and column in area.columns and (row, column) != (area.rows.start, area.columns.start)
            for area in self._merged
        )


def enter_row(
    parsed: ParsedSheet, entry: Entry, columns: Iterable[SheetColumn], unread: Mapping[str, str], problems: Problems
) -> None:
    """Enter a row whose values stand in its `raw` already; `unread` says by field why others can't be read."""
    faults = _fill(entry, [column for column in columns if column.field not in unread])
    _declare(parsed, entry, {**unread, **faults}, problems)


def _distrust_hidden(entry: Entry, columns: dict[int, SheetColumn], hidden: _Hidden) -> Iterator[SheetColumn]:
    """The columns that say something of a row; what a merged range covers up says nothing that can be relied on."""
    for position, column in columns.items():
        if column.field not in entry.raw and hidden.covers(entry.row or 0, position):
            entry.distrust(column.field)
        else:
            yield column


def _fill(entry: Entry, columns: Iterable[SheetColumn]) -> dict[str, str]:
    """Read a row's cells into an entry; return what is wrong with them by field."""
    faults: dict[str, str] = {}
    for column in columns:
        try:
            entry.said[column.field] = _read(column, entry.raw.get(column.field))
        except BadCell as error:
            faults[column.field] = str(error)
    entry.key = tuple(entry.said.get(name) for name in entry.sheet.key)
    if _is_stray(entry):
        first = entry.sheet.key[0]
        return {name: reason for name, reason in faults.items() if name == first}
    return faults


def _is_stray(entry: Entry) -> bool:
    """Whether a row says next to nothing and not of what, like a line of totals: that is one mistake."""
    required = [column.field for column in entry.sheet.columns if column.required]
    given = [name for name in required if name in entry.raw]
    return not any(name in entry.raw for name in entry.sheet.key) and 2 * len(given) < len(required)


def _read(column: SheetColumn, raw: RawValue | None) -> Any:
    value = None if raw is None else column.reader.read(raw)
    if value is None and column.required:
        raise BadCell(_("must not be empty"))
    return value


def _declare(parsed: ParsedSheet, entry: Entry, faults: dict[str, str], problems: Problems) -> None:
    """Enter a row under its key, even if other cells of it are bad."""
    is_readable = None not in entry.key
    first = parsed.entries.get(entry.key) if is_readable else None
    if first is not None:
        _refuse_double(parsed, entry, first, faults, problems)
        return
    for field_, reason in faults.items():
        entry.refuse(problems, field_, reason)
    parsed.keys_in_order.append((entry.row or 0, entry.key if is_readable else None))
    if is_readable:
        parsed.entries[entry.key] = entry
    else:
        parsed.undeclared.append(entry)


def _refuse_double(parsed: ParsedSheet, entry: Entry, first: Entry, faults: dict[str, str], problems: Problems) -> None:
    """Report a row whose key stood before, and those bad cells that aren't just copied; no more of it counts.

    If it isn't a mere copy, its true key is another one, which can't be read.
    """
    for field_, reason in faults.items():
        if entry.raw.get(field_) != first.raw.get(field_):
            entry.refuse(problems, field_, reason)
    entry.refuse(problems, parsed.sheet.key[0], _("the same as row %(row)d") % {"row": first.row})
    if entry.raw != first.raw:
        parsed.retyped += 1
        parsed.keys_in_order.append((entry.row or 0, None))


def _declare_hidden_rows(
    parsed: ParsedSheet, merged: list[MergedRange], columns: dict[int, SheetColumn], present: set[int]
) -> None:
    """Rows that a merged range leaves blank had a key once."""
    key_positions = [position for position, column in columns.items() if column.field in parsed.sheet.key]
    for area in merged:
        if any(position in area.columns for position in key_positions):
            rows = area.rows[:KEYLESS_ROWS_OF_A_RANGE]
            parsed.keys_in_order += [(row, None) for row in rows if row not in present and row != HEADER_ROW]
    parsed.keys_in_order.sort(key=lambda item: item[0])
