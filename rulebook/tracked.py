"""Plans, their drafts, and what head office decided."""

from access.history.tracking import track
from rulebook.models import Interpretation, PlanDraft, PlanVersion

track(Interpretation, PlanDraft, PlanVersion)
