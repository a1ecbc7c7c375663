"""A month's results as plain rows, each table keyed by what tells its rows apart; amounts are CNY, rates shares.

`branch` is the branch whose step of the month end writes the row.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from rulebook.month import Month

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContractRow:
    """Of a contract with receipts in the month: where its closer belonged when signing, and what its client was."""

    branch: str
    orphan_kind: int | None


@dataclass(frozen=True, slots=True)
class CreditRow:
    """To whom a receipt is credited, and where that person is paid; or why to nobody."""

    branch: str
    home: str
    person: str | None
    amount: Decimal
    reason: str
    ruling: str | None


@dataclass(frozen=True, slots=True)
class LineRow:
    """What one receipt pays one person; `reverses` is the receipt whose line is clawed back, which paid `whose`."""

    branch: str
    plan: str
    base: Decimal
    rate: Decimal
    amount: Decimal
    rank: str
    net_sales: Decimal | None
    tier_floor: Decimal | None
    reverses: str | None
    article: str
    whose: str
    ruling: str | None


@dataclass(frozen=True, slots=True)
class BasePayRow:
    """Base pay of one stretch of the month."""

    branch: str
    end: dt.date
    kind: str
    rank: str
    salary: Decimal
    days: Decimal
    days_in_month: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """What the month's sales did to a person's rank."""

    branch: str
    plan: str
    rank: str
    sales: Decimal
    cycle_month: int
    cycle_sales: Decimal
    outcome: str
    next_rank: str
    article: str
    qualified_by: Decimal | None
    on_threshold_wage: bool
    threshold_streak: int
    review_due: bool
    needs_attention: bool
    reinstatement_rank: str


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A branch's support bonus."""

    plan: str
    sales: Decimal
    target: Decimal
    rated_sales: Decimal
    rated_target: Decimal
    tier_floor: Decimal | None
    rate: Decimal
    pool: Decimal
    has_staff: bool


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One person's part of a pool."""

    branch: str
    department: str
    weight: Decimal
    total_weight: Decimal
    pool: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LotRow:
    """What a branch accrued for a fund."""

    plan: str
    amount: Decimal
    sales: Decimal
    rated_sales: Decimal
    rated_target: Decimal
    tier_floor: Decimal | None
    rate: Decimal
    usable_months: int
    is_opening: bool = False


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """Whether a claim was posted."""

    branch: str
    reason: str
    available: Decimal
    client_sales: Decimal | None


@dataclass(frozen=True, slots=True)
class MovementRow:
    """Money that left a lot."""

    branch: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PayslipRow:
    """A person's pay of the month. Names and bank details, kept as they were that day, can't be recomputed."""

    branch: str
    plan: str
    department: str
    rank: str
    rank_name: str
    sales: Decimal
    base_pay: Decimal
    on_threshold_wage: bool
    commission: Decimal
    assist: Decimal
    brought: Decimal
    adjustment: Decimal
    carried: Decimal
    support_bonus: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """What a correction pays a person in addition, or takes back, and the credited sales that move with it."""

    amount: Decimal
    sales: Decimal


@dataclass(frozen=True, slots=True)
class HeldRow:
    """What a line comes to and isn't paid, since there is a dispute about its contract."""

    branch: str
    hold: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class RulingShareRow:
    """A party's part by a ruling, and the branch that it counts for."""

    sales_share: Decimal
    commission_share: Decimal
    branch: str


@dataclass(frozen=True, slots=True)
class BranchMoveRow:
    """Sales that a branch gains by a ruling, or loses."""

    sales: Decimal


Row = (
    ContractRow
    | CreditRow
    | LineRow
    | BasePayRow
    | AssessmentRow
    | PoolRow
    | ShareRow
    | LotRow
    | DecisionRow
    | MovementRow
    | PayslipRow
    | AdjustmentRow
    | HeldRow
    | RulingShareRow
    | BranchMoveRow
)


@dataclass
class MonthResults:
    """All rows of one month. The comments name the keys."""

    month: Month
    contracts: dict[Key, ContractRow] = field(default_factory=dict)  # contract
    credits: dict[Key, CreditRow] = field(default_factory=dict)  # receipt
    lines: dict[Key, LineRow] = field(default_factory=dict)  # receipt, person, kind
    base_pay: dict[Key, BasePayRow] = field(default_factory=dict)  # person, first day
    assessments: dict[Key, AssessmentRow] = field(default_factory=dict)  # person
    pools: dict[Key, PoolRow] = field(default_factory=dict)  # branch
    shares: dict[Key, ShareRow] = field(default_factory=dict)  # person
    lots: dict[Key, LotRow] = field(default_factory=dict)  # branch, fund
    decisions: dict[Key, DecisionRow] = field(default_factory=dict)  # claim
    movements: dict[Key, MovementRow] = field(default_factory=dict)  # branch, fund, month of the lot, kind, claim
    payslips: dict[Key, PayslipRow] = field(default_factory=dict)  # person
    adjustments: dict[Key, AdjustmentRow] = field(default_factory=dict)  # correction, person, receipt, kind, whose line
    ruled_credits: dict[Key, CreditRow] = field(default_factory=dict)  # receipt, party
    ruled_lines: dict[Key, LineRow] = field(default_factory=dict)  # receipt, person, kind, whose line is clawed back
    held: dict[Key, HeldRow] = field(default_factory=dict)  # receipt, kind, person, whose line is clawed back
    ruled_adjustments: dict[Key, AdjustmentRow] = field(default_factory=dict)  # as above, of divided lines, and `whose`
    ruling_shares: dict[Key, RulingShareRow] = field(default_factory=dict)  # ruling, party
    branch_moves: dict[Key, BranchMoveRow] = field(default_factory=dict)  # ruling, branch

    def tables(self) -> Mapping[str, Mapping[Key, Row]]:
        """The tables by name."""
        return {name: rows for name, rows in vars(self).items() if name != "month"}
