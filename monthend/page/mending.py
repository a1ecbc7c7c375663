"""What keeps a month from being locked, each with the way to where a viewer mends it or sees it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from access.decisions.signing import name_of
from access.models import User
from access.pages.links import Links, listed
from access.reach import scope_of
from access.rights import Right, may
from access.roles import Scope
from compensation.models import SupportPool
from monthend.approval.selectors import Acting, InCharge, names
from monthend.approval.selectors_reminders import latest, responsible
from monthend.checks import NEXT_STEPS, Blocker, Obstacle
from monthend.models import Reminder
from monthend.offers import way_to_import
from monthend.page.acts import Situation
from monthend.rights import may_remind
from monthend.weights.selectors import table_address
from rulebook.month import Month
from staff.models import Target
from staff.rights import may_confirm_pay

MOST = 20
_OF_THE_MONTH = {Obstacle.STALE, Obstacle.NOT_OVER, Obstacle.WITHOUT_RECEIPTS, *NEXT_STEPS}


@dataclass(frozen=True, slots=True)
class Mend:
    """A blocker for a viewer: where it leads, whom it waits for, and who reminded them when.

    `blocker` is there only where the viewer may remind them now.
    """

    text: str
    href: str = ""
    who: str = ""
    reminded: str = ""
    blocker: Blocker | None = None

    @property
    def key(self) -> str:
        """What a button that reminds sends."""
        return f"{self.blocker.obstacle.name}-{self.blocker.about}" if self.blocker else ""


def mending(
    blockers: Sequence[Blocker],
    month: Month,
    viewer: User,
    most: int = MOST,
    *,
    in_charge: InCharge | None,
    reminders: Sequence[Reminder] = (),
    today: dt.date | None = None,
    links: Links | None = None,
) -> list[Mend]:
    """The blockers for a viewer, each leading to where it is mended; those beyond `most` as a number.

    Who answers for a branch is told of that branch and of the month as a whole. They name who is `in_charge`, where
    that is given; with `today`, who may remind them.
    """
    links = links or Links(viewer, [blocker.subject for blocker in blockers])
    if scope_of(viewer) is not Scope.COMPANY:
        blockers = [one for one in blockers if one.obstacle in _OF_THE_MONTH or links.to(one.subject)]
    cells = []
    for blocker in blockers[:most]:
        acting = responsible(blocker, in_charge) if in_charge else ()
        row = latest(reminders, blocker)
        is_mine = any(one.user == viewer for one in acting)
        may_now = today is not None and acting and not is_mine and may_remind(viewer) and not (row and row.day == today)
        way = _way(blocker, month, viewer, links)
        cells.append(
            Mend(blocker.text, way, _who(acting, is_mine=is_mine), _reminded(row), blocker if may_now else None)
        )
    if len(blockers) > most:
        cells.append(Mend(_("and %(count)s more") % {"count": len(blockers) - most}))
    return cells


def no_receipts_yet(at: Situation) -> list[Mend]:
    """Of a month that was never computed: that no cash counts in it, with the way to the import."""
    return [Mend(text, way_to_import(at.viewer)) for text in at.known] if at.run is None else []


def _who(acting: Sequence[Acting], *, is_mine: bool) -> str:
    if is_mine:
        return _("yours to do")
    return _("%(names)s: to do") % {"names": names(acting)} if acting else ""


def _reminded(row: Reminder | None) -> str:
    if row is None:
        return ""
    return _("reminded by %(who)s, %(at)s") % {
        "who": name_of(row.by),
        "at": f"{timezone.localtime(row.at):%m-%d %H:%M}",
    }


def _way(blocker: Blocker, month: Month, viewer: User, links: Links) -> str:
    match blocker.obstacle:
        case Obstacle.MISSING_TARGET if may(viewer, Right.ADD, Target):
            return _adding("staff_target", month=month, branch=blocker.subject.pk)
        case Obstacle.MISSING_TARGET:
            return listed(Target, month=month)
        case Obstacle.UNSHARED_POOL | Obstacle.WITHOUT_WEIGHT if isinstance(blocker.subject, SupportPool):
            return table_address(month, blocker.subject.branch_id) if links.to(blocker.subject) else ""
        case Obstacle.UNCONFIRMED if may_confirm_pay(viewer):
            return f"{reverse('admin:staff_employee_pay_changes')}?person={blocker.subject.pk}"
        case Obstacle.SHARED_NUMBER if may_confirm_pay(viewer):
            return reverse("admin:staff_employee_pay_changes")
        case obstacle if obstacle is Obstacle.STALE or obstacle in NEXT_STEPS:
            return "#next"
        case Obstacle.WITHOUT_RECEIPTS:
            return way_to_import(viewer)
        case Obstacle.NOT_OVER:
            return ""
    return links.to(blocker.subject)


def _adding(model: str, **values: object) -> str:
    return f"{reverse(f'admin:{model}_add')}?{urlencode({name: str(value) for name, value in values.items()})}"
