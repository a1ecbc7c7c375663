"""What each role may do with branches, people and what is kept of them."""

from access.models import User
from access.rights import COMPANY_READERS, EVERYBODY, MANAGEMENT, allow, has, seals
from access.roles import Duty, charged
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

KEEPERS = charged(Duty.KEEPS_PEOPLE)
CONFIRMERS = charged(Duty.CONFIRMS_PAY)
"""Who confirms what others entered of people's pay, or agrees to a number that two share."""

allow(Branch, view=EVERYBODY, add=KEEPERS, change=KEEPERS)
allow(Department, view=EVERYBODY, add=KEEPERS, change=KEEPERS)
allow(Employee, view=EVERYBODY, change=KEEPERS)
allow(PersonnelEvent, view=EVERYBODY, add=KEEPERS, delete=KEEPERS)
allow(Post, view=EVERYBODY)
allow(RankHolding, view=EVERYBODY)
allow(Absence, view=EVERYBODY, add=KEEPERS, change=KEEPERS, delete=KEEPERS)
allow(Target, view=MANAGEMENT, add=KEEPERS, change=KEEPERS, delete=KEEPERS)
allow(PersonTarget, view=EVERYBODY)
allow(YearTarget, view=COMPANY_READERS)
allow(MinimumWage, view=MANAGEMENT, add=KEEPERS, change=KEEPERS, delete=KEEPERS)
allow(OpeningState, view=EVERYBODY)
allow(OpeningSales, view=EVERYBODY)
allow(RankAssessment, view=EVERYBODY)
allow(Review, view=MANAGEMENT - charged(Duty.SEES_SIGNED_ALONE))
allow(RankDecision, view=MANAGEMENT, add=charged(Duty.DECIDES_RANKS))
allow(PayConfirmation, view=COMPANY_READERS)
allow(SharedNumber, view=COMPANY_READERS)
allow(ReviewStep, view=MANAGEMENT - charged(Duty.SEES_SIGNED_ALONE))


def may_give_out_targets(user: User) -> bool:
    """Whether the user breaks targets within reach down to people (1-3.5)."""
    return has(user, Duty.GIVES_OUT_TARGETS)


def may_confirm_pay(user: User) -> bool:
    """Whether the user confirms what others entered of people's pay; never one's own, see actions_pay_changes.py."""
    return has(user, Duty.CONFIRMS_PAY)


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
