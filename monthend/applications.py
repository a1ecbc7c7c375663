"""Which rows of a month's result applied which article of the law; told to the rulebook's pages."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import User
from access.pages.links import listed
from access.pages.records import Cell, Table
from access.reach import within_reach
from access.rights import Right, may
from clients.models import ClientStatus
from compensation.models import AwardDecision, BasePayLine, CommissionLine, SupportPool, SupportShare
from funds.models import ClaimDecision, FundKind, FundLot
from monthend.drafts.wages import wage_table
from periods.models import Period
from periods.pages import table_of
from rulebook.applications import Applications, register_applications
from rulebook.month import Month
from rulebook.selectors import NoPlanInForce, plan_version_at
from staff.models import RankAssessment

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_MONTHS = 36
MOST_ROWS = 10
BASE_PAY = "1-4.1"
Outcome, Reason = RankAssessment.Outcome, ClaimDecision.Reason


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that apply articles: those of `model` in the month, which of them apply which article, and how they read.

    `listed_by` are the filters of the model's list that show the same rows, beside the month.
    """

    title: "StrOrPromise"
    model: type[Model]
    articles: Mapping[str, Q]
    names: Sequence[str]
    related: Sequence[str]
    listed_by: Mapping[str, Mapping[str, object]]
    in_month: Callable[[Month], Q] = lambda month: Q(month=month)
    month_filter: str = "month"

    def counts(self, month: Month, viewer: User) -> Mapping[str, int]:
        """How often each article was applied, in one query."""
        tallies = {f"n{index}": Count("pk", filter=rows) for index, rows in enumerate(self.articles.values())}
        counted = self._rows(month, viewer).order_by().aggregate(**tallies)
        return {number: counted[f"n{index}"] for index, number in enumerate(self.articles)}

    def table(self, article: str, month: Month, viewer: User) -> Table | None:
        """The first rows that applied the article, with the way to all; None if there are none."""
        rows = self._rows(month, viewer).filter(self.articles[article]).select_related(*self.related)
        found = list(rows[: MOST_ROWS + 1])
        if not found:
            return None
        count = rows.count() if len(found) > MOST_ROWS else len(found)
        table = table_of(f"{self.title} · {count}", found[:MOST_ROWS], viewer, self.names, empty="")
        more = Cell(_("See all"), self._all(article, month)) if len(found) > MOST_ROWS else None
        return replace(table, more=more)

    def _rows(self, month: Month, viewer: User) -> QuerySet[Any]:
        if not may(viewer, Right.VIEW, self.model):
            return self.model._default_manager.none()
        return within_reach(viewer, self.model._default_manager.filter(self.in_month(month)))

    def _all(self, article: str, month: Month) -> str:
        filters = dict(self.listed_by.get(article, {}))
        return listed(self.model, **({self.month_filter: month} if self.month_filter else {}), **filters)


def _by_article(*numbers: str) -> dict[str, Q]:
    return {number: Q(article=number) for number in numbers}


def _listed_by_article(*numbers: str) -> dict[str, Mapping[str, object]]:
    return {number: {"article": number} for number in numbers}


_ASSESSED = ("1-4.2", "1-4.3.1", "1-4.3.2", "1-4.3.3")
_LOTS = {
    "2-1.2": FundKind.CLIENT_RELATIONS,
    "2-2.2.1": FundKind.COMPANY_ACTIVITY,
    "2-2.2.3": FundKind.COMPANY_ACTIVITY,
}
_CLAIMS = {"2-1.3": FundKind.CLIENT_RELATIONS, "2-2.3": FundKind.COMPANY_ACTIVITY}
_ORPHANS = range(1, 6)

