"""What uploaded workbooks ask who uploads them to do."""

from django.db.models import Count
from django.utils.translation import gettext as _

from access.busy import LongWork, tells_work
from access.models import User
from access.pages.links import listed
from access.pages.notices import Notice, waits_for
from access.reach import within_reach
from access.rights import Right, may
from workbooks.models import Upload

State = Upload.State


@waits_for
def uploads_to_finish(viewer: User) -> list[Notice]:
    """The workbooks with mistakes that no later one has mended, and those that were read and can be imported."""
    if not may(viewer, Right.ADD, Upload):
        return []
    uploads = Upload.objects.exclude(state=State.REFUSED, answered_by__isnull=False)
    rows = within_reach(viewer, uploads.order_by()).values_list("state").annotate(Count("pk"))
    counts = dict(rows)
    return [
        Notice(
            counts.get(State.REFUSED, 0),
            _("imports with mistakes"),
            listed(Upload, state__exact=State.REFUSED, answered_by__isnull=True),
        ),
        Notice(counts.get(State.READY, 0), _("imports to confirm"), listed(Upload, state__exact=State.READY)),
        Notice(
            counts.get(State.UNDO_SHOWN, 0), _("undoings to confirm"), listed(Upload, state__exact=State.UNDO_SHOWN)
        ),
        Notice(counts.get(State.FAILED, 0), _("imports that failed"), listed(Upload, state__exact=State.FAILED)),
    ]


@tells_work
def uploads_under_way() -> list[LongWork]:
    """The workbook that is being imported, or whose import is being taken back."""
    texts = {
        State.APPLYING: _("“%(file)s” is being imported"),
        State.UNDO_SURE: _("The import of “%(file)s” is being taken back"),
    }
    begun = Upload.objects.filter(state__in=texts).select_related("confirmed_by", "undo_by").defer("data")
    return [
        LongWork(
            texts[State(upload.state)] % {"file": upload.file_name},
            upload.confirmed_by if upload.state == State.APPLYING else upload.undo_by,
            upload.started_at,
        )
        for upload in begun
    ]
