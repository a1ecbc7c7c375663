"""Working on uploaded workbooks: one worker at a time reads, imports or undoes them in turn."""

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from access.actor import Actor
from access.queue import call_workers
from monthend.approval.selectors_taking_back import handed_over_at, latest_transition, taken_back_since
from monthend.models import MonthRun
from periods.copying import clear_rows
from periods.turns import alone, is_free
from workbooks.company.importing import ImportOutcome, read_file, take_in
from workbooks.problems import Problem, printable
from workbooks.uploads.actions_answers import answer_predecessors, ask_others_again, sample_of
from workbooks.uploads.actions_undo import try_undo, undo_import
from workbooks.uploads.models import Upload, UploadRow
from workbooks.uploads.months import new_months
from workbooks.uploads.undo import Undoing, UndoObstacle

logger = logging.getLogger(__name__)

TASK = "workbooks.tasks.work_on_uploads"

MOST_STARTS = 3
_TURN = 369128
_BATCH = 2_000

State = Upload.State
_BEGUN = {State.WAITING: State.READING, State.CONFIRMED: State.APPLYING}


def work_on_uploads() -> None:
    """Read or import what waits, one after another; whoever finds somebody at it leaves it to that one."""
    with alone(_TURN) as is_alone:
        while is_alone and (upload := _begin_next()):
            with translation.override(upload.language):
                _perform(upload)


@transaction.atomic
def sweep_uploads() -> bool:
    """Wake a worker if uploaded workbooks stand still; returns whether one was called."""
    stands_still = is_free(_TURN) and Upload.objects.filter(state__in=Upload.OPEN).exists()
    if stands_still:
        wake()
    return stands_still


def wake() -> None:
    """Call a worker once the transaction is done; without a broker nothing is lost: the sweep calls again."""
    transaction.on_commit(lambda: call_workers(TASK))


@transaction.atomic
def _begin_next() -> Upload | None:
    """Mark the oldest one that waits as begun, one that a worker died over as begun again; None without any."""
    waiting = Upload.objects.filter(state__in=Upload.OPEN).order_by(
        Coalesce("undo_at", "confirmed_at", "uploaded_at"), "pk"
    )
    upload = waiting.select_for_update(of=("self",), skip_locked=True).first()
    if upload is not None:
        upload.state = _BEGUN.get(State(upload.state), State(upload.state))
        upload.starts, upload.started_at, upload.doing = upload.starts + 1, timezone.now(), ""
        upload.save(update_fields=["state", "starts", "started_at", "doing"])
    return upload


def _perform(upload: Upload) -> None:
    """Read, import or undo one, or keep why that failed; losing the database raises, and it begins again."""
    if upload.starts > MOST_STARTS:
        return _fail(upload, _("The work was cut off %(times)d times.") % {"times": MOST_STARTS})
    try:
        if upload.state in (State.UNDO_ASKED, State.UNDO_SURE):
            return _perform_undo(upload)
        file = read_file(bytes(upload.data), lambda title: _tell(upload, title))
        _tell(upload, "")
        with transaction.atomic():
            if not _is_ours(upload):
                return None
            is_applying = upload.state == State.APPLYING
            with _unless_unasked(upload.confirmed_at) as asked:
                outcome = take_in(
                    file,
                    file_name=upload.file_name,
                    by=Actor(upload.confirmed_by or upload.uploaded_by),
                    dry_run=not is_applying,
                    shown=upload.shown,
                    upload=upload.pk,
                )
            if outcome.imported and not asked.is_undone:
                return _keep_import(upload, outcome)
            upload.sample = sample_of(file.sheets or {})
            return _keep_shown(upload, outcome, is_anew=is_applying)
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        logger.exception("upload %s failed", upload.pk)
        return _fail(upload, f"{type(problem).__name__}: {problem}")


def _perform_undo(upload: Upload) -> None:
    """Look at what undoing would do, or undo what was shown; if that does something else by now, show it anew."""
    with transaction.atomic():
        if not _is_ours(upload):
            return
        is_sure = upload.state == State.UNDO_SURE
        with _unless_unasked(upload.undo_at) as asked:
            is_as_shown = is_sure and undo_import(upload, by=Actor(upload.undo_by)).digest == upload.undo_shown
        if is_as_shown and not asked.is_undone:
            upload.state, upload.stale_months, upload.undo_at = State.UNDONE, _stale_months(), timezone.now()
            upload.doing = ""
            upload.save(update_fields=["state", "stale_months", "undo_at", "doing"])
            ask_others_again(upload)
        else:
            _keep_undoing(upload, try_undo(upload), is_anew=is_sure)


