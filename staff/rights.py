"""What each role may do with branches, people and what is kept of them."""

from access.models import User
from access.rights import COMPANY_READERS, EVERYBODY, MANAGEMENT, Role, allow, seals
from periods.selectors import why_locked
from rulebook.month import Month
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

HR = {Role.HR}
GIVES_OUT_TARGETS = frozenset({Role.HR, Role.BRANCH_GM, Role.SALES_MANAGER})
"""Who breaks a branch's target of a month down to its people."""
CONFIRMERS = frozenset({Role.HR, Role.FINANCE, Role.GENERAL_MANAGER})
"""Who confirms what others entered of people's pay, or agrees to a number that two share."""

allow(Branch, view=EVERYBODY, add=HR, change=HR)
allow(Department, view=EVERYBODY, add=HR, change=HR)
allow(Employee, view=EVERYBODY, change=HR)
allow(PersonnelEvent, view=EVERYBODY, add=HR, delete=HR)
allow(Post, view=EVERYBODY)
allow(RankHolding, view=EVERYBODY)
allow(Absence, view=EVERYBODY, add=HR, change=HR, delete=HR)
allow(Target, view=MANAGEMENT, add=HR, change=HR, delete=HR)
allow(PersonTarget, view=EVERYBODY)
allow(YearTarget, view=COMPANY_READERS)
allow(MinimumWage, view=MANAGEMENT, add=HR, change=HR, delete=HR)
allow(OpeningState, view=EVERYBODY)
allow(OpeningSales, view=EVERYBODY)
allow(RankAssessment, view=EVERYBODY)
allow(Review, view=MANAGEMENT - {Role.FINANCE})
allow(RankDecision, view=MANAGEMENT, add=HR)
allow(PayConfirmation, view=COMPANY_READERS)
allow(SharedNumber, view=COMPANY_READERS)
allow(ReviewStep, view=MANAGEMENT - {Role.FINANCE})


def may_give_out_targets(user: User) -> bool:
    """Whether the user breaks targets within reach down to people (1-3.5)."""
    return user.is_active and user.role in GIVES_OUT_TARGETS


def may_confirm_pay(user: User) -> bool:
    """Whether the user confirms what others entered of people's pay; never one's own, see actions_pay_changes.py."""
    return user.is_active and user.role in CONFIRMERS


@seals(Target)
def target_of_locked_month(target: Target) -> str:
    """A locked month's targets stand."""
    return why_locked(target.month)


@seals(PersonnelEvent)
def event_in_locked_month(event: PersonnelEvent) -> str:
    """Events dated in a locked month stand."""
    return why_locked(Month.of(event.date))


@seals(Absence)
def absence_begun_in_locked_month(absence: Absence) -> str:
    """Absences that touch a locked month stand."""
    return why_locked(Month.of(absence.start))
