"""What keeps a month from being locked, each with the way to where a viewer mends it or sees it."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from access.doors import Doors, listed
from access.models import User
from access.reach import Scope, scope_of
from access.record import Cell
from access.rights import Right, may
from compensation.models import SupportWeight
from monthend.checks import Blocker, Obstacle
from rulebook.month import Month
from staff.models import Target

MOST = 20
_OF_THE_MONTH = {Obstacle.STALE, Obstacle.NOT_OVER}


def mending(blockers: Sequence[Blocker], month: Month, viewer: User, most: int = MOST) -> list[Cell]:
    """The blockers for a viewer, each leading to where it is mended; those beyond `most` as a number.

    Who answers for a branch is told of that branch and of the month as a whole.
    """
    doors = Doors(viewer, [blocker.subject for blocker in blockers])
    if scope_of(viewer) is not Scope.COMPANY:
        blockers = [one for one in blockers if one.obstacle in _OF_THE_MONTH or doors.to(one.subject)]
    cells = [Cell(blocker.text, _way(blocker, month, viewer, doors)) for blocker in blockers[:most]]
    if len(blockers) > most:
        cells.append(Cell(_("and %(count)s more") % {"count": len(blockers) - most}))
    return cells


def _way(blocker: Blocker, month: Month, viewer: User, doors: Doors) -> str:
    match blocker.obstacle:
        case Obstacle.MISSING_TARGET if may(viewer, Right.ADD, Target):
            return _adding("staff_target", month=month, branch=blocker.subject.pk)
        case Obstacle.MISSING_TARGET:
            return listed(Target, month=month)
        case Obstacle.UNSHARED_POOL if may(viewer, Right.ADD, SupportWeight):
            return _adding("compensation_supportweight", month=month)
        case Obstacle.STALE:
            return "#next"
        case Obstacle.NOT_OVER:
            return ""
    return doors.to(blocker.subject)


def _adding(model: str, **values: object) -> str:
    return f"{reverse(f'admin:{model}_add')}?{urlencode({name: str(value) for name, value in values.items()})}"
