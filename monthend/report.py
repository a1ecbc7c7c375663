"""What a run did, in people, rows, sums and changes of rank."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from compensation.corrections.selectors import branch_sales_moved
from compensation.models import CommissionLine, Credit, Payslip, SupportWeight
from compensation.month.selectors import PoolToShare, pools_to_share
from funds.models import ClaimDecision
from monthend.models import MonthRun, MonthVerification
from rulebook.money import ZERO
from rulebook.month import Month
from staff.models import RankAssessment


@dataclass(frozen=True, slots=True)
class CloseReport:
    """What closing a month did; sums in CNY."""

    month: Month
    plan_version: str
    is_locked: bool
    link: str
    people: int
    lines: int
    sales: Decimal
    uncredited: Decimal
    sums: dict[str, Decimal]
    rank_changes: list[RankAssessment]
    claims: dict[str, int]
    unused_weights: list[SupportWeight]
    without_weight: list[PoolToShare]
    blockers: list[str]
    verification: MonthVerification | None


def agreement(people: int, seconds: Decimal) -> str:
    """That a verification found nothing, and what it cost, as a sentence."""
    return _("Verified, everything agrees: %(people)d people, %(seconds)s s") % {"people": people, "seconds": seconds}


_SUMMED = ("base_pay", "commission", "assist", "support_bonus", "adjustment", "carried", "gross")


def report_on(run: MonthRun, blockers: Sequence[str], verification: MonthVerification | None = None) -> CloseReport:
    """Report on a computed run, and on how it was verified if it was; a fixed number of queries."""
    month = run.month
    slips = Payslip.objects.filter(month=month)
    sums = slips.aggregate(people=Count("pk"), **{name: Sum(name) for name in _SUMMED})
    credits = Credit.objects.filter(month=month)
    moved = RankAssessment.objects.filter(month=month).exclude(outcome=RankAssessment.Outcome.KEPT)
    decisions = ClaimDecision.objects.filter(month=month).order_by().values_list("reason").annotate(Count("pk"))
    return CloseReport(
        month=month,
        plan_version=run.plan_version.version,
        is_locked=run.state == MonthRun.State.LOCKED,
        link=run.link,
        people=sums.pop("people"),
        lines=CommissionLine.objects.filter(month=month).count(),
        sales=_sum_of_amounts(credits) + sum(branch_sales_moved(month).values(), ZERO),
        uncredited=_sum_of_amounts(credits.filter(employee=None)),
        sums={name: amount or ZERO for name, amount in sums.items()},
        rank_changes=list(moved.select_related("employee").order_by("employee__number")),
        claims=dict(decisions),
        unused_weights=_unused_weights(month),
        without_weight=[one for one in pools_to_share(month) if one.without_weight],
        blockers=list(blockers),
        verification=verification,
    )


def _sum_of_amounts(credits: QuerySet[Credit]) -> Decimal:
    total: Decimal | None = credits.aggregate(total=Sum("amount"))["total"]
    return total or ZERO


def _unused_weights(month: Month) -> list[SupportWeight]:
    """Weights of people who were not in support in the month."""
    paid = Payslip.objects.filter(month=month, rank="").values("employee")
    weights = SupportWeight.objects.filter(month=month, weight__gt=0).exclude(employee__in=paid)
    return list(weights.exclude(employee__support_shares__month=month).select_related("employee"))
