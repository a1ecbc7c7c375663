"""What receipts of contracts that a ruling splits pay (3-1.3): each party's part at the own rate, the assist once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Sum

from clients.models import Receipt
from compensation.corrections.selectors import with_present_amount
from compensation.models import CommissionLine, Credit
from compensation.month.lines import ASSIST, ASSIST_BORNE, COMMISSION, Line, Rates
from compensation.rules import assist_commission, commission
from compensation.rulings.rules import Closers, ContractHistory, Developed, Refund, Split, TakenBack
from periods.bulk import any_of
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.plan import AssistPaidBy, Plan
from staff.careers.selectors_roster import Roster


class Cash(NamedTuple):
    """A receipt or refund, with what its contract says of the assist; `amount` (CNY) is what it counts with."""

    id: int
    contract: int
    posted_in: Month
    received_on: dt.date
    number: str
    reverses: int | None
    assistant: int | None
    orphan_kind: int | None
    amount: Decimal


class _PaidLine(NamedTuple):
    """A line of an earlier month whose receipt is now reversed."""

    receipt: int
    kind: str
    id: int
    employee: int
    rate: Decimal
    month: Month


class Part(NamedTuple):
    """One party's part of a receipt of the month: whose share, and to whom it is credited."""

    receipt: int
    party: int
    person: int | None
    ruling: int


@dataclass(frozen=True)
class _Facts:
    """What the parts of a branch are computed from: their receipts, with what these reverse and all that reverses it,
    the lines of earlier months, and to whom the month credits the parts in any branch."""

    cash: Mapping[int, Cash]
    refunds: Mapping[int, Sequence[Cash]]
    paid: Mapping[int, Sequence[_PaidLine]]
    credited: Mapping[int, Mapping[int, int | None]]


class SplitLines:
    """Turns the parts that are settled at a branch into lines."""

    def __init__(self, roster: Roster, plan: Plan, closers: Closers, parts: Collection[Part], rates: Rates) -> None:
        self.roster = roster
        self.plan = plan
        self.closers = closers
        self.facts = _read(roster.month, {part.receipt for part in parts})
        people = {person for credited in self.facts.credited.values() for person in credited.values() if person}
        self.rates = rates.with_nets(_net_sales(roster.month, people))

    def lines(self, part: Part) -> Iterator[Line]:
        """The lines of one part; that of the assistant comes with the first party's."""
        cash = self.facts.cash[part.receipt]
        original = self.facts.cash[cash.reverses] if cash.reverses else cash
        if original.posted_in == self.roster.month:
            found = self._of_month(part, cash, original)
        else:
            found = self._claw_back(part, cash, original)
        article = "1-6" if cash.orphan_kind else "1-4.1"
        yield from (line._replace(article=line.article or article, ruling=part.ruling) for line in found)

    def _of_month(self, part: Part, cash: Cash, original: Cash) -> Iterator[Line]:
        """Of cash of this month, or a refund of it: at the rate that the person's net reaches."""
        credited = {
            party: person for party, person in self.facts.credited[original.id].items() if self._is_paid(person)
        }
        developed = {party: Developed(party, cash.posted_in, self.rates.of(party).rate) for party in credited}
        history, taken = self._history(cash), self._taken_back(cash, original, list(developed.values()))
        if not developed:
            return
        base = history.own_part(developed[part.party], cash.amount) if part.party in developed else ZERO
        if part.party in developed and part.person is not None:
            rate, rank, net, floor = self.rates.of(part.party)
            amount = taken.commission(developed[part.party], part.party) if taken else commission(base, rate)
            yield Line(cash.id, part.person, COMMISSION, base, rate, amount, "", rank, net, floor)
        if self._is_assisted(cash, original):
            yield from self._assist(part, cash, developed, taken)

    def _assist(
        self, part: Part, cash: Cash, developed: Mapping[int, Developed], taken: TakenBack | None
    ) -> Iterator[Line]:
        """The assistant's share of what all developers get, and what each of them bears of it (1-6)."""
        share, history = self.plan.commission.assist_share, self._history(cash)
        if taken:
            base, amount = taken.assist(share)
        else:
            paid = (commission(history.own_part(line, cash.amount), line.rate) for line in developed.values())
            base = sum(paid, ZERO)
            amount = assist_commission(base, share)
        if self._is_first(part) and self._is_in_post(cash.assistant, cash):
            yield Line(cash.id, cash.assistant or 0, ASSIST, base, share, amount, "1-6")
        bears = self.plan.commission.assist_paid_by is AssistPaidBy.DEVELOPER
        if bears and part.party in developed and part.person is not None:
            line = replace(developed[part.party], rate=-share)
            own = (history.own_part(line, base), history.own_part(line, -amount))
            base, amount = taken.borne(line, part.party) if taken else own
            yield Line(cash.id, part.person, ASSIST_BORNE, base, -share, amount, "1-6")

    def _claw_back(self, part: Part, cash: Cash, original: Cash) -> Iterator[Line]:
        """Take back what earlier months' lines paid, each at its own rate, from each holder the own part."""
        paid = [
            (line, Developed(line.employee, line.month, line.rate)) for line in self.facts.paid.get(original.id, [])
        ]
        developed = [own for line, own in paid if line.kind == COMMISSION]
        taken = self._taken_back(cash, original, developed)
        if taken is None or not developed:
            return
        is_in_post = self._is_in_post(part.party, cash)
        for line, own in paid:
            if line.kind == ASSIST:
                if self._is_first(part) and self._is_in_post(line.employee, cash):
                    base, amount = taken.assist(line.rate)
                    yield self._taken(cash, line.employee, line, base, amount)
            elif is_in_post and part.party in taken.bases(own):
                if line.kind == COMMISSION:
                    base, amount = taken.bases(own)[part.party], taken.commission(own, part.party)
                else:
                    base, amount = taken.borne(own, part.party)
                yield self._taken(cash, part.party, line, base, amount)

    def _taken(self, cash: Cash, person: int, line: _PaidLine, base: Decimal, amount: Decimal) -> Line:
        article = "" if line.kind == COMMISSION else "1-6"
        return Line(cash.id, person, line.kind, base, line.rate, amount, article, reversed_line=line.id)

    def _taken_back(self, cash: Cash, original: Cash, developed: Sequence[Developed]) -> TakenBack | None:
        """What a refund takes back; None for cash that is no refund."""
        if cash.reverses is None:
            return None
        refunds = self.facts.refunds[original.id]
        until_this = refunds[: refunds.index(cash) + 1]
        return TakenBack(
            self._history(cash),
            developed,
            original.amount,
            [Refund(refund.posted_in, refund.amount) for refund in until_this],
        )

    def _history(self, cash: Cash) -> ContractHistory:
        return ContractHistory(cash.contract, self.closers)

    def _is_paid(self, person: int | None) -> bool:
        return person is not None and person not in self.roster.left_out

    def _split(self, cash: Cash) -> Split:
        split = self.closers.split(cash.contract)
        assert split is not None  # noqa: S101 - narrows the type; parts are of contracts that a ruling splits
        return split

    def _is_first(self, part: Part) -> bool:
        return part.party == min(self._split(self.facts.cash[part.receipt]).shares, key=lambda one: one.number).person

    def _is_assisted(self, cash: Cash, original: Cash) -> bool:
        """An assist is paid on orphans' contracts to an assistant in post on the receipt's day (1-6)."""
        return cash.orphan_kind is not None and self._is_in_post(cash.assistant, original)

    def _is_in_post(self, person: int | None, cash: Cash) -> bool:
        return self.roster.paid_post_on(person, cash.received_on) is not None


