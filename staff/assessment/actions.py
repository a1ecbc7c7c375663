"""The month end's third step: what the month's sales do to ranks."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from periods.bulk import any_of
from periods.copying import clear_rows, copy_rows
from periods.selectors import first_closed_period
from rulebook.models import PlanVersion
from rulebook.month import Month
from rulebook.plan import Plan
from staff.assessment.rules import Assessed, RankStanding, after_decision, assess, starts_new_cycle
from staff.careers.rules import RankDecided
from staff.careers.selectors import ranks_decided
from staff.careers.selectors_roster import Roster
from staff.models import OpeningSales, OpeningState, RankAssessment

_FIELDS = (
    "month", "branch", "plan_version", "employee", "rank", "sales", "cycle_month", "cycle_sales", "outcome",
    "next_rank", "article", "qualified_by", "on_threshold_wage", "threshold_streak", "review_due", "needs_attention",
    "reinstatement_rank",
)  # fmt: skip


def assess_ranks(
    roster: Roster,
    plan_version: PlanVersion,
    branch: int,
    net_sales: Mapping[int, Decimal],
    standings: Mapping[int, RankStanding],
) -> int:
    """Assess the branch's sales people for whom the month was a full one (1-4.3); replaces what was there.

    `net_sales` are the month's net credited sales (CNY) per employee, `standings` as from `read_standings`. Returns the
    number of rows written. Runs inside the step's transaction.
    """
    month = roster.month
    clear_rows(RankAssessment.objects.filter(month=month, branch=branch))
    plan = plan_version.plan
    rows = []
    for person in roster.at_home(branch):
        if not person.is_assessed:
            continue
        sales = net_sales.get(person.id, Decimal(0))
        result = assess(plan, person.rank_in_month, sales, standings[person.id])
        rows.append((month, branch, plan_version.pk, person.id, person.rank_in_month, sales, *_columns(result)))
    return copy_rows(RankAssessment, _FIELDS, rows)


def _columns(result: Assessed) -> tuple[object, ...]:
    return tuple(getattr(result, name) for name in _FIELDS[6:])


def read_standings(roster: Roster, plan: Plan) -> dict[int, RankStanding]:
    """Where everybody who is assessed stands before the month; a fixed number of queries.

    After the latest assessment of the present spell in sales, else as at the opening; with decisions on the rank.
    """
    people = [person for person in roster.people.values() if person.is_assessed]
    entered = {person.id: person.entered_sales_on or person.month.first for person in people}
    decided = ranks_decided(entered)
    assessments = _latest_assessments(plan, roster.month) | _all_assessments(roster.month, decided)
    go_live, plan_then = _go_live(roster.month, plan)
    past = AssessmentPast(roster.month, go_live, assessments, _openings(plan_then))
    return {person: past.standing(plan, person, since, decided.get(person, ())) for person, since in entered.items()}


def read_past(employee: int, month: Month, plan: Plan) -> "AssessmentPast":
    """One person's past before a month."""
    assessments = _all_assessments(month, [employee])
    go_live, plan_then = _go_live(month, plan)
    return AssessmentPast(month, go_live, assessments, _openings(plan_then, employee=employee))


def _go_live(month: Month, plan: Plan) -> tuple[Month, Plan]:
    """The month the firm went live with, and its plan: what was brought along is read by that, whatever came later."""
    period = first_closed_period()
    return (period.month, period.plan_version.plan) if period else (month, plan)


@dataclass(frozen=True, slots=True)
class AssessmentPast:
    """What people bring into a month: assessments before it (latest first), and what they brought to `go_live`."""

    month: Month
    go_live: Month
    assessments: Mapping[int, Sequence[RankAssessment]]
    openings: Mapping[int, RankStanding]

    def standing(self, plan: Plan, employee: int, since: dt.date, decided: Iterable[RankDecided]) -> RankStanding:
        """Where somebody in sales `since` a day stands before the month, with what was `decided` on the rank."""
        opening = self.openings.get(employee, RankStanding()) if since <= self.go_live.first else RankStanding()
        earlier = [row for row in self.assessments.get(employee, ()) if row.month.first >= since]
        in_force = sorted((one for one in decided if self._counts(one, since)), key=lambda one: one.date)
        return _after_decisions(plan, earlier, opening, in_force) if in_force else _after(earlier, opening)

    def _counts(self, decision: RankDecided, since: dt.date) -> bool:
        return decision.entered_on == since < decision.date and self.go_live.first <= decision.date <= self.month.first


