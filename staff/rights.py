"""What each role may do with branches, people and what is kept of them."""

from access.rights import EVERYBODY, MANAGEMENT, Role, allow, seals
from periods.selectors import is_locked
from rulebook.month import Month
from staff.models import (
    Absence,
    Branch,
    Department,
    Employee,
    MinimumWage,
    OpeningSales,
    OpeningState,
    PersonnelEvent,
    Post,
    RankAssessment,
    RankHolding,
    Review,
    ReviewStep,
    Target,
)

HR = {Role.HR}

allow(Branch, view=EVERYBODY, add=HR, change=HR)
allow(Department, view=EVERYBODY, add=HR, change=HR)
allow(Employee, view=EVERYBODY, change=HR)
allow(PersonnelEvent, view=EVERYBODY, add=HR, delete=HR)
allow(Post, view=EVERYBODY)
allow(RankHolding, view=EVERYBODY)
allow(Absence, view=EVERYBODY, add=HR, change=HR, delete=HR)
allow(Target, view=MANAGEMENT, add=HR, change=HR, delete=HR)
allow(MinimumWage, view=MANAGEMENT, add=HR, change=HR, delete=HR)
allow(OpeningState, view=EVERYBODY)
allow(OpeningSales, view=EVERYBODY)
allow(RankAssessment, view=EVERYBODY)
allow(Review, view=MANAGEMENT)
allow(ReviewStep, view=MANAGEMENT)


@seals(Target)
def target_of_locked_month(target: Target) -> bool:
    """A locked month's targets stand."""
    return is_locked(target.month)


@seals(PersonnelEvent)
def event_in_locked_month(event: PersonnelEvent) -> bool:
    """Events dated in a locked month stand."""
    return is_locked(Month.of(event.date))


@seals(Absence)
def absence_begun_in_locked_month(absence: Absence) -> bool:
    """Absences that touch a locked month stand."""
    return is_locked(Month.of(absence.start))
