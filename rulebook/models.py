"""The app's tables: plan versions, the drafts they come from, and what head office decided about the law."""

from rulebook.drafts.models import Interpretation, PlanDraft, PlanDraftStep
from rulebook.plan_version import PlanVersion

__all__ = ["Interpretation", "PlanDraft", "PlanDraftStep", "PlanVersion"]
