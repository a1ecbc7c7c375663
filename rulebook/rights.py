"""What each role may do with the rules: who drafts plan versions, who approves them, who records interpretations."""

from access.decisions.signing import Proposal
from access.models import User
from access.rights import COMPANY_READERS, EVERYBODY, allow, has
from access.roles import Duty, charged
from rulebook.models import Interpretation, PlanDraft, PlanDraftStep, PlanVersion

DRAFTERS = charged(Duty.DRAFTS_PLANS)
INTERPRETERS = charged(Duty.INTERPRETS_LAW)

allow(PlanVersion, view=EVERYBODY)
allow(PlanDraft, view=COMPANY_READERS, add=DRAFTERS, change=DRAFTERS)
allow(PlanDraftStep, view=COMPANY_READERS)
allow(Interpretation, view=EVERYBODY, add=INTERPRETERS)


def may_approve_plans(user: User) -> bool:
    """Whether the user makes drafts plan versions; never one's own, see proposal_of."""
    return has(user, Duty.APPROVES_PLANS)


def proposal_of(draft: PlanDraft) -> Proposal:
    """A draft as it waits for the approval of another than who started it, changed it or handed it over."""
    return Proposal([draft.started_by, draft.changed_by, draft.submitted_by], [], charged(Duty.APPROVES_PLANS))
