"""What is kept of branches, people and their events: all that people enter or import."""

from access.tracking import track
from staff.models import (
    Absence,
    Branch,
    Department,
    Employee,
    MinimumWage,
    OpeningSales,
    OpeningState,
    PersonnelEvent,
    Target,
)
from staff.privacy import PRIVATE, SEES_PRIVATE

track(Branch, Department, PersonnelEvent, Absence, Target, MinimumWage, OpeningState, OpeningSales)
track(Employee, private=PRIVATE, seen_by=SEES_PRIVATE)
