"""What each step of a run does, for one branch."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Self

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Sum
from django.utils import timezone

from compensation.corrections.selectors import client_receipts_corrected, closers_as_of
from compensation.corrections.selectors_holds import held_contracts
from compensation.month.actions_commission import pay_commissions
from compensation.month.actions_credit import assessed_sales, branch_sales, credit_receipts
from compensation.month.actions_hold import hold_commissions
from compensation.month.actions_payslips import MonthSums, read_month_sums, write_payslips
from compensation.month.actions_support import share_support_bonus
from compensation.rulings.rules import Closers
from funds.actions_settlement import settle_funds
from monthend.models import MonthStep
from rulebook.models import PlanVersion
from rulebook.money import ZERO
from rulebook.month import Month
from staff.assessment.actions import assess_ranks, read_standings
from staff.assessment.rules import RankStanding
from staff.careers.selectors_roster import Roster, read_roster
from staff.models import Target
from staff.pay.selectors_missing import unpayable
from staff.targets.rules import BranchResult

logger = logging.getLogger(__name__)

Name = MonthStep.Name

ORDER = (Name.CREDIT, Name.COMMISSIONS, Name.HOLDS, Name.ASSESSMENTS, Name.BONUSES, Name.FUNDS, Name.PAYSLIPS)


def steps_of(month: Month) -> Sequence[Name]:
    """The steps of a month in their order: that of holds only where a contract is in dispute, for else it does nothing.

    A hold that begins or ends while a run is under way makes it stale.
    """
    return [name for name in ORDER if name != Name.HOLDS or held_contracts(month)]


@dataclass(frozen=True)
class Inputs:
    """What the steps of a run read, each read once: before the first of them or, what earlier ones wrote, after these.

    Steps come in order, so whatever is read here stands by then.
    """

    plan_version: PlanVersion
    roster: Roster

    @classmethod
    def read(cls, month: Month, plan_version: PlanVersion) -> Self:
        """Read what a month is computed from; people with bad data are left out, the others computed."""
        roster = read_roster(month)
        return cls(plan_version, replace(roster, left_out=unpayable(roster.people.values(), plan_version.plan)))

    @cached_property
    def standings(self) -> Mapping[int, RankStanding]:
        """Where everybody who is assessed stands before the month."""
        return read_standings(self.roster, self.plan_version.plan)

    @cached_property
    def closers(self) -> Closers:
        """The contracts' closers as corrected up to the month."""
        return closers_as_of(self.roster.month)

    @cached_property
    def holds(self) -> Mapping[int, int]:
        """The contracts (ids) whose commission isn't paid while they are in dispute, each with its hold."""
        return held_contracts(self.roster.month)

    @cached_property
    def corrected_receipts(self) -> Sequence[tuple[int, dt.date, Decimal]]:
        """By how much (CNY) clients' receipts were corrected up to the month: client id, day, difference."""
        return client_receipts_corrected(self.roster.month)

    @cached_property
    def assessed_sales(self) -> Mapping[int, Decimal]:
        """Sales (CNY) of the month per employee as the assessment counts them; after the credits."""
        return assessed_sales(self.roster.month)

    @cached_property
    def month_sums(self) -> MonthSums:
        """What goes into the payslips besides base pay; after all other steps."""
        return read_month_sums(self.roster, self.assessed_sales)

    @cached_property
    def branch_results(self) -> Mapping[int, BranchResult]:
        """Each branch's credited sales and target of the month beside the company's (CNY), none for one that sleeps;
        after the credits."""
        month = self.roster.month
        sales = branch_sales(month)
        targets = dict(Target.objects.filter(month=month).order_by().values_list("branch").annotate(Sum("amount")))
        company = sum(sales.values(), Decimal(0)), sum(targets.values(), Decimal(0))
        nothing = BranchResult(ZERO, ZERO, *company)
        results = {
            branch: BranchResult(sales.get(branch, ZERO), targets.get(branch, ZERO), *company)
            for branch in sales.keys() | targets.keys()
        }
        return defaultdict(lambda: nothing, results)


@transaction.atomic
def do_next_step(run_id: int, inputs: Callable[[], Inputs], *, wait: bool) -> MonthStep | None:
    """Do one waiting step in one transaction that locks its row and marks it done; returns it, or None without any.

    A step waits for all steps of earlier positions. A step that another worker holds is passed over or, with `wait`,
    waited for. What goes wrong in a step undoes its rows and is kept with it; the others go on. Losing the database
    raises, and the step goes on waiting.
    """
    waiting = MonthStep.objects.filter(run=run_id, state=MonthStep.State.WAITING).order_by("position", "branch__code")
    first = waiting.values("position")[:1]
    step = waiting.filter(position=first).select_for_update(of=("self",), skip_locked=not wait).first()
    if step is None:
        return None
    try:
        with transaction.atomic():
            step.rows = compute_step(step.name, step.branch_id, inputs())
        step.state = MonthStep.State.DONE
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        logger.exception("step %s of run %s failed", step.name, run_id)
        step.state, step.problem = MonthStep.State.FAILED, f"{type(problem).__name__}: {problem}"
    step.done_at = timezone.now()
    step.save(update_fields=["rows", "state", "problem", "done_at"])
    return step


def compute_step(name: str, branch: int, inputs: Inputs) -> int:
    """Compute one step of a month for a branch; returns the number of rows written. Runs inside a transaction."""
    roster, version = inputs.roster, inputs.plan_version
    month = roster.month
    match name:
        case Name.CREDIT:
            return credit_receipts(roster, version.plan, branch, inputs.closers)
        case Name.COMMISSIONS:
            return pay_commissions(roster, version, branch, inputs.closers)
        case Name.HOLDS:
            return hold_commissions(month, branch, inputs.holds)
        case Name.ASSESSMENTS:
            return assess_ranks(roster, version, branch, inputs.assessed_sales, inputs.standings)
        case Name.BONUSES:
            return share_support_bonus(roster, version, branch, inputs.branch_results[branch])
        case Name.FUNDS:
            return settle_funds(month, version, branch, inputs.branch_results[branch], inputs.corrected_receipts)
        case Name.PAYSLIPS:
            return write_payslips(roster, version, branch, inputs.month_sums)
    raise ValueError(name)
