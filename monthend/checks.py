"""What a month needs before it can be computed, and what keeps it from being locked."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Min
from django.utils.translation import gettext as _

from clients.models import Receipt
from compensation.actions_support import unshared_pools
from compensation.models import SupportWeight
from funds.models import FundClaim
from periods.selectors import is_locked, last_locked_month
from rulebook.month import Month
from rulebook.plan import Plan
from rulebook.selectors import NoPlanInForce, plan_version_at
from staff.models import Branch, Employee, Target
from staff.roster import Person, Roster, read_roster


class CloseRefused(Exception):
    """A month can't be computed or locked; `reasons` say why, each in the user's language."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__("\n".join(self.reasons))


def require_computable(month: Month) -> None:
    """Raise CloseRefused with every reason why the month can't be computed now."""
    if is_locked(month):
        raise CloseRefused([_("%(month)s is locked: nothing in it can change any more.") % {"month": month}])
    if not Employee.objects.exists():
        raise CloseRefused([_("There is nobody to pay yet: import a company first.")])
    due = month_due()
    if due is not None and month != due and (last_locked_month() or month > due):
        raise CloseRefused(
            [_("%(month)s is not next: lock %(due)s first; months close in order.") % {"month": month, "due": due}]
        )
    try:
        plan = plan_version_at(month).plan
    except NoPlanInForce as error:
        raise CloseRefused([str(error)]) from error
    roster = read_roster(month)
    reasons = [*_missing_targets(month, roster), *_people_without_pay(roster, plan)]
    if reasons:
        raise CloseRefused(reasons)


def month_due() -> Month | None:
    """The month to close next: after the last locked one, else the first with anything in it; None without any."""
    last = last_locked_month()
    if last is not None:
        return last + 1
    first_claim = FundClaim.objects.aggregate(first=Min("date"))["first"]
    months = [
        Receipt.objects.aggregate(first=Min("posted_in"))["first"],
        Target.objects.aggregate(first=Min("month"))["first"],
        SupportWeight.objects.aggregate(first=Min("month"))["first"],
        Month.of(first_claim) if first_claim else None,
    ]
    return min((month for month in months if month is not None), default=None)


def lock_blockers(month: Month, today: dt.date) -> list[str]:
    """What keeps a computed month from being locked, each in the user's language; empty if nothing does."""
    blockers = [
        _("%(branch)s: the support bonus of %(pool)s is not shared: enter its weights for %(month)s.")
        % {"branch": pool.branch.name, "pool": f"{pool.pool:,}", "month": month}
        for pool in unshared_pools(month)
    ]
    if today <= month.last:
        blockers.append(_("%(month)s is not over yet.") % {"month": month})
    return blockers


def _missing_targets(month: Month, roster: Roster) -> list[str]:
    """Branches that have people or receipts in the month but no target."""
    with_target = set(Target.objects.filter(month=month).values_list("branch", flat=True))
    with_receipts = set(Receipt.objects.filter(posted_in=month).order_by().values_list("contract__branch", flat=True))
    return [
        _("%(branch)s has no target for %(month)s.") % {"branch": branch.name, "month": month}
        for branch in Branch.objects.all()
        if branch.pk not in with_target and (branch.pk in with_receipts or roster.at_home(branch.pk))
    ]


def _people_without_pay(roster: Roster, plan: Plan) -> list[str]:
    """People whose base pay can't be known: a rank that the plan doesn't have, or support without a base salary."""
    known = {rank.code for rank in plan.ranks}
    in_post = (person for person in roster.people.values() if person.last_post)
    return [reason for person in in_post for reason in _reasons_without_pay(person, known)]


def _reasons_without_pay(person: Person, known_ranks: set[str]) -> Iterable[str]:
    for stretch in person.stretches:
        rank = person.rank_on(stretch.end)
        if stretch.in_sales and rank not in known_ranks:
            yield _("%(name)s (%(number)s): the plan has no rank “%(rank)s”.") % {
                "name": person.name,
                "number": person.number,
                "rank": rank,
            }
        if not stretch.in_sales and stretch.salary is None:
            yield _("%(name)s (%(number)s) has no base salary.") % {"name": person.name, "number": person.number}
