"""Targets, weights and claims at the edges of attainment, balance and the major client."""

from decimal import ROUND_HALF_UP, Decimal

from monthend.verify.facts import Claim, FundName, OpeningLot, Target, Weight
from monthend.verify.support import support_staff
from rulebook.month import Month
from rulebook.plan import AttainmentScope, Plan
from tests.companies.cash import receive
from tests.companies.draft import FEN, Draft

WEIGHTS = ("0", "0.0001", "1", "1", "2", "3", "3.3333", "7", "9", "99999.9999")


def bring_lots_along(draft: Draft) -> None:
    """What is left of accruals before go-live."""
    for branch in draft.branches:
        for fund in FundName:
            usable_months = _usable_months(draft, fund)
            for age in range(1, usable_months + 1):
                if draft.happens(0.3):
                    left = Decimal(draft.chance.choice(["0.00", "0.01", "500.00", "1234.56"]))
                    month = draft.months[0] - age
                    draft.opening_lots.append(OpeningLot(branch, fund, month, left, usable_months))


def set_targets(draft: Draft, month: Month) -> None:
    """Targets that the month's sales meet exactly at one of the tiers, or miss or pass by a fen."""
    plan = draft.facts().plan_in_force(month)
    sales = draft.branch_sales(month)
    targets = {branch: _target(draft, plan, sales[branch]) for branch in draft.branches}
    if AttainmentScope.COMPANY in (plan.support_bonus.scope, plan.client_relations.scope, plan.company_activity.scope):
        last = draft.branches[-1]
        others = sum(target for branch, target in targets.items() if branch != last)
        targets[last] = max(_target(draft, plan, sum(sales.values(), Decimal(0))) - others, FEN)
    draft.targets += [Target(month, branch, target) for branch, target in targets.items()]


def give_weights(draft: Draft, month: Month) -> None:
    """Weights for most of the support staff, at least one of each branch; now and then for somebody in sales."""
    staffing = draft.staffing()
    staff = support_staff(draft.facts(), staffing, month)
    weights = {person: Decimal(draft.chance.choice(WEIGHTS)) for person in staff if draft.happens(0.85)}
    for branch in draft.branches:
        of_branch = [person for person, stay in staff.items() if stay.department.branch == branch]
        if of_branch and not any(weights.get(person) for person in of_branch):
            weights[draft.chance.choice(of_branch)] = Decimal(1)
    for person in draft.people:
        if person not in staff and staffing.days_in_post(person, month) and draft.happens(0.03):
            weights[person] = Decimal(5)
    draft.weights += [Weight(month, person, weight) for person, weight in weights.items()]


def raise_a_major_client(draft: Draft, month: Month) -> None:
    """A client's receipts reach the major client's amount, or miss it by a fen, on the day of a claim."""
    plan = draft.facts().plan_in_force(month)
    signed = [contract for contract in draft.contracts if contract.signed_on <= month.last]
    if not signed or plan.company_activity.major_client_sales is None:
        return
    contract = draft.chance.choice(signed)
    day = max(draft.day_in(month), contract.signed_on)
    contracts = {made.number for made in draft.contracts if made.client == contract.client}
    received = sum(
        (cash.amount for cash in draft.receipts if cash.contract in contracts and cash.received_on <= day), Decimal(0)
    )
    missing = draft.near(plan.company_activity.major_client_sales) - received
    if missing > 0:
        receive(draft, contract, day, missing)
    staffing = draft.staffing()
    stay = staffing.on(contract.closer, contract.signed_on)
    branch = stay.department.branch if stay else draft.branches[0]
    for fund in FundName:
        draft.claims.append(Claim(draft.number("F"), branch, fund, day, Decimal("0.01"), contract.client))


def claim(draft: Draft, month: Month) -> None:
    """Claims for what is left, a fen more or less, what the oldest lot still holds, or anything."""
    for branch in draft.branches:
        for fund in FundName:
            lots = _lots_left(draft, branch, fund, month)
            for day in sorted(draft.day_in(month) for _turn in range(draft.chance.choice([0, 0, 1, 2, 4]))):
                left = sum(lots, Decimal(0))
                edges = [left, left, lots[0] if lots else Decimal(0), left / 2, Decimal(100), Decimal("0.01")]
                amount = max(draft.near(draft.chance.choice(edges)).quantize(FEN), FEN)
                known = [client.number for client in draft.clients if client.registered_on <= month.last]
                client = draft.chance.choice(known) if known and draft.happens(0.3) else None
                draft.claims.append(Claim(draft.number("F"), branch, fund, day, amount, client))
                if amount <= left:
                    lots = [left - amount]


def _target(draft: Draft, plan: Plan, sales: Decimal) -> Decimal:
    if sales <= 0:
        return Decimal(draft.chance.choice(["0.01", "10000.00", "123456.78"]))
    rows = (*plan.support_bonus.tiers.rows, *plan.company_activity.tiers.rows)
    floor = draft.chance.choice([tier.floor for tier in rows if tier.floor > 0])
    target = (sales / floor).quantize(FEN, rounding=ROUND_HALF_UP)
    return max(draft.near(target), FEN)


def _lots_left(draft: Draft, branch: str, fund: FundName, month: Month) -> list[Decimal]:
    """What the lots that can be spent in a month still hold, the oldest first."""
    lots = {
        str(lot.month): (lot.left, lot.month + lot.usable_months)
        for lot in draft.opening_lots
        if (lot.branch, lot.fund) == (branch, fund)
    }
    for results in draft.results:
        lot = results.lots[branch, fund]
        lots[str(results.month)] = (lot.amount, results.month + lot.usable_months)
        for (of_branch, of_fund, lot_month, _kind, _claim), movement in results.movements.items():
            if (of_branch, of_fund) == (branch, fund):
                left, until = lots[lot_month]
                lots[lot_month] = (left - movement.amount, until)
    return [left for _month, (left, until) in sorted(lots.items()) if left > 0 and month <= until]


def _usable_months(draft: Draft, fund: FundName) -> int:
    plan = draft.plans[0]
    return (plan.client_relations if fund == FundName.CLIENT_RELATIONS else plan.company_activity).usable_months
