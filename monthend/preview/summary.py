"""A finished preview's result, summed up in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Abs

from monthend.preview.figures import AMOUNTS, BRANCH_AMOUNTS
from monthend.preview.models import SIDES, Preview, PreviewBranch, PreviewLine
from rulebook.money import ZERO
from rulebook.month import Month


@dataclass(frozen=True, slots=True)
class Pair:
    """An amount (CNY) as it is, and as supposed."""

    as_is: Decimal
    supposed: Decimal

    @property
    def difference(self) -> Decimal:
        """What supposing adds."""
        return self.supposed - self.as_is


@dataclass(frozen=True, slots=True)
class MonthSum:
    """A month: gross pay, how many people's differs, and how many would hold another rank."""

    month: Month
    gross: Pair
    people_differing: int
    ranks_differing: int


@dataclass(frozen=True, slots=True)
class BranchSum:
    """A branch over all months: gross pay by who pays it, and its own amounts by name as in BRANCH_AMOUNTS."""

    branch: int
    gross: Pair
    amounts: Mapping[str, Pair]
    claims_rejected: tuple[int, int]


@dataclass(frozen=True, slots=True)
class RankSum:
    """A rank over all months: how many people held it, counted once a month, and what they were paid."""

    people: tuple[int, int]
    gross: Pair


@dataclass(frozen=True, slots=True)
class PersonSum:
    """A person over all months by employee's id: the amounts by name as in AMOUNTS, and whether a rank differs."""

    employee: int
    branch: int
    amounts: Mapping[str, Pair]
    rank_differs: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole: amounts of people by name as in AMOUNTS, and how many people differ in pay or in rank.

    `ranks` are by code, "" for people outside sales.
    """

    amounts: Mapping[str, Pair]
    people_differing: int
    ranks_differing: int
    months: Sequence[MonthSum]
    branches: Sequence[BranchSum]
    ranks: Mapping[str, RankSum]


def summary_of(preview: Preview) -> Summary:
    """Sum up all of a preview."""
    lines = _lines(preview)
    whole = lines.aggregate(**_sums(AMOUNTS), **_DIFFERING)
    return Summary(
        _pairs(AMOUNTS, whole),
        whole["people_differing"],
        whole["ranks_differing"],
        _months(lines),
        _branches(preview, lines),
        _ranks(lines),
    )


def people_of(preview: Preview, most: int) -> list[PersonSum]:
    """The people whose pay or rank differs, those by the most yuan first; `most` of them."""
    rows: Any = (
        _lines(preview)
        .values("employee")
        .annotate(**_sums(AMOUNTS), **_DIFFERING, branch_paying=Max("branch"), size=Abs(Sum("difference")))
        .filter(Q(people_differing__gt=0) | Q(ranks_differing__gt=0))
        .order_by("-size", "employee__number")[:most]
    )
    return [
        PersonSum(row["employee"], row["branch_paying"], _pairs(AMOUNTS, row), row["ranks_differing"] > 0)
        for row in rows
    ]


def _lines(preview: Preview) -> QuerySet[PreviewLine]:
    return PreviewLine.objects.filter(preview=preview).order_by()


_DIFFERING = {
    "people_differing": Count("employee", filter=~Q(difference=0), distinct=True),
    "ranks_differing": Count("employee", filter=Q(rank_differs=True), distinct=True),
}


def _sums(names: Sequence[str]) -> dict[str, Sum]:
    return {f"sum_of_{name}_{side}": Sum(f"{name}_{side}") for name in names for side in SIDES}


def _pair(name: str, row: Mapping[str, Any]) -> Pair:
    as_is, supposed = (row[f"sum_of_{name}_{side}"] or ZERO for side in SIDES)
    return Pair(as_is, supposed)


def _pairs(names: Sequence[str], row: Mapping[str, Any]) -> dict[str, Pair]:
    return {name: _pair(name, row) for name in names}


def _months(lines: QuerySet[PreviewLine]) -> list[MonthSum]:
    rows: Any = lines.values("month").annotate(**_sums(["gross"]), **_DIFFERING).order_by("month")
    return [
        MonthSum(row["month"], _pair("gross", row), row["people_differing"], row["ranks_differing"]) for row in rows
    ]


def _branches(preview: Preview, lines: QuerySet[PreviewLine]) -> list[BranchSum]:
    grosses = {row["branch"]: _pair("gross", row) for row in lines.values("branch").annotate(**_sums(["gross"]))}
    rejected = {f"rejected_{side}": Sum(f"claims_rejected_{side}") for side in SIDES}
    rows: Any = (
        PreviewBranch.objects.filter(preview=preview).values("branch").annotate(**_sums(BRANCH_AMOUNTS), **rejected)
    )
    return [
        BranchSum(
            row["branch"],
            grosses.get(row["branch"], Pair(ZERO, ZERO)),
            _pairs(BRANCH_AMOUNTS, row),
            (row["rejected_as_is"], row["rejected_supposed"]),
        )
        for row in rows.order_by("branch__code")
    ]


def _ranks(lines: QuerySet[PreviewLine]) -> dict[str, RankSum]:
    """By rank, the pay of whoever held it on either side; whoever is outside sales stands under ""."""
    sides = []
    for side in SIDES:
        paid = lines.filter(**{f"gross_{side}__isnull": False}).values_list(f"rank_{side}")
        rows = paid.annotate(Count("pk"), Sum(f"gross_{side}"))
        sides.append({rank: (people, gross) for rank, people, gross in rows})
    nobody = (0, ZERO)
    both = {rank: (sides[0].get(rank, nobody), sides[1].get(rank, nobody)) for rank in {*sides[0], *sides[1]}}
    return {
        rank: RankSum((as_is[0], supposed[0]), Pair(as_is[1], supposed[1])) for rank, (as_is, supposed) in both.items()
    }
