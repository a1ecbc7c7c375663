"""What a computed month asks people to decide or to know, each counted, with the list of what was counted."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.models import User
from access.pages.links import listed
from access.pages.notices import Notice
from access.reach import within_reach
from access.rights import Right, may
from compensation.models import Payslip
from funds.models import ClaimDecision, FundLot
from funds.selectors import about_to_expire
from monthend.page.attention import Tallies
from rulebook.month import Month
from rulebook.plan import Plan
from rulebook.wording import amount_text
from staff.models import MinimumWage, RankAssessment
from staff.selectors import wage_shortfalls

_REJECTED = "insufficient,major_client"
_MOVES = (RankAssessment.Outcome.PROMOTED, RankAssessment.Outcome.REINSTATED, RankAssessment.Outcome.DEMOTED)


def notices_of(month: Month, viewer: User, tallies: Tallies, *, in_deficit: int = 0) -> list[Notice]:
    """The notices of a month; those that count nothing are left out. Two queries."""
    decisions = within_reach(viewer, ClaimDecision.objects.filter(month=month))
    rejected = decisions.exclude(reason=ClaimDecision.Reason.POSTED).count()
    found = [
        Notice(
            tallies.review_due, _("dismissal reviews due"), listed(RankAssessment, month=month, review_due__exact=1)
        ),
        Notice(
            tallies.needs_attention,
            pgettext("counted", "lowest rank on the threshold wage"),
            listed(RankAssessment, month=month, needs_attention__exact=1),
        ),
        *(
            Notice(
                tallies.outcomes[kind],
                pgettext("counted", "%(outcome)s") % {"outcome": kind.label},
                listed(RankAssessment, month=month, outcome__exact=kind.value),
            )
            for kind in _MOVES
        ),
        Notice(
            in_deficit, pgettext("counted", "deficits carried forward"), listed(Payslip, month=month, carried__lt=0)
        ),
        Notice(
            rejected, pgettext("counted", "claims rejected"), listed(ClaimDecision, month=month, reason__in=_REJECTED)
        ),
        *_expiring(month, viewer),
    ]
    return [notice for notice in found if notice.count]


def _expiring(month: Month, viewer: User) -> Iterator[Notice]:
    """What is left in the funds and can be spent in the next month for the last time, by the month it accrued in."""
    left: dict[Month, Decimal] = defaultdict(Decimal)
    for accrued_in, amount in within_reach(viewer, about_to_expire(month)).values_list("month", "left"):
        left[accrued_in] += amount
    for accrued_in, amount in left.items():
        yield Notice(amount_text(amount), _("in funds expires with the next month"), listed(FundLot, month=accrued_in))


def wage_notices(plan: Plan, month: Month, viewer: User) -> list[Notice]:
    """The same as a notice on a month's page."""
    if not may(viewer, Right.VIEW, MinimumWage):
        return []
    found = wage_shortfalls(plan, month.last, viewer)
    words = pgettext("counted", "threshold wages below the minimum wage")
    return [Notice(len(found), words, listed(MinimumWage))] if found else []
