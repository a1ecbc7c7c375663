"""Uploading a workbook, confirming what it was shown to do, and throwing it away."""

import hashlib

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from access.actor import Actor
from access.rights import Right, may
from workbooks.package import Package
from workbooks.problems import printable
from workbooks.uploads.models import Upload
from workbooks.uploads.work import wake

MOST_OPEN = 5

State = Upload.State


class UploadRefused(Exception):
    """What was asked of an uploaded workbook can't be done; the message says why."""


@transaction.atomic
def keep_upload(data: bytes, *, file_name: str, by: Actor) -> Upload:
    """Keep a workbook and wake a worker to read it. Raises UnreadableWorkbook for what isn't one, UploadRefused."""
    if by.user is None or not may(by.user, Right.ADD, Upload):
        raise PermissionDenied
    if Upload.objects.filter(uploaded_by=by.user, state__in=Upload.OPEN).count() >= MOST_OPEN:
        raise UploadRefused(_("%(count)d workbooks of yours wait already: see these first.") % {"count": MOST_OPEN})
    Package(data)
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


@transaction.atomic
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


@transaction.atomic
def throw_upload_away(upload: Upload, *, by: Actor) -> None:
    """Forget an uploaded workbook that was not imported; one that is being read ends without a trace."""
    if by.user is None or not may(by.user, Right.DELETE, Upload):
        raise PermissionDenied
    thrown_away = Upload.objects.filter(pk=upload.pk).exclude(
        state__in=[State.CONFIRMED, State.APPLYING, State.APPLIED]
    )
    if not thrown_away.select_for_update(of=("self",), skip_locked=True).exists():
        raise UploadRefused(_("It was imported, or is just being worked on."))
    thrown_away.delete()
