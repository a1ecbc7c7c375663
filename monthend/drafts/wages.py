"""Where a plan's threshold wages lie below the minimum wage of a branch's city."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.models import User
from access.pages.links import Links, listed
from access.pages.notices import Notice
from access.pages.records import Cell, Row, Table, Tone, adds_to
from access.reach import within_reach
from access.rights import Right, may
from rulebook.cells import amount, day, headings, numeric, text
from rulebook.models import PlanVersion
from rulebook.month import Month
from rulebook.plan import Plan, Rank
from rulebook.wording import amount_text
from staff.models import MinimumWage


def wage_table(plan: Plan, on: dt.date, viewer: User) -> Table | None:
    """The ranks paid below a city's minimum wage on a day, within the viewer's reach; None if none is."""
    if not may(viewer, Right.VIEW, MinimumWage):
        return None
    shortfalls = wage_shortfalls(plan, on, viewer)
    if not shortfalls:
        return None
    links = Links(viewer, [shortfall.wage for shortfall in shortfalls])
    return Table(
        _("threshold wages below the minimum wage"),
        headings(
            _("city"), _("branch"), _("rank"), numeric(_("threshold wage")), numeric(_("minimum wage")), _("since")
        ),
        [
            Row(
                [
                    text(shortfall.wage.city, links.to(shortfall.wage)),
                    text(shortfall.wage.branch),
                    text(shortfall.rank.name),
                    Cell(amount_text(shortfall.rank.threshold_wage), is_number=True, tone=Tone.BLOCKS),
                    amount(shortfall.wage.amount, links.to(shortfall.wage)),
                    day(shortfall.wage.effective_from),
                ]
            )
            for shortfall in shortfalls
        ],
        anchor="minimum-wage",
        note=_("A full month's pay may not lie below the minimum wage: who earns no commission would get too little."),
    )


@adds_to(PlanVersion)
def wages_of_version(version: PlanVersion, viewer: User) -> Sequence[Table]:
    """The same on a plan version's page, as of today or its last day in force."""
    later = PlanVersion.objects.filter(approved_at__isnull=False, effective_from__gt=version.effective_from)
    next_one = later.order_by("effective_from").values_list("effective_from", flat=True).first()
    today = timezone.localdate()
    last = min(today, next_one - dt.timedelta(days=1)) if next_one else today
    table = wage_table(version.plan, max(version.effective_from, last), viewer)
    return [table] if table else []


def wage_notices(plan: Plan, month: Month, viewer: User) -> list[Notice]:
    """The same as a notice on a month's page."""
    if not may(viewer, Right.VIEW, MinimumWage):
        return []
    found = wage_shortfalls(plan, month.last, viewer)
    words = pgettext("counted", "threshold wages below the minimum wage")
    return [Notice(len(found), words, listed(MinimumWage))] if found else []


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A rank whose threshold wage lies below the minimum wage of a branch's city."""

    wage: MinimumWage
    rank: Rank


def wage_shortfalls(plan: Plan, day: dt.date, viewer: User) -> list[Shortfall]:
    """Compare a plan with the minimum wages that hold on a day, for the branches within reach; one query."""
    begun = within_reach(viewer, MinimumWage.objects.filter(effective_from__lte=day)).select_related("branch")
    in_force = begun.order_by("branch_id", "-effective_from").distinct("branch_id")
    return [Shortfall(wage, rank) for wage in in_force for rank in plan.ranks if rank.threshold_wage < wage.amount]
