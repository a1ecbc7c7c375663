"""What can be done with a draft now, by whom, in words that say what will happen; and the doing of it."""

from collections.abc import Iterator
from enum import StrEnum

from django.utils.translation import gettext as _

from access.actor import Actor
from access.models import User
from access.pages.acts import Offer
from access.rights import Right, may
from periods.selectors import first_uncomputed_month
from rulebook.drafts.actions import abandon_draft, approve_draft, reject_draft, submit_draft, withdraw_draft
from rulebook.models import PlanDraft
from rulebook.month import Month
from rulebook.rights import proposal_of
from rulebook.wording import month_text

State = PlanDraft.State


class DraftAct(StrEnum):
    """What a button of a draft's page does."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    REJECT = "reject"
    APPROVE = "approve"
    ABANDON = "abandon"


def offers(draft: PlanDraft, viewer: User, *, changes: int) -> list[Offer]:
    """What the viewer may do with the draft now."""
    match draft.state:
        case State.DRAFT if may(viewer, Right.CHANGE, PlanDraft):
            return list(_to_draft(draft, changes))
        case State.SUBMITTED:
            return [*_to_approve(draft, viewer), *_to_take_back(viewer)]
    return []


def turn_of(draft: PlanDraft, viewer: User) -> str:
    """Whose turn it is, where it is not the viewer's."""
    if draft.state == State.SUBMITTED and not proposal_of(draft).is_for(viewer):
        return _("It waits for the general manager, who approves it or sends it back.")
    if draft.state == State.DRAFT and not may(viewer, Right.CHANGE, PlanDraft):
        return _("It is being drafted; nothing in it counts yet.")
    return ""


def carry_out(act: DraftAct, draft: PlanDraft, *, reason: str, shown: str, by: Actor) -> str:
    """Do it; returns what happened. DraftRefused says what speaks against it."""
    free_from = first_uncomputed_month()
    facts = {"version": draft.version, "month": month_text(Month.of(draft.effective_from))}
    match act:
        case DraftAct.SUBMIT:
            submit_draft(draft, free_from=free_from, by=by)
            return _("Plan %(version)s waits for the general manager's approval.") % facts
        case DraftAct.WITHDRAW:
            withdraw_draft(draft, by=by)
            return _("Plan %(version)s is taken back and can be changed.") % facts
        case DraftAct.REJECT:
            reject_draft(draft, reason=reason, by=by)
            return _("Plan %(version)s is sent back.") % facts
        case DraftAct.ABANDON:
            abandon_draft(draft, by=by)
            return _("Plan draft %(version)s is given up.") % facts
        case DraftAct.APPROVE:
            approve_draft(draft, shown=shown, free_from=free_from, by=by)
            return _("Plan %(version)s is approved and in force from %(month)s on.") % facts


def _to_draft(draft: PlanDraft, changes: int) -> Iterator[Offer]:
    facts = {"month": month_text(Month.of(draft.effective_from)), "changes": changes}
    if changes:
        forecast = _("Asks the general manager to put %(changes)d changes in force from %(month)s on.") % facts
        yield Offer(DraftAct.SUBMIT, _("Submit for approval"), forecast, is_next=True)
    yield Offer(DraftAct.ABANDON, _("Give the draft up"), _("It stays to be read, and can't be taken up again."))


def _to_approve(draft: PlanDraft, viewer: User) -> Iterator[Offer]:
    if not proposal_of(draft).is_for(viewer):
        return
    facts = {"month": month_text(Month.of(draft.effective_from))}
    forecast = _("Months from %(month)s on are computed with it. Once one of them is locked, it can't change any more.")
    yield Offer(DraftAct.APPROVE, _("Approve the plan"), forecast % facts, is_next=True)
    yield Offer(
        DraftAct.REJECT, _("Send back"), _("It goes back to who drafted it, with your reason."), asks_reason=True
    )


def _to_take_back(viewer: User) -> Iterator[Offer]:
    if may(viewer, Right.CHANGE, PlanDraft):
        yield Offer(DraftAct.WITHDRAW, _("Take it back"), _("It can be changed again, and must be submitted anew."))
