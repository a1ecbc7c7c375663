"""Dates must come in their natural order: hire, registration, signing, receipt, refund.

If all that follows from a row lies before it, that row's own date is the mistake, and told once; rows that are wrong in
themselves don't count for that. If something in the
database lies before it, which the file doesn't touch, the row is to blame as well.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from workbooks.company.company import Company
from workbooks.company.entries import Entry
from workbooks.problems import Problems

FEWEST_TO_BLAME_A_ROW = 2


@dataclass(frozen=True, slots=True)
class _Rule:
    """Rows of `later`, dated by `date`, name in `reference` the row of `earlier` that they can't come before.

    `blames` is the field of a later row that is reported; None where another check does that.
    """

    later: str
    date: str
    reference: str
    earlier: str
    earlier_date: str
    blames: str | None


@dataclass(slots=True)
class _Followers:
    """What follows from one row."""

    all: list[tuple[Entry, _Rule]] = field(default_factory=list)
    too_early: list[tuple[Entry, _Rule]] = field(default_factory=list)


RULES = (
    _Rule("events", "date", "employee", "employees", "hired_on", blames=None),
    _Rule("clients", "registered_on", "owner", "employees", "hired_on", blames=None),
    _Rule("assignments", "date", "developer", "employees", "hired_on", blames=None),
    _Rule("contracts", "signed_on", "closer", "employees", "hired_on", blames=None),
    _Rule("clients", "registered_on", "referrer", "clients", "registered_on", blames="referrer"),
    _Rule("assignments", "date", "client", "clients", "registered_on", blames="date"),
    _Rule("contracts", "signed_on", "client", "clients", "registered_on", blames="signed_on"),
    _Rule("receipts", "received_on", "contract", "contracts", "signed_on", blames="received_on"),
    _Rule("receipts", "received_on", "reverses", "receipts", "received_on", blames="received_on"),
)


def check_dates_in_order(company: Company, problems: Problems) -> None:
    """Report dates that come too early, or the one that comes too late.

    Who isn't hired yet isn't in post either, which the checks of posts tell: here only a hire too late is reported.
    """
    for parent in ("employees", "clients", "contracts", "receipts"):
        rules = [rule for rule in RULES if rule.earlier == parent]
        for earlier, followers in _followers(company, parent, rules).items():
            _report(problems, earlier, rules[0].earlier_date, followers)


def _followers(company: Company, parent: str, rules: list[_Rule]) -> dict[Entry, _Followers]:
    found: dict[Entry, _Followers] = defaultdict(_Followers)
    for rule in rules:
        for later in company[rule.later].entries.values():
            earlier = company[parent].get(later[rule.reference]) if later[rule.reference] is not None else None
            if earlier is None or earlier is later or not (later.is_touched or earlier.is_touched):
                continue
            if later.knows(rule.date, rule.reference) and earlier.knows(rule.earlier_date):
                found[earlier].all.append((later, rule))
                if later[rule.date] < earlier[rule.earlier_date]:
                    found[earlier].too_early.append((later, rule))
    return {earlier: followers for earlier, followers in found.items() if followers.too_early}


def _report(problems: Problems, earlier: Entry, earlier_date: str, followers: _Followers) -> None:
    right = [later for later, _rule in followers.all if not later.bad]
    early = [later for later, _rule in followers.too_early if not later.bad]
    is_alone_in_the_wrong = FEWEST_TO_BLAME_A_ROW <= len(right) == len(early)
    hurts_the_untouched = any(not later.is_touched for later, _rule in followers.too_early)
    if earlier.is_touched and (is_alone_in_the_wrong or hurts_the_untouched):
        later, rule = min(followers.too_early, key=lambda follower: follower[0][follower[1].date])
        reason = _("later than %(sheet)s %(key)s: %(column)s %(date)s") % _place(later, rule.date)
        earlier.refuse(problems, earlier_date, reason)
        return
    for later, rule in followers.too_early:
        if rule.blames == rule.date:
            reason = _("before %(sheet)s %(key)s: %(column)s %(date)s") % _place(earlier, earlier_date)
            later.refuse(problems, rule.date, reason)
        elif rule.blames:
            reason = _("registered only on %(date)s, later than this client") % {"date": earlier[earlier_date]}
            later.refuse(problems, rule.blames, reason)


def _place(entry: Entry, date: str) -> dict[str, object]:
    return {
        "sheet": entry.sheet.title,
        "key": entry.key[0],
        "column": entry.sheet.by_field[date].header,
        "date": entry[date],
    }