SOURCES = (
    Source(
        gettext_lazy("commission lines"),
        CommissionLine,
        _by_article("1-4.1", "1-6"),
        ["employee", "receipt", "base", "rate", "amount"],
        ["employee", "receipt"],
        _listed_by_article("1-4.1", "1-6"),
    ),
    Source(
        gettext_lazy("base pay"),
        BasePayLine,
        {"1-4.1": Q()},
        ["employee", "kind", "start", "end", "amount"],
        ["employee"],
        {},
    ),
    Source(
        gettext_lazy("rank assessments"),
        RankAssessment,
        {
            **_by_article(*_ASSESSED),
            "1-4.3.2": ~Q(outcome=Outcome.KEPT),
            "1-4.3.4": Q(review_due=True),
            "1-4.3.5": Q(needs_attention=True),
        },
        ["employee", "rank", "sales", "outcome", "next_rank"],
        ["employee"],
        {
            **_listed_by_article(*_ASSESSED),
            "1-4.3.2": {"outcome__in": ",".join(kind for kind in Outcome.values if kind != Outcome.KEPT)},
            "1-4.3.4": {"review_due__exact": 1},
            "1-4.3.5": {"needs_attention__exact": 1},
        },
    ),
    Source(
        gettext_lazy("support bonus pools"),
        SupportPool,
        {"1-7.2.1": Q(), "1-7.2.4": Q()},
        ["branch", "sales", "tier_floor", "rate", "pool"],
        ["branch"],
        {},
    ),
    Source(
        gettext_lazy("support bonus shares"),
        SupportShare,
        {"1-7.2.2": Q(), "1-7.2.3": Q()},
        ["employee", "department", "weight", "total_weight", "amount"],
        ["employee", "department"],
        {},
    ),
    Source(
        gettext_lazy("awards of the year, granted and signed"),
        AwardDecision,
        {"1-8": Q(state=AwardDecision.State.DONE, outcome=AwardDecision.Outcome.GRANTED)},
        ["employee", "year", "kind", "amount", "travel"],
        ["employee"],
        {"1-8": {"state__exact": AwardDecision.State.DONE, "outcome__exact": AwardDecision.Outcome.GRANTED}},
        in_month=lambda month: Q(year=month.year),
        month_filter="",
    ),
    Source(
        gettext_lazy("fund accruals"),
        FundLot,
        {number: Q(fund=fund, is_opening=False) for number, fund in _LOTS.items()},
        ["branch", "sales", "tier_floor", "rate", "amount"],
        ["branch"],
        {number: {"fund__exact": fund} for number, fund in _LOTS.items()},
    ),
    Source(
        gettext_lazy("claim decisions"),
        ClaimDecision,
        {
            **{
                number: Q(claim__fund=fund, reason__in=[Reason.POSTED, Reason.INSUFFICIENT])
                for number, fund in _CLAIMS.items()
            },
            "2-2.2.2": Q(reason=Reason.MAJOR_CLIENT),
        },
        ["claim", "branch", "claim.amount", "available", "reason"],
        ["claim", "branch"],
        {"2-2.2.2": {"reason__exact": Reason.MAJOR_CLIENT}},
    ),
    Source(
        gettext_lazy("clients that became orphans"),
        ClientStatus,
        {f"1-5.{kind}": Q(orphan_kind=kind) for kind in _ORPHANS},
        ["client", "since", "cause", "caused_by", "developer"],
        ["client", "caused_by", "developer"],
        {f"1-5.{kind}": {"orphan_kind__exact": kind} for kind in _ORPHANS},
        in_month=lambda month: Q(since__gte=month.first, since__lte=month.last),
        month_filter="",
    ),
)


def _months(viewer: User) -> list[Month]:
    computed = within_reach(viewer, Period.objects.order_by("-month"))
    return list(computed.values_list("month", flat=True)[:MOST_MONTHS])


def _counts(month: Month, viewer: User) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for source in SOURCES:
        counts.update(source.counts(month, viewer))
    return counts


def _tables(article: str, month: Month, viewer: User) -> list[Table]:
    wages = _wages(month, viewer) if article == BASE_PAY else None
    return [*([wages] if wages else []), *_found(article, month, viewer)]


def _wages(month: Month, viewer: User) -> Table | None:
    """Where the month's threshold wages lie below the minimum wage."""
    try:
        return wage_table(plan_version_at(month).plan, month.last, viewer)
    except NoPlanInForce:
        return None


def _found(article: str, month: Month, viewer: User) -> Iterator[Table]:
    for source in SOURCES:
        if article in source.articles and (table := source.table(article, month, viewer)):
            yield table


register_applications(Applications(_months, _counts, _tables))
