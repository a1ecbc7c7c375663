"""What the month end and the drafts of plans ask their people to do."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from access.doors import address, listed
from access.models import User
from access.reach import within_reach
from access.waiting import Notice, waits_for
from monthend.models import MonthTransition
from monthend.rights import may_mark_paid
from periods.models import Period
from rulebook.models import PlanDraft
from rulebook.rights import may_approve_plans


@waits_for
def drafts_to_approve(viewer: User) -> list[Notice]:
    """The drafts that wait for the viewer's approval; none for who approves none."""
    if not may_approve_plans(viewer):
        return []
    drafts = list(PlanDraft.objects.filter(state=PlanDraft.State.SUBMITTED))
    here = address(drafts[0]) if len(drafts) == 1 else listed(PlanDraft, state__exact=PlanDraft.State.SUBMITTED)
    return [Notice(len(drafts), _("plan drafts waiting for your approval"), here)]


@waits_for
def months_to_pay(viewer: User) -> list[Notice]:
    """For who pays: the locked months not marked as paid yet, leading to all of them."""
    if not may_mark_paid(viewer):
        return []
    unpaid = list(unpaid_months(within_reach(viewer, Period.objects.all())))
    here = address(unpaid[0]) if len(unpaid) == 1 else listed(Period, paid="no")
    return [Notice(len(unpaid), _("locked and not marked as paid"), here)]


def unpaid_months(periods: QuerySet[Period]) -> QuerySet[Period]:
    """Those that are locked and not marked as paid."""
    paid = MonthTransition.objects.filter(kind=MonthTransition.Kind.PAID).values("run__month")
    return periods.filter(state=Period.State.LOCKED).exclude(month__in=paid)
