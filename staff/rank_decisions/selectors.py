"""A rank that HR wants to give by decision, where it would stand, and what speaks against it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from access.refusals import Refused
from periods.selectors import is_locked
from rulebook.month import Month
from rulebook.plan import Plan, Rank
from rulebook.selectors import NoPlanInForce, plan_version_at
from rulebook.wording import month_text
from staff.assessment.actions import read_past
from staff.assessment.rules import RankStanding
from staff.careers.rules import CareerEvent, RankDecided, RankSpan, ranks_held, sales_spells
from staff.careers.selectors import career_events, rank_changes, ranks_decided
from staff.models import EARLIEST, LATEST, Employee, RankAssessment


@dataclass(frozen=True, slots=True)
class WantedRank:
    """The rank that somebody is to hold from the first of a month on; "" takes that month's decision back. For a
    violation it `ends_right`, that of 1-4.3.3."""

    employee: Employee
    month: Month
    rank: str
    reason: str
    document: str
    ends_right: bool = False


class RankRefused(Refused):
    """A decision can't be made or signed; `field` is what of the wanted one speaks against it, if any."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The rank held on the first of a month, and the standing from which that month is assessed."""

    rank: Rank
    standing: RankStanding


@dataclass(frozen=True, slots=True)
class RankComparison:
    """How a month looks without and with a decision; `entered_on` is since when the person is in sales.

    `decided` are the decisions that stand now, `assessed` is the assessment of the month before, if there is one yet.
    """

    plan: Plan
    entered_on: dt.date
    before: Outlook
    after: Outlook
    decided: Sequence[RankDecided]
    assessed: RankAssessment | None


def compare(wanted: WantedRank) -> RankComparison:
    """Look at a month without and with a decision. Raises RankRefused with what speaks against it."""
    _require_words(wanted)
    plan = _require_open(wanted.month)
    first, employee = wanted.month.first, wanted.employee.pk
    events, changes = career_events([employee])[employee], rank_changes([employee])[employee]
    decided = ranks_decided([employee])[employee]
    entered_on = _require_in_sales(wanted, events)
    with_it = _with(wanted, decided, entered_on, plan)
    past = read_past(employee, wanted.month, plan)

    def outlook(decisions: Sequence[RankDecided]) -> Outlook:
        rank = _held_on(ranks_held(events, changes, decisions), first)
        return Outlook(_known(plan, rank), past.standing(plan, employee, entered_on, decisions))

    before = outlook(decided)
    _refuse_held(wanted, before.rank)
    assessed = next((row for row in past.assessments.get(employee, ()) if row.month == wanted.month - 1), None)
    _refuse_assessed(wanted, assessed, plan)
    return RankComparison(plan, entered_on, before, outlook(with_it), decided, assessed)


def _with(wanted: WantedRank, decided: Sequence[RankDecided], entered_on: dt.date, plan: Plan) -> list[RankDecided]:
    """The decisions as they would stand with the wanted one, in place of what was decided for its month before."""
    others = [one for one in decided if one.date != wanted.month.first]
    if wanted.rank:
        if wanted.rank not in {rank.code for rank in plan.ranks}:
            raise RankRefused(_("The plan in force on that day does not know this rank."), "rank")
        return [*others, RankDecided(wanted.month.first, entered_on, wanted.rank, wanted.ends_right)]
    if len(others) == len(decided):
        raise RankRefused(_("No decision of that month is in force: there is nothing to take back."), "month")
    return others


def _held_on(held: Sequence[RankSpan], day: dt.date) -> str:
    return next(span.rank for span in held if span.start <= day and (span.end is None or day < span.end))


def _known(plan: Plan, code: str) -> Rank:
    try:
        return plan.rank(code)
    except KeyError as error:
        raise RankRefused(
            _("The plan in force on that day does not know the rank “%(rank)s”.") % {"rank": code}
        ) from error


def _require_words(wanted: WantedRank) -> None:
    if not wanted.reason.strip():
        raise RankRefused(_("Say why."), "reason")
    if not wanted.document.strip():
        raise RankRefused(_("Name the document that it rests on."), "document")


def _require_open(month: Month) -> Plan:
    """The plan of a month that is not locked."""
    if not EARLIEST <= month.first < LATEST:
        raise RankRefused(_("The date does not lie between 1950 and 2100."), "month")
    if is_locked(month):
        text = _("%(month)s is locked: nothing in it can change. Choose a month from the open one on.")
        raise RankRefused(text % {"month": month_text(month)}, "month")
    try:
        return plan_version_at(month).plan
    except NoPlanInForce as missing:
        raise RankRefused(str(missing), "month") from missing


def _refuse_held(wanted: WantedRank, held: Rank) -> None:
    """Refuse the rank that the person holds without the decision."""
    if held.code == wanted.rank:
        facts = {"name": wanted.employee.name, "rank": held.name, "day": wanted.month.first}
        raise RankRefused(_("%(name)s holds the rank %(rank)s on %(day)s already.") % facts, "rank")


def _refuse_assessed(wanted: WantedRank, assessed: RankAssessment | None, plan: Plan) -> None:
    """Refuse the rank that the assessment of the month before gives."""
    if assessed is None or assessed.outcome == RankAssessment.Outcome.KEPT or assessed.next_rank != wanted.rank:
        return
    facts = {
        "name": wanted.employee.name,
        "rank": _known(plan, wanted.rank).name,
        "month": month_text(assessed.month),
    }
    raise RankRefused(_("The assessment of %(month)s gives %(name)s the rank %(rank)s already.") % facts, "rank")


def _require_in_sales(wanted: WantedRank, events: Sequence[CareerEvent]) -> dt.date:
    """Since when the person is in sales; who enters it on that very day gets the rank with the post."""
    first = wanted.month.first
    for start, end, _rank in sales_spells(events):
        if start < first and (end is None or first < end):
            return start
    facts = {"name": wanted.employee.name, "day": first}
    if any(start == first for start, _end, _rank in sales_spells(events)):
        raise RankRefused(
            _("%(name)s enters sales on %(day)s: the rank comes with that change of post.") % facts, "month"
        )
    raise RankRefused(_("%(name)s is not in sales on %(day)s.") % facts, "person")
