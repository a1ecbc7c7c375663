"""The month end's fund step: accrue, decide the month's claims, let old lots expire."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from clients.models import Receipt
from funds.models import ClaimDecision, FundClaim, FundKind, FundLot, FundMovement
from funds.rules import Claim, Lot, Settlement, accrual, accrual_tier, settle
from periods.copying import clear_rows
from rulebook.models import PlanVersion
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.plan import Fund, Plan
from staff.targets.rules import BranchResult

_NEVER_OLDER = 24


def settle_funds(
    month: Month,
    plan_version: PlanVersion,
    branch: int,
    result: BranchResult,
    corrected: Iterable[tuple[int, dt.date, Decimal]],
) -> int:
    """Accrue both funds of a branch, decide the claims dated in the month, expire old lots (2-1, 2-2, 2-3).

    `corrected` tells by how much (CNY) receipts of locked months were corrected since: client id, day, difference.
    Replaces what was there; returns the number of rows written. Runs inside the step's transaction.
    """
    clear_rows(FundMovement.objects.filter(month=month, branch=branch))
    clear_rows(ClaimDecision.objects.filter(month=month, branch=branch))
    clear_rows(FundLot.objects.filter(month=month, branch=branch, is_opening=False))
    lots = _lots(month, branch)
    claims = _claims(month, branch, corrected)
    settlements = {
        fund: settle(month, lots[fund], claims[fund], rules.major_client_sales)
        for fund, rules in _funds(plan_version.plan)
    }
    written = _write_settlements(month, branch, settlements.values())
    return written + len(
        FundLot.objects.bulk_create(
            _accrue(month, plan_version, branch, fund, rules, result) for fund, rules in _funds(plan_version.plan)
        )
    )


def _funds(plan: Plan) -> list[tuple[str, Fund]]:
    return [
        (FundKind.CLIENT_RELATIONS.value, plan.client_relations),
        (FundKind.COMPANY_ACTIVITY.value, plan.company_activity),
    ]


def _accrue(
    month: Month, plan_version: PlanVersion, branch: int, fund: str, rules: Fund, result: BranchResult
) -> FundLot:
    rated_sales, rated_target = result.rated_sales(rules.scope), result.rated_target(rules.scope)
    tier = accrual_tier(rules, rated_sales, rated_target)
    return FundLot(
        month=month,
        branch_id=branch,
        fund=fund,
        amount=accrual(result.sales, tier),
        sales=result.sales,
        rated_sales=rated_sales,
        rated_target=rated_target,
        tier_floor=tier.floor if tier else None,
        rate=tier.rate if tier else ZERO,
        usable_months=rules.usable_months,
        plan_version=plan_version,
    )


def _lots(month: Month, branch: int) -> dict[str, list[Lot]]:
    """The branch's earlier lots with something left, per fund."""
    spent_before = Coalesce(Sum("movements__amount", filter=Q(movements__month__lt=month)), ZERO)
    rows = (
        FundLot.objects.filter(branch=branch, month__lt=month, month__gte=month - _NEVER_OLDER)
        .annotate(gone=spent_before)
        .values_list("fund", "id", "month", "usable_months", "amount", "gone")
        .order_by()
    )
    lots: dict[str, list[Lot]] = defaultdict(list)
    for fund, pk, lot_month, usable_months, amount, gone in rows:
        if amount > gone:
            lots[fund].append(Lot(pk, lot_month, usable_months, amount - gone))
    return lots


def _claims(month: Month, branch: int, corrected: Iterable[tuple[int, dt.date, Decimal]]) -> dict[str, list[Claim]]:
    """The claims dated in the month, per fund, each with its client's receipts until then."""
    rows = FundClaim.objects.filter(branch=branch, date__gte=month.first, date__lte=month.last)
    receipts = _client_receipts(rows, month)
    for client, day, difference in corrected:
        receipts[client].append((day, difference))
    claims: dict[str, list[Claim]] = defaultdict(list)
    for claim in rows.order_by("date", "number"):
        sales = None
        if claim.client_id is not None:
            sales = sum((amount for day, amount in receipts[claim.client_id] if day <= claim.date), ZERO)
        claims[claim.fund].append(Claim(claim.pk, claim.date, claim.number, claim.amount, sales))
    return claims


def _client_receipts(claims: QuerySet[FundClaim], month: Month) -> dict[int, list[tuple[dt.date, Decimal]]]:
    """All receipts (day, CNY) that had arrived and were posted by the month's end, of the clients that claims name."""
    clients = claims.order_by().values("client")
    rows = Receipt.objects.filter(
        contract__client__in=clients, received_on__lte=month.last, posted_in__lte=month
    ).order_by()
    receipts: dict[int, list[tuple[dt.date, Decimal]]] = defaultdict(list)
    for client, day, amount in rows.values_list("contract__client", "received_on", "amount"):
        receipts[client].append((day, amount))
    return receipts


def _write_settlements(month: Month, branch: int, settlements: Iterable[Settlement]) -> int:
    decisions, movements = [], []
    for settlement in settlements:
        decisions += [
            ClaimDecision(
                month=month,
                branch_id=branch,
                claim_id=decision.claim,
                reason=decision.reason,
                available=decision.available,
                client_sales=decision.client_sales,
            )
            for decision in settlement.decisions
        ]
        movements += [
            FundMovement(
                month=month,
                branch_id=branch,
                lot_id=movement.lot,
                kind=FundMovement.Kind.EXPIRED if movement.claim is None else FundMovement.Kind.SPENT,
                amount=movement.amount,
                claim_id=movement.claim,
            )
            for movement in settlement.movements
        ]
    ClaimDecision.objects.bulk_create(decisions)
    FundMovement.objects.bulk_create(movements)
    return len(decisions) + len(movements)
