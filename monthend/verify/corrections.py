"""Corrections of locked months, rulings among them, month by month: what they adjust, and what counts from then on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from monthend.verify.amounts import NOTHING, parts_of
from monthend.verify.commissions import ASSIST, COMMISSION, Written
from monthend.verify.crediting import Crediting
from monthend.verify.facts import Correction, Facts, Receipt
from monthend.verify.paid import Paid
from monthend.verify.results import AdjustmentRow, BranchMoveRow, HeldRow, Key, MonthResults, RulingShareRow
from monthend.verify.rulings import WHOLE, Division, Holds, Rulings
from monthend.verify.staffing import Staffing
from rulebook.month import Month


@dataclass(slots=True)
class Line:
    """A line of a locked month: the dispute that it is held for, if any, and what everybody got for it by now, with the
    credited sales."""

    written: Written
    held_for: str | None
    got: dict[str, tuple[Decimal, Decimal]]

    @property
    def month(self) -> Month:
        """The month that it was paid in."""
        return self.written.receipt.posted_in


@dataclass
class Posted:
    """What a month's corrections do: people's adjustments, credited sales moved to people and sales to branches, and by
    how much each receipt is corrected. `settled` are those whom a dispute pays, in post or not."""

    adjustments: dict[Key, AdjustmentRow] = field(default_factory=dict)
    ruled_adjustments: dict[Key, AdjustmentRow] = field(default_factory=dict)
    shares: dict[Key, RulingShareRow] = field(default_factory=dict)
    branch_moves: dict[Key, BranchMoveRow] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    sales_of_people: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: NOTHING))
    sales_of_branches: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: NOTHING))
    receipts: list[tuple[Receipt, Decimal]] = field(default_factory=list)


class Corrections:
    """Keeps what corrections may move: the receipts and lines of the contracts that some correction is about."""

    def __init__(
        self, facts: Facts, staffing: Staffing, crediting: Crediting, rulings: Rulings, paid: dict[str, Paid]
    ) -> None:
        self._waiting = list(facts.corrections)
        self._other_pay = facts.other_pay
        self._staffing = staffing
        self._crediting = crediting
        self._rulings = rulings
        self._paid = paid
        self._holds = Holds(facts)
        self._contracts = {contract.number: contract for contract in facts.contracts}
        self._named = {correction.contract for correction in facts.corrections}
        self._receipts: dict[str, dict[str, Receipt]] = defaultdict(dict)
        self._amounts: dict[str, Decimal] = {}
        self._lines: dict[str, list[Line]] = defaultdict(list)

    def post(self, month: Month) -> Posted:
        """Post the corrections of a month, one after the other, before its own receipts are credited.

        What was decided on a contract before the first month is taken along with it.
        """
        posted = Posted()
        due = [correction for correction in self._waiting if correction.month <= month]
        self._waiting = [correction for correction in self._waiting if correction.month > month]
        for correction in due:
            if correction.ends_hold is not None:
                self._holds.end(correction.ends_hold)
            if correction.right_amount is not None:
                self._correct_amount(correction, correction.right_amount, posted)
            elif correction.right_closer is not None:
                self._correct_closer(correction, correction.right_closer, posted)
            elif correction.shares:
                self._rule(correction, posted, month)
            else:
                self._release(correction, posted)
        for pay in self._other_pay:
            if pay.month == month:
                posted.adjustments[pay.correction, pay.person, "", "", ""] = AdjustmentRow(pay.amount, NOTHING)
        return posted

    def held(self, receipts: Iterable[Receipt], results: MonthResults) -> Iterator[tuple[Key, HeldRow]]:
        """What of a month's lines isn't paid, since there is a dispute about their contract."""
        disputes = {receipt.number: self._holds.on(receipt.contract, receipt.posted_in) for receipt in receipts}
        for (number, person, kind, *_whose), line in [*results.lines.items(), *results.ruled_lines.items()]:
            dispute = disputes[number]
            if dispute is not None and line.amount:
                yield (number, kind, person, line.whose), HeldRow(line.branch, dispute, line.amount)

    def remember(self, receipts: Iterable[Receipt], written: Iterable[Written]) -> None:
        """Keep a month's receipts and lines, once it is computed."""
        for receipt in receipts:
            if receipt.contract in self._named:
                self._receipts[receipt.contract][receipt.number] = receipt
                self._amounts[receipt.number] = receipt.amount
        for line in written:
            receipt = line.receipt
            held_for = self._holds.on(receipt.contract, receipt.posted_in) if line.row.amount else None
            kept = Line(line, held_for, {})
            amount = NOTHING if held_for else line.row.amount
            kept.got[line.place.person] = (amount, self._sales(kept))
            self._lines[receipt.contract].append(kept)

    def _correct_amount(self, correction: Correction, right: Decimal, posted: Posted) -> None:
        """The receipt pays, at each line's rate, as if it had been right from the beginning; its refunds likewise.

        By a ruling the difference counts for the parties' branches.
        """
        receipt = self._receipts[correction.contract][correction.receipt or ""]
        difference = right - self._amounts[receipt.number]
        self._amounts[receipt.number] = right
        if receipt.number in self._paid:
            self._paid[receipt.number].amount = right
        posted.receipts.append((receipt, difference))
        branch = self._crediting.branch_of(self._contracts[receipt.contract])
        posted.sales_of_branches[branch] += difference
        division = self._rulings.in_force(correction.contract)
        if division is not None:
            parts = parts_of(difference, division.sales).items()
            moves = [(branch, -difference), *((division.branches[person], part) for person, part in parts)]
            self._move_branches(correction, moves, posted)
        for line in self._lines[correction.contract]:
            if receipt.number in (line.written.receipt.number, line.written.receipt.reverses):
                self._settle(correction, line, self._due(line), posted, spares=True)

    def _correct_closer(self, correction: Correction, right: str, posted: Posted) -> None:
        """All that the contract paid its closer, assists borne included, is the right closer's, as it was paid.

        A branch has all the contract's sales or, by a ruling, those of the closer's own part.
        """
        contract = self._contracts[correction.contract]
        wrong = self._crediting.closer_of(contract)
        before = self._crediting.branch_of(contract)
        of_wrong = [
            line
            for line in self._lines[correction.contract]
            if line.written.place.kind != ASSIST and wrong in self._holders(line)[0]
        ]
        taken_over = sum((self._due(line)[wrong][1] for line in of_wrong), NOTHING)
        division = self._rulings.in_force(correction.contract)
        self._crediting.hand_over(contract, right, correction.month)
        for line in of_wrong:
            self._settle(correction, line, {wrong: (NOTHING, NOTHING)} | self._due(line), posted, spares=True)
        after = self._crediting.branch_of(contract)
        if division is not None:
            posted.sales_of_branches[division.branches.get(wrong, before)] -= taken_over
            posted.sales_of_branches[after] += taken_over
            return
        for number in self._receipts[correction.contract]:
            posted.sales_of_branches[before] -= self._amounts[number]
            posted.sales_of_branches[after] += self._amounts[number]

    def _rule(self, correction: Correction, posted: Posted, month: Month) -> None:
        """Each line is due in parts of its amount by the new shares; the assistant's stays, and is paid if it was held.

        A branch's sales move as its people's.
        """
        before = self._rulings.in_force(correction.contract)
        lines = [(line, self._due(line)) for line in self._lines[correction.contract]]
        division = self._rulings.divide(correction)
        for person, branch in division.branches.items() if correction.month == month else ():
            posted.shares[correction.number, person] = RulingShareRow(
                division.sales[person], division.commission[person], branch
            )
        moves: list[tuple[str, Decimal]] = []
        for line, due in lines:
            self._settle_dispute(correction, line, due, posted)
            moves += [
                (self._branch_of(correction.contract, person, division, before), -sales)
                for person, (_amount, sales) in due.items()
            ]
            moves += [
                (self._branch_of(correction.contract, person, division, before), sales)
                for person, (_amount, sales) in self._due(line).items()
            ]
        self._move_branches(correction, moves, posted)

    def _move_branches(self, correction: Correction, moves: Iterable[tuple[str, Decimal]], posted: Posted) -> None:
        """Move sales to branches; what comes to nothing isn't told."""
        moved: dict[str, Decimal] = defaultdict(lambda: NOTHING)
        for branch, sales in moves:
            moved[branch] += sales
        for branch, sales in moved.items():
            if sales != NOTHING:
                posted.branch_moves[correction.number, branch] = BranchMoveRow(sales)
                posted.sales_of_branches[branch] += sales

    def _release(self, correction: Correction, posted: Posted) -> None:
        """What was held is paid to whom the lines belong by now."""
        for line in self._lines[correction.contract]:
            if line.held_for is not None and line.held_for == correction.ends_hold:
                line.held_for = None
                self._settle(correction, line, self._due(line), posted, spares=False)

    def _settle_dispute(
        self, correction: Correction, line: Line, before: dict[str, tuple[Decimal, Decimal]], posted: Posted
    ) -> None:
        """Pay everybody what is due on a line by a ruling, or take from those before what isn't any more."""
        if line.held_for is not None and line.held_for == correction.ends_hold:
            line.held_for = None
        elif line.written.place.kind == ASSIST:
            return
        self._settle(
            correction, line, dict.fromkeys(before, (NOTHING, NOTHING)) | self._due(line), posted, spares=False
        )

    def _branch_of(self, contract: str, person: str, division: Division, before: Division | None) -> str:
        """The branch that a person's part counts for by a ruling, by the one before, or by the contract."""
        if person in division.branches:
            return division.branches[person]
        if before is not None and person in before.branches:
            return before.branches[person]
        return self._crediting.branch_of(self._contracts[contract])

    def _holders(self, line: Line) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
        """Whose a line is by now, by shares of its sales and of its amount."""
        person = line.written.place.person
        if line.written.place.kind == ASSIST:
            return {person: WHOLE}, {person: WHOLE}
        sales, commission = self._rulings.holders(line.written.receipt.contract, person, after=line.month)
        return dict(sales), dict(commission)

    def _due(self, line: Line) -> dict[str, tuple[Decimal, Decimal]]:
        """What is due to each who holds a line, with the credited sales; nothing is paid while it is held."""
        sales_shares, shares = self._holders(line)
        amounts = parts_of(NOTHING if line.held_for else self._comes_to(line), shares)
        sales = parts_of(self._sales(line), sales_shares)
        return {person: (amounts[person], sales[person]) for person in shares}

    def _comes_to(self, line: Line) -> Decimal:
        """What a line comes to with what its receipt counts with now."""
        receipt, place = line.written.receipt, line.written.place
        paid = self._paid[receipt.reverses or receipt.number]
        if place.number is None:
            if place.kind == COMMISSION:
                return paid.commission(place.developer)
            return paid.part(paid.amount).assist if place.kind == ASSIST else -paid.borne(place.developer)
        if place.kind == COMMISSION:
            return -paid.commission_taken(place.developer, place.number)[place.person]
        if place.kind == ASSIST:
            return -paid.taken(place.number).assist
        return paid.borne_given_back(place.developer, place.number)[place.person]

    def _sales(self, line: Line) -> Decimal:
        """The credited sales that go with a line."""
        if not line.written.carries_sales:
            return NOTHING
        receipt = line.written.receipt
        amount = self._amounts[receipt.number]
        division = self._rulings.in_force(receipt.contract, until=receipt.posted_in)
        return amount if division is None else parts_of(amount, division.sales)[line.written.place.person]

    def _settle(
        self,
        correction: Correction,
        line: Line,
        due: dict[str, tuple[Decimal, Decimal]],
        posted: Posted,
        *,
        spares: bool,
    ) -> None:
        """Adjust what people got for a line to what is due; who isn't in post is spared, but not by disputes."""
        receipt, place, written = line.written.receipt, line.written.place, line.written.row
        for person, (amount, sales) in due.items():
            got, credited = line.got.get(person, (NOTHING, NOTHING))
            row = AdjustmentRow(amount - got, sales - credited)
            if row == AdjustmentRow(NOTHING, NOTHING):
                continue
            if spares and self._staffing.last_in_post(person, correction.month) is None:
                continue
            line.got[person] = (amount, sales)
            if not spares:
                posted.settled.add(person)
            key = (correction.number, person, receipt.number, place.kind, place.person)
            if written.ruling is None:
                posted.adjustments[key] = row
            else:
                posted.ruled_adjustments[*key, written.whose] = row
            posted.sales_of_people[person] += row.sales
