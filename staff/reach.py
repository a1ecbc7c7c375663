"""Who may see which branches, people and what is kept of them.

A branch's people are those whose latest post that has begun is in it: who left is still seen where they left, who moved
on is seen where they went. A viewer's branch is that of the post they are in today.
"""

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from access.models import User
from access.reach import NOTHING, by_scope, reach
from staff.models import (
    Absence,
    Branch,
    Department,
    Employee,
    MinimumWage,
    OpeningSales,
    OpeningState,
    PersonnelEvent,
    PersonTarget,
    Post,
    RankAssessment,
    RankHolding,
    Review,
    ReviewStep,
    Target,
    YearTarget,
)


def branch_of(user: User) -> QuerySet[Branch]:
    """The branch of the post that the user's employee is in today; none without one."""
    today = timezone.localdate()
    current = Post.objects.filter(employee__user=user, start__lte=today).exclude(end__lte=today)
    return Branch.objects.filter(pk__in=current.values("department__branch"))


def people_of_branch(user: User) -> QuerySet[Employee]:
    """The people of the viewer's branch."""
    begun = Post.objects.filter(employee=OuterRef("pk"), start__lte=timezone.localdate())
    latest = begun.order_by("-start").values("department__branch")[:1]
    return Employee.objects.annotate(home=Subquery(latest)).filter(home__in=branch_of(user).values("pk")).order_by()


@reach(Branch)
def branches(user: User) -> Q:
    """The branch that one is in today."""
    mine = Q(pk__in=branch_of(user).values("pk"))
    return by_scope(user, branch=mine, own=mine)


@reach(Department)
def departments(user: User) -> Q:
    """The branch's departments; those one is or was in."""
    own = Post.objects.filter(employee__user=user).order_by().values("department")
    return by_scope(user, branch=Q(branch__in=branch_of(user).values("pk")), own=Q(pk__in=own))


@reach(Employee)
def employees(user: User) -> Q:
    """The branch's people; oneself."""
    return by_scope(user, branch=Q(pk__in=people_of_branch(user).values("pk")), own=Q(user=user))


@reach(PersonnelEvent)
@reach(Absence)
@reach(OpeningState)
@reach(OpeningSales)
@reach(RankHolding)
@reach(Post)
def kept_of_people(user: User) -> Q:
    """What is kept of the branch's people, wherever they were at the time; what is kept of oneself."""
    people = people_of_branch(user).values("pk")
    return by_scope(user, branch=Q(employee__in=people), own=Q(employee__user=user))


@reach(Target)
@reach(MinimumWage)
def kept_of_branches(user: User) -> Q:
    """The branch's targets and minimum wages."""
    return by_scope(user, branch=Q(branch__in=branch_of(user).values("pk")), own=NOTHING)


@reach(RankAssessment)
def assessments(user: User) -> Q:
    """What the month end wrote for the branch; one's own."""
    return by_scope(user, branch=Q(branch__in=branch_of(user).values("pk")), own=Q(employee__user=user))


@reach(PersonTarget)
def person_targets(user: User) -> Q:
    """How the branch's targets are given out; one's own."""
    return by_scope(user, branch=Q(branch__in=branch_of(user).values("pk")), own=Q(employee__user=user))


@reach(YearTarget)
def year_targets(user: User) -> Q:
    """The company's targets of years, for who answers for all branches."""
    return by_scope(user, branch=NOTHING, own=NOTHING)


@reach(Review)
def reviews(user: User) -> Q:
    """Reviews of the branch's people; never one's own."""
    people = people_of_branch(user).exclude(user=user).values("pk")
    return by_scope(user, branch=Q(employee__in=people), own=NOTHING)


@reach(ReviewStep)
def review_steps(user: User) -> Q:
    """What was done in these."""
    people = people_of_branch(user).exclude(user=user).values("pk")
    return by_scope(user, branch=Q(review__employee__in=people), own=NOTHING)
