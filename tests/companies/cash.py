"""Receipts and refunds, sized so that people and branches stand at an edge of the law or a fen beside it."""

import datetime as dt
from decimal import Decimal

from monthend.verify.facts import Client, Contract, EventKind, Receipt
from monthend.verify.recompute import recompute
from monthend.verify.results import MonthResults
from monthend.verify.staffing import Staffing
from rulebook.month import Month
from rulebook.plan import Plan
from tests.companies.deals import sign_with_orphan
from tests.companies.draft import FEN, Draft

AMOUNTS = (
    "0.01",
    "0.25",
    "1.25",
    "0.75",
    "777.77",
    "3980.00",
    "9800.00",
    "12345.67",
    "29999.99",
    "60000.00",
    "88000.5",
)
ROUND_BRANCH = Decimal("26.52")  # a multiple of it is met exactly by targets of 65, 75, 80, 85 and 100 % of it


def collect_cash(draft: Draft, month: Month) -> None:
    """A month's receipts and refunds."""
    _receive(draft, month)
    _receive_late(draft, month)
    _refund(draft, month)
    _refund_in_parts(draft, month)
    _leave_in_debt(draft, month)
    _refund_around_moves(draft, month)
    if draft.happens(0.15):
        _refund_all_of_a_branch(draft, month)
    _balance_people(draft, month)
    if draft.happens(0.6):
        _round_branches(draft, month)


def receive(draft: Draft, contract: Contract, day: dt.date, amount: Decimal, posted: Month | None = None) -> None:
    """Cash of a contract; late cash is `posted` in a later month than its own."""
    draft.receipts.append(Receipt(draft.number("R"), contract.number, day, posted or Month.of(day), amount, None))


def _receive(draft: Draft, month: Month) -> None:
    """Odd amounts, by preference on days on which the closer or the assistant moves."""
    for contract in draft.contracts:
        if contract.signed_on > month.last or not draft.happens(0.45 if contract.signed_on in month else 0.12):
            continue
        for _turn in range(draft.chance.randint(1, 3)):
            day = draft.day_around_moves(_closer_or_assistant(draft, contract), month)
            amount = Decimal(draft.chance.choice(AMOUNTS)) * draft.chance.choice([1, 1, 2, 5])
            receive(draft, contract, max(day, contract.signed_on), amount)


def _receive_late(draft: Draft, month: Month) -> None:
    """Cash of a locked month that is posted in this one."""
    signed = [contract for contract in draft.contracts if contract.signed_on < month.first]
    for contract in draft.chance.sample(signed, min(len(signed), 2)):
        day = draft.day_around_moves(_closer_or_assistant(draft, contract), month - 1)
        if month > draft.months[0] and draft.happens(0.5):
            receive(draft, contract, max(day, contract.signed_on), Decimal(draft.chance.choice(AMOUNTS)), month)


def _refund(draft: Draft, month: Month) -> None:
    """Refunds of this and earlier months: a part, the whole, or several parts of one receipt."""
    left = draft.left_to_refund()
    contracts = {contract.number: contract for contract in draft.contracts}
    for receipt in [receipt for receipt in draft.receipts if receipt.reverses is None]:
        if not draft.happens(0.2 if receipt.posted_in in (month, month - 1) else 0.06):
            continue
        for _turn in range(draft.chance.choice([1, 1, 2, 3])):
            whole = left[receipt.number]
            part = draft.chance.choice([whole, whole, whole / 2, whole / 3, FEN, Decimal("100.05")])
            amount = min(whole, part.quantize(FEN))
            day = draft.day_around_moves(_closer_or_assistant(draft, contracts[receipt.contract]), month)
            if amount > 0 and day >= receipt.received_on:
                _give_back(draft, receipt, day, amount)
                left[receipt.number] -= amount


