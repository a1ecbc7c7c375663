"""In what two plan versions differ, in the words of a plan version's page."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from access.pages.records import Cell, Record, Row, Table
from rulebook.cells import NOTHING, headings
from rulebook.models import PlanVersion
from rulebook.pages import RANKS, plan_record


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A figure or setting that two plans have differently: where it stands, what it is called, both values.

    `table` and `row` are the anchors of the place on a plan's page.
    """

    table: str
    row: str
    section: str
    setting: str
    before: str
    after: str

    @property
    def sentence(self) -> str:
        """The change in a sentence."""
        facts = {"section": self.section, "setting": self.setting, "before": self.before, "after": self.after}
        if self.before == NOTHING:
            return _("%(section)s, %(setting)s: %(after)s, where there was nothing.") % facts
        if self.after == NOTHING:
            return _("%(section)s, %(setting)s: %(before)s falls away.") % facts
        return _("%(section)s, %(setting)s: from %(before)s to %(after)s.") % facts


def changes_between(before: PlanVersion, after: PlanVersion) -> list[PlanChange]:
    """Every figure and setting that differs, in the order of a plan's page."""
    was, becomes = dict(_values(plan_record(before))), dict(_values(plan_record(after)))
    return [
        PlanChange(*place[:2], *label, old, new)
        for place in dict.fromkeys([*becomes, *was])
        for label in [(becomes.get(place) or was[place])[0]]
        for old, new in [(_value(was, place), _value(becomes, place))]
        if old != new
    ]


def plan_changes(before: PlanVersion, after: PlanVersion, *, empty: str) -> Table:
    """The differences as a table; `empty` stands instead if there is none."""
    return Table(
        _("changes in the plan"),
        headings(_("section"), _("setting"), _("so far"), _("supposed")),
        [
            Row([Cell(change.section), Cell(change.setting), Cell(change.before), Cell(change.after)])
            for change in changes_between(before, after)
        ],
        empty=empty,
    )


_Place = tuple[str, str, str]
_Labelled = tuple[tuple[str, str], str]


def _value(values: dict[_Place, _Labelled], place: _Place) -> str:
    return values[place][1] if place in values else NOTHING


def _values(record: Record) -> Iterator[tuple[_Place, _Labelled]]:
    """Each value of a plan's page by its table, its row and its column, with what it is called."""
    yield ("", "", ""), ((_("plan"), _("name")), record.title)
    for table in record.tables:
        columns = [heading.text for heading in table.headings[1:]]
        yield (table.anchor, "", ""), ((table.title, _("what is said about it")), table.note or NOTHING)
        for row in table.rows:
            name = row.cells[0].text
            if table.anchor == RANKS:
                yield (table.anchor, row.anchor, ""), ((table.title, name), name)
            for column, cell in zip(columns, row.cells[1:], strict=True):
                setting = f"{name} {column}" if len(columns) > 1 else name
                yield (table.anchor, row.anchor, column), ((table.title, setting), cell.text)
