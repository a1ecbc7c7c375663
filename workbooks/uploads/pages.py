"""The pages of uploaded workbooks, as values: what they would do, what is wrong with them, or what they did."""

from collections.abc import Iterator
from decimal import Decimal

from django.conf import settings
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links, listed
from access.pages.records import Cell, Heading, Record, Row, Table, Tone
from access.rights import Right, may
from compensation.models import Correction
from periods.pages import facts_of
from rulebook.cells import NOTHING, amount, fact, headings, number, numeric, text
from workbooks.company.layout import SHEET_BY_TITLE
from workbooks.uploads.marking import can_be_marked
from workbooks.uploads.models import Upload, UploadRow
from workbooks.uploads.months import MonthsAhead
from workbooks.uploads.wording import (
    errors_text,
    row_text,
    touches_something,
    unless_private,
    value_text,
    what_it_does,
    what_undoing_does,
)

MOST_ERRORS = 100
MOST_ROWS = 8
State = Upload.State
_TONES = {
    State.APPLIED: Tone.DONE,
    State.REFUSED: Tone.BLOCKS,
    State.FAILED: Tone.BLOCKS,
    State.UNDONE: Tone.PLAIN,
}
_BACK = (State.UNDO_SHOWN, State.UNDO_SURE, State.UNDONE)
_LOOKED_AT = (State.READY, State.REFUSED, State.UNDO_SHOWN)


def upload_record(upload: Upload, viewer: User, ahead: MonthsAhead) -> Record:
    """An uploaded workbook's page; `ahead` is where it leads to once it is imported."""
    tone = Tone.PLAIN if upload.answered_by_id else _TONES.get(State(upload.state), Tone.ATTENTION)
    state = Cell(_("uploaded anew") if upload.answered_by_id else upload.get_state_display(), tone=tone)
    names = ["uploaded_by", "uploaded_at"]
    names += ["confirmed_by", "done_at"] if upload.batch_id else []
    names += ["undo_by", "undo_at"] if upload.state == State.UNDONE else []
    facts = [
        *facts_of(upload, viewer, names),
        fact(_("checksum"), text(upload.sha256[:16])),
    ]
    links = Links(viewer, [upload.batch, upload.answered_by])
    if upload.answered_by:
        facts.append(fact(_("uploaded anew as"), text(upload.answered_by, links.to(upload.answered_by))))
    if upload.batch:
        facts.append(fact(_("import"), text(_("what was imported"), links.to(upload.batch))))
    return Record(
        title=upload.file_name,
        subtitle=_("uploaded workbook"),
        state=state,
        sentences=[*_sentences(upload), *ahead.sentences],
        facts=facts,
        tables=list(_tables(upload, viewer)),
        links=ahead.links,
    )


def _sentences(upload: Upload) -> Iterator[str]:
    """What it waits for, what it would do or what it did."""
    if upload.is_open:
        yield _progress(upload)
        yield _("You may leave this page: the work goes on, and what comes of it will stand here.")
        return
    yield from _of_content(upload)
    if upload.is_shown_anew and (upload.state in _LOOKED_AT or upload.undo_obstacles):
        yield _("The data has changed since it was shown: look again, nothing was written.")
    match upload.state:
        case State.FAILED:
            yield _("It could not be worked on: %(failure)s Nothing was written.") % {"failure": upload.failure}
        case State.REFUSED:
            yield errors_text(upload)
            if upload.answered_by:
                yield _("It was uploaded anew as “%(file)s”, which counts now.") % {
                    "file": upload.answered_by.file_name
                }
            else:
                yield from _how_to_mend(upload)
        case State.READY:
            yield what_it_does(upload.counts)
            if touches_something(upload.counts):
                yield _("Nothing is written before you confirm it.")
            else:
                yield _("There is nothing to write: all of it was imported before.")
        case State.UNDO_SHOWN:
            yield _("Undoing it: %(account)s") % {"account": what_undoing_does(upload.counts)}
            yield _("Nothing is undone before you confirm it. The file stays here and can be imported again.")
        case _:
            yield from _done(upload)
            if upload.undo_obstacles:
                yield _("It can't be undone: why is listed below. Once that is out of the way, undo it again.")


