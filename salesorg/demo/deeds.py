"""What the demo's people did by hand: a correction, minimum wages, a draft of a plan, a review and a rank."""

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext as _

from access.actor import Actor
from access.models import User
from clients.models import Receipt
from compensation.corrections.actions import WrongAmount, effect_of, make_correction
from rulebook.drafts.actions import change_draft, start_draft, text_digest
from rulebook.month import Month
from rulebook.plan_text.document import with_values
from rulebook.selectors import plan_version_at
from salesorg.demo.months import DemoMonths
from staff.actions import save_minimum_wage
from staff.models import Branch, MinimumWage, RankAssessment, Review
from staff.rank_decisions.actions import decide_rank
from staff.rank_decisions.effects import effect_of as effect_of_rank
from staff.rank_decisions.selectors import WantedRank
from staff.reviews.actions import ReviewTerms, decide_review, record_step

MINIMUM_WAGES = {
    "B01": ("北京", dt.date(2011, 1, 1), Decimal("1160.00")),
    "B02": ("上海", dt.date(2011, 4, 1), Decimal("1280.00")),
    "B03": ("深圳", dt.date(2011, 4, 1), Decimal("1320.00")),
}


def correct_receipt() -> None:
    """What the demo's salesperson sees of a correction: a receipt of the last locked month was read wrongly."""
    wanted = WrongAmount(Receipt.objects.get(number="R0000218"), Decimal("12000.00"))
    reason = _("According to the bank's statement 12,000.00 arrived, not 10,000.00.")
    make_correction(wanted, reason=reason, shown=effect_of(wanted).digest, by=_by("hr"))


def enter_minimum_wages(months: DemoMonths) -> None:
    """What the cities asked for when the plan was written, moved with the company: today's lie above all its wages.

    Shenzhen's lies above the plan's lowest threshold wages.
    """
    for code, (city, start, amount) in MINIMUM_WAGES.items():
        wage = MinimumWage(
            branch=Branch.objects.get(code=code),
            city=city,
            effective_from=months.moved(start),
            amount=amount,
            source=_("Notice of the city's bureau of human resources and social security"),
        )
        save_minimum_wage(wage, by=_by("hr"))


def draft_plan(month: Month) -> None:
    """The director suggests threshold wages that reach Shenzhen's minimum wage, from a month on."""
    by = _by("director")
    draft = start_draft(plan_version_at(month), month=month, by=by)
    raised = {f"ranks.levels[{level}].threshold_wage": "1320.00" for level in (0, 1)}
    change_draft(draft, with_values(draft.text, raised), seen=text_digest(draft), free_from=month, by=by)


def review_somebody(month: Month, today: dt.date) -> None:
    """HR has talked to somebody on the threshold wage, and decided; the second signature is waited for."""
    by = _by("hr")
    review = Review.objects.filter(kind=Review.Kind.DISMISSAL, last_month=month).order_by("employee").first()
    if review is None:
        return
    talk = _("Talked through the last months' clients; the branch offers to go along on visits.")
    record_step(review, kind="talk", date=month.last, words=talk, today=today, by=by)
    reason = _("New in the district and improving: trained for a month, then looked at again.")
    decide_review(review, ReviewTerms(Review.Decision.TRAIN, reason), today=today, by=by)


def give_rank(month: Month) -> None:
    """HR wants to raise somebody from the month after on; the second signature is waited for."""
    kept = RankAssessment.objects.filter(month=month, rank="GW", outcome=RankAssessment.Outcome.KEPT)
    person = kept.select_related("employee").order_by("-sales", "employee__number")[0].employee
    reason = _("Won the competition for team leader of the new district.")
    document = _("Personnel circular %(year)d-17") % {"year": month.year}
    wanted = WantedRank(person, month + 1, "GJ", reason, document)
    decide_rank(wanted, shown=effect_of_rank(wanted).digest, by=_by("hr"))


def _by(name: str) -> Actor:
    return Actor(User.objects.get(username=name))
