"""What the year's awards ask people to do."""

from django.db.models import Exists
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import listed
from access.pages.notices import Notice, counted, waits_for
from access.reach import within_reach
from compensation.awards.selectors import decisions_about
from compensation.models import AwardDecision, AwardRecommendation
from compensation.rights import may_decide_awards, may_sign_awards

State = AwardDecision.State


@waits_for
def awards_to_decide(viewer: User) -> list[Notice]:
    """For HR: recommendations to decide, decisions that came back, signed awards of money that are not paid."""
    if not may_decide_awards(viewer):
        return []
    decisions = within_reach(viewer, AwardDecision.objects.all())
    counts = counted(
        waiting=within_reach(viewer, AwardRecommendation.objects.filter(~Exists(decisions_about()))),
        returned=decisions.filter(state=State.RETURNED),
        unpaid=decisions.filter(state=State.DONE, amount__isnull=False, payment__isnull=True),
    )
    return [
        Notice(counts["waiting"], _("award recommendations to decide"), listed(AwardRecommendation, decided="no")),
        Notice(counts["returned"], _("awards sent back"), listed(AwardDecision, state__exact=State.RETURNED)),
        Notice(counts["unpaid"], _("signed awards to be paid"), listed(AwardDecision, paid="no")),
    ]


@waits_for
def awards_to_sign(viewer: User) -> list[Notice]:
    """For the general manager: the decisions of others to sign."""
    if not may_sign_awards(viewer):
        return []
    decided = AwardDecision.objects.filter(state=State.DECIDED).exclude(decided_by=viewer)
    count = within_reach(viewer, decided).count()
    return [Notice(count, _("awards to sign"), listed(AwardDecision, state__exact=State.DECIDED))]
