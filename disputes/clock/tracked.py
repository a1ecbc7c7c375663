"""The working calendar, and pauses."""

from access.history.tracking import track
from disputes.models import Pause, WorkingDay

track(WorkingDay, Pause)
