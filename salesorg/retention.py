"""How long what holds people's data is kept where nothing stands on it, and its end; the terms are settings."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from access.accounts.actions import forget_attempts, forget_sessions
from api.exports.work import forget_exports
from api.idempotency import forget_answers
from disputes.evidence.actions import remove_files_without_evidence
from workbooks.uploads.actions_retention import empty_uploads


@dataclass(frozen=True)
class Forgotten:
    """What was forgotten, in words, how much of it, and after how many days that is done."""

    what: str
    count: int
    days: int


def forget(now: dt.datetime) -> list[Forgotten]:
    """Forget whatever has outlived its term at `now`."""
    uploads, attempts = settings.SALESORG_KEEP_UPLOADS_DAYS, settings.SALESORG_KEEP_ATTEMPTS_DAYS
    return [
        Forgotten(_("contents of uploaded workbooks"), empty_uploads(now - dt.timedelta(days=uploads), now), uploads),
        Forgotten(_("attempts to log in"), forget_attempts(now - dt.timedelta(days=attempts)), attempts),
        Forgotten(_("ended sessions"), forget_sessions(now), 0),
        Forgotten(_("exports of programs"), forget_exports(now), 1),
        Forgotten(_("answers to programs' calls"), forget_answers(now), 1),
        Forgotten(_("files that no evidence names"), remove_files_without_evidence(now), 1),
    ]
