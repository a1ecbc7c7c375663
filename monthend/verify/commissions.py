"""Commission and assist lines (1-4.1, 1-6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from compensation.models import CommissionLine
from monthend.verify.crediting import Crediting
from monthend.verify.facts import Contract, Facts, Receipt
from monthend.verify.orphans import Clients
from monthend.verify.paid import Paid, Part, Refund
from monthend.verify.person_month import PersonMonth
from monthend.verify.results import Key, LineRow
from monthend.verify.rulings import Division, Rulings
from monthend.verify.staffing import Staffing
from rulebook.plan import AssistPaidBy, Plan, Rank, Tier

Kind = CommissionLine.Kind
COMMISSION, ASSIST, ASSIST_BORNE = Kind.COMMISSION.value, Kind.ASSIST.value, Kind.ASSIST_BORNE.value


@dataclass(frozen=True, slots=True)
class Pay:
    """What a line pays, `amount` (CNY), of its base (CNY) at its rate."""

    base: Decimal
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """Whose line of which kind, of which developer's own part; by which refund in their order, if it takes back."""

    person: str
    kind: str
    developer: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A line of a contract that some correction is about; with it the person was credited, if it `carries_sales`."""

    receipt: Receipt
    place: Place
    carries_sales: bool
    row: LineRow


@dataclass(frozen=True, slots=True)
class Work:
    """What the lines of one month are made from and written to; `people` are all in post or credited in it."""

    plan: Plan
    people: dict[str, PersonMonth]
    lines: dict[Key, LineRow] = field(default_factory=dict)
    ruled_lines: dict[Key, LineRow] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)


class Commissions:
    """Pays receipts month by month, and remembers the rates and what was refunded, where a refund is to come."""

    def __init__(
        self, facts: Facts, staffing: Staffing, clients: Clients, crediting: Crediting, rulings: Rulings
    ) -> None:
        self._staffing = staffing
        self._clients = clients
        self._crediting = crediting
        self._rulings = rulings
        self._contracts = {contract.number: contract for contract in facts.contracts}
        self._reversed = facts.cash.reversed
        self._corrected = {correction.contract for correction in facts.corrections}
        self.paid: dict[str, Paid] = {}

    def pay(self, receipts: Sequence[Receipt], people: dict[str, PersonMonth], plan: Plan) -> Work:
        """The lines of the receipts posted in one month: the cash, then the refunds by day and number."""
        work = Work(plan, people)
        for receipt in receipts:
            if receipt.reverses is None:
                self._pay_cash(work, receipt)
        for receipt in sorted(receipts, key=lambda receipt: (receipt.received_on, receipt.number)):
            if receipt.reverses is not None:
                self._claw_back(work, receipt, receipt.reverses)
        return work

    def _pay_cash(self, work: Work, receipt: Receipt) -> None:
        """Commission = own part of the receipt × rate; on an orphan's contract the assistant gets a share of it all."""
        developers = self._crediting.people(receipt.number)
        if not developers:
            return
        paid = Paid(
            rulings=self._rulings,
            contract=receipt.contract,
            posted_in=receipt.posted_in,
            amount=receipt.amount,
            rates={developer: self._rating(work, developer)[1].rate for developer in developers},
            shares=None if (division := self._crediting.division_of(receipt)) is None else division.commission,
            assist_share=work.plan.commission.assist_share if self._has_assistant(receipt) else None,
            borne_by_developer=work.plan.commission.assist_paid_by == AssistPaidBy.DEVELOPER,
        )
        if receipt.number in self._reversed or receipt.contract in self._corrected:
            self.paid[receipt.number] = paid
        whole = paid.part(receipt.amount)
        for developer in developers:
            pay = Pay(paid.own(developer, receipt.amount), paid.rates[developer], paid.commission(developer))
            self._add(work, paid, receipt, Place(developer, COMMISSION, developer), pay)
            base = paid.own(developer, whole.commission)
            self._bear_assist(
                work, paid, receipt, Place(developer, ASSIST_BORNE, developer), base, paid.borne(developer)
            )
        self._assist(work, paid, receipt, whole, None)

    def _claw_back(self, work: Work, receipt: Receipt, original: str) -> None:
        """At the rate paid on the receipt it reverses, in the same month the rate that the net reaches.

        The refund that brings the receipt to zero takes back what is left of its line, the assist likewise: less the
        rounded parts of the refunds before it, credited or not.
        From each who holds a part of a developer's line by then, if in post that day. The assistant's share of it
        likewise, if the assistant is in post that day, whether or not the developers still are.
        A developer who bore that share was paid so much less and gives so much less back, even if the assistant left.
        """
        paid = self.paid.get(original)
        if paid is None:
            return
        number = paid.take_back(Refund(receipt.posted_in, -receipt.amount))
        for developer in sorted(paid.rates):
            taken, bases = paid.commission_taken(developer, number), paid.bases(developer, number)
            given, borne = paid.borne_given_back(developer, number), paid.borne_bases(developer, number)
            for holder in sorted(bases):
                if not self._is_in_post(holder, receipt):
                    continue
                pay = Pay(-bases[holder], paid.rates[developer], -taken[holder])
                self._add(work, paid, receipt, Place(holder, COMMISSION, developer, number), pay)
                place = Place(holder, ASSIST_BORNE, developer, number)
                self._bear_assist(work, paid, receipt, place, -borne[holder], -given[holder])
        if self._is_in_post(self._contract(receipt).assistant, receipt):
            whole = paid.taken(number)
            self._assist(work, paid, receipt, Part(-whole.commission, -whole.assist), number)

    def _rating(self, work: Work, person: str) -> tuple[Rank, Tier]:
        """The tier that the person's net reaches, in the table of the rank held that month."""
        earner = work.people[person]
        if earner.rating_rank is None or earner.tier is None:
            raise LookupError(f"{earner.person} never held a rank")
        return earner.rating_rank, earner.tier

    def _assist(self, work: Work, paid: Paid, receipt: Receipt, part: Part, number: int | None) -> None:
        """The assistant's share of the commission of all developers."""
        assistant = self._contract(receipt).assistant
        if assistant is not None and paid.assist_share is not None:
            pay = Pay(part.commission, paid.assist_share, part.assist)
            self._add(work, paid, receipt, Place(assistant, ASSIST, assistant, number), pay)

    def _bear_assist(
        self, work: Work, paid: Paid, receipt: Receipt, place: Place, base: Decimal, amount: Decimal
    ) -> None:
        """Out of the line of a developer, if the plan doesn't have the company pay on top."""
        if paid.borne_by_developer and paid.assist_share is not None:
            self._add(work, paid, receipt, place, Pay(base, -paid.assist_share, -amount))

    def _add(self, work: Work, paid: Paid, receipt: Receipt, place: Place, pay: Pay) -> None:
        """Write a line; in the month of the rating it says by what it was rated."""
        contract, division = self._contract(receipt), self._crediting.division_of(receipt)
        is_later = receipt.posted_in != paid.posted_in
        is_rated = place.kind == COMMISSION and not is_later
        rank, tier = self._rating(work, place.person) if is_rated else (None, None)
        row = LineRow(
            branch=self._settled_at(receipt, place, division),
            plan=work.plan.version,
            base=pay.base,
            rate=pay.rate,
            amount=pay.amount,
            rank="" if rank is None else rank.code,
            net_sales=None if rank is None else work.people[place.person].sales,
            tier_floor=None if tier is None else tier.floor,
            reverses=receipt.reverses if is_later else None,
            article="1-4.1" if self._clients.orphan_kind_of_contract[contract.number] is None else "1-6",
            whose=place.developer if is_later else "",
            ruling=None if division is None else division.ruling,
        )
        key = (receipt.number, place.person, place.kind)
        if division is None:
            work.lines[key] = row
        else:
            work.ruled_lines[*key, row.whose] = row
        if receipt.contract in self._corrected:
            work.written.append(self._written(work, receipt, place, row))

    def _written(self, work: Work, receipt: Receipt, place: Place, row: LineRow) -> Written:
        """A line to be remembered; of a person's several of a receipt the first carries what that one is credited."""
        is_credited = place.kind == COMMISSION and place.person in self._crediting.people(receipt.number)
        carried = ((line.receipt.number, line.place.person) for line in work.written if line.carries_sales)
        return Written(receipt, place, is_credited and (receipt.number, place.person) not in carried, row)

    def _settled_at(self, receipt: Receipt, place: Place, division: Division | None) -> str:
        """The branch that settles a line: the receipt's or, by a ruling, the one that pays the person."""
        settled_at = self._crediting.settled_at(receipt)
        if division is None or place.kind == ASSIST:
            return settled_at
        return self._crediting.paid_at(place.person, receipt.posted_in, settled_at)

    def _has_assistant(self, receipt: Receipt) -> bool:
        """Only on orphans' contracts, in post on the receipt's day, and not the closer."""
        contract = self._contract(receipt)
        is_of_orphan = self._clients.orphan_kind_of_contract[contract.number] is not None
        is_another = contract.assistant != contract.closer
        return is_of_orphan and is_another and self._is_in_post(contract.assistant, receipt)

    def _is_in_post(self, person: str | None, receipt: Receipt) -> bool:
        if person is None or self._staffing.last_in_post(person, receipt.posted_in) is None:
            return False
        return self._staffing.on(person, receipt.received_on) is not None

    def _contract(self, receipt: Receipt) -> Contract:
        return self._contracts[receipt.contract]
