"""Commission and assist lines (1-4.1, 1-6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from monthend.verify.amounts import to_fen
from monthend.verify.crediting import Crediting
from monthend.verify.facts import Contract, Facts, Receipt
from monthend.verify.orphans import Clients
from monthend.verify.person_month import PersonMonth
from monthend.verify.results import Key, LineRow
from monthend.verify.staffing import Staffing
from rulebook.month import Month
from rulebook.plan import AssistPaidBy, Plan

COMMISSION, ASSIST, ASSIST_BORNE = "commission", "assist", "assist_borne"


@dataclass(frozen=True, slots=True)
class Paid:
    """When a receipt was posted and at which rates it was paid: the commission, and the assistant's share, if any.

    And who bore that.
    """

    posted_in: Month
    rate: Decimal
    assist_share: Decimal | None
    borne_by_developer: bool


@dataclass(frozen=True, slots=True)
class Work:
    """What the lines of one month are made from and written to; `people` are all in post or credited in it."""

    plan: Plan
    people: dict[str, PersonMonth]
    lines: dict[Key, LineRow]


class Commissions:
    """Pays receipts month by month, and remembers the rates, where a refund is to come."""

    def __init__(self, facts: Facts, staffing: Staffing, clients: Clients, crediting: Crediting) -> None:
        self._staffing = staffing
        self._clients = clients
        self._crediting = crediting
        self._contracts = {contract.number: contract for contract in facts.contracts}
        self._reversed = facts.cash.reversed
        self._paid: dict[str, Paid] = {}

    def pay(self, receipts: Sequence[Receipt], people: dict[str, PersonMonth], plan: Plan) -> dict[Key, LineRow]:
        """The lines of the receipts posted in one month."""
        work = Work(plan, people, {})
        for receipt in receipts:
            if receipt.reverses is None:
                self._pay_cash(work, receipt)
        for receipt in receipts:
            if receipt.reverses is not None:
                self._claw_back(work, receipt, receipt.reverses)
        return work.lines

    def _pay_cash(self, work: Work, receipt: Receipt) -> None:
        """Commission = receipt × rate; on an orphan's contract the assistant gets a share of the line's commission."""
        if self._crediting.person(receipt.number) is None:
            return
        line = self._rated_line(work, receipt)
        share = work.plan.commission.assist_share if self._has_assistant(receipt) else None
        by_developer = work.plan.commission.assist_paid_by == AssistPaidBy.DEVELOPER
        paid = Paid(receipt.posted_in, line.rate, share, by_developer)
        if receipt.number in self._reversed:
            self._paid[receipt.number] = paid
        self._assist(work, receipt, paid, line.amount)
        self._bear_assist(work, receipt, paid, line.amount)

    def _claw_back(self, work: Work, refund: Receipt, original: str) -> None:
        """At the rate paid on the receipt it reverses, in the same month the rate that the net reaches.

        The assistant's share of it likewise, if the assistant is in post that day, whether or not the closer still is.
        A developer who bore that share was paid so much less and gives so much less back, even if the assistant left.
        """
        paid = self._paid.get(original)
        if paid is None:
            return
        if self._crediting.person(refund.number) is not None:
            if refund.posted_in == paid.posted_in:
                self._rated_line(work, refund)
            else:
                self._add(work, refund, self._credited_to(refund), COMMISSION, refund.amount, paid.rate)
        clawed_back = to_fen(refund.amount * paid.rate)
        if self._assistant_is_in_post(refund):
            self._assist(work, refund, paid, clawed_back)
        self._bear_assist(work, refund, paid, clawed_back)

    def _rated_line(self, work: Work, receipt: Receipt) -> LineRow:
        """At the rate of the tier that the person's net reaches, in the table of the rank held that month."""
        earner = work.people[self._credited_to(receipt)]
        rank, tier = earner.rating_rank, earner.tier
        if rank is None or tier is None:
            raise LookupError(f"{earner.person} never held a rank: {receipt.number}")
        rated_by = (rank.code, earner.sales, tier.floor)
        return self._add(work, receipt, earner.person, COMMISSION, receipt.amount, tier.rate, rated_by)

    def _assist(self, work: Work, receipt: Receipt, paid: Paid, commission: Decimal) -> None:
        """The assistant's share of a line's commission."""
        assistant = self._contract(receipt).assistant
        if assistant is not None and paid.assist_share is not None:
            self._add(work, receipt, assistant, ASSIST, commission, paid.assist_share)

    def _bear_assist(self, work: Work, receipt: Receipt, paid: Paid, commission: Decimal) -> None:
        """Out of the line of whoever the receipt is credited to, if the plan doesn't have the company pay on top."""
        developer = self._crediting.person(receipt.number)
        if developer is not None and paid.borne_by_developer and paid.assist_share is not None:
            self._add(work, receipt, developer, ASSIST_BORNE, commission, -paid.assist_share)

    def _add(
        self,
        work: Work,
        receipt: Receipt,
        person: str,
        kind: str,
        base: Decimal,
        rate: Decimal,
        rated_by: tuple[str, Decimal, Decimal] | None = None,
    ) -> LineRow:
        """Write a line, rounded by itself; it belongs to the branch where the receipt is settled."""
        contract = self._contract(receipt)
        is_of_orphan = self._clients.orphan_kind_of_contract[contract.number] is not None
        original = self._paid[receipt.reverses] if receipt.reverses is not None else None
        is_later = original is not None and original.posted_in != receipt.posted_in
        rank, net_sales, tier_floor = rated_by if rated_by else ("", None, None)
        line = LineRow(
            branch=self._crediting.settled_at(receipt),
            plan=work.plan.version,
            base=base,
            rate=rate,
            amount=to_fen(base * rate),
            rank=rank,
            net_sales=net_sales,
            tier_floor=tier_floor,
            reverses=receipt.reverses if is_later else None,
            article="1-6" if is_of_orphan else "1-4.1",
        )
        work.lines[receipt.number, person, kind] = line
        return line

    def _credited_to(self, receipt: Receipt) -> str:
        person = self._crediting.person(receipt.number)
        if person is None:
            raise LookupError(f"{receipt.number} is credited to nobody")
        return person

    def _has_assistant(self, receipt: Receipt) -> bool:
        """Only on orphans' contracts, in post on the receipt's day, and not the closer."""
        contract = self._contract(receipt)
        is_of_orphan = self._clients.orphan_kind_of_contract[contract.number] is not None
        return is_of_orphan and contract.assistant != contract.closer and self._assistant_is_in_post(receipt)

    def _assistant_is_in_post(self, receipt: Receipt) -> bool:
        assistant = self._contract(receipt).assistant
        if assistant is None or self._staffing.last_in_post(assistant, receipt.posted_in) is None:
            return False
        return self._staffing.on(assistant, receipt.received_on) is not None

    def _contract(self, receipt: Receipt) -> Contract:
        return self._contracts[receipt.contract]
