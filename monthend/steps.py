"""What each step of a run does, for one branch."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from compensation.actions_commission import pay_commissions
from compensation.actions_credit import branch_sales, credit_receipts, net_sales
from compensation.actions_payslips import write_payslips
from compensation.actions_support import share_support_bonus
from funds.actions_settlement import settle_funds
from monthend.models import MonthRun, MonthStep
from rulebook.models import PlanVersion
from rulebook.money import ZERO
from rulebook.month import Month
from staff.actions_assessment import assess_ranks
from staff.attainment import BranchResult
from staff.models import Target
from staff.roster import Roster, read_roster

Name = MonthStep.Name

ORDER = (Name.CREDIT, Name.COMMISSIONS, Name.ASSESSMENTS, Name.BONUSES, Name.FUNDS, Name.PAYSLIPS)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What every step of a run reads: the month's plan version and who was where."""

    plan_version: PlanVersion
    roster: Roster

    @classmethod
    def read(cls, run: MonthRun) -> Self:
        """Read the inputs of a run."""
        return cls(run.plan_version, read_roster(run.month))


@transaction.atomic
def do_step(step_id: int, inputs: Inputs) -> None:
    """Do one step in one transaction that locks its row and marks it done; found done, nothing happens."""
    step = MonthStep.objects.select_for_update().select_related("run").get(pk=step_id)
    if step.state == MonthStep.State.DONE:
        return
    step.rows = _work(step, inputs)
    step.state = MonthStep.State.DONE
    step.done_at = timezone.now()
    step.save(update_fields=["rows", "state", "done_at"])


def _work(step: MonthStep, inputs: Inputs) -> int:
    """Do the step's work; returns the number of rows written."""
    month, branch, roster, version = step.run.month, step.branch_id, inputs.roster, inputs.plan_version
    match step.name:
        case Name.CREDIT:
            return credit_receipts(roster, version.plan, branch)
        case Name.COMMISSIONS:
            return pay_commissions(roster, version, branch)
        case Name.ASSESSMENTS:
            return assess_ranks(roster, version, branch, net_sales(month, branch))
        case Name.BONUSES:
            return share_support_bonus(roster, version, branch, branch_result(month, branch))
        case Name.FUNDS:
            return settle_funds(month, version, branch, branch_result(month, branch))
        case Name.PAYSLIPS:
            return write_payslips(roster, version, branch)
    raise ValueError(step.name)


def branch_result(month: Month, branch: int) -> BranchResult:
    """A branch's credited sales and target of the month beside the company's (CNY); a branch that sleeps has none."""
    sales = branch_sales(month)
    targets = dict(Target.objects.filter(month=month).order_by().values_list("branch").annotate(Sum("amount")))
    return BranchResult(
        sales=sales.get(branch, ZERO),
        target=targets.get(branch, ZERO),
        company_sales=sum(sales.values(), Decimal(0)),
        company_target=sum(targets.values(), Decimal(0)),
    )
