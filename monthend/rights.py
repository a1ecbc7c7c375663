"""What each role may do with runs: whose work the month end is, from preparing to paying."""

import datetime as dt

from access.models import User
from access.reach import scope_of
from access.rights import COMPANY_READERS, MANAGEMENT, allow, has
from access.roles import Duty, Scope, charged
from monthend.models import Deputy, MonthRun, MonthStep, MonthTransition, MonthVerification, Reminder
from monthend.preview.models import Preview, PreviewBranch, PreviewLine
from staff.reach import branch_of

APPROVERS = charged(Duty.APPROVES_MONTHS)
WEIGHERS = charged(Duty.WEIGHS_SUPPORT)
SUPPOSERS = charged(Duty.SUPPOSES)
DEPUTIES = charged(Duty.STANDS_IN)
REPLACED = APPROVERS | WEIGHERS
"""Who has deputies: they approve months, or give their branch's support staff their weights."""

allow(MonthRun, view=MANAGEMENT)
allow(MonthStep, view=MANAGEMENT)
allow(MonthTransition, view=MANAGEMENT)
allow(MonthVerification, view=COMPANY_READERS)
allow(Reminder, view=COMPANY_READERS)
allow(Preview, view=COMPANY_READERS, add=SUPPOSERS, delete=SUPPOSERS)
allow(PreviewLine, view=COMPANY_READERS)
allow(PreviewBranch, view=COMPANY_READERS)
allow(Deputy, view=MANAGEMENT, add=REPLACED, change=REPLACED)


def may_compute(user: User) -> bool:
    """Whether the user computes months."""
    return has(user, Duty.COMPUTES_MONTHS)


def may_prepare(user: User) -> bool:
    """Whether the user hands computed months over."""
    return has(user, Duty.PREPARES_MONTHS)


def may_approve(user: User, today: dt.date) -> bool:
    """Whether the user approves months, in person or today in somebody's place; never one's own, see approve_run."""
    return user.is_active and (user.role in APPROVERS or stands_in_for(user, today) is not None)


def may_lock(user: User, today: dt.date) -> bool:
    """Whether the user locks approved months: who prepares and who approves."""
    return may_prepare(user) or may_approve(user, today)


def may_remind(user: User) -> bool:
    """Whether the user reminds others of what keeps a month from being locked."""
    return has(user, Duty.REMINDS)


def may_mark_paid(user: User) -> bool:
    """Whether the user says that a locked month is paid."""
    return has(user, Duty.MARKS_PAID)


def may_take_payment_back(user: User) -> bool:
    """Whether the user takes it back that a month is paid; never what the same person noted, see take_payment_back."""
    return has(user, Duty.TAKES_PAYMENTS_BACK)


def may_name_deputy_of(user: User, principal: User) -> bool:
    """Whether the user names who acts for the principal: for oneself, a director for a branch's general manager."""
    is_director = user.role in APPROVERS and principal.role in WEIGHERS
    return user.is_active and principal.role in REPLACED and (is_director or principal.pk == user.pk)


def suits(user: User, principal: User) -> bool:
    """Whether the user sees all the pay that the principal sees: asked when a deputy is named and when one acts."""
    if user.role in DEPUTIES:
        return True
    if principal.role in APPROVERS or user.role not in charged(Duty.STANDS_IN_AT_BRANCH):
        return False
    branch = branch_of(principal)
    return bool(branch) and branch_of(user) == branch


def stands_in_for(user: User, today: dt.date) -> User | None:
    """The approver in whose place the user approves today; None for who is no deputy today, or suits no longer."""
    if user.role not in DEPUTIES:
        return None
    deputies = Deputy.objects.filter(deputy=user, start__lte=today, end__gte=today)
    named = deputies.filter(principal__is_active=True, principal__role__in=APPROVERS).order_by("start", "pk")
    deputy = named.select_related("principal").first()
    return deputy.principal if deputy else None


DETAILS = ("reason", "pay_list", "paid_on", "voucher")
"""The fields that hold what a transition is told with, beside what happened, who did it and when."""


def may_read_details(viewer: User) -> bool:
    """Whether the viewer reads what transitions are told with: who sees the whole company's pay.

    A reason is free text and may name anybody with an amount; a branch reads what happened, who did it and when.
    """
    return scope_of(viewer) is Scope.COMPANY


def reason_for(viewer: User, row: MonthTransition) -> str:
    """Why it happened, for a viewer who may read it; else empty."""
    return row.reason if may_read_details(viewer) else ""
