"""Writes of evidence: brought by who takes part, and withdrawn by who brought it (3-1.2)."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from access.models import User
from access.reach import within_reach
from access.refusals import Refused, require
from access.rights import Right, may
from disputes.evidence.files import MOST_FILES, take_file
from disputes.evidence.models import Evidence
from disputes.evidence.storage import remove_unnamed, store, undoes_files
from disputes.models import Dispute


class EvidenceRefused(Refused):
    """Evidence is not taken, or not withdrawn; the message says why."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent."""

    name: str
    data: bytes


@undoes_files
@action
def bring_evidence(
    dispute: Dispute, *, kind: str, day: dt.date, note: str, file: Sent | None = None, today: dt.date, by: Actor
) -> Evidence:
    """Keep evidence for an open dispute, with its file as `take_file` keeps it.

    FileRefused for a file that isn't taken. EvidenceRefused to who doesn't see the dispute, once it has ended, for a
    day to come, without a note, and for more files than a dispute may have.
    """
    user = require(by, _may_bring, EvidenceRefused(_("Who takes part in a dispute, or decides it, brings evidence.")))
    held = _held(dispute, user)
    if not held.is_open:
        raise EvidenceRefused(_("This dispute has ended: evidence is brought before."))
    if day > today:
        raise EvidenceRefused(_("Evidence is about a day that has been."), "day")
    if not note.strip():
        raise EvidenceRefused(_("Say what the evidence shows."), "note")
    evidence = Evidence(dispute=held, kind=kind, day=day, note=note.strip(), brought_by=user, brought_at=timezone.now())
    if file is not None:
        _keep_file(evidence, file)
    evidence.save()
    return evidence


@action
def withdraw_evidence(evidence: Evidence, *, by: Actor) -> None:
    """Withdraw evidence that one brought; it remains to be seen. EvidenceRefused to others, and once it can't be."""
    held = Evidence.objects.select_for_update().select_related("dispute", "brought_by").get(pk=evidence.pk)
    if by.user is None or held.brought_by_id != by.user.pk:
        raise EvidenceRefused(_("%(who)s brought this evidence, and withdraws it.") % {"who": held.brought_by})
    if not held.dispute.is_open or held.withdrawn_at is not None:
        raise EvidenceRefused(_("This evidence is withdrawn already, or the dispute has ended."))
    held.withdrawn_at = timezone.now()
    held.save(update_fields=["withdrawn_at"])


def remove_files_without_evidence(now: dt.datetime) -> int:
    """Remove stored files that no evidence names; returns how many."""
    named = set(Evidence.objects.exclude(stored_as="").order_by().values_list("stored_as", flat=True))
    return remove_unnamed(named, now)


def _may_bring(user: User) -> bool:
    return may(user, Right.ADD, Evidence)


def _held(dispute: Dispute, user: User) -> Dispute:
    """The dispute, locked, so that files are counted by one after the other; EvidenceRefused beyond one's reach."""
    held = within_reach(user, Dispute.objects.select_for_update(of=("self",))).filter(pk=dispute.pk).first()
    if held is None:
        raise EvidenceRefused(_("Who takes part in a dispute, or decides it, brings evidence."))
    return held


def _keep_file(evidence: Evidence, file: Sent) -> None:
    if Evidence.objects.filter(dispute=evidence.dispute).exclude(stored_as="").count() >= MOST_FILES:
        words = _("A dispute has at most %(count)d files, and this one has them.")
        raise EvidenceRefused(words % {"count": MOST_FILES}, "file")
    taken = take_file(file.name, file.data)
    evidence.file_name, evidence.content_type = taken.name, taken.content_type
    evidence.size, evidence.digest = len(taken.data), taken.digest
    evidence.stored_as = store(taken.data)
