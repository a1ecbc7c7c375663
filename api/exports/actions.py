"""Asking for exports."""

from django.utils import timezone

from access.actor import Actor
from access.history.acting import action
from access.models import User
from api.exports.models import Export
from api.exports.work import wake
from rulebook.month import Month


@action
def ask_for_export(kind: str, month: Month, *, asked_by: User, by: Actor) -> Export:
    """Have a workbook written; whoever asked takes it."""
    export = Export.objects.create(kind=kind, month=month, asked_by=asked_by, asked_at=timezone.now())
    wake()
    return export
