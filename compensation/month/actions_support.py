"""The month end's fourth step: the branch's support bonus and who gets what part of it."""

from collections.abc import Mapping
from decimal import Decimal

from compensation.models import SupportPool, SupportShare, SupportWeight
from compensation.rules import share_support_pool, support_bonus_tier, support_pool
from periods.copying import clear_rows, copy_rows
from rulebook.models import PlanVersion
from rulebook.money import ZERO
from rulebook.month import Month
from staff.careers.selectors_roster import Roster
from staff.targets.rules import BranchResult


def share_support_bonus(roster: Roster, plan_version: PlanVersion, branch: int, result: BranchResult) -> int:
    """Compute the branch's pool and share it by the general manager's weights (1-7.2); replaces what was there.

    A pool without weights is left unshared, which blocks the lock; a branch without support staff has no pool. Returns
    the number of rows written. Runs inside the step's transaction.
    """
    month = roster.month
    clear_rows(SupportShare.objects.filter(month=month, branch=branch))
    clear_rows(SupportPool.objects.filter(month=month, branch=branch))
    staff = {person.number: (person.id, department) for person, department in roster.support_staff(branch)}
    pool = _pool(month, plan_version, branch, result, has_staff=bool(staff))
    pool.save(force_insert=True)
    return 1 + _share(pool, staff)


def _pool(
    month: Month, plan_version: PlanVersion, branch: int, result: BranchResult, *, has_staff: bool
) -> SupportPool:
    rule = plan_version.plan.support_bonus
    tier = support_bonus_tier(rule, result)
    return SupportPool(
        month=month,
        branch_id=branch,
        sales=result.sales,
        target=result.target,
        rated_sales=result.rated_sales(rule.scope),
        rated_target=result.rated_target(rule.scope),
        tier_floor=tier.floor if tier else None,
        rate=tier.rate if tier else ZERO,
        pool=support_pool(result.sales, tier) if has_staff else ZERO,
        has_staff=has_staff,
        plan_version=plan_version,
    )


def _share(pool: SupportPool, staff: Mapping[str, tuple[int, int]]) -> int:
    weights = {
        row.employee.number: row
        for row in SupportWeight.objects.filter(
            month=pool.month, weight__gt=0, employee__number__in=staff
        ).select_related("employee")
    }
    if not pool.pool or not weights:
        return 0
    parts = share_support_pool(pool.pool, {number: row.weight for number, row in weights.items()})
    total = sum((row.weight for row in weights.values()), Decimal(0))
    fields = ("month", "branch", "employee", "department", "weight", "total_weight", "pool", "amount", "reason")
    return copy_rows(
        SupportShare,
        fields,
        (
            (pool.month, pool.branch_id, *staff[number], row.weight, total, pool.pool, parts[number], row.reason)
            for number, row in weights.items()
        ),
    )
