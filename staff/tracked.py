"""What is kept of branches, people and their events: all that people enter or import."""

from access.history.tracking import track
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
    RankDecision,
    Review,
    ReviewStep,
    SharedNumber,
    Target,
    YearTarget,
)
from staff.numbers.privacy import PRIVATE, SEES_PRIVATE

track(Branch, Department, PersonnelEvent, Absence, MinimumWage, OpeningState, OpeningSales)
track(YearTarget, Target, PersonTarget, Review, ReviewStep, RankDecision, SharedNumber)
track(Employee, private=PRIVATE, seen_by=SEES_PRIVATE)
