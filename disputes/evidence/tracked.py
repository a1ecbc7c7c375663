"""Evidence, and that it was withdrawn."""

from access.history.tracking import track
from disputes.evidence.models import Evidence
from disputes.rights import HISTORY_READERS

track(Evidence, read_by=HISTORY_READERS)
