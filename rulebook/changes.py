"""In what two plan versions differ, in the words of a plan version's page."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from access.record import Cell, Record, Row, Table
from rulebook.cells import NOTHING, headings
from rulebook.models import PlanVersion
from rulebook.records import plan_record

_Place = tuple[str, str, str]


def plan_changes(before: PlanVersion, after: PlanVersion, *, empty: str) -> Table:
    """Every figure and setting that differs: where it stands, what it is called, both values; `empty` if none does."""
    was, becomes = dict(_values(plan_record(before))), dict(_values(plan_record(after)))
    return Table(
        _("changes in the plan"),
        headings(_("section"), _("setting"), _("so far"), _("supposed")),
        [
            Row([Cell(section), Cell(f"{row} {column}".strip()), Cell(old), Cell(new)])
            for place in dict.fromkeys([*becomes, *was])
            for section, row, column in [place]
            for old, new in [(was.get(place, NOTHING), becomes.get(place, NOTHING))]
            if old != new
        ],
        empty=empty,
    )


def _values(record: Record) -> Iterator[tuple[_Place, str]]:
    """Each value of a plan's page by its section, its row and, in a table of many columns, its column."""
    for table in record.tables:
        columns = [heading.text for heading in table.headings[1:]]
        for row in table.rows:
            for column, cell in zip(columns, row.cells[1:], strict=True):
                yield (table.title, row.cells[0].text, column if len(columns) > 1 else ""), cell.text
