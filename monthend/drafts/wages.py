"""Where a plan's threshold wages lie below the minimum wage of a branch's city."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Row, Table, Tone, adds_to
from access.rights import Right, may
from rulebook.cells import amount, day, headings, numeric, text
from rulebook.models import PlanVersion
from rulebook.plan import Plan
from rulebook.wording import amount_text
from staff.models import MinimumWage
from staff.selectors import wage_shortfalls


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
