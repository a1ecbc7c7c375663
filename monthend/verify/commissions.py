"""Commission and assist lines (1-4.1, 1-6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from compensation.models import CommissionLine
from monthend.verify.amounts import NOTHING, to_fen
from monthend.verify.crediting import Crediting
from monthend.verify.facts import Contract, Facts, Receipt
from monthend.verify.orphans import Clients
from monthend.verify.person_month import PersonMonth
from monthend.verify.results import Key, LineRow
from monthend.verify.staffing import Staffing
from rulebook.month import Month
from rulebook.plan import AssistPaidBy, Plan, Rank, Tier

Kind = CommissionLine.Kind
COMMISSION, ASSIST, ASSIST_BORNE = Kind.COMMISSION.value, Kind.ASSIST.value, Kind.ASSIST_BORNE.value


@dataclass(frozen=True, slots=True)
class Part:
    """Commission and assist (CNY) that go with some cash."""

    commission: Decimal
    assist: Decimal


@dataclass(slots=True)
class Paid:
    """When a receipt was posted and at which rates it was paid: the commission, and the assistant's share, if any.

    And who bore that. The receipt counts with `amount` (CNY); `refunds` took back so much of it each, in their order.
    """

    posted_in: Month
    rate: Decimal
    assist_share: Decimal | None
    borne_by_developer: bool
    amount: Decimal
    refunds: list[Decimal] = field(default_factory=list)

    def take_back(self, cash: Decimal) -> Part:
        """What a refund of so much takes back: its own part, or what is left of the lines if it leaves no cash."""
        before = [self.part(refund) for refund in self.refunds]
        self.refunds.append(cash)
        if sum(self.refunds, NOTHING) != self.amount:
            return self.part(cash)
        whole = self.part(self.amount)
        return Part(
            whole.commission - sum((part.commission for part in before), NOTHING),
            whole.assist - sum((part.assist for part in before), NOTHING),
        )

    def part(self, cash: Decimal) -> Part:
        """What so much cash pays, each line rounded by itself."""
        commission = to_fen(cash * self.rate)
        return Part(commission, to_fen(commission * (self.assist_share or NOTHING)))


@dataclass(frozen=True, slots=True)
class Pay:
    """What a line pays, `amount` (CNY), of its base (CNY) at its rate."""

    base: Decimal
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Work:
    """What the lines of one month are made from and written to; `people` are all in post or credited in it."""

    plan: Plan
    people: dict[str, PersonMonth]
    lines: dict[Key, LineRow]


class Commissions:
    """Pays receipts month by month, and remembers the rates and what was refunded, where a refund is to come."""

    def __init__(self, facts: Facts, staffing: Staffing, clients: Clients, crediting: Crediting) -> None:
        self._staffing = staffing
        self._clients = clients
        self._crediting = crediting
        self._contracts = {contract.number: contract for contract in facts.contracts}
        self._reversed = facts.cash.reversed
        self._paid: dict[str, Paid] = {}

    def correct(self, receipt: str, right: Decimal) -> None:
        """From now on refunds are those of a receipt of the right amount."""
        if receipt in self._paid:
            self._paid[receipt].amount = right

    def pay(self, receipts: Sequence[Receipt], people: dict[str, PersonMonth], plan: Plan) -> dict[Key, LineRow]:
        """The lines of the receipts posted in one month: the cash, then the refunds by day and number."""
        work = Work(plan, people, {})
        for receipt in receipts:
            if receipt.reverses is None:
                self._pay_cash(work, receipt)
        for receipt in sorted(receipts, key=lambda receipt: (receipt.received_on, receipt.number)):
            if receipt.reverses is not None:
                self._claw_back(work, receipt, receipt.reverses)
        return work.lines

    def _pay_cash(self, work: Work, receipt: Receipt) -> None:
        """Commission = receipt × rate; on an orphan's contract the assistant gets a share of the line's commission."""
        if self._crediting.person(receipt.number) is None:
            return
        _rank, tier = self._rating(work, receipt)
        share = work.plan.commission.assist_share if self._has_assistant(receipt) else None
        by_developer = work.plan.commission.assist_paid_by == AssistPaidBy.DEVELOPER
        paid = Paid(receipt.posted_in, tier.rate, share, by_developer, receipt.amount)
        if receipt.number in self._reversed:
            self._paid[receipt.number] = paid
        part = paid.part(receipt.amount)
        self._commission(work, receipt, paid, part.commission)
        self._assist(work, receipt, paid, part)
        self._bear_assist(work, receipt, paid, part)

    def _claw_back(self, work: Work, refund: Receipt, original: str) -> None:
        """At the rate paid on the receipt it reverses, in the same month the rate that the net reaches.

        The refund that brings the receipt to zero takes back what is left of its line, the assist likewise: less the
        rounded parts of the refunds before it, credited or not.
        The assistant's share of it likewise, if the assistant is in post that day, whether or not the closer still is.
        A developer who bore that share was paid so much less and gives so much less back, even if the assistant left.
        """
        paid = self._paid.get(original)
        if paid is None:
            return
        taken = paid.take_back(-refund.amount)
        part = Part(-taken.commission, -taken.assist)
        if self._crediting.person(refund.number) is not None:
            self._commission(work, refund, paid, part.commission)
        if self._assistant_is_in_post(refund):
            self._assist(work, refund, paid, part)
        self._bear_assist(work, refund, paid, part)

    def _commission(self, work: Work, receipt: Receipt, paid: Paid, amount: Decimal) -> None:
        """The line of whoever the receipt is credited to; in the month of the rating it says by what it was rated."""
        person = self._credited_to(receipt)
        if receipt.posted_in != paid.posted_in:
            self._add(work, receipt, person, COMMISSION, Pay(receipt.amount, paid.rate, amount))
            return
        rank, tier = self._rating(work, receipt)
        net_sales = work.people[person].sales
        self._add(
            work,
            receipt,
            person,
            COMMISSION,
            Pay(receipt.amount, tier.rate, amount),
            (rank.code, net_sales, tier.floor),
        )

    def _rating(self, work: Work, receipt: Receipt) -> tuple[Rank, Tier]:
        """The tier that the person's net reaches, in the table of the rank held that month."""
        earner = work.people[self._credited_to(receipt)]
        if earner.rating_rank is None or earner.tier is None:
            raise LookupError(f"{earner.person} never held a rank: {receipt.number}")
        return earner.rating_rank, earner.tier

    def _assist(self, work: Work, receipt: Receipt, paid: Paid, part: Part) -> None:
        """The assistant's share of a line's commission."""
        assistant = self._contract(receipt).assistant
        if assistant is not None and paid.assist_share is not None:
            self._add(work, receipt, assistant, ASSIST, Pay(part.commission, paid.assist_share, part.assist))

    def _bear_assist(self, work: Work, receipt: Receipt, paid: Paid, part: Part) -> None:
        """Out of the line of whoever the receipt is credited to, if the plan doesn't have the company pay on top."""
        developer = self._crediting.person(receipt.number)
        if developer is not None and paid.borne_by_developer and paid.assist_share is not None:
            self._add(work, receipt, developer, ASSIST_BORNE, Pay(part.commission, -paid.assist_share, -part.assist))

    def _add(
        self,
        work: Work,
        receipt: Receipt,
        person: str,
        kind: str,
        pay: Pay,
        rated_by: tuple[str, Decimal, Decimal] | None = None,
    ) -> None:
        """Write a line; it belongs to the branch where the receipt is settled."""
        contract = self._contract(receipt)
        is_of_orphan = self._clients.orphan_kind_of_contract[contract.number] is not None
        original = self._paid[receipt.reverses] if receipt.reverses is not None else None
        is_later = original is not None and original.posted_in != receipt.posted_in
        rank, net_sales, tier_floor = rated_by if rated_by else ("", None, None)
        work.lines[receipt.number, person, kind] = LineRow(
            branch=self._crediting.settled_at(receipt),
            plan=work.plan.version,
            base=pay.base,
            rate=pay.rate,
            amount=pay.amount,
            rank=rank,
            net_sales=net_sales,
            tier_floor=tier_floor,
            reverses=receipt.reverses if is_later else None,
            article="1-6" if is_of_orphan else "1-4.1",
        )

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
