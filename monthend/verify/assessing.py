"""Ranks, cycles, promotion, reinstatement, reviews (1-4.3)."""

import datetime as dt
from bisect import insort
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from monthend.verify.amounts import total
from monthend.verify.facts import Facts, RankDecision
from monthend.verify.results import AssessmentRow
from monthend.verify.staffing import Stay
from rulebook.month import Month
from rulebook.plan import Plan, Rank
from staff.models import RankAssessment

Outcome = RankAssessment.Outcome


@dataclass(slots=True)
class Career:
    """One person's time in the sales system since entering it: whoever enters anew starts anew.

    `decided` are ranks given by decision, which come before those of assessments; `to_begin` are the days of decisions,
    since going live, that have not begun yet, `ending` those that end the right. `ranks` are all of them in order.
    """

    ranks: list[tuple[dt.date, str]]
    decided: dict[dt.date, str] = field(default_factory=dict)
    to_begin: list[dt.date] = field(default_factory=list)
    ending: frozenset[dt.date] = frozenset()
    assessed: list[Decimal] = field(default_factory=list)
    cycle: list[Decimal] = field(default_factory=list)
    streak: int = 0
    right_up_to: str | None = None

    def rank_on(self, day: dt.date) -> str:
        """The rank held on a day."""
        held = self.ranks[0][1]
        for start, rank in self.ranks:
            if start <= day:
                held = rank
        return held

    def begin(self, month: Month, plan: Plan) -> None:
        """Let decisions that are in force by now count: the cycle starts anew, the right ends at its top or above.

        A right up to a rank that the plan no longer has is none.
        """
        if self.right_up_to not in {rank.code for rank in plan.ranks}:
            self.right_up_to = None
        while self.to_begin and self.to_begin[0] <= month.first:
            day = self.to_begin.pop(0)
            given = plan.rank(self.decided[day])
            self.cycle = []
            is_reached = self.right_up_to is not None and given.level >= plan.rank(self.right_up_to).level
            if is_reached or day in self.ending:
                self.right_up_to = None


