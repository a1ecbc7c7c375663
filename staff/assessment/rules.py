"""The assessment of ranks (1-4.3), as pure functions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rulebook.articles import article
from rulebook.month import Month
from rulebook.plan import Plan, Rank
from staff.careers.rules import PostSpan


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of a month, `start` to `end` both included, spent in one system at one salary.

    `salary` in CNY per month for support; None in sales, where the rank pays.
    """

    start: dt.date
    end: dt.date
    in_sales: bool
    salary: Decimal | None

    @property
    def days(self) -> int:
        """Calendar days in the stretch."""
        return (self.end - self.start).days + 1


def stretches_of(posts: Sequence[PostSpan], month: Month) -> list[Stretch]:
    """The month's stretches of a person whose posts come in order; moves within a system make no new stretch."""
    stretches: list[Stretch] = []
    for post in posts:
        start = max(post.start, month.first)
        end = min(post.end - dt.timedelta(days=1), month.last) if post.end else month.last
        if start > end:
            continue
        before = stretches[-1] if stretches else None
        if before and before.end + dt.timedelta(days=1) == start and _pays_alike(before, post):
            stretches[-1] = Stretch(before.start, end, post.in_sales, post.base_salary)
        else:
            stretches.append(Stretch(start, end, post.in_sales, post.base_salary))
    return stretches


def _pays_alike(stretch: Stretch, post: PostSpan) -> bool:
    return stretch.in_sales == post.in_sales and stretch.salary == post.base_salary


@article("1-3.6", "1-4.1")
def is_full_month(stretches: Sequence[Stretch], month: Month) -> bool:
    """Whether one stretch fills the month: only then is a sales person assessed (1-4.1, 1-3.6)."""
    return len(stretches) == 1 and stretches[0].days == month.days


@article("1-4.1")
def earns_threshold_wage(rank: Rank, sales: Decimal) -> bool:
    """Whether net credited sales (CNY) of a full month lie below the rank's threshold."""
    return sales < rank.threshold_sales


@dataclass(frozen=True, slots=True)
class RankStanding:
    """Where a person stands before a month is assessed.

    `cycle_month` counts the months already in the running cycle, `cycle_sales` (CNY) their sales; `earlier_sales`
    holds the net sales (CNY) of earlier full months, latest last; `reinstatement_rank` is the rank that may be got
    back, or "".
    """

    cycle_month: int = 0
    cycle_sales: Decimal = Decimal(0)
    threshold_streak: int = 0
    reinstatement_rank: str = ""
    earlier_sales: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessed:
    """What a full month's sales did to a rank; amounts in CNY.

    `outcome` is kept, promoted, demoted or reinstated, by `article`; `qualified_by` are the sales that opened a
    higher rank. `reinstatement_rank` is the right that remains.
    """

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
class _RankStep:
    rank: Rank
    outcome: str
    article: str
    qualified_by: Decimal | None = None


def assess(plan: Plan, rank_code: str, sales: Decimal, before: RankStanding) -> Assessed:
    """Assess one full month with net credited `sales` (CNY) at a rank, for the month after (1-4.3.2)."""
    rank = plan.rank(rank_code)
    before = replace(before, reinstatement_rank=right_in(plan, before.reinstatement_rank))
    cycle_month = before.cycle_month + 1
    cycle_sales = before.cycle_sales + sales
    move = _upward(plan, rank, sales, before)
    if move is None and demotes(plan, rank, cycle_month, cycle_sales):
        move = _RankStep(plan.ranks[rank.level - 1], "demoted", "1-4.3.1")
    if move is None:
        move = _RankStep(rank, "kept", "1-4.3.1")
    on_threshold_wage = earns_threshold_wage(rank, sales)
    streak = before.threshold_streak + 1 if on_threshold_wage else 0
    return Assessed(
        cycle_month=cycle_month,
        cycle_sales=cycle_sales,
        outcome=move.outcome,
        next_rank=move.rank.code,
        article=move.article,
        qualified_by=move.qualified_by,
        on_threshold_wage=on_threshold_wage,
        threshold_streak=streak,
        review_due=review_is_due(plan, streak),
        needs_attention=needs_attention(plan, rank, on_threshold_wage),
        reinstatement_rank=_right_that_remains(plan, rank, move, before.reinstatement_rank),
    )


