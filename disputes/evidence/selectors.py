"""Reads of evidence."""

from django.db.models import QuerySet

from access.models import User
from access.reach import within_reach
from disputes.models import Dispute, Evidence


def evidence_of(dispute: Dispute, viewer: User) -> QuerySet[Evidence]:
    """A dispute's evidence within the viewer's reach, what was withdrawn with it, by the days that it is about."""
    return within_reach(viewer, Evidence.objects.filter(dispute=dispute)).select_related("brought_by")
