"""The first page's pictures of the latest computed month: attainment, sales by rank, the ranks, the funds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import listed
from access.pages.records import Cell, Row, Table, Tone
from access.reach import within_reach
from compensation.models import Payslip, SupportPool
from funds.models import FundKind, FundLot
from funds.selectors import lots_alive
from monthend.page.attention import Tallies, read_tallies
from monthend.page.figures import of_branches
from periods.models import Period
from rulebook.cells import amount, headings, numeric, text
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.plan import Plan
from rulebook.wording import amount_text, attainment_text, month_text, share_text
from staff.models import RankAssessment

MONTHS = 12
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class TierEdge:
    """An edge of attainment that a rate begins at, and where it stands on the scale (shares of its width)."""

    text: str
    at: Decimal


@dataclass(frozen=True, slots=True)
class Attained:
    """A branch's sales against its target: the bar's share of the scale; `is_short` below the first edge."""

    branch: str
    href: str
    text: str
    sales: str
    target: str
    width: Decimal
    is_short: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a column: how high it is, and how far above the ground it begins (shares of the height)."""

    name: str
    shade: int
    height: Decimal
    top: Decimal
    words: str


@dataclass(frozen=True, slots=True)
class MonthColumn:
    """One month."""

    label: str
    words: str
    href: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Level:
    """A rank of the pyramid: how many hold it, as a share of the most, and how many leave it upwards and downwards."""

    rank: str
    people: int
    href: str
    width: Decimal
    rising: int
    falling: int

    @property
    def half(self) -> Decimal:
        """How far the bar reaches from the middle to each side."""
        return self.width / 2


@dataclass(frozen=True, slots=True)
class Charts:
    """The pictures of a month."""

    month: str
    edges: Sequence[TierEdge]
    attained: Sequence[Attained]
    ranks: Sequence[tuple[str, int]]
    sales: Sequence[MonthColumn]
    sales_table: Table
    pyramid: Sequence[Level]
    threshold: Sequence[MonthColumn]
    threshold_now: str
    funds: Table


def charts(viewer: User) -> Charts | None:
    """Read the pictures of the latest computed month in a fixed number of queries; None before the first."""
    computed = Period.objects.exclude(state=Period.State.OPEN).select_related("plan_version")
    period = within_reach(viewer, computed).order_by("-month").first()
    if period is None:
        return None
    month, plan = period.month, period.plan_version.plan
    pools = list(within_reach(viewer, SupportPool.objects.filter(month=month)).select_related("branch"))
    edges = _edges(plan)
    scale = max([edges[-1], *(pool.sales / pool.target for pool in pools if pool.target)]) * Decimal("1.05")
    sales = _sales_by_rank(viewer, month)
    ranks = [rank for rank in reversed(plan.ranks) if any(row.get(rank.code) for row in sales.values())]
    shades = {rank.code: (rank.name, shade) for shade, rank in enumerate(ranks)}
    assessed = _assessed(viewer, month)
    return Charts(
        month=month_text(month),
        edges=[TierEdge(share_text(edge), edge / scale) for edge in edges],
        attained=_attained(pools, edges[0], scale),
        ranks=list(shades.values()),
        sales=_sales_columns(sales, shades),
        sales_table=_sales_table(sales, shades),
        pyramid=_pyramid(read_tallies(month, viewer), plan, month),
        threshold=_threshold_columns(assessed),
        threshold_now=_share_of(*assessed.get(month, (0, 0))),
        funds=_funds(viewer, month),
    )


def _edges(plan: Plan) -> list[Decimal]:
    """Where attainment begins to earn a rate of the support bonus or a fund, ascending (1-7.2.1, 2-2.2.1)."""
    tables = [plan.support_bonus.tiers, plan.client_relations.tiers, plan.company_activity.tiers]
    return sorted({tier.floor for table in tables for tier in table.rows if tier.floor} | {ONE})


def _attained(pools: Sequence[SupportPool], first: Decimal, scale: Decimal) -> list[Attained]:
    """The branches that have a target, the one that reached most of it first."""
    rated = [(pool, pool.sales / pool.target) for pool in pools if pool.target]
    return [
        Attained(
            branch=pool.branch.name,
            href=listed(SupportPool, month=pool.month, branch__id__exact=pool.branch_id),
            text=attainment_text(pool.sales, pool.target),
            sales=amount_text(pool.sales),
            target=amount_text(pool.target),
            width=max(share, ZERO) / scale,
            is_short=share < first,
        )
        for pool, share in sorted(rated, key=lambda pair: -pair[1])
    ]


def _sales_by_rank(viewer: User, month: Month) -> dict[Month, dict[str, Decimal]]:
    """Net credited sales (CNY) of the last twelve months by the rank that whoever sold them was paid at."""
    slips = of_branches(viewer, Payslip.objects.filter(month__gte=month - (MONTHS - 1), month__lte=month))
    rows = slips.exclude(rank="").order_by("month").values_list("month", "rank").annotate(Sum("sales"))
    found: dict[Month, dict[str, Decimal]] = defaultdict(dict)
    for of_month, rank, sales in rows:
        found[of_month][rank] = sales
    return found


