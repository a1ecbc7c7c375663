"""What a decision on somebody's rank does, told before it is made and again before it is signed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from access.decisions.effect import Sentence, digest_of
from access.pages.records import Cell, Row, Table
from periods.models import Period
from rulebook.cells import amount, headings, numeric, text
from rulebook.month import Month
from rulebook.plan import Rank
from rulebook.wording import amount_text, month_text
from staff.assessment.rules import right_in
from staff.models import RankAssessment
from staff.rank_decisions.selectors import RankComparison, WantedRank, compare


@dataclass(frozen=True)
class RankEffect:
    """All that a decision does: the ranks before and after with what they pay, and what else follows."""

    wanted: WantedRank
    comparison: RankComparison
    sentence: str
    notes: Sequence[Sentence]

    @property
    def digest(self) -> str:
        """A hash that differs whenever the effect does; what is confirmed or signed must be what was shown."""
        wanted = self.wanted
        person = (wanted.employee.number, wanted.employee.name)
        given = (wanted.month, wanted.rank, wanted.reason, wanted.document, wanted.ends_right)
        return digest_of([person, given, self._ranks, self.notes])

    @property
    def _ranks(self) -> tuple[Rank, Rank]:
        return self.comparison.before.rank, self.comparison.after.rank

    @property
    def table(self) -> Table:
        """What the ranks before and after pay and ask for (1-4.1, 1-4.2)."""
        ranks = self._ranks
        rows = [
            Row([text(_("rank")), *(Cell(rank.name, is_number=True) for rank in ranks)]),
            Row([text(_("base salary")), *(amount(rank.base_salary) for rank in ranks)]),
            Row([text(_("threshold wage")), *(amount(rank.threshold_wage) for rank in ranks)]),
            Row([text(_("threshold sales")), *(amount(rank.threshold_sales) for rank in ranks)]),
            Row([text(_("monthly quota")), *(amount(rank.monthly_quota) for rank in ranks)]),
            Row([text(_("demotion standard")), *(amount(rank.demotion_sales) for rank in ranks)]),
        ]
        title = _("From %(month)s on") % {"month": month_text(self.wanted.month)}
        return Table(title, headings("", numeric(_("before")), numeric(_("after"))), rows)


def effect_of(wanted: WantedRank) -> RankEffect:
    """What a decision would do once it is signed; nothing is written. Raises RankRefused."""
    comparison = compare(wanted)
    notes = [
        Sentence(_("Paid by this rank from the first of the month on: nothing is pro-rated.")),
        *_about_the_cycle(wanted, comparison),
        *_about_the_assessment(wanted, comparison),
        *_about_the_right(comparison),
        *_about_other_decisions(wanted, comparison),
        *_about_months(wanted.month),
    ]
    return RankEffect(wanted, comparison, _sentence(wanted, comparison), notes)


def _sentence(wanted: WantedRank, comparison: RankComparison) -> str:
    facts = {
        "name": wanted.employee.name,
        "number": wanted.employee.number,
        "month": month_text(wanted.month),
        "before": comparison.before.rank.name,
        "after": comparison.after.rank.name,
    }
    if not wanted.rank:
        return _("%(name)s (%(number)s): the decision for %(month)s is taken back, %(before)s → %(after)s.") % facts
    return _("%(name)s (%(number)s) holds the rank %(after)s from %(month)s on, before it %(before)s.") % facts


def _about_the_cycle(wanted: WantedRank, comparison: RankComparison) -> Iterator[Sentence]:
    """What it means for the cycle (1-4.3.1)."""
    if not wanted.rank:
        yield Sentence(_("The cycle goes on as if nothing had been decided (1-4.3.1)."), "cycle goes on")
        return
    months, running = comparison.plan.assessment.demotion_cycle_months, comparison.before.standing
    if running.cycle_month:
        facts = {"month": running.cycle_month, "months": months, "sales": amount_text(running.cycle_sales)}
        words = _("The running cycle (month %(month)d of %(months)d, sales %(sales)s) ends without a result.") % facts
        yield Sentence(words, "cycle ends", running.cycle_month, months, running.cycle_sales)
    facts = {"first": month_text(wanted.month), "last": month_text(wanted.month + (months - 1))}
    words = _("A new cycle begins: %(first)s to %(last)s, if all its months are worked in full (1-4.3.1).") % facts
    yield Sentence(words, "cycle begins", months)


def _about_the_assessment(wanted: WantedRank, comparison: RankComparison) -> Iterator[Sentence]:
    """Whether the assessment of the month before is not carried out (1-4.3.2)."""
    facts, row = {"month": month_text(wanted.month - 1)}, comparison.assessed
    if row is None and wanted.rank:
        words = _("Whatever rank the assessment of %(month)s leads to, the decision stands (1-4.3.2).") % facts
        yield Sentence(words, "not assessed yet")
    if row is None or row.outcome == RankAssessment.Outcome.KEPT:
        return
    names = {rank.code: rank.name for rank in comparison.plan.ranks}
    facts |= {"outcome": row.get_outcome_display(), "rank": names.get(row.next_rank, row.next_rank)}
    words = (
        _("The assessment of %(month)s (%(outcome)s, %(rank)s) is not carried out (1-4.3.2).")
        if wanted.rank
        else _("The assessment of %(month)s (%(outcome)s, %(rank)s) is carried out (1-4.3.2).")
    )
    yield Sentence(words % facts, "assessed", row.outcome, facts["rank"])


def _about_the_right(comparison: RankComparison) -> Iterator[Sentence]:
    """What of the right to get a rank back ends (1-4.3.3)."""
    plan, before, after = comparison.plan, comparison.before, comparison.after
    right = right_in(plan, before.standing.reinstatement_rank)
    remains = right_in(plan, after.standing.reinstatement_rank)
    if remains:
        words, name = _("The right to get back up to %(rank)s stays (1-4.3.3)."), plan.rank(remains).name
        yield Sentence(words % {"rank": name}, "right stays", name)
    elif right:
        words, name = _("The right to get back up to %(rank)s ends (1-4.3.3)."), plan.rank(right).name
        yield Sentence(words % {"rank": name}, "right ends", name)
    elif after.rank.level < before.rank.level:
        words = _("There is no right to get the rank back: that follows a demotion by assessment alone (1-4.3.3).")
        yield Sentence(words, "no right")


def _about_other_decisions(wanted: WantedRank, comparison: RankComparison) -> Iterator[Sentence]:
    """Decisions that this one replaces, or that follow it."""
    if wanted.rank and any(one.date == wanted.month.first for one in comparison.decided):
        yield Sentence(_("It takes the place of the decision that is in force for the same month."), "replaces")
    later = [Month.of(one.date) for one in comparison.decided if one.date > wanted.month.first]
    if later:
        months = _(", ").join(map(month_text, later))
        yield Sentence(_("Later decisions follow it: %(months)s.") % {"months": months}, "followed", later)


def _about_months(month: Month) -> Iterator[Sentence]:
    periods = Period.objects.filter(month__gte=month).exclude(state=Period.State.OPEN).order_by("month")
    if computed := [period.month for period in periods]:
        months = _(", ").join(map(month_text, computed))
        yield Sentence(_("To be computed again: %(months)s.") % {"months": months}, "stale", computed)
