"""What waits for an approver of plans on the first page."""

from django.utils.translation import gettext as _

from access.doors import address, listed
from access.models import User
from monthend.page.notices import Notice
from rulebook.models import PlanDraft
from rulebook.rights import may_approve_plans


def drafts_waiting(viewer: User) -> list[Notice]:
    """The drafts that wait for the viewer's approval; none for who approves none."""
    if not may_approve_plans(viewer):
        return []
    waiting = list(PlanDraft.objects.filter(state=PlanDraft.State.SUBMITTED))
    here = address(waiting[0]) if len(waiting) == 1 else listed(PlanDraft, state__exact=PlanDraft.State.SUBMITTED)
    return [Notice(len(waiting), _("plan drafts waiting for your approval"), here)] if waiting else []
