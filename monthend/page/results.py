"""What came out of a computed month, for one viewer: sums, branches, and what wants a look."""

from collections.abc import Sequence
from dataclasses import dataclass

from access.models import User
from access.pages.links import Links
from access.pages.notices import Notice
from access.pages.records import Table
from compensation.corrections.pages import corrections_of_month
from compensation.pages import held_in_month
from monthend.checks import HAS_HELD
from monthend.models import MonthRun
from monthend.page.attention import Lists, headcount, read_tallies
from monthend.page.branches import branch_table
from monthend.page.differences import largest_differences
from monthend.page.figures import read_figures
from monthend.page.notices import notices_of, wage_notices
from monthend.page.trends import Trend, trends
from periods.models import Period
from rulebook.month import Month


@dataclass(frozen=True, slots=True)
class Results:
    """What came out of a computed month."""

    trends: Sequence[Trend]
    notices: Sequence[Notice]
    branches: Table
    differences: Table
    rank_changes: Table
    headcount: Table
    threshold_wages: Table
    deficits: Table
    claims: Table
    articles: Table
    corrections: Sequence[Table]


def results_of(run: MonthRun, viewer: User) -> Results:
    """Read what the run wrote, in a fixed number of queries."""
    month = run.month
    figures = read_figures(viewer, month)
    tallies = read_tallies(month, viewer)
    lists = Lists(month, viewer, run.plan_version.plan)
    return Results(
        trends=trends(figures, _pages(figures.months, viewer)),
        notices=[
            *notices_of(month, viewer, tallies, in_deficit=figures.paid(month).in_deficit),
            *wage_notices(lists.plan, month, viewer),
        ],
        branches=branch_table(figures, viewer, figures.unshared()),
        differences=largest_differences(month, viewer, has_before=figures.paid(month - 1).people > 0),
        rank_changes=lists.rank_changes(),
        headcount=headcount(tallies, lists.plan),
        threshold_wages=lists.threshold_wages(),
        deficits=lists.deficits(),
        claims=lists.rejected_claims(),
        articles=lists.articles(tallies),
        corrections=[
            *corrections_of_month(month, viewer),
            *(held_in_month(month, viewer) if getattr(run, HAS_HELD, True) else ()),
        ],
    )


def _pages(months: Sequence[Month], viewer: User) -> dict[Month, str]:
    """The months' addresses."""
    periods = list(Period.objects.filter(month__in=months))
    links = Links(viewer, periods)
    return {period.month: links.to(period) for period in periods}