def _of_content(upload: Upload) -> Iterator[str]:
    """That the file is gone, its term being over."""
    if upload.emptied_at is not None:
        yield _("The file and its rows were removed on %(day)s, after %(days)d days; who imported what stays.") % {
            "day": timezone.localdate(upload.emptied_at).isoformat(),
            "days": settings.SALESORG_KEEP_UPLOADS_DAYS,
        }


def _how_to_mend(upload: Upload) -> Iterator[str]:
    """What to do about the errors of a file that is still there."""
    to_correct = [error for error in upload.errors if error.get("correction")]
    if to_correct:
        yield _(
            "What counts in a locked month is changed by a correction, which the reasons below lead to. In the file put"
            " back what stood there, then upload it again."
        )
    if len(to_correct) == len(upload.errors):
        return
    if upload.emptied_at is None and can_be_marked(upload.errors):
        yield _("Download the marked workbook, mend the cells in red, and upload it again.")
    elif upload.emptied_at is None:
        yield _("The file itself can't be read, so no cell of it can be marked. Mend it, then upload it again.")


def _done(upload: Upload) -> Iterator[str]:
    if upload.state == State.UNDONE:
        yield _("Undone: %(account)s") % {"account": what_undoing_does(upload.counts)}
    else:
        yield _("Imported: %(account)s") % {"account": what_it_does(upload.counts)}


def _progress(upload: Upload) -> str:
    if upload.state in (State.WAITING, State.CONFIRMED) or not upload.starts:
        return _("It will be taken up in a moment.")
    seconds = int((timezone.now() - upload.started_at).total_seconds()) if upload.started_at else 0
    if upload.doing:
        return _("Reading the sheet “%(sheet)s”, for %(seconds)d seconds.") % {
            "sheet": upload.doing,
            "seconds": seconds,
        }
    if upload.state == State.UNDO_ASKED:
        return _("Looking at what undoing it does, for %(seconds)d seconds.") % {"seconds": seconds}
    if upload.state == State.UNDO_SURE:
        return _("Undoing it, for %(seconds)d seconds.") % {"seconds": seconds}
    if upload.state == State.APPLYING:
        return _("Checking it again and writing, for %(seconds)d seconds.") % {"seconds": seconds}
    return _("Comparing it with the data, for %(seconds)d seconds.") % {"seconds": seconds}


def _tables(upload: Upload, viewer: User) -> Iterator[Table]:
    corrects = reverse("admin:compensation_correction_add") if may(viewer, Right.ADD, Correction) else ""
    if upload.state == State.REFUSED:
        yield _problems(_("errors"), upload.errors, "errors", corrects)
    if upload.warnings:
        yield _problems(_("warnings"), upload.warnings, "warnings", corrects)
    if upload.undo_obstacles:
        yield _obstacles(upload)
    if upload.state in (State.READY, State.CONFIRMED, State.APPLYING, *Upload.IMPORTED):
        yield _counts(upload)
        yield from _rows(upload)


def _problems(title: str, problems: list[dict[str, str | int | None]], anchor: str, corrects: str) -> Table:
    """Each problem beside its cell, leading to the form that `corrects`, for who makes corrections."""
    rows = [
        Row(
            [
                text(problem["sheet"]),
                Cell(NOTHING if problem["row"] is None else str(problem["row"]), is_number=True),
                text(problem["column"]),
                text(_private(problem)),
                Cell(str(problem["reason"]), _correcting(problem, corrects)),
            ]
        )
        for problem in problems[:MOST_ERRORS]
    ]
    hidden = len(problems) - len(rows)
    return Table(
        title,
        headings(_("sheet"), numeric(_("row")), _("column"), _("value"), _("reason")),
        rows,
        anchor=anchor,
        more=Cell(_("and %(count)d more, all in the workbook") % {"count": hidden}) if hidden else None,
    )


def _correcting(problem: dict[str, str | int | None], corrects: str) -> str:
    return f"{corrects}?{asked}" if corrects and (asked := problem.get("correction")) else ""