def _sales_columns(
    sales: Mapping[Month, Mapping[str, Decimal]], shades: dict[str, tuple[str, int]]
) -> list[MonthColumn]:
    """Stacked columns, the lowest rank on the ground; negative sums have no height, the table has them."""
    positive = {
        month: {rank: max(row.get(rank, ZERO), ZERO) for rank in reversed(shades)} for month, row in sales.items()
    }
    highest = max([sum(row.values()) for row in positive.values()], default=ONE) or ONE
    return [
        MonthColumn(
            label=str(month.number),
            words=f"{month_text(month)} {amount_text(sum(sales[month].values(), ZERO))}",
            href=listed(Payslip, month=month),
            pieces=[
                Piece(
                    name=shades[rank][0],
                    shade=shades[rank][1],
                    height=sold / highest,
                    top=ONE - above / highest,
                    words=f"{month_text(month)} {shades[rank][0]} {amount_text(sales[month].get(rank))}",
                )
                for (rank, sold), above in zip(row.items(), accumulate(row.values()), strict=True)
                if sold
            ],
        )
        for month, row in positive.items()
    ]


def _sales_table(sales: Mapping[Month, Mapping[str, Decimal]], shades: dict[str, tuple[str, int]]) -> Table:
    return Table(
        _("Credited sales by month and rank"),
        headings(_("rank"), *(numeric(month_text(month)) for month in sales)),
        [
            Row(
                [
                    text(name),
                    *(amount(sales[month].get(rank), listed(Payslip, month=month, rank=rank)) for month in sales),
                ]
            )
            for rank, (name, _shade) in shades.items()
        ],
        total=Row([text(_("total")), *(amount(sum(row.values(), ZERO)) for row in sales.values())]),
        empty=_("Nobody has sold anything yet."),
    )


def _pyramid(tallies: Tallies, plan: Plan, month: Month) -> list[Level]:
    """The ranks that anybody assessed holds, the highest first, with the moves of the month."""
    order = {rank.code: position for position, rank in enumerate(plan.ranks)}
    most = max(tallies.now.values(), default=1)
    return [
        Level(
            rank=rank.name,
            people=tallies.now[rank.code],
            href=listed(RankAssessment, month=month, rank=rank.code),
            width=Decimal(tallies.now[rank.code]) / most,
            rising=sum(n for (old, new), n in tallies.moves.items() if old == rank.code and order[new] > order[old]),
            falling=sum(n for (old, new), n in tallies.moves.items() if old == rank.code and order[new] < order[old]),
        )
        for rank in reversed(plan.ranks)
        if tallies.now[rank.code] or tallies.following[rank.code]
    ]


def _assessed(viewer: User, month: Month) -> dict[Month, tuple[int, int]]:
    """How many were assessed in each of the last twelve months, and how many of them were on the threshold wage."""
    rows = of_branches(viewer, RankAssessment.objects.filter(month__gte=month - (MONTHS - 1), month__lte=month))
    counted = rows.order_by("month").values_list("month")
    return {
        of_month: (people, low)
        for of_month, people, low in counted.annotate(Count("pk"), low=Count("pk", filter=Q(on_threshold_wage=True)))
    }


def _threshold_columns(assessed: Mapping[Month, tuple[int, int]]) -> list[MonthColumn]:
    name = _("threshold wage")
    columns = []
    for month, (people, low) in assessed.items():
        words = f"{month_text(month)} {_share_of(people, low)} ({low}/{people})"
        share = Decimal(low) / people
        pieces = [Piece(name, 0, share, ONE - share, words)] if low else []
        columns.append(MonthColumn(str(month.number), words, _on_threshold(month), pieces))
    return columns


def _on_threshold(month: Month) -> str:
    return listed(RankAssessment, month=month, on_threshold_wage__exact=1)


def _share_of(people: int, low: int) -> str:
    return f"{Decimal(low) / people:.0%}" if people else "–"


def _lots(branch: int, kind: FundKind) -> str:
    return listed(FundLot, branch__id__exact=branch, fund__exact=kind.value)


def _funds(viewer: User, month: Month) -> Table:
    """What is left in the branches' funds after a month, and what of it the next month is the last to spend."""
    left: dict[tuple[int, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for key, name, fund, last_month, rest in (
        within_reach(viewer, lots_alive(month))
        .order_by("branch__code")
        .values_list("branch", "branch__name", "fund", "last_month", "left")
    ):
        left[key, name][fund] += rest
        if last_month == (month + 1).first:
            left[key, name]["expiring"] += rest
    kinds = list(FundKind)
    return Table(
        _("funds"),
        headings(_("branch"), *(numeric(kind.label) for kind in kinds), numeric(_("expires with the next month"))),
        [
            Row(
                [
                    text(name),
                    *(amount(row[kind], _lots(key, kind)) for kind in kinds),
                    Cell(
                        amount_text(row["expiring"]),
                        is_number=True,
                        tone=Tone.ATTENTION if row["expiring"] else None,
                    ),
                ]
            )
            for (key, name), row in left.items()
        ],
        anchor="funds",
        empty=_("There is nothing left in the funds."),
    )
