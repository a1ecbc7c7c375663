"""Where a plan's threshold wages lie below the minimum wage of a branch's city."""

import datetime as dt

from django.utils.translation import gettext as _

from access.doors import Doors
from access.models import User
from access.record import Cell, Row, Table, Tone
from access.rights import Right, may
from rulebook.cells import amount, day, headings, numeric, text
from rulebook.plan import Plan
from staff.minimum_wages import check_threshold_wages
from staff.models import MinimumWage


def wage_table(plan: Plan, on: dt.date, viewer: User) -> Table | None:
    """The ranks paid below a city's minimum wage on a day, within the viewer's reach; None if none is."""
    if not may(viewer, Right.VIEW, MinimumWage):
        return None
    found = check_threshold_wages(plan, on, viewer)
    if not found.shortfalls:
        return None
    doors = Doors(viewer, [shortfall.wage for shortfall in found.shortfalls])
    return Table(
        _("threshold wages below the minimum wage"),
        headings(
            _("city"), _("branch"), _("rank"), numeric(_("threshold wage")), numeric(_("minimum wage")), _("since")
        ),
        [
            Row(
                [
                    text(shortfall.wage.city, doors.to(shortfall.wage)),
                    text(shortfall.wage.branch),
                    text(shortfall.rank.name),
                    Cell(f"{shortfall.rank.threshold_wage:,.2f}", is_number=True, tone=Tone.BLOCKS),
                    amount(shortfall.wage.amount, doors.to(shortfall.wage)),
                    day(shortfall.wage.effective_from),
                ]
            )
            for shortfall in found.shortfalls
        ],
        anchor="minimum-wage",
        note=_(
            "A full month's pay may not lie below the minimum wage: who earns no commission would get too little."
        ),
    )