@dataclass
class _Asked:
    """Whether work was undone again, for it took back what nobody was asked about."""

    is_undone: bool = False


@contextmanager
def _unless_unasked(confirmed_at: dt.datetime | None) -> Iterator[_Asked]:
    """Undo what is done within if it takes back a month that was handed over or approved after it was confirmed."""
    asked, step = _Asked(), latest_transition()
    with transaction.atomic():
        yield asked
        taken = taken_back_since(step)
        asked.is_undone = any(confirmed_at is None or handed_over_at(run) > confirmed_at for run in taken)
        if asked.is_undone:
            transaction.set_rollback(True)


def _keep_undoing(upload: Upload, undoing: Undoing, *, is_anew: bool) -> None:
    """Keep what undoing would do, to be confirmed, or what speaks against it: then it stays imported."""
    upload.state, upload.is_shown_anew = State.APPLIED if undoing.obstacles else State.UNDO_SHOWN, is_anew
    upload.undo_obstacles, upload.undo_shown = undoing.first_obstacles(), undoing.digest
    upload.undo_at, upload.undo_by, upload.doing = None, None, ""
    fields = ["state", "is_shown_anew", "undo_obstacles", "undo_shown", "undo_at", "undo_by", "doing"]
    upload.save(update_fields=fields)


def _tell(upload: Upload, title: str) -> None:
    """Let the page know which sheet is being read."""
    Upload.objects.filter(pk=upload.pk, state=upload.state).update(doing=title[:255])


def _is_ours(upload: Upload) -> bool:
    """Whether it is still there to be worked on; if so it stays until the transaction ends."""
    return Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk, state=upload.state).exists()


def _keep_shown(upload: Upload, outcome: ImportOutcome, *, is_anew: bool) -> None:
    """Keep what it would do, or what is wrong with it."""
    clear_rows(UploadRow.objects.filter(upload=upload))
    upload.state = State.REFUSED if outcome.errors else State.READY
    upload.errors, upload.warnings = _told(outcome.errors), _told(outcome.warnings)
    upload.counts = outcome.sheets
    upload.sums = {title: f"{amount:.2f}" for title, amount in outcome.sums.items()}
    upload.shown = "" if outcome.errors else outcome.digest
    upload.is_shown_anew = is_anew
    upload.confirmed_at, upload.confirmed_by = None, None
    fields = ["errors", "warnings", "counts", "sums", "shown", "is_shown_anew", "confirmed_at", "confirmed_by"]
    _end(upload, *fields, "sample")
    answer_predecessors(upload)
    if not outcome.errors:
        UploadRow.objects.bulk_create(_rows(upload, outcome), batch_size=_BATCH)


def _rows(upload: Upload, outcome: ImportOutcome) -> list[UploadRow]:
    return [
        UploadRow(
            upload=upload,
            sheet=change.sheet,
            row=change.row,
            key=change.key,
            change=change.change.value,
            differences=[[one.column, one.old, one.new] for one in change.differences],
        )
        for change in outcome.changes
    ]


def _keep_import(upload: Upload, outcome: ImportOutcome) -> None:
    """Keep that it was imported, with the months whose results are stale now."""
    upload.state, upload.batch, upload.stale_months = State.APPLIED, outcome.batch, _stale_months()
    upload.new_months = new_months(outcome.company) if outcome.company else []
    _end(upload, "batch", "stale_months", "new_months")
    answer_predecessors(upload)


def _stale_months() -> list[str]:
    months = MonthRun.objects.filter(state=MonthRun.State.STALE).order_by("month").values_list("month", flat=True)
    return [str(month) for month in months]


def _end(upload: Upload, *fields: str) -> None:
    upload.done_at, upload.doing = timezone.now(), ""
    upload.save(update_fields=["state", "done_at", "doing", *fields])


def _told(problems: list[Problem]) -> list[dict[str, object]]:
    """Problems as they are kept; what a cell holds may be anything."""
    kept = []
    for problem in problems:
        told = {**problem.as_dict(), **({"correction": problem.correction} if problem.correction else {})}
        kept.append({name: printable(value) if isinstance(value, str) else value for name, value in told.items()})
    return kept


def _fail(upload: Upload, failure: str) -> None:
    if upload.state in (State.UNDO_ASKED, State.UNDO_SURE):
        undoing = Undoing(upload, obstacles=[UndoObstacle("", upload.file_name, failure)])
        return _keep_undoing(upload, undoing, is_anew=False)
    Upload.objects.filter(pk=upload.pk, state=upload.state).update(
        state=State.FAILED, done_at=timezone.now(), failure=failure, doing=""
    )
    return None
