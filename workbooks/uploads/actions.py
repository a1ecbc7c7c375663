"""Uploading a workbook, confirming what it was shown to do, and throwing it away."""

import hashlib

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from access.refusals import Refused
from access.rights import Right, may
from workbooks.company.importing import refuse_own_output
from workbooks.problems import printable
from workbooks.uploads.models import Upload
from workbooks.uploads.work import wake
from workbooks.xlsx.package import Package

MOST_OPEN = 5

State = Upload.State


class UploadRefused(Refused):
    """What was asked of an uploaded workbook can't be done; the message says why."""


@action
def keep_upload(data: bytes, *, file_name: str, by: Actor) -> Upload:
    """Keep a workbook and wake a worker to read it. Raises UnreadableWorkbook for what isn't one, UploadRefused."""
    if by.user is None or not may(by.user, Right.ADD, Upload):
        raise PermissionDenied
    if Upload.objects.filter(uploaded_by=by.user, state__in=Upload.OPEN).count() >= MOST_OPEN:
        raise UploadRefused(_("%(count)d workbooks of yours wait already: see these first.") % {"count": MOST_OPEN})
    Package(data)
    refuse_own_output(data)
    upload = Upload.objects.create(
        file_name=printable(file_name)[-255:],
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        size=len(data),
        language=get_language(),
        uploaded_at=timezone.now(),
        uploaded_by=by.user,
    )
    wake()
    return upload


@action
def confirm_upload(upload_id: int, *, shown: str, by: Actor) -> None:
    """Have a worker import what was shown, told by its digest. UploadRefused where something else is shown by now."""
    if by.user is None or not may(by.user, Right.ADD, Upload):
        raise PermissionDenied
    confirmed = Upload.objects.filter(pk=upload_id, state=State.READY, shown=shown).update(
        state=State.CONFIRMED, confirmed_at=timezone.now(), confirmed_by=by.user, starts=0, doing=""
    )
    if not confirmed:
        raise UploadRefused(_("This is not what is shown any more: look again, then confirm."))
    wake()


@action
def throw_upload_away(upload: Upload, *, by: Actor) -> None:
    """Forget an uploaded workbook that was not imported; one that is being read ends without a trace."""
    if by.user is None or not may(by.user, Right.DELETE, Upload):
        raise PermissionDenied
    thrown_away = Upload.objects.filter(pk=upload.pk).exclude(
        state__in=[State.CONFIRMED, State.APPLYING, *Upload.IMPORTED]
    )
    if not thrown_away.select_for_update(of=("self",), skip_locked=True).exists():
        raise UploadRefused(_("It was imported, or is just being worked on."))
    thrown_away.delete()


@action
def ask_for_undo(upload_id: int, *, by: Actor) -> None:
    """Have a worker look at what undoing an import would do, and what speaks against it. UploadRefused without rows."""
    if Upload.objects.filter(pk=upload_id).exclude(emptied_at=None).exists():
        raise UploadRefused(_("The content of the file was removed: it can't be taken back any more."))
    _step(upload_id, State.APPLIED, State.UNDO_ASKED, by=by, starts=0, doing="")
    wake()


@action
def confirm_undo(upload_id: int, *, shown: str, by: Actor) -> None:
    """Have a worker undo an import as it was shown, told by the digest. UploadRefused if something else is shown."""
    if not shown:
        raise UploadRefused(_("This is not what is shown any more: look again, then confirm."))
    told = {"undo_at": timezone.now(), "undo_by": by.user}
    _step(upload_id, State.UNDO_SHOWN, State.UNDO_SURE, by=by, undo_shown=shown, starts=0, doing="", **told)
    wake()


@action
def drop_undo(upload_id: int, *, by: Actor) -> None:
    """Leave an import as it is."""
    _step(upload_id, State.UNDO_SHOWN, State.APPLIED, by=by)


def _step(upload_id: int, old: State, new: State, *, by: Actor, **values: object) -> None:
    if by.user is None or not may(by.user, Right.ADD, Upload):
        raise PermissionDenied
    found = Upload.objects.filter(pk=upload_id, state=old)
    if "undo_shown" in values:
        found = found.filter(undo_shown=values["undo_shown"])
    if not found.update(state=new, **values):
        raise UploadRefused(_("This is not what is shown any more: look again, then confirm."))
