"""The history of one record: who changed what, when and from where, the latest first."""

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from access.history.reading import ChangedField, Reading
from access.history.tracking import tracked
from access.models import Change, Disclosure, User
from access.pages.links import address, listed
from access.pages.records import Cell, Heading, Record, Row, Table
from access.reach import within_reach
from access.rights import Right, may

LATEST = 100


def history_address(obj: Model) -> str:
    """The address of a record's history; empty where none is kept."""
    if tracked(type(obj)) is None:
        return ""
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_history", args=[obj.pk])


def history_of(obj: Model, viewer: User) -> Record:
    """What the page of a record's history shows; reach and rights are asked of the record before."""
    return Record(
        title=str(obj),
        subtitle=_("History"),
        tables=[_table(obj, viewer)],
        links=[Cell(_("Back to the record"), address(obj))],
    )


def moment(row: Change | Disclosure) -> str:
    """When it happened."""
    return f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}"


def who(change: Change) -> str:
    """Who did it; a dash for nobody's doing."""
    return str(change.by or "–")


def _table(obj: Model, viewer: User) -> Table:
    label = obj._meta.label_lower
    kept = Change.objects.filter(model=label, row_id=obj.pk) if tracked(type(obj)) else Change.objects.none()
    changes = list(kept.select_related("by")[: LATEST + 1])
    reading = Reading(changes, viewer)
    rows = [row for change in changes[:LATEST] for row in _rows(change, reading)]
    return Table(
        title=_("Changes"),
        headings=[
            Heading(_("at")),
            Heading(_("done by")),
            Heading(_("from where")),
            Heading(_("field")),
            Heading(_("was")),
            Heading(_("becomes")),
        ],
        rows=rows,
        empty=_("Nothing was changed since changes are kept; what the month end computes is kept with the month."),
        more=_all_of(obj, viewer) if len(changes) > LATEST else None,
    )


def _rows(change: Change, reading: Reading) -> list[Row]:
    """A row for each field that was changed, or one that tells what else happened."""
    head = [Cell(moment(change)), Cell(who(change)), Cell(reading.whence(change), reading.way(change))]
    if change.kind != Change.Kind.CHANGED:
        return [Row([*head, Cell(str(change.get_kind_display())), Cell(""), Cell("")])]
    return [Row([*head, *_cells(line)]) for line in reading.lines(change)]


def _cells(line: ChangedField) -> list[Cell]:
    return [Cell(line.label), Cell(line.was), Cell(line.becomes)]


def _all_of(obj: Model, viewer: User) -> Cell | None:
    if not may(viewer, Right.VIEW, Change) or not within_reach(viewer, Change.objects.all()).exists():
        return None
    return Cell(_("All of it"), listed(Change, model=obj._meta.label_lower, row_id=obj.pk))
