"""The page of a verification, as values."""

from django.utils.translation import gettext as _

from access.models import User
from access.pages.records import Cell, Record, Row, Table
from monthend.models import MonthVerification
from monthend.pages import verification_state
from periods.pages import facts_of
from rulebook.cells import headings, month

_FACTS = ["asked_at", "asked_by", "locks", "done_at", "seconds", "people", "difference_count", "seal"]


def verification_record(verification: MonthVerification, viewer: User) -> Record:
    """What a verification found; without a user it was asked for at the server's console."""
    return Record(
        title=f"{month(verification.run.month).text} · {_('verification')}",
        state=verification_state(verification),
        sentences=verification.refusal.splitlines(),
        facts=facts_of(verification, viewer, _FACTS),
        tables=[_differences(verification)] if verification.difference_count else [],
    )


def _differences(verification: MonthVerification) -> Table:
    shown = len(verification.differences)
    more = verification.difference_count - shown
    return Table(
        _("differences"),
        headings(_("what is stored, and what was recomputed")),
        [Row([Cell(sentence)]) for sentence in verification.differences],
        note=_("The first %(shown)d; there are %(more)d more.") % {"shown": shown, "more": more} if more else "",
    )
