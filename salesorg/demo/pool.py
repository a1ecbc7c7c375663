"""Some of the demo's orphan clients assigned: one to its salesperson, some by a rule, one of these accepted."""

import datetime as dt

from access.actor import Actor
from access.models import User
from clients.models import AssignmentBatch
from clients.orphans.actions import accept_handover, assign_orphans
from clients.orphans.effects import WantedDevelopers, effect_of_assigning, orphans_within_reach, sales_people
from clients.orphans.plan import plan_by_rule
from clients.orphans.rules import Rule
from staff.models import Employee

BY_RULE = 5


def fill_pool(today: dt.date) -> None:
    """Assign, unless something was assigned already; who gets some has the hours from now on to accept."""
    if AssignmentBatch.objects.exists():
        return
    director = User.objects.get(username="director")
    first, *others = orphans_within_reach(director).filter(developer=None)[: 1 + BY_RULE]
    by_hand = WantedDevelopers([(first.pk, Employee.objects.get(user__username="sales").pk)], today)
    _assign(by_hand, AssignmentBatch(kind=AssignmentBatch.Kind.HAND), director)
    plan = plan_by_rule(
        others,
        sales_people(director, today),
        director,
        rule=Rule.LEAST_LOADED,
        same_branch_first=True,
        limit=3,
        excluded=frozenset(),
    )
    made = _assign(plan.wanted(today), plan.batch, director)
    accept_handover(made.handovers.earliest("pk"), by=Actor(director))


def _assign(wanted: WantedDevelopers, batch: AssignmentBatch, director: User) -> AssignmentBatch:
    shown = effect_of_assigning(wanted, director).digest
    return assign_orphans(wanted, shown=shown, batch=batch, by=Actor(director))