def _read(month: Month, receipts: Collection[int]) -> _Facts:
    """Read it in a fixed number of queries."""
    own = _cash(Receipt.objects.filter(pk__in=any_of(receipts)), month)
    originals = {cash.reverses for cash in own.values() if cash.reverses is not None}
    cash = own | _cash(Receipt.objects.filter(pk__in=any_of(originals)), month)
    reversing = _cash(Receipt.objects.filter(reverses__in=any_of(originals), posted_in__lte=month), month)
    refunds: dict[int, list[Cash]] = defaultdict(list)
    for refund in sorted(reversing.values(), key=lambda one: (one.posted_in, one.received_on, one.number)):
        refunds[refund.reverses or 0].append(refund)
    paid: dict[int, list[_PaidLine]] = defaultdict(list)
    lines = CommissionLine.objects.filter(month__lt=month, receipt__in=any_of(originals)).order_by("id")
    for line in map(_PaidLine._make, lines.values_list(*_PaidLine._fields)):
        paid[line.receipt].append(line)
    credited: dict[int, dict[int, int | None]] = defaultdict(dict)
    credits = Credit.objects.filter(month=month, receipt__in=any_of(cash), party__isnull=False)
    rows = credits.order_by("party__number").values_list("receipt", "party", "employee")
    for receipt, party, person in rows:
        credited[receipt][party or 0] = person
    return _Facts(cash, refunds, paid, credited)


def _cash(receipts: Any, month: Month) -> dict[int, Cash]:
    rows = with_present_amount(receipts, month).order_by()
    fields = (
        "pk", "contract", "posted_in", "received_on", "number", "reverses", "contract__assistant",
        "contract__orphan_kind", "present_amount",
    )  # fmt: skip
    return {row[0]: Cash(*row) for row in rows.values_list(*fields)}


def _net_sales(month: Month, people: Collection[int]) -> dict[int, Decimal]:
    rows = Credit.objects.filter(month=month, employee__in=any_of(people)).order_by().values_list("employee")
    return {person or 0: net for person, net in rows.annotate(Sum("amount"))}
