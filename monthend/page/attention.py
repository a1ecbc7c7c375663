"""What a month asks people to look at: rank changes, threshold wages, deficits, rejected claims, each with its row."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links, listed
from access.pages.records import Cell, Heading, Row, Table, Tone
from access.reach import reaches_all, within_reach
from compensation.models import CommissionLine, Payslip
from funds.explain import explain_decision
from funds.models import ClaimDecision, FundKind
from monthend.page.figures import of_branches
from rulebook.cells import amount, article_cell, headings, number, numeric, text
from rulebook.month import Month
from rulebook.plan import Plan
from rulebook.wording import amount_text
from staff.careers.selectors import decided_from
from staff.models import RankAssessment

Outcome = RankAssessment.Outcome
MOST = 10


@dataclass(slots=True)
class Tallies:
    """The month's assessments counted by outcome, article, rank now and next month and moves; how many are flagged."""

    outcomes: Counter[str] = field(default_factory=Counter)
    articles: Counter[str] = field(default_factory=Counter)
    now: Counter[str] = field(default_factory=Counter)
    following: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    on_threshold_wage: int = 0
    in_a_row: int = 0
    review_due: int = 0
    needs_attention: int = 0


def read_tallies(month: Month, viewer: User) -> Tallies:
    """Count the month's assessments, in one query."""
    tallies = Tallies()
    rows = of_branches(viewer, RankAssessment.objects.filter(month=month)).order_by()
    counted = rows.values("rank", "next_rank", "outcome", "article").annotate(
        people=Count("pk"),
        on_threshold=Count("pk", filter=Q(on_threshold_wage=True)),
        in_a_row=Count("pk", filter=Q(threshold_streak__gte=2)),
        review=Count("pk", filter=Q(review_due=True)),
        attention=Count("pk", filter=Q(needs_attention=True)),
    )
    for row in counted:
        people = row["people"]
        tallies.outcomes[row["outcome"]] += people
        tallies.articles[row["article"]] += people
        tallies.now[row["rank"]] += people
        tallies.following[row["next_rank"]] += people
        if row["rank"] != row["next_rank"]:
            tallies.moves[row["rank"], row["next_rank"]] += people
        tallies.on_threshold_wage += row["on_threshold"]
        tallies.in_a_row += row["in_a_row"]
        tallies.review_due += row["review"]
        tallies.needs_attention += row["attention"]
    return tallies


