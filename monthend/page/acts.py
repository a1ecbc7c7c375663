"""What a viewer may do with a month now: each act says before what it will do, in people and yuan."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from access.accounts.second_person import are_one_person
from access.decisions.signing import name_of
from access.models import User
from access.pages.acts import Offer
from access.rights import Right, may
from monthend.approval.selectors import Acting
from monthend.approval.selectors_taking_back import HANDED_OVER, standing
from monthend.models import MonthRun, MonthTransition, MonthVerification
from monthend.rights import (
    APPROVERS,
    may_approve,
    may_compute,
    may_lock,
    may_mark_paid,
    may_prepare,
    may_take_payment_back,
)
from monthend.verify.actions import VERIFIABLE
from rulebook.month import Month
from rulebook.wording import amount_text, month_text, sentences_text

State = MonthRun.State


class MonthAct(StrEnum):
    """What can be done with a month."""

    COMPUTE = "compute"
    COMPUTE_ANEW = "compute-anew"
    SUBMIT = "submit"
    APPROVE_AND_LOCK = "approve-and-lock"
    APPROVE = "approve"
    LOCK = "lock"
    MARK_PAID = "mark-paid"
    TAKE_PAYMENT_BACK = "take-payment-back"
    REJECT = "reject"
    VERIFY = "verify"


ASKED_ONCE_MORE = frozenset(
    {MonthAct.APPROVE_AND_LOCK, MonthAct.APPROVE, MonthAct.MARK_PAID, MonthAct.TAKE_PAYMENT_BACK, MonthAct.COMPUTE_ANEW}
)
"""What is shown on a page of its own, with all that it is about, and confirmed there (asking.py)."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides who may do what: the run, what it paid (CNY), what blocks it, who looks at it.

    `payment` is the one that stands; `known` are sentences that whoever computes it first or hands it over confirms;
    `principal` is in whose place the viewer approves today; `approvers` who approves a month that was handed over;
    `cannot_compute` says why the month can't be computed.
    """

    viewer: User
    month: Month
    run: MonthRun | None
    people: int = 0
    gross: Decimal = Decimal(0)
    is_blocked: bool = False
    is_busy: bool = False
    payment: MonthTransition | None = None
    known: Sequence[str] = ()
    principal: User | None = None
    approvers: Sequence[Acting] = ()
    cannot_compute: str = ""

    @property
    def state(self) -> MonthRun.State | None:
        """How far the run is."""
        return State(self.run.state) if self.run else None

    @property
    def is_paid(self) -> bool:
        """Whether the month is marked as paid, and that was not taken back."""
        return self.payment is not None

    @property
    def approves(self) -> bool:
        """Whether the viewer approves months today, in person or in somebody's place."""
        return self.viewer.is_active and (self.viewer.role in APPROVERS or self.principal is not None)

    @property
    def is_own_work(self) -> bool:
        """Whether the viewer, or whom the viewer stands in for, prepared the month: then somebody else approves."""
        prepared_by = self.run.prepared_by if self.run else None
        return any(are_one_person(one, [prepared_by]) for one in (self.viewer, self._approves_for) if one is not None)

    @property
    def _approves_for(self) -> User | None:
        return None if self.viewer.role in APPROVERS else self.principal

    @property
    def words(self) -> dict[str, object]:
        """What forecasts and reports fill in."""
        prepared_by = self.run.prepared_by if self.run else None
        return {
            "month": month_text(self.month),
            "people": self.people,
            "gross": amount_text(self.gross),
            "preparer": name_of(prepared_by) if prepared_by else "",
        }


def offers(at: Situation) -> list[Offer]:
    """What the viewer may do now, the next step first; nothing while the month is being worked on."""
    if at.is_busy:
        return []
    found = (offer(at) for offer in _OFFERS)
    asked = (replace(offer, is_asked=offer.act in ASKED_ONCE_MORE) for offer in found if offer)
    return sorted(asked, key=lambda offer: not offer.is_next)


def _compute(at: Situation) -> Offer | None:
    if not may_compute(at.viewer) or at.state == State.LOCKED or at.cannot_compute:
        return None
    if at.run is None:
        text = _("%(month)s will be computed; nothing is locked by it, and it can be computed again at any time.")
        forecast = sentences_text([*at.known, text % at.words])
        return Offer(MonthAct.COMPUTE, _("Compute %(month)s") % at.words, forecast, is_next=True)
    if at.state in HANDED_OVER:
        return Offer(
            MonthAct.COMPUTE_ANEW, _("Compute again"), sentences_text([standing(at.run), _anew(at) % at.words])
        )
    text = _("%(month)s will be computed again in place of this result: %(people)s people, gross pay %(gross)s.")
    return Offer(MonthAct.COMPUTE, _("Compute again"), text % at.words, is_next=at.state == State.STALE)


def _anew(at: Situation) -> str:
    if at.state == State.SUBMITTED:
        return _("%(month)s will be computed again in place of this result; the handing over is withdrawn.")
    return _("%(month)s will be computed again in place of this result; the approval is withdrawn.")


def _submit(at: Situation) -> Offer | None:
    if at.state != State.COMPUTED or at.is_blocked or not may_prepare(at.viewer):
        return None
    text = _(
        "%(month)s will go to the marketing director for approval: %(people)s people, gross pay %(gross)s."
        " You can't approve what you handed over."
    )
    forecast = sentences_text([text % at.words, *at.known])
    return Offer(MonthAct.SUBMIT, _("Hand over for approval"), forecast, is_next=True)


def _approve(at: Situation) -> Offer | None:
    if not _may_approve_this(at):
        return None
    text = _(
        "%(month)s, handed over by %(preparer)s, will be approved: %(people)s people, gross pay %(gross)s;"
        " until the lock it can still be sent back."
    )
    return Offer(MonthAct.APPROVE, _("Approve"), text % at.words)


