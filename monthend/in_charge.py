"""Who acts in a matter today: human resources, the directors and the branches' general managers, or their deputies."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from access.models import User
from access.second_person import is_about, read_just_now
from monthend.models import Deputy
from monthend.rights import suits
from staff.models import Employee
from staff.pay_changes import name_of
from staff.reach import branch_of, with_branch

Role = User.Role
ROLES = (Role.HR, Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER, Role.BRANCH_GM)


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody who acts today, and until when in whose place."""

    user: User
    in_place_of: User | None = None
    until: dt.date | None = None

    @property
    def text(self) -> str:
        """The name; a deputy's with whom and until when."""
        if self.in_place_of is None:
            return name_of(self.user)
        facts = {"deputy": name_of(self.user), "principal": name_of(self.in_place_of), "day": self.until}
        return _("%(deputy)s (for %(principal)s until %(day)s)") % facts


@dataclass(frozen=True, slots=True)
class InCharge:
    """Who is in charge today; who has deputies is followed by all of them."""

    hr: Sequence[Acting]
    directors: Sequence[Acting]
    general_managers: Sequence[Acting]
    of_branches: dict[int, list[Acting]] = field(default_factory=dict)

    def signers(self) -> list[Acting]:
        """Who signs decisions of human resources, in person."""
        return [one for one in (*self.directors, *self.general_managers) if one.in_place_of is None]

    def weighers(self, branch: int) -> Sequence[Acting]:
        """Who gives a branch's support staff their weights (1-7.2.2); without a general manager a director."""
        return self.of_branches.get(branch) or self.directors

    def weighers_of(self, person: Employee, branch: int) -> list[Acting]:
        """Who gives one person's weight: a director that of a branch's general manager, and nobody their own, by
        whatever log-in."""
        user = person.user
        is_manager = user is not None and user.is_active and user.role == Role.BRANCH_GM
        found = self.directors if is_manager else self.weighers(branch)
        return [one for one in found if not is_about(one.user, person.pk) and one.user.pk != person.user_id]


def read_in_charge(today: dt.date) -> InCharge:
    """Read who is in charge on a day, in two queries."""
    standing_in = list(Deputy.objects.filter(start__lte=today, end__gte=today).order_by("start", "pk"))
    concerned = Q(role__in=ROLES) | Q(pk__in=[row.deputy_id for row in standing_in])
    users = with_branch(User.objects.filter(concerned, is_active=True)).select_related("employee").order_by("pk")
    active = {user.pk: user for user in read_just_now(users)}
    acting: dict[int, list[Acting]] = defaultdict(list)
    for row in standing_in:
        deputy, principal = active.get(row.deputy_id), active.get(row.principal_id)
        if deputy and principal and suits(deputy, principal):
            acting[principal.pk].append(Acting(deputy, principal, row.end))
    by_role: dict[str, list[User]] = defaultdict(list)
    for user in active.values():
        by_role[user.role].append(user)
    of_branches: dict[int, list[Acting]] = defaultdict(list)
    for manager in by_role[Role.BRANCH_GM]:
        for branch in branch_of(manager):
            of_branches[branch].append(Acting(manager))
    for manager in by_role[Role.BRANCH_GM]:
        for branch in branch_of(manager):
            of_branches[branch] += acting[manager.pk]
    directors = by_role[Role.MARKETING_DIRECTOR]
    return InCharge(
        hr=[Acting(user) for user in by_role[Role.HR]],
        directors=[
            *(Acting(director) for director in directors),
            *(one for row in acting.values() for one in row if one.in_place_of in directors),
        ],
        general_managers=[Acting(user) for user in by_role[Role.GENERAL_MANAGER]],
        of_branches=dict(of_branches),
    )


def names(acting: Sequence[Acting]) -> str:
    """Who acts, by name."""
    return _(", ").join(one.text for one in acting)
