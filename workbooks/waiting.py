"""What uploaded workbooks ask who uploads them to do."""

from django.db.models import Count
from django.utils.translation import gettext as _

from access.doors import listed
from access.models import User
from access.reach import within_reach
from access.rights import Right, may
from access.waiting import Notice, waits_for
from workbooks.models import Upload

State = Upload.State


@waits_for
def uploads_to_finish(viewer: User) -> list[Notice]:
    """The workbooks with mistakes to mend, and those that were read and can be imported."""
    if not may(viewer, Right.ADD, Upload):
        return []
    rows = within_reach(viewer, Upload.objects.order_by()).values_list("state").annotate(Count("pk"))
    counts = dict(rows)
    return [
        Notice(counts.get(State.REFUSED, 0), _("imports with mistakes"), listed(Upload, state__exact=State.REFUSED)),
        Notice(counts.get(State.READY, 0), _("imports to confirm"), listed(Upload, state__exact=State.READY)),
        Notice(
            counts.get(State.UNDO_SHOWN, 0), _("undoings to confirm"), listed(Upload, state__exact=State.UNDO_SHOWN)
        ),
        Notice(counts.get(State.FAILED, 0), _("imports that failed"), listed(Upload, state__exact=State.FAILED)),
    ]