@article("1-4.3.1", "1-4.3.3", "3-2.1")
def after_decision(plan: Plan, before: RankStanding, rank_code: str, *, ends_right: bool = False) -> RankStanding:
    """Where the person stands once given a rank by decision: a new cycle; the right ends at its top or above, and with
    a demotion for a violation (3-2.1)."""
    right = _right_unless_reached(plan, plan.rank(rank_code), right_in(plan, before.reinstatement_rank))
    right = "" if ends_right else right
    return replace(before, cycle_month=0, cycle_sales=Decimal(0), reinstatement_rank=right)


@article("1-4.3.1")
def starts_new_cycle(plan: Plan, outcome: str, cycle_month: int) -> bool:
    """Whether the next full month is the first of a cycle: after a change of rank, or when a cycle has ended."""
    return outcome != "kept" or cycle_month >= plan.assessment.demotion_cycle_months


@article("1-4.3.1")
def demotes(plan: Plan, rank: Rank, cycle_month: int, cycle_sales: Decimal) -> bool:
    """Whether a cycle ends with this month and its sales (CNY) are below the rank's demotion standard."""
    if rank.demotion_sales is None or cycle_month < plan.assessment.demotion_cycle_months:
        return False
    return cycle_sales < rank.demotion_sales


@article("1-4.2", "1-4.3.2")
def highest_qualified(plan: Plan, rank: Rank, months_sales: Sequence[Decimal]) -> tuple[Rank, Decimal] | None:
    """The highest rank above one's own whose qualification the last full months meet, with the sales that met it.

    `months_sales` are the net sales (CNY) of all full months so far, this one last; too few meet nothing.
    """
    for higher in reversed(plan.ranks[rank.level + 1 :]):
        if higher.qualification is None or len(months_sales) < higher.qualification.months:
            continue
        sold = sum(months_sales[-higher.qualification.months :], Decimal(0))
        if sold >= higher.qualification.sales:
            return higher, sold
    return None


@article("1-4.3.3")
def highest_reinstated(plan: Plan, rank: Rank, sales: Decimal, right: str) -> Rank | None:
    """The highest rank up to the one demoted from (`right`) whose quota the month's sales (CNY) reach."""
    if not right:
        return None
    open_ranks = plan.ranks[rank.level + 1 : plan.rank(right).level + 1]
    return next((higher for higher in reversed(open_ranks) if sales >= higher.monthly_quota), None)


@article("1-4.3.3")
def right_in(plan: Plan, right: str) -> str:
    """The right to get back up to a rank, under a plan; "" where the plan has no such rank: the right ends with it."""
    return right if any(rank.code == right for rank in plan.ranks) else ""


@article("1-4.3.4")
def review_is_due(plan: Plan, threshold_streak: int) -> bool:
    """Whether so many assessed months in a row on the threshold wage open a dismissal review; a person decides it."""
    return threshold_streak >= plan.assessment.threshold_months_to_review


@article("1-4.3.5")
def needs_attention(plan: Plan, rank: Rank, on_threshold_wage: bool) -> bool:
    """Whether the marketing director is told: the lowest rank on the threshold wage."""
    return on_threshold_wage and rank.code == plan.lowest_rank.code


def _upward(plan: Plan, rank: Rank, sales: Decimal, before: RankStanding) -> _RankStep | None:
    """The highest rank that either rule opens; one that the right of 1-4.3.3 opens counts as reinstated."""
    qualified = highest_qualified(plan, rank, (*before.earlier_sales, sales))
    reinstated = highest_reinstated(plan, rank, sales, before.reinstatement_rank)
    if reinstated and (qualified is None or reinstated.level >= qualified[0].level):
        return _RankStep(reinstated, "reinstated", "1-4.3.3", sales)
    if qualified:
        return _RankStep(qualified[0], "promoted", "1-4.2", qualified[1])
    return None


def _right_that_remains(plan: Plan, rank: Rank, move: _RankStep, right: str) -> str:
    """The right lasts until back at the rank demoted from, and keeps to the top one over several steps down."""
    if move.outcome == "demoted":
        return right or rank.code
    return _right_unless_reached(plan, move.rank, right)


def _right_unless_reached(plan: Plan, rank: Rank, right: str) -> str:
    return "" if right and rank.level >= plan.rank(right).level else right
