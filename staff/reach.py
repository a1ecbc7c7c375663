"""Who may see which branches, people and what is kept of them.

A branch's people are those whose latest post that has begun is in it: who left is still seen where they left, who moved
on is seen where they went. A viewer's branch is that of the post they are in today.
"""

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from access.models import User
from access.reach import NOTHING, asked_once, by_scope, reach, scope_of
from access.rights import has
from access.roles import Duty, Scope
from staff.models import (
    Absence,
    Branch,
    Department,
    Employee,
    MinimumWage,
    OpeningSales,
    OpeningState,
    PayConfirmation,
    PersonnelEvent,
    PersonTarget,
    Post,
    RankAssessment,
    RankDecision,
    RankHolding,
    Review,
    ReviewStep,
    SharedNumber,
    Target,
    YearTarget,
)

Keys = tuple[int, ...]
_BRANCH = "branch_today"


def oneself(user: User) -> Keys:
    """The key of the user's employee; none without one."""
    return asked_once(user, _find_employee)


def branch_of(user: User) -> Keys:
    """The key of the branch of the post that the user's employee is in today; none without one, nor for who sees all.

    Keys, and no query within queries: with them the database knows how few rows it is after, and which index has them.
    """
    return asked_once(user, _find_branch) if scope_of(user) in (Scope.BRANCH, Scope.OWN) else ()


def others_of_branch(user: User) -> Keys:
    """The keys of the people of the viewer's branch but the viewer."""
    return tuple(set(people_of_branch(user)) - set(oneself(user)))


def _find_employee(user: User) -> Keys:
    try:
        return (user.employee.pk,)
    except Employee.DoesNotExist:
        return ()


def _find_people(user: User) -> Keys:
    begun = Post.objects.filter(start__lte=timezone.localdate())
    latest = begun.order_by("employee_id", "-start").distinct("employee_id")
    here = Post.objects.filter(pk__in=latest.values("pk"), department__branch__in=branch_of(user))
    return tuple(here.order_by().values_list("employee", flat=True))


def with_branch(users: QuerySet[User]) -> QuerySet[User]:
    """Log-ins with the branch of the post that their employee is in today, so that `branch_of` needn't ask for it."""
    own = _posts_today().filter(employee__user=OuterRef("pk"))
    return users.annotate(**{_BRANCH: Subquery(own.values("department__branch"))})


def sees_branch(user: User, branch: int) -> None:
    """Let the user see this branch (its key) in place of the one that they are in today."""
    setattr(user, _BRANCH, branch)


def _find_branch(user: User) -> Keys:
    if hasattr(user, _BRANCH):
        branch = getattr(user, _BRANCH)
        return () if branch is None else (branch,)
    own = _posts_today().filter(employee__in=oneself(user))
    return tuple(own.values_list("department__branch", flat=True))


def _posts_today() -> QuerySet[Post]:
    today = timezone.localdate()
    return Post.objects.filter(start__lte=today).exclude(end__lte=today).order_by()


def people_of_branch(user: User) -> Keys:
    """The keys of the people of the viewer's branch, for who sees a branch."""
    return asked_once(user, _find_people) if scope_of(user) == Scope.BRANCH else ()


@reach(Branch)
def branches(user: User) -> Q:
    """The branch that one is in today."""
    mine = Q(pk__in=branch_of(user))
    return by_scope(user, branch=mine, own=mine)


@reach(Department)
def departments(user: User) -> Q:
    """The branch's departments; those one is or was in."""
    own = Post.objects.filter(employee__in=oneself(user)).order_by().values("department")
    return by_scope(user, branch=Q(branch__in=branch_of(user)), own=Q(pk__in=own))


@reach(Employee)
def employees(user: User) -> Q:
    """The branch's people; oneself."""
    return by_scope(user, branch=Q(pk__in=people_of_branch(user)), own=Q(user=user))


@reach(PersonnelEvent)
@reach(Absence)
@reach(OpeningState)
@reach(OpeningSales)
@reach(RankHolding)
@reach(Post)
def kept_of_people(user: User) -> Q:
    """What is kept of the branch's people, wherever they were at the time; what is kept of oneself."""
    people = people_of_branch(user)
    return by_scope(user, branch=Q(employee__in=people), own=Q(employee__in=oneself(user)))


@reach(Target)
@reach(MinimumWage)
def kept_of_branches(user: User) -> Q:
    """The branch's targets and minimum wages."""
    return by_scope(user, branch=Q(branch__in=branch_of(user)), own=NOTHING)


@reach(RankAssessment)
def assessments(user: User) -> Q:
    """What the month end wrote for the branch; one's own."""
    return by_scope(user, branch=Q(branch__in=branch_of(user)), own=Q(employee__in=oneself(user)))


@reach(PersonTarget)
def person_targets(user: User) -> Q:
    """How the branch's targets are given out; one's own."""
    return by_scope(user, branch=Q(branch__in=branch_of(user)), own=Q(employee__in=oneself(user)))


@reach(PayConfirmation)
@reach(SharedNumber)
def kept_of_pay_details(user: User) -> Q:
    """What was confirmed of people's pay details, for who answers for all branches."""
    return by_scope(user, branch=NOTHING, own=NOTHING)


@reach(YearTarget)
def year_targets(user: User) -> Q:
    """The company's targets of years, for who answers for all branches."""
    return by_scope(user, branch=NOTHING, own=NOTHING)


@reach(Review)
def reviews(user: User) -> Q:
    """Reviews of the branch's people; never one's own. Not for finance, which pays what comes of them."""
    if has(user, Duty.SEES_SIGNED_ALONE):
        return NOTHING
    people = others_of_branch(user)
    return by_scope(user, branch=Q(employee__in=people), own=NOTHING)


@reach(RankDecision)
def rank_decisions(user: User) -> Q:
    """Decisions on ranks of the branch's people; never one's own. For finance those that are signed."""
    if has(user, Duty.SEES_SIGNED_ALONE):
        return Q(state=RankDecision.State.SIGNED)
    people = others_of_branch(user)
    return by_scope(user, branch=Q(employee__in=people), own=NOTHING)


@reach(ReviewStep)
def review_steps(user: User) -> Q:
    """What was done in these reviews."""
    if has(user, Duty.SEES_SIGNED_ALONE):
        return NOTHING
    people = others_of_branch(user)
    return by_scope(user, branch=Q(review__employee__in=people), own=NOTHING)
