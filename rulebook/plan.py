"""The compensation plan: the law's numbers, parsed once and frozen."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class AfterLeavingSales(StrEnum):
    """Who earns on cash that arrives after the closer left sales."""

    NOBODY = "nobody"
    CLOSER = "closer"
    OWNER = "owner"


class AssistPaidBy(StrEnum):
    """Who bears the assistant's share of an orphan's deal."""

    COMPANY = "company"
    DEVELOPER = "developer"


class AttainmentScope(StrEnum):
    """Whose attainment sets a rate."""

    BRANCH = "branch"
    COMPANY = "company"


class DayBasis(StrEnum):
    """How a part of a month is measured for base pay."""

    CALENDAR = "calendar"
    MONTHLY_DAYS_21_75 = "monthly_days_21_75"


@dataclass(frozen=True, slots=True)
class Tier:
    """From `floor` on (CNY, or attainment as a share), `rate` (a share) holds."""

    floor: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Tiers:
    """A table of tiers, ascending by floor."""

    rows: tuple[Tier, ...]

    def reached(self, value: Decimal) -> Tier | None:
        """The highest tier whose floor `value` reaches (at the floor counts), or None below the first."""
        return next((tier for tier in reversed(self.rows) if value >= tier.floor), None)

    def reached_by_attainment(self, sales: Decimal, target: Decimal) -> Tier | None:
        """As `reached`, for sales / target, compared exactly; negative sales or no target reach nothing."""
        if sales < 0 or target <= 0:
            return None
        return next((tier for tier in reversed(self.rows) if sales >= tier.floor * target), None)


@dataclass(frozen=True, slots=True)
class Qualification:
    """What must be sold in the last `months` full months to hold a rank (CNY)."""

    months: int
    sales: Decimal


@dataclass(frozen=True, slots=True)
class Rank:
    """One rank of the sales staff; amounts in CNY per month, `demotion_sales` per cycle (1-4.1, 1-4.2)."""

    code: str
    name: str
    level: int
    base_salary: Decimal
    threshold_wage: Decimal
    threshold_sales: Decimal
    monthly_quota: Decimal
    qualification: Qualification | None
    demotion_sales: Decimal | None
    commission_tiers: Tiers


@dataclass(frozen=True, slots=True)
class Commission:
    """How receipts are credited and paid; `assist_share` is a share of the developer's line (1-4.1, 1-6)."""

    after_leaving_sales: AfterLeavingSales
    assist_share: Decimal
    assist_paid_by: AssistPaidBy


@dataclass(frozen=True, slots=True)
class Assessment:
    """How ranks are assessed (1-4.3)."""

    demotion_cycle_months: int
    threshold_months_to_review: int
    day_basis: DayBasis


@dataclass(frozen=True, slots=True)
class RatedByAttainment:
    """A rate on branch sales that depends on attainment: the support bonus (1-7.2.1)."""

    scope: AttainmentScope
    tiers: Tiers


@dataclass(frozen=True, slots=True)
class Fund:
    """A branch fund: how it accrues and how long it can be spent; `major_client_sales` in CNY (2-1, 2-2)."""

    scope: AttainmentScope
    tiers: Tiers
    usable_months: int
    major_client_sales: Decimal | None


@dataclass(frozen=True, slots=True)
class Disputes:
    """The numbers of part three."""

    appeal_months: int
    resolution_working_days: int
    very_large_client_sales: Decimal


@dataclass(frozen=True, slots=True)
class Plan:
    """The law's numbers and settings in force from `effective_from` (1-1)."""

    version: str
    name: str
    effective_from: dt.date
    ranks: tuple[Rank, ...]
    commission: Commission
    assessment: Assessment
    support_bonus: RatedByAttainment
    client_relations: Fund
    company_activity: Fund
    disputes: Disputes

    def rank(self, code: str) -> Rank:
        """The rank with this code; KeyError if the plan has none."""
        for rank in self.ranks:
            if rank.code == code:
                return rank
        raise KeyError(code)

    @property
    def lowest_rank(self) -> Rank:
        """The entry rank."""
        return self.ranks[0]


class PlanError(Exception):
    """A plan that can't be used: every problem with its place, such as `ranks.levels[1].threshold_wage`."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(f"{place}: {reason}" for place, reason in self.problems))
