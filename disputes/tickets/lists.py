"""The list of disputes: each row with its claimants, as far as they are shown, and how much of its term is left."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.models import User
from access.pages.admin_base import viewing
from access.pages.lists import ReachList
from access.pages.records import Cell, Tone
from access.reach import within_reach
from disputes.clock.selectors import Clock, clocks_of
from disputes.models import Dispute, Party
from staff.reach import oneself

Side = Party.Side


class DisputeList(ReachList):
    """A page of disputes, each with its `claimants` and, while it is open, its `clock`; three queries for all."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        clocks = clocks_of([row for row in self.result_list if row.is_open], timezone.localdate())
        claimants = claimants_of(self.result_list, viewing(request))
        for row in self.result_list:
            row.clock, row.claimants = clocks.get(row.pk), claimants[row.pk]


def claimants_of(disputes: Sequence[Dispute], viewer: User) -> dict[int, list[str]]:
    """The names of those who claim, by the disputes' keys, as far as the viewer may know of them; one query."""
    own = set(oneself(viewer))
    found: dict[int, list[Party]] = defaultdict(list)
    rows = Party.objects.filter(dispute__in=[one.pk for one in disputes])
    for party in within_reach(viewer, rows.select_related("employee").order_by("named_at", "pk")):
        found[party.dispute_id].append(party)
    return {one.pk: _names(one, found[one.pk], own) for one in disputes}


def _names(dispute: Dispute, parties: Sequence[Party], own: set[int]) -> list[str]:
    """Whoever answers, whatever their role, learns who claims once verification began."""
    is_answering = any(party.side == Side.RESPONDENT and party.employee_id in own for party in parties)
    if is_answering and dispute.verification_began_at is None:
        return []
    return [party.employee.name for party in parties if party.side == Side.CLAIMANT]


def due_cell(dispute: Dispute, clock: Clock | None) -> Cell:
    """By when it is decided and how many working days are left of that, or that it is late."""
    day = dispute.due_on.isoformat()
    if clock is None:
        return Cell(day)
    if clock.paused_until is not None:
        day += " · " + _("paused until %(day)s") % {"day": clock.paused_until}
    if clock.left < 0:
        late = ngettext("%(count)d working day late", "%(count)d working days late", -clock.left)
        return Cell(f"{day} · {late % {'count': -clock.left}}", tone=Tone.BLOCKS)
    if clock.left == 0:
        return Cell(f"{day} · {_('due today')}", tone=Tone.ATTENTION)
    left = ngettext("%(count)d working day left", "%(count)d working days left", clock.left) % {"count": clock.left}
    return Cell(f"{day} · {left}", tone=Tone.ATTENTION if clock.stage is not None else None)


def age_text(dispute: Dispute, today: dt.date) -> str:
    """For how many days it has been open; nothing once it has ended."""
    days = (today - dispute.raised_on).days
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if dispute.is_open else "–"


TONES = {
    Dispute.State.RAISED: Tone.ATTENTION,
    Dispute.State.VERIFYING: Tone.ATTENTION,
    Dispute.State.DECIDED: Tone.DONE,
    Dispute.State.SETTLED: Tone.DONE,
}


def state_cell(dispute: Dispute) -> Cell:
    """How far a dispute is."""
    return Cell(dispute.get_state_display(), tone=TONES.get(Dispute.State(dispute.state), Tone.PLAIN))
