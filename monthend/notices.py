"""What the month end and the drafts of plans ask their people to do."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from access.busy import LongWork, tells_work
from access.history.hands import Hand
from access.models import User
from access.pages.links import Links, address, listed
from access.pages.notices import Notice, waits_for
from access.reach import asked_once, within_reach
from compensation.models import SupportPool, SupportWeight
from compensation.month.selectors import support_posts
from monthend.approval.selectors import InCharge, read_in_charge
from monthend.approval.selectors_reminders import open_reminders, responsible
from monthend.checks import Blocker, month_due
from monthend.models import Deputy, MonthRun, MonthTransition, MonthVerification, Reminder
from monthend.page.mending import mending
from monthend.rights import REPLACED, WEIGHERS, may_mark_paid
from monthend.weights.selectors import branches_address, last_written, table_address
from periods.models import Period
from rulebook.models import PlanDraft
from rulebook.month import Month
from rulebook.rights import may_approve_plans
from rulebook.wording import month_text
from staff.models import Post
from staff.reach import branch_of


@waits_for
def drafts_to_approve(viewer: User) -> list[Notice]:
    """The drafts that wait for the viewer's approval; none for who approves none."""
    if not may_approve_plans(viewer):
        return []
    drafts = list(PlanDraft.objects.filter(state=PlanDraft.State.SUBMITTED))
    here = address(drafts[0]) if len(drafts) == 1 else listed(PlanDraft, state__exact=PlanDraft.State.SUBMITTED)
    return [Notice(len(drafts), _("plan drafts waiting for your approval"), here)]


@waits_for
def month_end_for(viewer: User) -> list[Notice]:
    """What the viewer was reminded of and, unless that is about weights already, whose weights wait for the viewer."""
    mine = _reminded_of(viewer)
    notices = _told_reminders(viewer, mine)
    is_of_weights = any(isinstance(blocker.subject, SupportPool) for _row, blocker in mine)
    return notices if is_of_weights else [*notices, *_weights_to_give(viewer)]


def _reminded_of(viewer: User) -> list[tuple[Reminder, Blocker]]:
    """What others reminded the viewer of, as long as it is to be done."""
    found = open_reminders(timezone.localdate())
    in_charge = _in_charge_today(viewer) if found else None
    return [
        (row, blocker)
        for row, blocker in found
        if in_charge and any(one.user == viewer for one in responsible(blocker, in_charge))
    ]


def _told_reminders(viewer: User, mine: Sequence[tuple[Reminder, Blocker]]) -> list[Notice]:
    """Each by whom and when, leading to where it is done, which lies within the reach of who has to do it."""
    links = Links(viewer, reached=[blocker.subject for _row, blocker in mine])
    return [
        Notice(mend.reminded, mend.text, mend.href)
        for row, blocker in mine
        for mend in mending([blocker], row.month, viewer, in_charge=None, reminders=[row], links=links)
    ]


def _in_charge_today(viewer: User) -> InCharge:
    """Who is in charge; asked once a page."""
    return asked_once(viewer, _read_in_charge)


def _read_in_charge(_viewer: User) -> InCharge:
    return read_in_charge(timezone.localdate())


def _weights_to_give(viewer: User) -> list[Notice]:
    """How many people's weights of the month to close next wait for the viewer, once the month is over (1-7.2.2)."""
    today = timezone.localdate()
    if (
        viewer.role not in REPLACED
        and not Deputy.objects.filter(deputy=viewer, start__lte=today, end__gte=today).exists()
    ):
        return []
    month = _month_due_now(viewer)
    if month is None or today <= month.last:
        return []
    in_charge = _in_charge_today(viewer)
    weighed = SupportWeight.objects.filter(month=month, employee=OuterRef("employee"))
    posts = support_posts(month).exclude(Exists(weighed)).select_related("employee__user", "department")
    branches = [
        post.department.branch_id
        for post in posts
        if any(one.user == viewer for one in in_charge.weighers_of(post.employee, post.department.branch_id))
    ]
    words = _("people of the support staff without a weight for %(month)s") % {"month": month_text(month)}
    here = table_address(month, branches[0]) if len(set(branches)) == 1 else branches_address(month)
    return [Notice(len(branches), words, here)]


@waits_for
def weights_of_another_hand(viewer: User) -> list[Notice]:
    """For a branch's general manager: how many weights of the month to close next another log-in wrote last that does
    not give them, after the viewer last wrote one (1-7.2.2); until the month is locked."""
    month = _month_due_now(viewer) if viewer.role in WEIGHERS else None
    branches = list(branch_of(viewer)) if month else []
    if month is None or not branches:
        return []
    posts = support_posts(month).filter(department__branch__in=branches).select_related("employee__user", "department")
    weights = SupportWeight.objects.filter(month=month, employee__in=posts.order_by().values("employee"))
    hands = last_written(weights)
    mine = max((hand.at for hand in hands.values() if hand.by == viewer), default=None)
    others = {
        key: hand for key, hand in hands.items() if hand.by not in (None, viewer) and (mine is None or hand.at > mine)
    }
    if others:
        in_charge, keys = _in_charge_today(viewer), dict(weights.values_list("employee", "pk"))
        for post in posts:
            key = keys.get(post.employee_id, 0)
            if key in others and _gives(others[key], post, in_charge):
                del others[key]
    facts = {"month": month_text(month), "who": _(", ").join(sorted({hand.who for hand in others.values()}))}
    words = _("weights of your branch for %(month)s written by %(who)s") % facts
    return [Notice(len(others), words, table_address(month, branches[0]))]


def _month_due_now(viewer: User) -> Month | None:
    """The month to close next; asked once a page."""
    return asked_once(viewer, _read_month_due)


def _read_month_due(_viewer: User) -> Month | None:
    return month_due()


def _gives(hand: Hand, post: Post, in_charge: InCharge) -> bool:
    """Whether a hand is of a log-in that gives the weight of who stands on a post."""
    givers = in_charge.weighers_of(post.employee, post.department.branch_id)
    return any(one.user == hand.by for one in givers)


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
    payments = MonthTransition.objects.filter(run__month=OuterRef("month"), kind__in=MonthTransition.PAYMENTS)
    latest = Coalesce(Subquery(payments.order_by("-pk").values("kind")[:1]), Value(""))
    unpaid = ~Q(payment=MonthTransition.Kind.PAID)
    return periods.filter(state=Period.State.LOCKED).alias(payment=latest).filter(unpaid)


@tells_work
def months_under_way() -> list[LongWork]:
    """The months that are being computed or verified."""
    running = MonthRun.objects.filter(state=MonthRun.State.RUNNING).select_related("started_by")
    told = [
        LongWork(_("%(month)s is being computed") % {"month": month_text(run.month)}, run.started_by, run.started_at)
        for run in running
    ]
    asked = MonthVerification.objects.filter(done_at=None).select_related("run", "asked_by")
    return told + [
        LongWork(_("%(month)s is being verified") % {"month": month_text(one.run.month)}, one.asked_by, one.asked_at)
        for one in asked
    ]
