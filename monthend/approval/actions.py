"""A computed run's way to the lock: handed over, approved or sent back by another person, and paid at the end."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from access.accounts.second_person import are_one_person, is_unknown_person, unknown_person
from access.actor import Actor
from access.history.acting import action
from access.models import User
from monthend.approval.actions_transitions import record_transition
from monthend.approval.selectors_pay_list import pay_list_digest, why_not_as_approved
from monthend.approval.selectors_transitions import payment_of, what_happened
from monthend.checks import CloseRefused, lock_blockers
from monthend.models import MonthRun, MonthTransition
from monthend.rights import (
    APPROVERS,
    may_approve,
    may_mark_paid,
    may_prepare,
    may_take_payment_back,
    stands_in_for,
)
from periods.models import Period
from rulebook.wording import month_text

State = MonthRun.State
Kind = MonthTransition.Kind


@action
def submit_run(run_id: int, *, today: dt.date, by: Actor) -> MonthRun:
    """Hand a computed run over for approval; who does so is its preparer. Raises CloseRefused with what blocks it."""
    user = _person(by, may_prepare(by.user) if by.user else False, _("Only human resources hands a month over."))
    run = _run_in(State.COMPUTED, run_id)
    blockers = lock_blockers(run, today)
    if blockers:
        raise CloseRefused(blockers)
    run.state, run.prepared_by, run.prepared_at = State.SUBMITTED, user, timezone.now()
    run.save(update_fields=["state", "prepared_by", "prepared_at"])
    record_transition(run, Kind.SUBMITTED, by=by)
    return run


@action
def approve_run(run_id: int, *, today: dt.date, by: Actor) -> MonthRun:
    """Approve a run that somebody else prepared, as the marketing director or as a deputy in whose dates today lies.

    Raises CloseRefused for the preparer, for who stands in for the preparer, and when something blocks the lock.
    """
    run = _run_in(State.SUBMITTED, run_id)
    user = _approver(run, by, today)
    blockers = lock_blockers(run, today)
    if blockers:
        raise CloseRefused(blockers)
    principal = None if user.role in APPROVERS else stands_in_for(user, today)
    if principal is not None and are_one_person(principal, [run.prepared_by]):
        raise CloseRefused([_("The deputy of who prepared a month can't approve it.")])
    run.state, run.approved_by, run.approved_for, run.approved_at = State.APPROVED, user, principal, timezone.now()
    run.save(update_fields=["state", "approved_by", "approved_for", "approved_at"])
    Period.objects.filter(month=run.month).update(state=Period.State.APPROVED)
    record_transition(run, Kind.APPROVED, by=by, on_behalf_of=principal, pay_list=pay_list_digest(run.month))
    return run


@action
def reject_run(run_id: int, *, reason: str, today: dt.date, by: Actor) -> MonthRun:
    """Send a run back to who prepared it, before or after the approval; the reason is kept."""
    if not reason.strip():
        raise CloseRefused([_("Say why the month is sent back.")])
    run = _run_in((State.SUBMITTED, State.APPROVED), run_id)
    user = by.user
    _person(by, user is not None and may_approve(user, today), _("Only who may approve a month sends it back."))
    run.state = State.COMPUTED
    run.prepared_by = run.approved_by = run.approved_for = None
    run.prepared_at = run.approved_at = None
    run.save(update_fields=["state", "prepared_by", "prepared_at", "approved_by", "approved_for", "approved_at"])
    Period.objects.filter(month=run.month).update(state=Period.State.COMPUTED)
    record_transition(run, Kind.REJECTED, by=by, reason=reason.strip())
    return run


@action
def mark_paid(run_id: int, *, paid_on: dt.date, voucher: str, today: dt.date, by: Actor) -> None:
    """Note that a locked month has been paid, on which day by which voucher; once, unless it is taken back.

    A month isn't paid before its last day: what is handed out earlier is an advance.
    """
    user = by.user
    _person(by, user is not None and may_mark_paid(user), _("Only finance marks a month as paid."))
    run = _run_in(State.LOCKED, run_id)
    if payment_of(run) is not None:
        raise CloseRefused([what_happened(run.month)])
    if not run.month.last <= paid_on <= today:
        facts = {"month": month_text(run.month), "today": today, "last": run.month.last}
        raise CloseRefused([_("%(month)s is paid between its last day, %(last)s, and today, %(today)s.") % facts])
    if not voucher.strip():
        raise CloseRefused([_("Give the voucher's number.")])
    if refusal := why_not_as_approved(run.month):
        raise CloseRefused([refusal])
    record_transition(run, Kind.PAID, by=by, paid_on=paid_on, voucher=voucher.strip())


@action
def take_payment_back(run_id: int, *, reason: str, by: Actor) -> None:
    """Note that a month marked as paid was not; by another person than who marked it, with the reason."""
    user = by.user
    allowed = user is not None and may_take_payment_back(user)
    person = _person(by, allowed, _("Only finance or the general manager takes back that a month is paid."))
    run = _run_in(State.LOCKED, run_id)
    payment = payment_of(run)
    if payment is None:
        raise CloseRefused([what_happened(run.month)])
    if are_one_person(person, [payment.by]):
        raise CloseRefused([_("Who marked a month as paid can't take it back: another person does.")])
    if not reason.strip():
        raise CloseRefused([_("Say why the payment is taken back.")])
    record_transition(run, Kind.UNPAID, by=by, reason=reason.strip())


def _run_in(states: MonthRun.State | tuple[MonthRun.State, ...], run_id: int) -> MonthRun:
    """The run, held until the transaction ends; raises CloseRefused when it is in another state."""
    run = MonthRun.objects.select_for_update().get(pk=run_id)
    if run.state not in (states if isinstance(states, tuple) else (states,)):
        raise CloseRefused([what_happened(run.month)])
    return run


def _approver(run: MonthRun, by: Actor, today: dt.date) -> User:
    user = by.user
    allowed = user is not None and may_approve(user, today)
    person = _person(by, allowed, _("Only the marketing director or a deputy approves a month."))
    if are_one_person(person, [run.prepared_by]):
        raise CloseRefused([_("Who prepared a month can't approve it.")])
    return person


def _person(by: Actor, allowed: bool, refusal: str) -> User:
    if by.user is None or not allowed:
        raise CloseRefused([refusal])
    if is_unknown_person(by.user):
        raise CloseRefused([unknown_person()])
    return by.user
