"""The support bonus: pools and their shares (1-7)."""

from decimal import Decimal
from fractions import Fraction
from math import floor

from monthend.verify.amounts import NOTHING, tier_of_attainment, to_fen, total
from monthend.verify.facts import Facts
from monthend.verify.results import Key, PoolRow, ShareRow
from monthend.verify.staffing import Staffing, Stay
from rulebook.month import Month
from rulebook.plan import AttainmentScope, Plan


def support_staff(facts: Facts, staffing: Staffing, month: Month) -> dict[str, Stay]:
    """Who was in support on any day of the month, with where they stood there last."""
    found: dict[str, Stay] = {}
    for person in facts.people:
        stays = [stay for _day, stay in staffing.days_in_post(person, month) if not stay.department.is_sales]
        if stays:
            found[person] = stays[-1]
    return found


def pool_rows(
    sales: dict[str, Decimal], targets: dict[str, Decimal], staff: dict[str, Stay], plan: Plan
) -> dict[Key, PoolRow]:
    """Each branch's pool: its credited sales × the rate of the tier that the attainment reaches."""
    rows: dict[Key, PoolRow] = {}
    for branch, target in targets.items():
        rated_sales, rated_target = rated_by(plan.support_bonus.scope, branch, sales, targets)
        tier = tier_of_attainment(plan.support_bonus.tiers, rated_sales, rated_target)
        rate = NOTHING if tier is None else tier.rate
        has_staff = any(stay.department.branch == branch for stay in staff.values())
        rows[branch,] = PoolRow(
            plan=plan.version,
            sales=sales[branch],
            target=target,
            rated_sales=rated_sales,
            rated_target=rated_target,
            tier_floor=None if tier is None else tier.floor,
            rate=rate,
            pool=to_fen(max(sales[branch], NOTHING) * rate) if has_staff else NOTHING,
            has_staff=has_staff,
        )
    return rows


def rated_by(
    scope: AttainmentScope, branch: str, sales: dict[str, Decimal], targets: dict[str, Decimal]
) -> tuple[Decimal, Decimal]:
    """The sales and the target whose attainment sets a branch's rate: its own, or the whole company's."""
    if scope == AttainmentScope.COMPANY:
        return total(sales.values()), total(targets.values())
    return sales[branch], targets[branch]


def share_rows(pools: dict[Key, PoolRow], weights: dict[str, Decimal], staff: dict[str, Stay]) -> dict[Key, ShareRow]:
    """Each pool by weight, largest remainder to the fen on exact fractions, ties to the lower staff number."""
    rows: dict[Key, ShareRow] = {}
    for (branch,), pool in pools.items():
        sharing = {
            person: weights[person]
            for person in sorted(staff)
            if staff[person].department.branch == branch and weights.get(person)
        }
        weight_of_all = total(sharing.values())
        if pool.pool == 0 or weight_of_all == 0:
            continue
        exact = {
            person: Fraction(pool.pool) * 100 * Fraction(weight) / Fraction(weight_of_all)
            for person, weight in sharing.items()
        }
        fen = {person: floor(part) for person, part in exact.items()}
        while sum(fen.values()) < pool.pool * 100:
            first = max(exact, key=lambda person: exact[person] - fen[person])
            fen[first] += 1
        for person, weight in sharing.items():
            rows[person,] = ShareRow(
                branch=branch,
                department=staff[person].department.code,
                weight=weight,
                total_weight=weight_of_all,
                pool=pool.pool,
                amount=Decimal(fen[person]).scaleb(-2),
            )
    return rows
