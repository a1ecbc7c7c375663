"""To whom the month's receipts are credited (1-4.1)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from compensation.codes import Uncredited
from monthend.verify.amounts import NOTHING, parts_of
from monthend.verify.facts import Contract, Facts, Receipt
from monthend.verify.orphans import Clients
from monthend.verify.results import CreditRow, Key
from monthend.verify.rulings import Division, HandOver, Rulings
from monthend.verify.staffing import Staffing
from rulebook.month import Month
from rulebook.plan import AfterLeavingSales, Plan


@dataclass(frozen=True, slots=True)
class Credited:
    """A receipt, or a party's part of it by a ruling, is credited to `person`, or to nobody because of `reason`."""

    person: str | None
    reason: str = ""
    party: str | None = None


class Crediting:
    """Credits month by month, and remembers to whom, where a refund is to come."""

    def __init__(self, facts: Facts, staffing: Staffing, clients: Clients, rulings: Rulings) -> None:
        self._reversed = facts.cash.reversed
        self._staffing = staffing
        self._clients = clients
        self._rulings = rulings
        self._contracts = {contract.number: contract for contract in facts.contracts}
        self._credited: dict[str, list[Credited]] = {}
        self._of_contract: dict[str, str] = {}
        self._right_closers: dict[str, str] = {}

    def closer_of(self, contract: Contract) -> str:
        """Who closed a contract, as far as it is known by now."""
        return self._right_closers.get(contract.number, contract.closer)

    def hand_over(self, contract: Contract, right_closer: str, month: Month) -> None:
        """From now on the contract counts as closed by another, who holds what the one before was credited with."""
        wrong = self.closer_of(contract)
        self._right_closers[contract.number] = right_closer
        change = HandOver(wrong, right_closer, self.branch_at_signing(contract, right_closer))
        self._rulings.hand_over(contract.number, month, change)
        for number, of in self._of_contract.items():
            if of == contract.number:
                self._credited[number] = [_handed_over(to, wrong, right_closer) for to in self._credited[number]]

    def credit(self, receipts: Sequence[Receipt], plan: Plan) -> None:
        """Credit the receipts posted in one month: the cash first, then the refunds of it or of earlier cash."""
        self._credited = {number: to for number, to in self._credited.items() if number in self._reversed}
        self._of_contract = {number: of for number, of in self._of_contract.items() if number in self._credited}
        for receipt in receipts:
            self._of_contract[receipt.number] = receipt.contract
            if receipt.reverses is None:
                self._credited[receipt.number] = list(self._credit_cash(receipt, plan))
        for receipt in receipts:
            if receipt.reverses is not None:
                self._credited[receipt.number] = list(self._credit_refund(receipt, receipt.reverses))

    def people(self, receipt: str) -> list[str]:
        """To whom a receipt was credited."""
        return [credited.person for credited in self._credited[receipt] if credited.person is not None]

    def net_sales(self, receipts: Sequence[Receipt]) -> dict[str, Decimal]:
        """Each person's net of all that receipts of a month credit them with, from contracts of all branches."""
        net: dict[str, Decimal] = defaultdict(lambda: NOTHING)
        for receipt in receipts:
            for credited, amount in self._amounts(receipt):
                if credited.person is not None:
                    net[credited.person] += amount
        return net

    def division_of(self, receipt: Receipt) -> Division | None:
        """How a receipt's contract was divided in the month that it counts in."""
        return self._rulings.in_force(receipt.contract, until=receipt.posted_in)

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

        Without such a person in post in the month it is the contract's branch. By a ruling it is where the first
        party's part is settled.
        """
        ruled = self.ruled_rows([receipt])
        if ruled:
            return ruled[min(ruled)].home
        people = self.people(receipt.number)
        if not people and receipt.reverses is not None:
            people = self.people(receipt.reverses)
        branch = self.branch_of(self._contracts[receipt.contract])
        return self.paid_at(people[0], receipt.posted_in, branch) if people else branch

    def paid_at(self, person: str, month: Month, otherwise: str) -> str:
        """The branch that pays a person in a month; another for who isn't in post in it."""
        stay = self._staffing.last_in_post(person, month)
        return otherwise if stay is None else stay.department.branch

    def rows(self, receipts: Sequence[Receipt]) -> dict[Key, CreditRow]:
        """The credits of a month's undivided receipts, as rows."""
        rows: dict[Key, CreditRow] = {}
        for receipt in receipts:
            if self.division_of(receipt) is None:
                (credited,) = self._credited[receipt.number]
                branch = self.branch_of(self._contracts[receipt.contract])
                home = self.settled_at(receipt)
                rows[receipt.number,] = CreditRow(branch, home, credited.person, receipt.amount, credited.reason, None)
        return rows

    def ruled_rows(self, receipts: Sequence[Receipt]) -> dict[Key, CreditRow]:
        """The credits of a month's divided receipts, each party's part of its own."""
        rows: dict[Key, CreditRow] = {}
        for receipt in receipts:
            division = self.division_of(receipt)
            if division is None:
                continue
            for credited, amount in self._amounts(receipt):
                party = credited.party or ""
                branch = division.branches[party]
                home = self.paid_at(party, receipt.posted_in, branch)
                rows[receipt.number, party] = CreditRow(
                    branch, home, credited.person, amount, credited.reason, division.ruling
                )
        return rows

    def _amounts(self, receipt: Receipt) -> Iterator[tuple[Credited, Decimal]]:
        """What of a receipt of the month each credit comes to."""
        division = self.division_of(receipt)
        parts = {} if division is None else parts_of(receipt.amount, division.sales)
        for credited in self._credited[receipt.number]:
            yield credited, receipt.amount if credited.party is None else parts[credited.party]

    def _credit_cash(self, receipt: Receipt, plan: Plan) -> Iterator[Credited]:
        """To the closer, or by a ruling each party's part to the party, if that person may be credited on that day."""
        contract = self._contracts[receipt.contract]
        division = self.division_of(receipt)
        if division is None:
            yield self._credit_closer(contract, receipt, plan)
            return
        for party in sorted(division.sales):
            may_be = self._may_be_credited(party, receipt, plan)
            yield Credited(party, party=party) if may_be else replace(self._nobody(party, receipt), party=party)

    def _credit_closer(self, contract: Contract, receipt: Receipt, plan: Plan) -> Credited:
        """To the closer, if on that day in post in a sales department; else as the plan says."""
        closer, day = self.closer_of(contract), receipt.received_on
        if self._is_in_post(closer, receipt) and self._staffing.in_sales(closer, day):
            return Credited(closer)
        if plan.commission.after_leaving_sales == AfterLeavingSales.OWNER:
            state = self._clients.state_on(contract.client, day)
            owner = None if state is None else state.owner
            if owner is not None and self._staffing.in_sales(owner, day) and self._is_in_post(owner, receipt):
                return Credited(owner)
            return Credited(None, Uncredited.OWNER_OUTSIDE_SALES)
        if self._may_be_credited(closer, receipt, plan):
            return Credited(closer)
        return self._nobody(closer, receipt)

    def _may_be_credited(self, person: str, receipt: Receipt, plan: Plan) -> bool:
        """In post in sales on the day or, where the plan has it, in post by then elsewhere."""
        if not self._is_in_post(person, receipt):
            return False
        if self._staffing.in_sales(person, receipt.received_on):
            return True
        was_in_sales = self._staffing.last_in_sales(person, receipt.received_on) is not None
        return plan.commission.after_leaving_sales == AfterLeavingSales.CLOSER and was_in_sales

    def _nobody(self, person: str, receipt: Receipt) -> Credited:
        """Why somebody isn't credited."""
        in_post = self._is_in_post(person, receipt)
        return Credited(None, Uncredited.CLOSER_OUTSIDE_SALES if in_post else Uncredited.CLOSER_LEFT)

    def _credit_refund(self, refund: Receipt, original: str) -> Iterator[Credited]:
        """To whoever the reversed receipt was credited to, if still in post on its day, in whatever department.

        By a ruling each party's part to the party, unless its own part of the original was credited to nobody.
        """
        before = sorted(self._credited[original], key=lambda credited: credited.person is not None)
        people = self.people(original)
        division = self.division_of(refund)
        parties = [None] if division is None else sorted(division.sales)
        own = {credited.party: credited.person for credited in before}
        for party in parties:
            person = party or (people[0] if people else None)
            if not people or person is None or own.get(party, person) is None:
                yield Credited(None, Uncredited.ORIGINAL_UNCREDITED, party)
            elif not self._is_in_post(person, refund):
                yield Credited(None, Uncredited.CREDITED_PERSON_LEFT, party)
            else:
                yield Credited(person, party=party)

    def _is_in_post(self, person: str, receipt: Receipt) -> bool:
        """In post on the receipt's day; if it came late, also in the month that it counts in, which pays."""
        if self._staffing.last_in_post(person, receipt.posted_in) is None:
            return False
        return self._staffing.on(person, receipt.received_on) is not None


def _handed_over(credited: Credited, wrong: str, right: str) -> Credited:
    """A credit after its person, or party, turned out to be another."""
    if credited.party is None:
        return Credited(right) if credited.person == wrong else credited
    if credited.party != wrong:
        return credited
    return Credited(right if credited.person == wrong else None, credited.reason, right)