def _approve_and_lock(at: Situation) -> Offer | None:
    if not _may_approve_this(at):
        return None
    text = _(
        "%(month)s, handed over by %(preparer)s, will be approved and locked: %(people)s people, gross pay %(gross)s;"
        " nothing in it can change afterwards."
    )
    return Offer(MonthAct.APPROVE_AND_LOCK, _("Approve and lock"), text % at.words, is_next=True)


def _may_approve_this(at: Situation) -> bool:
    return at.state == State.SUBMITTED and at.approves and not at.is_own_work and not at.is_blocked


def _lock(at: Situation) -> Offer | None:
    if at.state != State.APPROVED or at.is_blocked or not (may_prepare(at.viewer) or at.approves):
        return None
    text = _("%(month)s will be locked: %(people)s people, gross pay %(gross)s; nothing in it can change afterwards.")
    return Offer(MonthAct.LOCK, _("Lock %(month)s") % at.words, text % at.words, is_next=True)


def _reject(at: Situation) -> Offer | None:
    if at.state not in (State.SUBMITTED, State.APPROVED) or not at.approves:
        return None
    text = _("%(month)s will go back to %(preparer)s, who reads your reason.") % at.words
    return Offer(MonthAct.REJECT, _("Send back"), text, asks_reason=True)


def _mark_paid(at: Situation) -> Offer | None:
    if at.state != State.LOCKED or at.is_paid or not may_mark_paid(at.viewer):
        return None
    text = _(
        "%(month)s will be marked as paid: %(people)s people, gross pay %(gross)s; only another person can take that"
        " back."
    )
    return Offer(MonthAct.MARK_PAID, _("Mark as paid"), text % at.words, is_next=True)


def _take_payment_back(at: Situation) -> Offer | None:
    if at.payment is None or not may_take_payment_back(at.viewer) or are_one_person(at.viewer, [at.payment.by]):
        return None
    facts = {**at.words, "who": name_of(at.payment.by) if at.payment.by else "", "voucher": at.payment.voucher}
    text = _("%(month)s will wait to be paid again; %(who)s, who marked it as paid, reads your reason.") % facts
    return Offer(MonthAct.TAKE_PAYMENT_BACK, _("Take the payment back"), text)


def _verify(at: Situation) -> Offer | None:
    if at.state not in VERIFIABLE or not may(at.viewer, Right.VIEW, MonthVerification):
        return None
    text = _("Every amount of %(month)s will be computed a second way and compared; nothing is changed by it.")
    return Offer(MonthAct.VERIFY, _("Verify"), text % at.words, is_aside=True)


_OFFERS: Sequence[Callable[[Situation], Offer | None]] = (
    _submit,
    _approve_and_lock,
    _approve,
    _lock,
    _mark_paid,
    _take_payment_back,
    _compute,
    _reject,
    _verify,
)


def whose_act(act: MonthAct, user: User, today: dt.date) -> str:
    """Who does an act, where the user never does, whatever the month's state; else empty."""
    match act:
        case MonthAct.COMPUTE | MonthAct.COMPUTE_ANEW if not may_compute(user):
            return _("Only human resources computes a month.")
        case MonthAct.SUBMIT if not may_prepare(user):
            return _("Only human resources hands a month over.")
        case MonthAct.APPROVE | MonthAct.APPROVE_AND_LOCK if not may_approve(user, today):
            return _("Only the marketing director or a deputy approves a month.")
        case MonthAct.LOCK if not may_lock(user, today):
            return _("Only human resources or who approves locks a month.")
        case MonthAct.REJECT if not may_approve(user, today):
            return _("Only who may approve a month sends it back.")
        case MonthAct.MARK_PAID if not may_mark_paid(user):
            return _("Only finance marks a month as paid.")
        case MonthAct.TAKE_PAYMENT_BACK if not may_take_payment_back(user):
            return _("Only finance or the general manager takes back that a month is paid.")
        case MonthAct.VERIFY if not may(user, Right.VIEW, MonthVerification):
            return _("Only who sees the whole company's pay has it verified.")
    return ""


def whose_turn(at: Situation) -> str:
    """Whom the month waits for, where that is not the viewer; why the viewer may not, where that needs saying."""
    match at.state:
        case None | State.STALE | State.COMPUTED if at.cannot_compute:
            return at.cannot_compute
        case State.STALE if not may_compute(at.viewer):
            return _("It waits for human resources to compute it again.")
        case State.COMPUTED if not may_prepare(at.viewer):
            return _("It waits for human resources to hand it over.")
        case State.COMPUTED if at.is_blocked:
            return _("It can be handed over once nothing blocks it any more.")
        case State.SUBMITTED:
            return _for_approval(at)
        case State.APPROVED if not may_prepare(at.viewer) and not at.approves:
            return _("It is approved and waits to be locked.")
        case State.LOCKED if not at.is_paid and not may_mark_paid(at.viewer):
            return _("It is locked and waits for finance to mark it as paid.")
    return ""


def _for_approval(at: Situation) -> str:
    if at.approves and at.is_own_work:
        if at.run is not None and are_one_person(at.viewer, [at.run.prepared_by]):
            return _("You handed this month over: somebody else has to approve it.")
        return _("The deputy of who handed a month over can't approve it: somebody else has to.")
    if at.approves:
        return _("It can be approved once nothing blocks it any more.") if at.is_blocked else ""
    if not at.approvers:
        return _("It waits for approval, but nobody has the role of a marketing director.")
    return _("It waits for approval by %(names)s.") % {"names": _(", ").join(one.text for one in at.approvers)}
