"""The year's awards at the demo company: a branch recommends three people, HR has decided on one, not signed yet."""

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext as _

from access.actor import Actor
from access.models import User
from compensation.awards.actions import AwardTerms, decide_award, recommend
from compensation.awards.selectors import months_of, people_of
from compensation.models import AwardDecision, AwardKind
from rulebook.month import Month
from staff.models import Employee

AWARD = Decimal("3000.00")


def recommend_people(month: Month, today: dt.date) -> None:
    """The branch's best seller, the second for the travel, and who earned most of the support bonus."""
    manager = User.objects.get(username="branchgm")
    # Whoever of the demo's people decides and recommends gets nothing.
    people = people_of(months_of(month.year), manager)
    known = Employee.objects.exclude(user__is_staff=True).in_bulk([one.employee for one in people])
    found = [one for one in people if one.employee in known]
    sellers = sorted((one for one in found if one.in_sales), key=lambda one: -one.sales)
    office = sorted((one for one in found if not one.in_sales), key=lambda one: -one.bonus)
    wanted = [
        *zip(sellers, (AwardKind.CHAMPION, AwardKind.TRAVEL), strict=False),
        *zip(office, (AwardKind.SUPPORT,), strict=False),
    ]
    reasons = {
        AwardKind.CHAMPION: _("Sold most of the branch, without a refund that was the seller's fault."),
        AwardKind.TRAVEL: _("Took over the clients of two colleagues who left, and kept them."),
        AwardKind.SUPPORT: _("Contracts and receipts were right to the day all year."),
    }
    for one, kind in wanted:
        person, reason = known[one.employee], reasons[kind]
        recommend(year=month.year, employee=person, kind=kind, reason=reason, today=today, by=Actor(manager))
    if sellers:
        _decide(month.year, known[sellers[0].employee], today)


def _decide(year: int, person: Employee, today: dt.date) -> None:
    """HR grants the branch's champion an amount; the general manager's signature is waited for."""
    given = AwardTerms(
        year=year,
        employee=person,
        kind=AwardKind.CHAMPION,
        outcome=AwardDecision.Outcome.GRANTED,
        amount=AWARD,
        reason=_("Best seller of the branch by the year's table, as the branch recommends."),
    )
    decide_award(given, today=today, by=Actor(User.objects.get(username="hr")))
