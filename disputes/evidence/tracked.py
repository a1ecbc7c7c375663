"""Evidence, and that it was withdrawn."""

from access.history.tracking import track
from disputes.evidence.models import Evidence

track(Evidence)
