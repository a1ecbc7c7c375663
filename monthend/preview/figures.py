"""What a month came to, per person and per branch: read alike from what is official and from what is computed aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from compensation.models import Payslip, SupportPool
from funds.models import ClaimDecision, FundKind, FundLot
from rulebook.money import ZERO
from rulebook.month import Month
from staff.models import RankAssessment

AMOUNTS = (
    "sales", "base_pay", "commission", "assist", "brought", "adjustment", "carried", "support_bonus", "gross",
)  # fmt: skip
"""The amounts of a person (CNY), as on the payslip."""
BRANCH_AMOUNTS = ("sales", "target", "pool", "client_relations", "company_activity")
"""The amounts of a branch (CNY): credited sales and target, the support bonus pool, what both funds accrued."""


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """A person's month: paid by which branch, at which rank, at which rank next; `amounts` in the order of AMOUNTS."""

    branch: int
    rank: str
    next_rank: str
    amounts: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class BranchFigures:
    """A branch's month; `amounts` in the order of BRANCH_AMOUNTS."""

    amounts: tuple[Decimal, ...]
    claims_rejected: int


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month's figures by employee's and by branch's id."""

    month: Month
    people: Mapping[int, PersonFigures]
    branches: Mapping[int, BranchFigures]


def read_figures(month: Month) -> MonthFigures:
    """A computed month's figures, in a fixed number of queries."""
    return MonthFigures(month, _people(month), _branches(month))


def _people(month: Month) -> dict[int, PersonFigures]:
    next_ranks = dict(RankAssessment.objects.filter(month=month).order_by().values_list("employee", "next_rank"))
    slips = Payslip.objects.filter(month=month).order_by().values_list("employee", "branch", "rank", *AMOUNTS)
    return {
        employee: PersonFigures(branch, rank, next_ranks.get(employee, rank), tuple(amounts))
        for employee, branch, rank, *amounts in slips
    }


def _branches(month: Month) -> dict[int, BranchFigures]:
    lots = FundLot.objects.filter(month=month, is_opening=False).order_by()
    accrued = {
        (branch, fund): amount for branch, fund, amount in lots.values_list("branch", "fund").annotate(Sum("amount"))
    }
    decisions = ClaimDecision.objects.filter(month=month).exclude(reason=ClaimDecision.Reason.POSTED).order_by()
    rejected = dict(decisions.values_list("branch").annotate(Count("pk")))
    pools = SupportPool.objects.filter(month=month).order_by().values_list("branch", "sales", "target", "pool")
    return {
        branch: BranchFigures(
            (*amounts, *(accrued.get((branch, fund), ZERO) for fund in FundKind.values)), rejected.get(branch, 0)
        )
        for branch, *amounts in pools
    }
