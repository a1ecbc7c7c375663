"""What a payslip and an assessment say about where somebody stands: the sum, the tier, the cycle. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from compensation.models import Payslip
from compensation.rules import commission_tier
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.plan import Rank, Tier
from rulebook.selectors import rank_names
from staff.careers.selectors import decided_after, standing_decisions
from staff.models import RankAssessment


class Term(Enum):
    """One term of the payslip's sum."""

    BASE_PAY = "base_pay"
    COMMISSION = "commission"
    ASSIST = "assist"
    BROUGHT = "brought"
    ADJUSTMENT = "adjustment"
    CARRIED = "carried"
    SUPPORT_BONUS = "support_bonus"


@dataclass(frozen=True, slots=True)
class Addend:
    """A term of the sum with its amount (CNY); the amounts of all addends sum to the gross pay."""

    term: Term
    amount: Decimal


def addends(slip: Payslip) -> list[Addend]:
    """The terms that are there: base pay always, the others if not zero; a deficit carried forward is added back."""
    amounts = [
        (Term.BASE_PAY, slip.base_pay),
        (Term.COMMISSION, slip.commission),
        (Term.ASSIST, slip.assist),
        (Term.BROUGHT, slip.brought),
        (Term.ADJUSTMENT, slip.adjustment),
        (Term.CARRIED, -slip.carried),
        (Term.SUPPORT_BONUS, slip.support_bonus),
    ]
    return [Addend(term, amount) for term, amount in amounts if amount or term is Term.BASE_PAY]


@dataclass(frozen=True, slots=True)
class TierReached:
    """The commission tier that the month's sales reach, and how far the next one is (CNY); None at the highest."""

    rank: Rank
    sales: Decimal
    tier: Tier
    next: Tier | None

    @property
    def missing(self) -> Decimal | None:
        """How much more would reach the next tier."""
        return self.next.floor - self.sales if self.next else None

    @property
    def counted(self) -> Decimal:
        """The sales as the table sees them: not below 0 (1-4.1)."""
        return max(self.sales, ZERO)


def tier_reached(slip: Payslip, moved: Decimal) -> TierReached | None:
    """Where the month's sales stand in the table of the rank held (1-4.1); None for whoever held none.

    Sales `moved` (CNY) by corrections count for the assessment alone.
    """
    if not slip.rank:
        return None
    rank = slip.plan_version.plan.rank(slip.rank)
    sales = slip.sales - moved
    tier = commission_tier(rank, sales)
    higher = (row for row in rank.commission_tiers.rows if row.floor > tier.floor)
    return TierReached(rank, sales, tier, next(higher, None))


class Standard(Enum):
    """How the cycle stands against the rank's demotion standard (1-4.3.1)."""

    NONE = "none"
    SUPERSEDED = "superseded"
    REACHED = "reached"
    OPEN = "open"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class CycleOutcome:
    """What the assessed month means for the rank; amounts in CNY.

    `next_rank` is the one that the assessment leads to; `given` names one that a decision gives in its place.
    """

    assessment: RankAssessment
    rank: Rank
    next_rank: Rank
    cycle_months: int
    given: str = ""

    @property
    def following(self) -> str:
        """What the rank of the next month is called."""
        return self.given or self.next_rank.name

    @property
    def standard(self) -> Standard:
        """Whether the cycle reaches the demotion standard, may still do so, or ended below it.

        A move up comes before it and starts a new cycle, so that the standard no longer matters.
        """
        if self.next_rank.level > self.rank.level:
            return Standard.SUPERSEDED
        if self.rank.demotion_sales is None:
            return Standard.NONE
        if self.assessment.cycle_sales >= self.rank.demotion_sales:
            return Standard.REACHED
        return Standard.OPEN if self.assessment.cycle_month < self.cycle_months else Standard.MISSED

    @property
    def missing(self) -> Decimal:
        """How much the cycle lacks of the demotion standard."""
        lacking: Decimal = (self.rank.demotion_sales or ZERO) - self.assessment.cycle_sales
        return max(lacking, ZERO)

    @property
    def takes_effect(self) -> Month:
        """The month from which the outcome is in force (1-4.3.2)."""
        assessed: Month = self.assessment.month
        return assessed + 1


def standing(assessment: RankAssessment) -> CycleOutcome:
    """Read an assessment with the plan it was made with, and what was decided on the rank of the month after."""
    plan = assessment.plan_version.plan
    given = decided_after([assessment], standing_decisions(employee=assessment.employee_id)).get(assessment.pk, "")
    return CycleOutcome(
        assessment=assessment,
        rank=plan.rank(assessment.rank),
        next_rank=plan.rank(assessment.next_rank),
        cycle_months=plan.assessment.demotion_cycle_months,
        given=rank_names().get(given, given) if given else "",
    )


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The months before and after the one shown, among those that have something to show."""

    earlier: Month | None
    later: Month | None


def neighbours(months: list[Month], shown: Month) -> Neighbours:
    """Find the neighbours of `shown` in `months`, newest first."""
    place = months.index(shown)
    return Neighbours(
        earlier=months[place + 1] if place + 1 < len(months) else None,
        later=months[place - 1] if place else None,
    )


def tiers_with_reached(rank: Rank, floor: Decimal | None) -> Iterator[tuple[Tier, bool]]:
    """The rank's table, and for each row whether it is the one reached, from `floor` on."""
    return ((tier, tier.floor == floor) for tier in rank.commission_tiers.rows)