def _after_decisions(
    plan: Plan, earlier: Sequence[RankAssessment], opening: RankStanding, decisions: Sequence[RankDecided]
) -> RankStanding:
    """The standing after all assessments of a spell (latest first) and the decisions between them, in order of date.

    A month whose outcome a decision took the place of leaves the right of 1-4.3.3 as it was.
    """
    standing, waiting = opening, list(decisions)
    replaced = {decision.date for decision in decisions}
    for row in reversed(earlier):
        while waiting and waiting[0].date <= row.month.first:
            begun = waiting.pop(0)
            standing = after_decision(row.plan_version.plan, standing, begun.rank, ends_right=begun.ends_right)
        is_applied = (row.month + 1).first not in replaced or row.outcome == RankAssessment.Outcome.KEPT
        right = row.reinstatement_rank if is_applied else standing.reinstatement_rank
        standing = replace(_after([row], standing), reinstatement_rank=right)
    for decision in waiting:
        standing = after_decision(plan, standing, decision.rank, ends_right=decision.ends_right)
    return standing


def _after(earlier: Sequence[RankAssessment], opening: RankStanding) -> RankStanding:
    """The standing after assessments (latest first) that followed an opening standing.

    Whether a cycle ended is told by the plan that its last month was assessed with: no month counts in two (1-4.3.1).
    """
    if not earlier:
        return opening
    latest = earlier[0]
    cycle_ends = starts_new_cycle(latest.plan_version.plan, latest.outcome, latest.cycle_month)
    return RankStanding(
        cycle_month=0 if cycle_ends else latest.cycle_month,
        cycle_sales=Decimal(0) if cycle_ends else latest.cycle_sales,
        threshold_streak=latest.threshold_streak,
        reinstatement_rank=latest.reinstatement_rank,
        earlier_sales=(*opening.earlier_sales, *(row.sales for row in reversed(earlier))),
    )


def _longest_qualification(plan: Plan) -> int:
    return max((rank.qualification.months for rank in plan.ranks if rank.qualification), default=1)


def _latest_assessments(plan: Plan, month: Month) -> dict[int, list[RankAssessment]]:
    """Each person's latest assessments before the month, latest first, as many as a qualification can ask for."""
    rows = (
        RankAssessment.objects.filter(month__lt=month)
        .annotate(age=Window(RowNumber(), partition_by=[F("employee")], order_by=F("month").desc()))
        .filter(age__lte=_longest_qualification(plan))
        .order_by("employee", "-month")
    )
    return _by_employee(rows.prefetch_related("plan_version"))


def _all_assessments(month: Month, employees: Iterable[int]) -> dict[int, list[RankAssessment]]:
    """All of these people's assessments before the month with their plans, latest first."""
    rows = RankAssessment.objects.filter(month__lt=month, employee__in=any_of(employees))
    return _by_employee(rows.order_by("employee", "-month").prefetch_related("plan_version"))


def _by_employee(rows: Iterable[RankAssessment]) -> dict[int, list[RankAssessment]]:
    found: dict[int, list[RankAssessment]] = defaultdict(list)
    for row in rows:
        found[row.employee_id].append(row)
    return found


def _openings(plan: Plan, **which: object) -> dict[int, RankStanding]:
    sales: dict[int, dict[Month, Decimal]] = defaultdict(dict)
    rows = OpeningSales.objects.filter(**which).order_by("month")
    for employee, month, amount in rows.values_list("employee", "month", "sales"):
        sales[employee][month] = amount
    states = {state.employee_id: state for state in OpeningState.objects.filter(**which).order_by()}
    return {
        employee: _opening(plan, states.get(employee), sales.get(employee, {}))
        for employee in sales.keys() | states.keys()
    }


def _opening(plan: Plan, state: OpeningState | None, sales: dict[Month, Decimal]) -> RankStanding:
    earlier = tuple(sales.values())
    if state is None:
        return RankStanding(earlier_sales=earlier)
    in_cycle = [amount for month, amount in sales.items() if state.cycle_start and month >= state.cycle_start]
    running = in_cycle[len(in_cycle) // plan.assessment.demotion_cycle_months * plan.assessment.demotion_cycle_months :]
    return RankStanding(
        cycle_month=len(running),
        cycle_sales=sum(running, Decimal(0)),
        threshold_streak=state.threshold_streak,
        reinstatement_rank=state.reinstatement_rank,
        earlier_sales=earlier,
    )
