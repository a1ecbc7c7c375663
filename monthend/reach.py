"""Who may see how a month was computed."""

from django.db.models import Q

from access.models import User
from access.reach import EVERYTHING, NOTHING, by_scope, reach
from monthend.models import Deputy, MonthRun, MonthStep, MonthTransition, MonthVerification, Reminder
from monthend.preview.models import Preview, PreviewBranch, PreviewLine
from staff.reach import branch_of


@reach(MonthRun)
def runs(user: User) -> Q:
    """All runs, for who answers for a branch or more."""
    return by_scope(user, branch=EVERYTHING, own=NOTHING)


@reach(MonthStep)
def steps(user: User) -> Q:
    """The branch's steps."""
    return by_scope(user, branch=Q(branch__in=branch_of(user)), own=NOTHING)


@reach(MonthTransition)
def transitions(user: User) -> Q:
    """Everything that happened to runs, for who answers for a branch or more."""
    return by_scope(user, branch=EVERYTHING, own=NOTHING)


@reach(MonthVerification)
def verifications(user: User) -> Q:
    """All verifications: they tell of everybody's pay."""
    return by_scope(user, branch=NOTHING, own=NOTHING)


@reach(Deputy)
def deputies(user: User) -> Q:
    """Who stands in for whom, for who sees the whole company; else the own deputies, and for whom oneself stands in."""
    return by_scope(user, branch=Q(principal=user) | Q(deputy=user), own=NOTHING)


@reach(Reminder)
def reminders(user: User) -> Q:
    """All reminders, for who sees the whole company. Whom they are for is told on the first page."""
    return by_scope(user, branch=NOTHING, own=NOTHING)


@reach(Preview)
@reach(PreviewLine)
@reach(PreviewBranch)
def previews(user: User) -> Q:
    """All previews, for who sees the whole company's pay: they tell of everybody's."""
    return by_scope(user, branch=NOTHING, own=NOTHING)
