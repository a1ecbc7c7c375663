"""What reviews and decisions on ranks ask people to do."""

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import listed
from access.pages.notices import Notice, waits_for
from access.reach import within_reach
from access.rights import has
from access.roles import Duty
from staff.log_ins.actions import sellers_without_log_in
from staff.models import RankDecision
from staff.pay.selectors import waiting_for_viewer
from staff.pay.selectors_shared_numbers import shared_numbers
from staff.reviews.models import Review
from staff.reviews.selectors import may_decide, may_look_after, may_sign
from staff.rights import may_confirm_pay

Kind, State = Review.Kind, Review.State


@waits_for
def reviews_to_act_on(viewer: User) -> list[Notice]:
    """Dismissal reviews to decide, for HR, or to sign; for the marketing director whom the law brings to attention."""
    asked = [
        (may_decide(viewer), Kind.DISMISSAL, State.OPEN, _("dismissal reviews to decide")),
        (may_sign(viewer), Kind.DISMISSAL, State.DECIDED, _("dismissal reviews to sign")),
        (may_look_after(viewer), Kind.ATTENTION, State.OPEN, _("people of the lowest rank on the threshold wage")),
    ]
    mine = [(kind, state, words) for is_asked, kind, state, words in asked if is_asked]
    if not mine:
        return []
    rows = within_reach(viewer, Review.objects.order_by()).values_list("kind", "state").annotate(Count("pk"))
    counts = {(kind, state): count for kind, state, count in rows}
    return [
        Notice(counts.get((kind, state), 0), words, listed(Review, kind__exact=kind, state__exact=state))
        for kind, state, words in mine
    ]


@waits_for
def ranks_to_sign(viewer: User) -> list[Notice]:
    """Decisions on ranks that wait for the viewer's signature."""
    if not may_sign(viewer):
        return []
    waiting = RankDecision.objects.filter(state=RankDecision.State.WAITING).exclude(decided_by=viewer)
    rows = within_reach(viewer, waiting.exclude(employee__user=viewer).order_by())
    link = listed(RankDecision, state__exact=RankDecision.State.WAITING)
    return [Notice(rows.count(), _("decisions on ranks to sign"), link)]


@waits_for
def log_ins_to_make(viewer: User) -> list[Notice]:
    """For HR: the sales people without a log-in."""
    if not has(viewer, Duty.MAKES_PEOPLES_LOG_INS):
        return []
    people = within_reach(viewer, sellers_without_log_in(timezone.localdate()))
    return [Notice(people.count(), _("sales people without a log-in"), reverse("admin:staff_employee_log_ins"))]


@waits_for
def pay_details_to_confirm(viewer: User) -> list[Notice]:
    """The people whose pay details others entered, and the numbers that several people have, to decide or agree to."""
    if not may_confirm_pay(viewer):
        return []
    shared = [one for one in shared_numbers() if not one.is_agreed]
    mine = sum(one.waits_for(viewer) for one in shared)
    here = reverse("admin:staff_employee_pay_changes")
    return [
        Notice(waiting_for_viewer(viewer), _("people whose pay details you can confirm"), here),
        Notice(mine, _("numbers that several people have, to decide on"), here),
    ]