def _refund_in_parts(draft: Draft, month: Month) -> None:
    """Receipts given back in equal parts, on one day or spread over the month; sometimes the last part comes later.

    By preference those that are refunded in part, late, of an orphan's contract with an assistant, or just corrected.
    """
    left = draft.left_to_refund()
    begun = {receipt.reverses for receipt in draft.receipts} | {made.receipt for made in draft.corrections}
    cash = [one for one in draft.receipts if one.reverses is None and one.posted_in <= month and left[one.number] > 0]
    assisted = {made.number for made in draft.contracts if made.assistant is not None}
    preferred = [one for one in cash if one.number in begun or one.posted_in != Month.of(one.received_on)]
    chosen = [*preferred, *(one for one in cash if one.contract in assisted), *cash]
    for receipt in chosen[:3] + draft.chance.sample(chosen, min(len(chosen), 5)):
        whole, parts = left[receipt.number], draft.chance.choice([1, 2, 3, 3, 7])
        same_day, is_whole = draft.happens(0.4), draft.happens(0.7)
        day = draft.day_in(month)
        for part in range(parts):
            amount = whole - (whole / parts).quantize(FEN) * (parts - 1) if part == 0 else (whole / parts).quantize(FEN)
            day = day if same_day else draft.day_in(_month_or_one_before(draft, month))
            if 0 < amount <= left[receipt.number] and day >= receipt.received_on and (part or is_whole):
                _give_back(draft, receipt, day, amount, posted=month)
                left[receipt.number] -= amount


def _month_or_one_before(draft: Draft, month: Month) -> Month:
    """The month, or sometimes the locked one before: what is dated in it comes late."""
    return month - 1 if month > draft.months[0] and draft.happens(0.15) else month


def _leave_in_debt(draft: Draft, month: Month) -> None:
    """Last month's cash of some who leave this month goes back while they are still in post."""
    if not draft.results:
        return
    staffing, left = draft.staffing(), draft.left_to_refund()
    leaving = [one for one in draft.events if one.kind == EventKind.DEPARTURE and one.date in month]
    for move in leaving:
        days = [day for day, _stay in staffing.days_in_post(move.person, month) if day < move.date]
        if not days:
            continue
        for receipt in list(draft.receipts):
            credit = draft.results[-1].credits.get((receipt.number,))
            if credit is not None and credit.person == move.person and left.get(receipt.number, Decimal(0)) > 0:
                _give_back(draft, receipt, draft.chance.choice(days), left[receipt.number])
                left[receipt.number] = Decimal(0)


def _refund_around_moves(draft: Draft, month: Month) -> None:
    """Cash of an orphan's contract whose closer or assistant moves in the month, given back around that day."""
    staffing = draft.staffing()
    for move in [event for event in draft.events if event.date in month and event.kind != EventKind.HIRED]:
        closer, assistant = move.person, draft.chance.choice(draft.people)
        if draft.happens(0.4):
            closer, assistant = assistant, closer
        days = [day for day, _stay in staffing.days_in_post(closer, month) if day < move.date]
        if not days or draft.happens(0.5):
            continue
        contract = sign_with_orphan(draft, closer, assistant, draft.chance.choice(days))
        receive(draft, contract, contract.signed_on, Decimal(draft.chance.choice(AMOUNTS)))
        day = move.date + dt.timedelta(days=draft.chance.choice([-1, 0, 1, 40]))
        if contract.signed_on <= day <= draft.months[-1].last:
            _give_back(draft, draft.receipts[-1], day, draft.receipts[-1].amount)


def _refund_all_of_a_branch(draft: Draft, month: Month) -> None:
    """Everything that a branch received last month goes back: its sales, and some people's pay, turn negative."""
    if not draft.results:
        return
    before = draft.results[-1]
    branch = draft.chance.choice(draft.branches)
    left = draft.left_to_refund()
    for receipt in list(draft.receipts):
        credit = before.credits.get((receipt.number,))
        if credit is not None and credit.branch == branch and left.get(receipt.number, Decimal(0)) > 0:
            _give_back(draft, receipt, draft.day_in(month), left[receipt.number])


def _balance_people(draft: Draft, month: Month) -> None:
    """One more receipt or refund brings most people's net to an edge of the plan, or a fen beside it."""
    staffing = draft.staffing()
    *_finished, so_far = recompute(draft.facts(), month)
    before = draft.results[-1] if draft.results else None
    for (person,), slip in so_far.payslips.items():
        days = [day for day, _stay in staffing.days_in_sales(person, month)]
        if not days or not draft.happens(0.75):
            continue
        wanted = _edge_for(draft, person, draft.facts().plan_in_force(month), before)
        if wanted > slip.sales:
            receive(*_deal_of(draft, staffing, person, days), wanted - slip.sales)
        elif wanted < slip.sales:
            _give_back_some(draft, so_far, person, days[-1], slip.sales - wanted)


