"""Working on previews: one worker at a time takes them in turn, so that the others are free to close months."""

import logging
import time
from decimal import Decimal

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.queue import call_workers
from monthend.preview.compute import PreviewComparison, compare
from monthend.preview.models import Preview
from monthend.preview.results import write_results
from periods.turns import alone, is_free

logger = logging.getLogger(__name__)

TASK = "monthend.tasks.preview"

MOST_STARTS = 3
_TURN = 369127

State = Preview.State


def work_on_previews() -> None:
    """Compute the previews that wait, one after another; whoever finds somebody at it leaves them to that one."""
    with alone(_TURN) as is_alone:
        while is_alone and (preview := _begin_next()):
            _compute(preview)


@transaction.atomic
def sweep_previews() -> bool:
    """Wake a worker if previews stand still; returns whether one was called."""
    waiting = Preview.objects.filter(state__in=Preview.OPEN).exists()
    stands_still = is_free(_TURN) and waiting
    if stands_still:
        wake()
    return stands_still


def wake() -> None:
    """Call a worker once the transaction is done; without a broker nothing is lost: the sweep calls again."""
    transaction.on_commit(lambda: call_workers(TASK))


@transaction.atomic
def _begin_next() -> Preview | None:
    """Mark the oldest open preview as begun, one that a worker died over as begun again; None without any."""
    open_ones = Preview.objects.filter(state__in=Preview.OPEN).order_by("asked_at", "pk")
    preview = open_ones.select_for_update(of=("self",), skip_locked=True).first()
    if preview is not None:
        preview.state, preview.starts, preview.started_at = State.RUNNING, preview.starts + 1, timezone.now()
        preview.save(update_fields=["state", "starts", "started_at"])
    return preview


def _compute(preview: Preview) -> None:
    """Compute a preview and keep what it found, or why it failed; losing the database raises, and it begins again."""
    began = time.monotonic()
    if preview.starts > MOST_STARTS:
        return _fail(preview, _("The computing was cut off %(times)d times.") % {"times": MOST_STARTS})
    try:
        comparison = compare(preview.what_if())
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        logger.exception("preview %s failed", preview.pk)
        return _fail(preview, f"{type(problem).__name__}: {problem}")
    return _keep(preview, comparison, Decimal(time.monotonic() - began))


@transaction.atomic
def _keep(preview: Preview, comparison: PreviewComparison, seconds: Decimal) -> None:
    """Write the result with the mark that it is done; nothing if it was thrown away meanwhile."""
    if not Preview.objects.select_for_update(of=("self",)).filter(pk=preview.pk, state=State.RUNNING).exists():
        return
    write_results(preview, comparison)
    preview.state, preview.done_at, preview.seconds = State.DONE, timezone.now(), seconds
    preview.computed_from, preview.problems = comparison.computed_from, list(comparison.problems)
    preview.save(update_fields=["state", "done_at", "seconds", "computed_from", "problems"])


def _fail(preview: Preview, failure: str) -> None:
    Preview.objects.filter(pk=preview.pk, state=State.RUNNING).update(
        state=State.FAILED, done_at=timezone.now(), failure=failure
    )
