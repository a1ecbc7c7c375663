"""To whom the month's receipts are credited (1-4.1)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from compensation.codes import Uncredited
from monthend.verify.amounts import NOTHING
from monthend.verify.facts import Contract, Facts, Receipt
from monthend.verify.orphans import Clients
from monthend.verify.results import CreditRow, Key
from monthend.verify.staffing import Staffing
from rulebook.plan import AfterLeavingSales, Plan


@dataclass(frozen=True, slots=True)
class Credited:
    """A receipt is credited to `person`, or to nobody because of `reason`."""

    person: str | None
    reason: str = ""


class Crediting:
    """Credits month by month, and remembers to whom, where a refund is to come."""

    def __init__(self, facts: Facts, staffing: Staffing, clients: Clients) -> None:
        self._reversed = facts.cash.reversed
        self._staffing = staffing
        self._clients = clients
        self._contracts = {contract.number: contract for contract in facts.contracts}
        self._credited: dict[str, Credited] = {}
        self._of_contract: dict[str, str] = {}
        self._right_closers: dict[str, str] = {}

    def closer_of(self, contract: Contract) -> str:
        """Who closed a contract, as far as it is known by now."""
        return self._right_closers.get(contract.number, contract.closer)

    def hand_over(self, contract: Contract, right_closer: str) -> None:
        """From now on the contract counts as closed by another, who holds what the one before was credited with."""
        wrong = self.closer_of(contract)
        self._right_closers[contract.number] = right_closer
        for number, of in self._of_contract.items():
            if of == contract.number and self._credited[number].person == wrong:
                self._credited[number] = Credited(right_closer)

    def credit(self, receipts: Sequence[Receipt], plan: Plan) -> None:
        """Credit the receipts posted in one month: the cash first, then the refunds of it or of earlier cash."""
        self._credited = {number: to for number, to in self._credited.items() if number in self._reversed}
        self._of_contract = {number: of for number, of in self._of_contract.items() if number in self._credited}
        for receipt in receipts:
            self._of_contract[receipt.number] = receipt.contract
            if receipt.reverses is None:
                self._credited[receipt.number] = self._credit_cash(receipt, plan)
        for receipt in receipts:
            if receipt.reverses is not None:
                self._credited[receipt.number] = self._credit_refund(receipt, receipt.reverses)

    def person(self, receipt: str) -> str | None:
        """To whom a receipt was credited."""
        return self._credited[receipt].person

    def net_sales(self, receipts: Sequence[Receipt]) -> dict[str, Decimal]:
        """Each person's net of all receipts of a month credited to them, from contracts of all branches."""
        net: dict[str, Decimal] = defaultdict(lambda: NOTHING)
        for receipt in receipts:
            person = self.person(receipt.number)
            if person is not None:
                net[person] += receipt.amount
        return net

    def branch_of(self, contract: Contract) -> str:
        """The branch that the closer belonged to when the contract was signed: its receipts always count there."""
        return self.branch_at_signing(contract, self.closer_of(contract))

    def branch_at_signing(self, contract: Contract, closer: str) -> str:
        """The branch that somebody belonged to when a contract was signed."""
        stay = self._staffing.on(closer, contract.signed_on)
        if stay is None:
            raise LookupError(f"{closer} is not in post on {contract.signed_on}: {contract.number}")
        return stay.department.branch

    def settled_at(self, receipt: Receipt) -> str:
        """The branch that pays whoever the receipt is credited to, or whoever a refund would have been.

        Without such a person in post in the month it is the contract's branch.
        """
        person = self.person(receipt.number)
        if person is None and receipt.reverses is not None:
            person = self.person(receipt.reverses)
        stay = self._staffing.last_in_post(person, receipt.posted_in) if person is not None else None
        return self.branch_of(self._contracts[receipt.contract]) if stay is None else stay.department.branch

    def rows(self, receipts: Sequence[Receipt]) -> dict[Key, CreditRow]:
        """The credits of a month's receipts, as rows."""
        rows: dict[Key, CreditRow] = {}
        for receipt in receipts:
            credited = self._credited[receipt.number]
            branch = self.branch_of(self._contracts[receipt.contract])
            home = self.settled_at(receipt)
            rows[receipt.number,] = CreditRow(branch, home, credited.person, receipt.amount, credited.reason)
        return rows

    def _credit_cash(self, receipt: Receipt, plan: Plan) -> Credited:
        """To the closer, if on that day in post in a sales department; else as the plan says."""
        contract = self._contracts[receipt.contract]
        closer, day = self.closer_of(contract), receipt.received_on
        in_post = self._is_in_post(closer, receipt)
        if in_post and self._staffing.in_sales(closer, day):
            return Credited(closer)
        after_leaving = plan.commission.after_leaving_sales
        if after_leaving == AfterLeavingSales.OWNER:
            state = self._clients.state_on(contract.client, day)
            owner = None if state is None else state.owner
            if owner is not None and self._staffing.in_sales(owner, day) and self._is_in_post(owner, receipt):
                return Credited(owner)
            return Credited(None, Uncredited.OWNER_OUTSIDE_SALES)
        was_in_sales = self._staffing.last_in_sales(closer, day) is not None
        if after_leaving == AfterLeavingSales.CLOSER and in_post and was_in_sales:
            return Credited(closer)
        return Credited(None, Uncredited.CLOSER_OUTSIDE_SALES if in_post else Uncredited.CLOSER_LEFT)

    def _credit_refund(self, refund: Receipt, original: str) -> Credited:
        """To whoever the reversed receipt was credited to, if still in post on its day, in whatever department."""
        person = self._credited[original].person
        if person is None:
            return Credited(None, Uncredited.ORIGINAL_UNCREDITED)
        if not self._is_in_post(person, refund):
            return Credited(None, Uncredited.CREDITED_PERSON_LEFT)
        return Credited(person)

    def _is_in_post(self, person: str, receipt: Receipt) -> bool:
        """In post on the receipt's day; if it came late, also in the month that it counts in, which pays."""
        if self._staffing.last_in_post(person, receipt.posted_in) is None:
            return False
        return self._staffing.on(person, receipt.received_on) is not None
