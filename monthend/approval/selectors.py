"""Who acts in a matter today: human resources, the directors and the branches' general managers, or their deputies."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from access.accounts.second_person import is_about, read_just_now
from access.decisions.signing import name_of
from access.models import User
from access.roles import Duty, charged
from monthend.models import Deputy, MonthTransition
from monthend.rights import APPROVERS, REPLACED, WEIGHERS, suits
from staff.models import Employee
from staff.reach import branch_of, with_branch

_PREPARERS, _SIGNERS = charged(Duty.PREPARES_MONTHS), charged(Duty.SIGNS_DECISIONS)


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
    """Who is in charge today; who has deputies is followed by all of them, but where they sign in person."""

    hr: Sequence[Acting]
    directors: Sequence[Acting]
    signers: Sequence[Acting]
    of_branches: dict[int, list[Acting]] = field(default_factory=dict)

    def weighers(self, branch: int) -> Sequence[Acting]:
        """Who gives a branch's support staff their weights (1-7.2.2); without a general manager a director."""
        return self.of_branches.get(branch) or self.directors

    def weighers_of(self, person: Employee, branch: int) -> list[Acting]:
        """Who gives one person's weight: a director that of a branch's general manager, and nobody their own, by
        whatever log-in."""
        user = person.user
        is_manager = user is not None and user.is_active and user.role in WEIGHERS
        found = self.directors if is_manager else self.weighers(branch)
        return [one for one in found if not is_about(one.user, person.pk) and one.user.pk != person.user_id]


def read_in_charge(today: dt.date) -> InCharge:
    """Read who is in charge on a day, in two queries."""
    standing_in = list(Deputy.objects.filter(start__lte=today, end__gte=today).order_by("start", "pk"))
    concerned = Q(role__in=REPLACED | _PREPARERS | _SIGNERS) | Q(pk__in=[row.deputy_id for row in standing_in])
    users = with_branch(User.objects.filter(concerned, is_active=True)).select_related("employee").order_by("pk")
    active = {user.pk: user for user in read_just_now(users)}
    acting: dict[int, list[Acting]] = defaultdict(list)
    for row in standing_in:
        deputy, principal = active.get(row.deputy_id), active.get(row.principal_id)
        if deputy and principal and suits(deputy, principal):
            acting[principal.pk].append(Acting(deputy, principal, row.end))
    managers = [user for user in active.values() if user.role in WEIGHERS]
    of_branches: dict[int, list[Acting]] = defaultdict(list)
    for manager in managers:
        for branch in branch_of(manager):
            of_branches[branch].append(Acting(manager))
    for manager in managers:
        for branch in branch_of(manager):
            of_branches[branch] += acting[manager.pk]
    directors = [user for user in active.values() if user.role in APPROVERS]
    signing = [user for user in active.values() if user.role in _SIGNERS]
    return InCharge(
        hr=[Acting(user) for user in active.values() if user.role in _PREPARERS],
        directors=[
            *(Acting(director) for director in directors),
            *(one for row in acting.values() for one in row if one.in_place_of in directors),
        ],
        signers=[Acting(user) for user in sorted(signing, key=lambda user: user.role not in APPROVERS)],
        of_branches=dict(of_branches),
    )


def names(acting: Sequence[Acting]) -> str:
    """Who acts, by name."""
    return _(", ").join(one.text for one in acting)


_BY_ITSELF = {MonthTransition.Kind.COMPUTED, MonthTransition.Kind.STALE}
NAMED_BY = "employee"
"""The relation of a log-in that its name may stand in; select it along."""


def called_for(user: User, principal: User | None) -> str:
    """Who did something, and in whose place."""
    if principal is None:
        return name_of(user)
    return _("%(deputy)s for %(principal)s") % {"deputy": name_of(user), "principal": name_of(principal)}


def who_did(row: MonthTransition) -> str:
    """Who took a step with a month; its log-ins are read along with those of the employees."""
    if row.by is None:
        return _("the system") if row.kind in _BY_ITSELF else _("console")
    return called_for(row.by, row.on_behalf_of)
