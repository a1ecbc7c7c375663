"""Commission and assist lines (1-4.1, 1-6)."""

from dataclasses import dataclass
from decimal import Decimal

from monthend.verify.amounts import to_fen, total
from monthend.verify.crediting import Crediting
from monthend.verify.facts import Contract, Facts, Receipt
from monthend.verify.orphans import Clients
from monthend.verify.person_month import PersonMonth
from monthend.verify.results import Key, LineRow
from monthend.verify.staffing import Staffing
from rulebook.plan import AssistPaidBy, Plan

COMMISSION, ASSIST, ASSIST_BORNE = "commission", "assist", "assist_borne"


@dataclass(frozen=True, slots=True)
class Paid:
    """At which rates a receipt was paid: the commission, and an assistant's share, if any, and who bore it."""

    rate: Decimal
    assist_share: Decimal | None
    borne_by_developer: bool


class Commissions:
    """Pays receipts month by month, and remembers the rates, for the refunds to come."""

    def __init__(self, facts: Facts, staffing: Staffing, clients: Clients, crediting: Crediting) -> None:
        self._staffing = staffing
        self._clients = clients
        self._crediting = crediting
        self._contracts = {contract.number: contract for contract in facts.contracts}
        self._receipts = {receipt.number: receipt for receipt in facts.receipts}
        self._paid: dict[str, Paid] = {}

    def pay(self, receipts: list[Receipt], people: dict[str, PersonMonth], plan: Plan) -> dict[Key, LineRow]:
        """The lines of the receipts posted in one month; `people` are everybody in post in it."""
        lines: dict[Key, LineRow] = {}
        for receipt in receipts:
            if receipt.reverses is None:
                self._pay_cash(lines, receipt, people, plan)
        for receipt in receipts:
            if receipt.reverses is not None:
                self._claw_back(lines, receipt, self._receipts[receipt.reverses], people, plan)
        return lines

    def _pay_cash(
        self, lines: dict[Key, LineRow], receipt: Receipt, people: dict[str, PersonMonth], plan: Plan
    ) -> None:
        person = self._crediting.person(receipt.number)
        if person is None:
            return
        earner = people[person]
        line = self._rated_line(receipt, earner, plan)
        lines[receipt.number, person, COMMISSION] = line
        contract = self._contracts[receipt.contract]
        share = None
        borne = plan.commission.assist_paid_by == AssistPaidBy.DEVELOPER
        if self._has_assist(contract, receipt):
            share = plan.commission.assist_share
            self._add_assist(lines, receipt, contract, line.amount, Paid(line.rate, share, borne), people, plan)
        self._paid[receipt.number] = Paid(line.rate, share, borne)

    def _claw_back(
        self, lines: dict[Key, LineRow], refund: Receipt, original: Receipt, people: dict[str, PersonMonth], plan: Plan
    ) -> None:
        """At the rate paid on the receipt it reverses, in the same month the rate that the net reaches."""
        paid = self._paid.get(original.number)
        if paid is None:
            return
        person = self._crediting.person(refund.number)
        in_same_month = refund.posted_in == original.posted_in
        reverses = None if in_same_month else original.number
        if person is not None:
            earner = people[person]
            if in_same_month:
                line = self._rated_line(refund, earner, plan)
            else:
                line = _line(earner.branch, plan, refund.amount, paid.rate, "1-4.1", reverses)
            lines[refund.number, person, COMMISSION] = line
        contract = self._contracts[refund.contract]
        if paid.assist_share is not None and self._assistant_in_post(contract, refund):
            clawed_back = to_fen(refund.amount * paid.rate)
            self._add_assist(lines, refund, contract, clawed_back, paid, people, plan, reverses)

    def _rated_line(self, receipt: Receipt, earner: PersonMonth, plan: Plan) -> LineRow:
        if earner.rating_rank is None or earner.tier is None:
            raise LookupError(f"{earner.person} never held a rank: {receipt.number}")
        return LineRow(
            branch=earner.branch,
            plan=plan.version,
            base=receipt.amount,
            rate=earner.tier.rate,
            amount=to_fen(receipt.amount * earner.tier.rate),
            rank=earner.rating_rank.code,
            net_sales=earner.sales,
            tier_floor=earner.tier.floor,
            reverses=None,
            article="1-4.1",
        )

    def _add_assist(
        self,
        lines: dict[Key, LineRow],
        receipt: Receipt,
        contract: Contract,
        commission: Decimal,
        paid: Paid,
        people: dict[str, PersonMonth],
        plan: Plan,
        reverses: str | None = None,
    ) -> None:
        """The assistant's share of a line's commission; out of the developer's pocket if the plan says so."""
        if contract.assistant is None or paid.assist_share is None:
            return
        assistant = people[contract.assistant]
        line = _line(assistant.branch, plan, commission, paid.assist_share, "1-6", reverses)
        lines[receipt.number, contract.assistant, ASSIST] = line
        developer = self._crediting.person(receipt.number)
        if paid.borne_by_developer and developer is not None:
            borne = _line(people[developer].branch, plan, -commission, paid.assist_share, "1-6", reverses)
            lines[receipt.number, developer, ASSIST_BORNE] = borne

    def _has_assist(self, contract: Contract, receipt: Receipt) -> bool:
        """Only on orphans' contracts, and to an assistant in post on the receipt's day, who isn't the closer."""
        return (
            self._clients.orphan_kind_of_contract[contract.number] is not None
            and contract.assistant != contract.closer
            and self._assistant_in_post(contract, receipt)
        )

    def _assistant_in_post(self, contract: Contract, receipt: Receipt) -> bool:
        if contract.assistant is None:
            return False
        return self._staffing.on(contract.assistant, receipt.received_on) is not None


def _line(branch: str, plan: Plan, base: Decimal, rate: Decimal, article: str, reverses: str | None) -> LineRow:
    amount = to_fen(base * rate)
    return LineRow(branch, plan.version, base, rate, amount, "", None, None, reverses, article)


def sum_of(lines: dict[Key, LineRow], person: str, *kinds: str) -> Decimal:
    """What the lines of some kinds pay a person: the sum of rounded lines."""
    return total(line.amount for (_receipt, paid, kind), line in lines.items() if paid == person and kind in kinds)
