"""What each role may do with runs: whose work the month end is, from preparing to paying."""

import datetime as dt

from access.models import User
from access.rights import COMPANY_READERS, MANAGEMENT, allow
from monthend.models import Deputy, MonthRun, MonthStep, MonthTransition, MonthVerification
from monthend.preview.models import Preview, PreviewBranch, PreviewLine

PREPARERS = frozenset({User.Role.HR})
APPROVERS = frozenset({User.Role.MARKETING_DIRECTOR})
PAYERS = frozenset({User.Role.FINANCE})
SUPPOSERS = frozenset({User.Role.HR, User.Role.MARKETING_DIRECTOR, User.Role.GENERAL_MANAGER})
DEPUTIES = COMPANY_READERS - {User.Role.AUDITOR}

allow(MonthRun, view=MANAGEMENT)
allow(MonthStep, view=MANAGEMENT)
allow(MonthTransition, view=MANAGEMENT)
allow(MonthVerification, view=COMPANY_READERS)
allow(Preview, view=COMPANY_READERS, add=SUPPOSERS, delete=SUPPOSERS)
allow(PreviewLine, view=COMPANY_READERS)
allow(PreviewBranch, view=COMPANY_READERS)
allow(Deputy, view=COMPANY_READERS, add=APPROVERS, change=APPROVERS)


def may_prepare(user: User) -> bool:
    """Whether the user computes months and hands them over."""
    return user.is_active and user.role in PREPARERS


def may_approve(user: User, today: dt.date) -> bool:
    """Whether the user approves months, in person or today in somebody's place; never one's own, see approve_run."""
    return user.is_active and (user.role in APPROVERS or stands_in_for(user, today) is not None)


def may_lock(user: User, today: dt.date) -> bool:
    """Whether the user locks approved months: who prepares and who approves."""
    return may_prepare(user) or may_approve(user, today)


def may_mark_paid(user: User) -> bool:
    """Whether the user says that a locked month is paid."""
    return user.is_active and user.role in PAYERS


def stands_in_for(user: User, today: dt.date) -> User | None:
    """The approver in whose place the user approves today; None for who is no deputy today."""
    deputies = Deputy.objects.filter(deputy=user, start__lte=today, end__gte=today)
    named = deputies.filter(principal__is_active=True, principal__role__in=APPROVERS).order_by("start", "pk")
    deputy = named.select_related("principal").first()
    return deputy.principal if deputy else None
