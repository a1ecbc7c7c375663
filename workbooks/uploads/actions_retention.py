"""Emptying uploaded workbooks whose term is over: who uploaded what, and what it did, stays."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from workbooks.uploads.models import Upload, UploadRow

State = Upload.State


@transaction.atomic
def empty_uploads(before: dt.datetime, now: dt.datetime) -> int:
    """Remove files and their rows that nobody has touched since a moment; returns of how many uploads.

    One that was still to be confirmed has failed then; one that was imported can't be taken back any more.
    """
    idle = Upload.objects.filter(uploaded_at__lt=before, emptied_at=None).exclude(state__in=Upload.OPEN)
    idle = idle.exclude(done_at__gte=before).defer("data").select_for_update(of=("self",), skip_locked=True)
    uploads = list(idle)
    for upload in uploads:
        upload.data, upload.emptied_at, upload.sample = b"", now, []
        upload.errors, upload.warnings = _without_values(upload.errors), _without_values(upload.warnings)
        if upload.state == State.READY:
            upload.state, upload.failure = State.FAILED, _("It was not confirmed in time.")
        upload.undo_obstacles = []
        if upload.state == State.UNDO_SHOWN:
            upload.state, upload.undo_shown = State.APPLIED, ""
    UploadRow.objects.filter(upload__in=uploads).delete()
    changed = ["data", "emptied_at", "sample", "errors", "warnings", "state", "failure", "undo_shown", "undo_obstacles"]
    Upload.objects.bulk_update(uploads, changed, batch_size=100)
    return len(uploads)


def _without_values(problems: list[dict[str, object]]) -> list[dict[str, object]]:
    """What was wrong, without what stood in the cells."""
    return [problem | {"value": None} for problem in problems]
