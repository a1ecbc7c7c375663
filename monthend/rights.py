"""What each role may do with runs; they are written by the month end alone."""

from access.rights import MANAGEMENT, allow
from monthend.models import MonthRun, MonthStep

allow(MonthRun, view=MANAGEMENT)
allow(MonthStep, view=MANAGEMENT)
