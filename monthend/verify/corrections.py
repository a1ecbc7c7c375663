"""Corrections of locked months, month by month: what they adjust, and what counts from then on."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from monthend.verify.amounts import NOTHING, to_fen
from monthend.verify.commissions import ASSIST, COMMISSION
from monthend.verify.crediting import Crediting
from monthend.verify.facts import Correction, Facts, Receipt
from monthend.verify.results import AdjustmentRow, Key, LineRow
from monthend.verify.staffing import Staffing
from rulebook.month import Month


@dataclass(slots=True)
class Held:
    """A line of a locked month: who holds it by now, and what everybody was paid for it, with the credited sales."""

    line: LineRow
    holder: str
    paid: dict[str, tuple[Decimal, Decimal]]


@dataclass
class Posted:
    """What a month's corrections do: people's adjustments, credited sales moved to people and sales to branches, by
    how much each receipt is corrected, and the right amounts by its number."""

    adjustments: dict[Key, AdjustmentRow] = field(default_factory=dict)
    sales_of_people: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: NOTHING))
    sales_of_branches: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: NOTHING))
    receipts: list[tuple[Receipt, Decimal]] = field(default_factory=list)
    amounts: dict[str, Decimal] = field(default_factory=dict)


class Corrections:
    """Keeps what corrections may move: the receipts and lines of the contracts that some correction is about."""

    def __init__(self, facts: Facts, staffing: Staffing, crediting: Crediting) -> None:
        self._corrections = facts.corrections
        self._other_pay = facts.other_pay
        self._staffing = staffing
        self._crediting = crediting
        self._contracts = {contract.number: contract for contract in facts.contracts}
        self._named = {correction.contract for correction in facts.corrections}
        self._receipts: dict[str, dict[str, Receipt]] = defaultdict(dict)
        self._amounts: dict[str, Decimal] = {}
        self._corrected: set[str] = set()
        self._lines: dict[str, dict[Key, Held]] = defaultdict(dict)

    def post(self, month: Month) -> Posted:
        """Post the corrections of a month, one after the other, before its own receipts are credited."""
        posted = Posted()
        for correction in self._corrections:
            if correction.month == month and correction.right_amount is not None:
                self._correct_amount(correction, correction.right_amount, posted)
            elif correction.month == month and correction.right_closer is not None:
                self._correct_closer(correction, correction.right_closer, posted)
        for pay in self._other_pay:
            if pay.month == month:
                posted.adjustments[pay.correction, pay.person, "", "", ""] = AdjustmentRow(pay.amount, NOTHING)
        return posted

    def remember(self, receipts: Iterable[Receipt], lines: dict[Key, LineRow]) -> None:
        """Keep a month's receipts and lines, once it is computed."""
        contracts = {receipt.number: receipt.contract for receipt in receipts if receipt.contract in self._named}
        for receipt in receipts:
            if receipt.number in contracts:
                self._receipts[receipt.contract][receipt.number] = receipt
                self._amounts[receipt.number] = receipt.amount
        for key, line in lines.items():
            receipt_number, person, kind = key
            if receipt_number in contracts:
                sales = line.base if kind == COMMISSION else NOTHING
                paid = {person: (line.amount, sales)}
                self._lines[contracts[receipt_number]][key] = Held(line, person, paid)

    def _correct_amount(self, correction: Correction, right: Decimal, posted: Posted) -> None:
        """The receipt pays, at each line's rate, as if it had been right from the beginning; its refunds likewise."""
        receipt = self._receipts[correction.contract][correction.receipt or ""]
        difference = right - self._amounts[receipt.number]
        self._amounts[receipt.number] = right
        self._corrected.add(receipt.number)
        posted.receipts.append((receipt, difference))
        posted.amounts[receipt.number] = right
        posted.sales_of_branches[self._crediting.branch_of(self._contracts[receipt.contract])] += difference
        for key, held in self._lines[correction.contract].items():
            if receipt.number in (key[0], self._receipts[correction.contract][key[0]].reverses):
                self._pay_up_to(correction, key, held.holder, self._due(correction.contract, key), posted)

    def _correct_closer(self, correction: Correction, right: str, posted: Posted) -> None:
        """All that the contract paid its closer, assists borne included, is the right closer's, as it was paid."""
        contract = self._contracts[correction.contract]
        wrong = self._crediting.closer_of(contract)
        for key, held in self._lines[correction.contract].items():
            if held.holder == wrong and key[2] != ASSIST:
                self._pay_up_to(correction, key, wrong, (NOTHING, NOTHING), posted)
                self._pay_up_to(correction, key, right, self._due(correction.contract, key), posted)
                held.holder = right
        before = self._crediting.branch_of(contract)
        self._crediting.hand_over(contract, right)
        after = self._crediting.branch_of(contract)
        for number in self._receipts[correction.contract]:
            posted.sales_of_branches[before] -= self._amounts[number]
            posted.sales_of_branches[after] += self._amounts[number]

    def _due(self, contract: str, key: Key) -> tuple[Decimal, Decimal]:
        """What a line comes to with what its receipt counts with now, and the credited sales that go with it."""
        number, _person, kind = key
        line, receipt = self._lines[contract][key].line, self._receipts[contract][number]
        sales = self._amounts[number] if kind == COMMISSION else NOTHING
        original = receipt.reverses or number
        if original not in self._corrected:
            return line.amount, sales
        own, whole = self._amounts[number], self._amounts[original]
        before = self._refunds_before(contract, receipt) if receipt.reverses else []
        if not receipt.reverses or whole + sum(before, own) != NOTHING:
            return self._pays(contract, key, original, own), sales
        left = sum((self._pays(contract, key, original, cash) for cash in (whole, *before)), NOTHING)
        return -left, sales

    def _refunds_before(self, contract: str, refund: Receipt) -> list[Decimal]:
        """The refunds of the same receipt that were posted before this one, credited or not."""
        place = (refund.posted_in, refund.received_on, refund.number)
        return [
            other.amount
            for other in self._receipts[contract].values()
            if other.reverses == refund.reverses and (other.posted_in, other.received_on, other.number) < place
        ]

    def _pays(self, contract: str, key: Key, original: str, cash: Decimal) -> Decimal:
        """What so much cash pays on a line, at the rate that the receipt was paid at, each step rounded."""
        lines = self._lines[contract]
        line = lines[key].line
        if key[2] == COMMISSION:
            return to_fen(cash * line.rate)
        paid_at = next(
            held.line.rate for other, held in lines.items() if (other[0], other[2]) == (original, COMMISSION)
        )
        return to_fen(to_fen(cash * paid_at) * line.rate)

    def _pay_up_to(
        self, correction: Correction, key: Key, person: str, due: tuple[Decimal, Decimal], posted: Posted
    ) -> None:
        """Adjust what a person was paid for a line to what is due; from who isn't in post nothing is taken."""
        held = self._lines[correction.contract][key]
        paid, credited = held.paid.get(person, (NOTHING, NOTHING))
        row = AdjustmentRow(due[0] - paid, due[1] - credited)
        if row == AdjustmentRow(NOTHING, NOTHING) or self._staffing.last_in_post(person, correction.month) is None:
            return
        held.paid[person] = due
        receipt, original, kind = key
        posted.adjustments[correction.number, person, receipt, kind, original] = row
        posted.sales_of_people[person] += row.sales
