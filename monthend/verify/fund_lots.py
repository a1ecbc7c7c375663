"""The two funds: accrual, claims oldest accrual first, expiry (part two)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from funds.models import ClaimDecision, FundMovement
from monthend.verify.amounts import NOTHING, tier_of_attainment, to_fen, total
from monthend.verify.facts import Claim, Facts, FundName, Receipt
from monthend.verify.results import DecisionRow, LotRow, MonthResults, MovementRow
from monthend.verify.support import rated_by
from rulebook.month import Month
from rulebook.plan import Fund, Plan

Kind, Reason = FundMovement.Kind, ClaimDecision.Reason


@dataclass(slots=True)
class Lot:
    """What is left of one month's accrual; it can be spent in the `usable_months` after its own."""

    branch: str
    fund: FundName
    month: Month
    left: Decimal
    usable_months: int

    def is_usable_in(self, month: Month) -> bool:
        """Whether it can be spent in a month."""
        return self.month < month <= self.month + self.usable_months


class Funds:
    """All lots, spent and expired month by month, and the receipts so far of the clients that claims name."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        named = {claim.client for claim in facts.claims}
        self._named_by_contract = {
            contract.number: contract.client for contract in facts.contracts if contract.client in named
        }
        self._receipts_of: dict[str, list[tuple[dt.date, Decimal]]] = defaultdict(list)
        self._lots = [
            Lot(opening.branch, opening.fund, opening.month, opening.left, opening.usable_months)
            for opening in facts.opening_lots
        ]

    def close(
        self,
        results: MonthResults,
        receipts: Sequence[tuple[Receipt, Decimal]],
        sales: dict[str, Decimal],
        targets: dict[str, Decimal],
        plan: Plan,
    ) -> None:
        """Decide the month's claims, let expire what ran out, accrue; `receipts` are those posted or corrected in the
        month, each with what it adds."""
        month = results.month
        for receipt, amount in receipts:
            if receipt.contract in self._named_by_contract:
                self._receipts_of[self._named_by_contract[receipt.contract]].append((receipt.received_on, amount))
        claims = [claim for claim in self._facts.claims if claim.date in month]
        for claim in sorted(claims, key=lambda claim: (claim.date, claim.number)):
            self._decide(results, claim, plan)
        for lot in self._lots:
            if lot.left > 0 and month >= lot.month + lot.usable_months:
                key = (lot.branch, lot.fund, str(lot.month), Kind.EXPIRED.value, "")
                results.movements[key] = MovementRow(lot.branch, lot.left)
                lot.left = NOTHING
        for fund_name, fund in (
            (FundName.CLIENT_RELATIONS, plan.client_relations),
            (FundName.COMPANY_ACTIVITY, plan.company_activity),
        ):
            for branch in targets:
                row = _accrual(fund, branch, sales, targets, plan)
                results.lots[branch, fund_name] = row
                self._lots.append(Lot(branch, fund_name, month, row.amount, fund.usable_months))

    def _decide(self, results: MonthResults, claim: Claim, plan: Plan) -> None:
        """The test of the major client comes before the balance; a claim not covered in full is rejected, whole."""
        month = results.month
        usable = [
            lot
            for lot in self._lots
            if (lot.branch, lot.fund) == (claim.branch, claim.fund) and lot.is_usable_in(month)
        ]
        available = total(lot.left for lot in usable)
        client_sales = None
        if claim.client is not None:
            client_sales = self._client_sales(claim.client, claim)
        limit = plan.company_activity.major_client_sales
        names_major_client = client_sales is not None and limit is not None and client_sales >= limit
        if claim.fund == FundName.COMPANY_ACTIVITY and names_major_client:
            reason = Reason.MAJOR_CLIENT
        elif available < claim.amount:
            reason = Reason.INSUFFICIENT
        else:
            reason = Reason.POSTED
            self._spend(results, claim, usable)
        results.decisions[claim.number,] = DecisionRow(claim.branch, reason.value, available, client_sales)

    def _client_sales(self, client: str, claim: Claim) -> Decimal:
        """The client's receipts, net of refunds, on all its contracts up to and with the claim's day."""
        return total(amount for day, amount in self._receipts_of[client] if day <= claim.date)

    def _spend(self, results: MonthResults, claim: Claim, usable: list[Lot]) -> None:
        to_pay = claim.amount
        for lot in sorted(usable, key=lambda lot: lot.month):
            taken = min(lot.left, to_pay)
            if taken > 0:
                lot.left -= taken
                to_pay -= taken
                key = (lot.branch, lot.fund, str(lot.month), Kind.SPENT.value, claim.number)
                results.movements[key] = MovementRow(lot.branch, taken)


def _accrual(fund: Fund, branch: str, sales: dict[str, Decimal], targets: dict[str, Decimal], plan: Plan) -> LotRow:
    """The branch's own sales × the rate; negative sales accrue nothing."""
    rated_sales, rated_target = rated_by(fund.scope, branch, sales, targets)
    tier = tier_of_attainment(fund.tiers, rated_sales, rated_target)
    rate = NOTHING if tier is None else tier.rate
    return LotRow(
        plan=plan.version,
        amount=to_fen(max(sales[branch], NOTHING) * rate),
        sales=sales[branch],
        rated_sales=rated_sales,
        rated_target=rated_target,
        tier_floor=None if tier is None else tier.floor,
        rate=rate,
        usable_months=fund.usable_months,
    )