class Careers:
    """Everybody's careers, each begun by entering the sales system."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._opening_states = {state.person: state for state in facts.opening_states}
        self._opening_sales: dict[str, list[tuple[Month, Decimal]]] = defaultdict(list)
        for opening in facts.opening_sales:
            self._opening_sales[opening.person].append((opening.month, opening.sales))
        self._decided: dict[tuple[str, dt.date], dict[dt.date, RankDecision]] = defaultdict(dict)
        for decision in facts.rank_decisions:
            self._decided[decision.person, decision.entered_sales][decision.month.first] = decision
        self._careers: dict[tuple[str, dt.date], Career] = {}

    def of(self, person: str, stay: Stay) -> Career:
        """The career that a stay in sales belongs to."""
        if stay.entered_sales is None or stay.entry_rank is None:
            raise LookupError(f"{person} has no rank in {stay.department.code} from {stay.start} on")
        key = (person, stay.entered_sales)
        if key not in self._careers:
            self._careers[key] = self._begin(person, stay.entered_sales, stay.entry_rank)
        return self._careers[key]

    def _begin(self, person: str, entered: dt.date, rank: str) -> Career:
        """Anew; or, when in sales at go-live, with what the opening sheets bring along."""
        decisions = self._decided[person, entered]
        decided = {day: one.rank for day, one in sorted(decisions.items()) if one.rank is not None and day > entered}
        career = Career([(entered, rank), *decided.items()], decided)
        career.ending = frozenset(day for day in decided if decisions[day].ends_right)
        go_live = self._facts.first_month
        career.to_begin = [day for day in decided if day >= go_live.first]
        if entered > go_live.first:
            return career
        plan = self._facts.plan_in_force(go_live)
        months = sorted(self._opening_sales[person])
        career.assessed = [sales for _month, sales in months]
        state = self._opening_states.get(person)
        if state is not None:
            career.streak = state.threshold_streak
            career.right_up_to = state.reinstatement_rank
            if state.cycle_start is not None:
                running = [sales for month, sales in months if month >= state.cycle_start]
                ended = len(running) // plan.assessment.demotion_cycle_months
                career.cycle = running[ended * plan.assessment.demotion_cycle_months :]
        return career


@dataclass(frozen=True, slots=True)
class RankChange:
    """What a month does to a rank."""

    outcome: Outcome
    rank: Rank
    article: str
    qualified_by: Decimal | None = None


def assess(
    career: Career, month: Month, sales: Decimal, plan: Plan, branch: str, *, on_threshold_wage: bool
) -> AssessmentRow:
    """Assess a full month of a career and note what follows from it for the next (1-4.3.2)."""
    career.begin(month, plan)
    rank = plan.rank(career.rank_on(month.last))
    career.assessed.append(sales)
    career.cycle.append(sales)
    cycle_month, cycle_sales = len(career.cycle), total(career.cycle)
    cycle_ends = cycle_month >= plan.assessment.demotion_cycle_months
    career.streak = career.streak + 1 if on_threshold_wage else 0

    move = _upward(career, rank, sales, plan)
    if move is None and cycle_ends:
        move = _downward(rank, cycle_sales, plan)
    if move is None:
        move = RankChange(Outcome.KEPT, rank, "1-4.3.1")

    right = _right_after(move, rank, career.right_up_to, plan)
    following = (month + 1).first
    if move.rank == rank or following not in career.decided:
        career.right_up_to = right
    if move.rank != rank and following not in career.decided:
        insort(career.ranks, (following, move.rank.code))
    if move.rank != rank or cycle_ends:
        career.cycle = []

    return AssessmentRow(
        branch=branch,
        plan=plan.version,
        rank=rank.code,
        sales=sales,
        cycle_month=cycle_month,
        cycle_sales=cycle_sales,
        outcome=move.outcome.value,
        next_rank=move.rank.code,
        article=move.article,
        qualified_by=move.qualified_by,
        on_threshold_wage=on_threshold_wage,
        threshold_streak=career.streak,
        review_due=career.streak >= plan.assessment.threshold_months_to_review,
        needs_attention=on_threshold_wage and rank == plan.lowest_rank,
        reinstatement_rank=right or "",
    )


def _right_after(move: RankChange, rank: Rank, right: str | None, plan: Plan) -> str | None:
    """The rank up to which the right of 1-4.3.3 goes after what a month does to a rank."""
    if move.outcome == Outcome.DEMOTED:
        return max(rank.code, right or rank.code, key=lambda code: plan.rank(code).level)
    if right is not None and move.rank.level >= plan.rank(right).level:
        return None
    return right


def _upward(career: Career, rank: Rank, sales: Decimal, plan: Plan) -> RankChange | None:
    """The highest rank that a qualification or the right of 1-4.3.3 opens; taken before any demotion."""
    found = None
    for higher in plan.ranks:
        if higher.level <= rank.level:
            continue
        qualified_by = _qualifying_sales(career, higher)
        if _has_right_to(career, higher, sales, plan):
            found = RankChange(Outcome.REINSTATED, higher, "1-4.3.3", sales)
        elif qualified_by is not None:
            found = RankChange(Outcome.PROMOTED, higher, "1-4.2", qualified_by)
    return found


def _qualifying_sales(career: Career, rank: Rank) -> Decimal | None:
    """The sales of the last full months that a qualification asks for, if they meet it."""
    if rank.qualification is None or len(career.assessed) < rank.qualification.months:
        return None
    sales = total(career.assessed[-rank.qualification.months :])
    return sales if sales >= rank.qualification.sales else None


def _has_right_to(career: Career, rank: Rank, sales: Decimal, plan: Plan) -> bool:
    """Whoever was demoted may get back any rank up to the one demoted from, by a month that reaches its quota."""
    if career.right_up_to is None or rank.level > plan.rank(career.right_up_to).level:
        return False
    return sales >= rank.monthly_quota


def _downward(rank: Rank, cycle_sales: Decimal, plan: Plan) -> RankChange | None:
    """One rank down when the cycle's sales stay below the demotion standard; the lowest rank has none."""
    if rank.demotion_sales is None or cycle_sales >= rank.demotion_sales:
        return None
    return RankChange(Outcome.DEMOTED, plan.ranks[rank.level - 1], "1-4.3.1")
