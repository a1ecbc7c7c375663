"""Who may read the rules: everybody that they are applied to. Drafts concern those who see the whole company."""

from django.db.models import Q

from access.models import User
from access.reach import EVERYTHING, NOTHING, by_scope, reach
from rulebook.models import Interpretation, PlanDraft, PlanDraftStep, PlanVersion


@reach(PlanVersion)
@reach(Interpretation)
def rules(user: User) -> Q:
    """All versions, and all that head office decided about the law."""
    return by_scope(user, branch=EVERYTHING, own=EVERYTHING)


@reach(PlanDraft)
@reach(PlanDraftStep)
def drafts(user: User) -> Q:
    """All drafts, for who sees the whole company."""
    return by_scope(user, branch=NOTHING, own=NOTHING)