def _obstacles(upload: Upload) -> Table:
    """What speaks against undoing it, record by record."""
    told = upload.undo_obstacles
    rows = [
        Row([text(one["kind"]), text(one["record"]), Cell(one["reason"], tone=Tone.BLOCKS)])
        for one in told[:MOST_ERRORS]
    ]
    hidden = len(told) - len(rows)
    return Table(
        _("what speaks against undoing it"),
        headings(_("kind of record"), _("record"), _("reason")),
        rows,
        anchor="obstacles",
        more=Cell(_("and at least %(count)d more") % {"count": hidden}) if hidden else None,
    )


def _private(problem: dict[str, str | int | None]) -> str:
    """The wrong value, by its last digits where it is a private number."""
    heading, value = problem["column"], problem["value"]
    return unless_private(str(heading), str(value)) if value is not None else ""


def _counts(upload: Upload) -> Table:
    """What each sheet does, with the sum of its amounts, for who compares it with where the workbook came from."""
    is_back = upload.state in _BACK
    rows = [
        Row(
            [
                text(title, f"#{_anchor(title)}" if counts["added"] or counts["changed"] else ""),
                *(number(counts[change]) for change in ("added", "changed", "skipped")),
                amount(Decimal(upload.sums[title])) if title in upload.sums else Cell(NOTHING, is_number=True),
            ]
        )
        for title, counts in upload.counts.items()
    ]
    names = (
        _("sheet"),
        numeric(_("removed") if is_back else _("added")),
        numeric(_("put back") if is_back else _("changed")),
        numeric(_("untouched") if is_back else _("skipped")),
        numeric(_("sum of amounts")),
    )
    return Table(_("rows per sheet"), headings(*names), rows, empty=_("It brought nothing new."))


def _anchor(title: str) -> str:
    return f"sheet-{SHEET_BY_TITLE[title].name}"


def _rows(upload: Upload) -> Iterator[Table]:
    """Of each sheet the first rows: what changes before what is new."""
    place = Window(RowNumber(), partition_by=F("sheet"), order_by=[F("change").desc(), F("id").asc()])
    first = UploadRow.objects.filter(upload=upload).annotate(place=place).filter(place__lte=MOST_ROWS).order_by("place")
    by_sheet: dict[str, list[UploadRow]] = {}
    for row in first:
        by_sheet.setdefault(row.sheet, []).append(row)
    for title, counts in upload.counts.items():
        if title in by_sheet:
            total = counts["added"] + counts["changed"]
            yield _rows_of(upload, title, by_sheet[title], total)


def _rows_of(upload: Upload, title: str, rows: list[UploadRow], total: int) -> Table:
    href = listed(UploadRow, upload__id__exact=upload.pk, sheet=title)
    return Table(
        title,
        [Heading(_("row"), is_number=True), *headings(_("identified by"), _("what happens"), _("what it says"))],
        [row_of(row, is_back=upload.state in _BACK) for row in rows],
        anchor=_anchor(title),
        more=Cell(_("All %(count)d rows") % {"count": total}, href) if total > len(rows) else None,
    )


def row_of(row: UploadRow, *, is_back: bool = False) -> Row:
    """What one row does, or what undoing it does, in a table."""
    is_added = row.change == UploadRow.Change.ADDED
    words = row.get_change_display()
    if is_back:
        words = _("removed") if is_added else _("put back")
    return Row(
        [
            Cell(str(row.row), is_number=True),
            text(row.key),
            Cell(words, tone=None if is_added else Tone.ATTENTION),
            text(row_text(row, is_back=is_back)),
        ]
    )


def upload_row_record(row: UploadRow, viewer: User) -> Record:
    """One row: each value old and new."""
    links = Links(viewer, [row.upload])
    is_added = row.change == UploadRow.Change.ADDED
    before = [] if is_added else [_("before")]
    values = [
        Row([Cell(heading), *(Cell(value_text(heading, old)) for _heading in before), Cell(value_text(heading, new))])
        for heading, old, new in row.differences
    ]
    return Record(
        title=f"{row.sheet} {row.key}",
        subtitle=_("row %(row)d") % {"row": row.row},
        state=Cell(row.get_change_display(), tone=Tone.PLAIN if is_added else Tone.ATTENTION),
        facts=[fact(_("uploaded workbook"), text(row.upload, links.to(row.upload)))],
        tables=[
            Table(_("what it says"), headings(_("column"), *before, _("value") if is_added else _("after")), values)
        ],
    )