@dataclass(frozen=True, slots=True)
class Lists:
    """Reads the month's lists for a viewer, each the first few rows, with the way to all of them."""

    month: Month
    viewer: User
    plan: Plan

    def rank_changes(self) -> Table:
        """Who rises, gets a rank back or is taken down next month, and why (1-4.3)."""
        changes = self._assessments().exclude(outcome=Outcome.KEPT).annotate(decided=decided_from(self.month + 1))
        return self._table(
            _("rank changes"),
            headings(_("employee"), _("outcome"), _("rank"), _("because"), _("article")),
            changes.order_by("outcome", "employee__number"),
            self._rank_change,
            everything=listed(RankAssessment, month=self.month),
            anchor="rank-changes",
            empty=_("No rank changes."),
        )

    def threshold_wages(self) -> Table:
        """Who is on the threshold wage, for how many months in a row, and what that asks for (1-4.1, 1-4.3.4 f.)."""
        rows = self._assessments().filter(on_threshold_wage=True)
        return self._table(
            _("threshold wages"),
            headings(_("employee"), _("rank"), numeric(_("sales")), numeric(_("months in a row")), _("to be done")),
            rows.order_by("-review_due", "-threshold_streak", "employee__number"),
            self._threshold_wage,
            everything=listed(RankAssessment, month=self.month, on_threshold_wage__exact=1),
            anchor="threshold-wages",
            empty=_("Nobody is on the threshold wage."),
        )

    def deficits(self) -> Table:
        """Whose commission after refunds is negative: the deficit goes on to the next month (1-4.1)."""
        slips = of_branches(self.viewer, Payslip.objects.filter(month=self.month, carried__lt=0))
        return self._table(
            _("deficits carried forward"),
            headings(_("employee"), numeric(_("deficit brought forward")), numeric(_("deficit carried forward"))),
            slips.select_related("employee").order_by("carried", "employee__number"),
            lambda slip, links: [
                text(slip.employee, links.to(slip)),
                amount(slip.brought, links.to(slip)),
                amount(slip.carried, links.to(slip)),
            ],
            everything=listed(Payslip, month=self.month, carried__lt=0),
            anchor="deficits",
            empty=_("Nobody carries a deficit."),
        )

    def rejected_claims(self) -> Table:
        """The claims on the funds that were rejected, and why (2-1.3, 2-2.2.2)."""
        decisions = within_reach(self.viewer, ClaimDecision.objects.filter(month=self.month))
        rejected = decisions.exclude(reason=ClaimDecision.Reason.POSTED)
        return self._table(
            _("claims rejected"),
            headings(_("claim"), Heading(_("branch"), is_minor=True), _("fund"), numeric(_("amount")), _("decision")),
            rejected.select_related("claim__client", "branch").order_by("claim__date", "claim__number"),
            self._rejected_claim,
            sentence=lambda decision: explain_decision(decision, self.plan),
            everything=listed(ClaimDecision, month=self.month),
            anchor="claims",
            empty=_("No claim was rejected."),
        )

    def articles(self, tallies: Tallies) -> Table:
        """Which articles were applied how often, and what they paid."""
        paid = list(self._commission_lines().order_by().values_list("article").annotate(Count("pk"), Sum("amount")))
        rows = [(article, count, total, self._lines(article)) for article, count, total in paid]
        rows += [(article, count, None, self._assessed(article)) for article, count in tallies.articles.items()]
        return Table(
            _("articles applied"),
            headings(_("article"), _("on"), numeric(_("times")), numeric(_("commission"))),
            [
                Row(
                    [
                        article_cell(article),
                        text(_("rank assessments") if total is None else _("commission lines"), href),
                        number(count, href),
                        amount(total, href),
                    ]
                )
                for article, count, total, href in sorted(rows, key=lambda row: (row[0], row[2] is None))
            ],
            anchor="articles",
            empty=_("No article was applied: there are no commission lines and no assessments."),
        )

    def _commission_lines(self) -> QuerySet[CommissionLine]:
        lines = within_reach(self.viewer, CommissionLine.objects.filter(month=self.month))
        if reaches_all(self.viewer, CommissionLine):
            return lines
        paid = of_branches(self.viewer, Payslip.objects.filter(month=self.month))
        return lines.filter(employee__in=paid.order_by().values("employee"))

    def _lines(self, article: str) -> str:
        return listed(CommissionLine, month=self.month, article=article)

    def _assessed(self, article: str) -> str:
        return listed(RankAssessment, month=self.month, article=article)

    def _table(
        self,
        title: str,
        heads: Sequence[Any],
        rows: QuerySet[Any],
        cells: Callable[[Any, Links], Sequence[Cell]],
        *,
        everything: str,
        anchor: str,
        empty: str,
        sentence: Callable[[Any], str] = lambda row: "",
    ) -> Table:
        found = list(rows[: MOST + 1])
        shown = found[:MOST]
        claims = [row.claim for row in shown if isinstance(row, ClaimDecision)]  # who reaches one reaches the other
        links = Links(self.viewer, reached=[*shown, *claims])
        return Table(
            title,
            heads,
            [Row(cells(row, links), sentence(row)) for row in shown],
            anchor=anchor,
            empty=empty,
            more=Cell(_("See all"), everything) if len(found) > MOST else None,
        )

    def _assessments(self) -> QuerySet[RankAssessment]:
        rows: QuerySet[RankAssessment] = of_branches(
            self.viewer, RankAssessment.objects.filter(month=self.month)
        ).select_related("employee")
        return rows

    def _rank_change(self, row: Any, links: Links) -> list[Cell]:
        because = self._because(row)
        if row.decided:
            because = _("%(because)s; not carried out, another rank was decided on") % {"because": because}
        tone = Tone.ATTENTION if row.outcome == Outcome.DEMOTED else Tone.DONE
        arrow = "↓" if row.outcome == Outcome.DEMOTED else "↑"
        return [
            text(row.employee, links.to(row)),
            Cell(f"{arrow} {row.get_outcome_display()}", tone=tone),
            text(f"{self.plan.rank(row.rank).name} → {self.plan.rank(row.next_rank).name}"),
            text(because, links.to(row)),
            article_cell(row.article),
        ]

    def _because(self, row: RankAssessment) -> str:
        """The sales beside the standard that they reach or miss (CNY)."""
        reached, held = self.plan.rank(row.next_rank), self.plan.rank(row.rank)
        match row.outcome:
            case Outcome.PROMOTED:
                standard = reached.qualification.sales if reached.qualification else None
                return f"{amount_text(row.qualified_by)} ≥ {amount_text(standard)}"
            case Outcome.REINSTATED:
                return f"{amount_text(row.sales)} ≥ {amount_text(reached.monthly_quota)}"
        return f"{amount_text(row.cycle_sales)} < {amount_text(held.demotion_sales)}"

    def _threshold_wage(self, row: RankAssessment, links: Links) -> list[Cell]:
        return [
            text(row.employee, links.to(row)),
            text(self.plan.rank(row.rank).name),
            amount(row.sales, links.to(row)),
            number(row.threshold_streak, links.to(row)),
            _to_be_done(row),
        ]

    def _rejected_claim(self, decision: ClaimDecision, links: Links) -> list[Cell]:
        return [
            text(decision.claim, links.to(decision.claim)),
            text(decision.branch),
            text(FundKind(decision.claim.fund).label),
            amount(decision.claim.amount, links.to(decision.claim)),
            text(decision.get_reason_display(), links.to(decision)),
        ]


def headcount(tallies: Tallies, plan: Plan) -> Table:
    """How many hold each rank this month and next, the highest first."""
    most = max([*tallies.now.values(), *tallies.following.values(), 1])
    ranks = [rank for rank in reversed(plan.ranks) if tallies.now[rank.code] or tallies.following[rank.code]]
    return Table(
        _("people by rank"),
        headings(_("rank"), numeric(_("this month")), numeric(_("next month")), numeric(_("change"))),
        [
            Row(
                [
                    text(rank.name),
                    _counted(tallies.now, rank.code, most),
                    _counted(tallies.following, rank.code, most),
                    Cell(_signed(tallies.following[rank.code] - tallies.now[rank.code]), is_number=True),
                ]
            )
            for rank in ranks
        ],
        anchor="headcount",
        empty=_("Nobody was assessed: only full months in sales are."),
    )


def _counted(counts: Mapping[str, int], rank: str, most: int) -> Cell:
    return Cell(str(counts[rank]), is_number=True, bar=Decimal(counts[rank]) / most)


def _signed(change: int) -> str:
    return f"+{change}" if change > 0 else str(change) if change else "–"


def _to_be_done(row: RankAssessment) -> Cell:
    if row.review_due:
        return Cell(_("dismissal review"), tone=Tone.BLOCKS)
    if row.needs_attention:
        return Cell(_("tell the marketing director"), tone=Tone.ATTENTION)
    return Cell("–")