def _edge_for(draft: Draft, person: str, plan: Plan, before: MonthResults | None) -> Decimal:
    """An amount of net sales at which something changes."""
    rank = draft.chance.choice(plan.ranks)
    edges = [Decimal(0), rank.threshold_sales, rank.monthly_quota, *(tier.floor for tier in rank.commission_tiers.rows)]
    assessed = before.assessments.get((person,)) if before else None
    if assessed is not None:
        rank = plan.rank(assessed.next_rank)
        edges = [*edges[:1], *_edges_after(plan, assessed.next_rank, assessed.sales)]
    return draft.near(draft.chance.choice(edges).quantize(FEN))


def _edges_after(plan: Plan, rank_code: str, sold_before: Decimal) -> list[Decimal]:
    """The edges of a rank, and of the others' quotas and qualifications, after what was sold the month before."""
    rank = plan.rank(rank_code)
    edges = [rank.threshold_sales, rank.threshold_sales / 2, rank.monthly_quota]
    edges += [tier.floor for tier in rank.commission_tiers.rows]
    if rank.demotion_sales is not None:
        edges += [rank.demotion_sales, rank.demotion_sales - sold_before, rank.demotion_sales / 2]
    for other in plan.ranks[rank.level + 1 :]:
        edges.append(other.monthly_quota)
        if other.qualification is not None:
            edges += [other.qualification.sales, other.qualification.sales - sold_before, other.qualification.sales / 2]
    return edges


def _deal_of(draft: Draft, staffing: Staffing, person: str, days: list[dt.date]) -> tuple[Draft, Contract, dt.date]:
    """A contract of a person and a day in sales on which its cash arrives; a new one where there is none."""
    own = [made for made in draft.contracts if draft.closer_of(made) == person and made.signed_on <= days[-1]]
    if own and draft.happens(0.8):
        contract = draft.chance.choice(own)
    else:
        day = draft.chance.choice(days)
        owner = person if draft.happens(0.5) else None
        client = Client(draft.number("C"), owner, None, day)
        draft.clients.append(client)
        assistant = draft.chance.choice(draft.people) if draft.happens(0.5) else None
        contract = Contract(draft.number("K"), client.number, day, person, assistant if assistant != person else None)
        draft.contracts.append(contract)
    return draft, contract, draft.chance.choice([day for day in days if day >= contract.signed_on])


def _give_back_some(draft: Draft, so_far: MonthResults, person: str, day: dt.date, amount: Decimal) -> None:
    """A refund of so much from one of the person's receipts of the month, if one is large enough."""
    left = draft.left_to_refund()
    for receipt in list(draft.receipts):
        credit = so_far.credits.get((receipt.number,))
        if credit is None or credit.person != person or receipt.received_on > day:
            continue
        if left.get(receipt.number, Decimal(0)) >= amount:
            _give_back(draft, receipt, day, amount)
            return


def _round_branches(draft: Draft, month: Month) -> None:
    """Cash that brings a branch's sales to an amount of which a target can be an exact share."""
    staffing = draft.staffing()
    sales = draft.branch_sales(month)
    for contract in draft.chance.sample(draft.contracts, len(draft.contracts)):
        closer = draft.closer_of(contract)
        stay = staffing.on(closer, contract.signed_on)
        if stay is None or contract.signed_on > month.last or staffing.in_sales(closer, month.last):
            continue
        missing = (ROUND_BRANCH - sales[stay.department.branch] % ROUND_BRANCH) % ROUND_BRANCH
        if missing:
            receive(draft, contract, month.last, missing)
            sales[stay.department.branch] += missing


def _give_back(draft: Draft, receipt: Receipt, day: dt.date, amount: Decimal, *, posted: Month | None = None) -> None:
    """A refund, `posted` later than in its own month if it came late or its receipt did."""
    month = max(posted or Month.of(day), receipt.posted_in)
    draft.receipts.append(Receipt(draft.number("R"), receipt.contract, day, month, -amount, receipt.number))


def _closer_or_assistant(draft: Draft, contract: Contract) -> str:
    if contract.assistant is not None and draft.happens(0.4):
        return contract.assistant
    return contract.closer
