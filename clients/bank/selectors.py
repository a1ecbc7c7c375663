"""A bank statement beside our receipts: what is paired, what is open on either side, and whether the sums fit."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from access.models import User
from access.pages.links import listed
from access.reach import within_reach
from access.rights import Right, may
from clients.bank.rules import BankEntry, Match, Matching, OurEntry, match
from clients.bank.selectors_amounts import PresentAmounts
from clients.models import BankLine, BankPair, BankStatement, Receipt
from rulebook.money import ZERO

_LIVE = BankPair.objects.filter(ended_at=None).order_by()


@dataclass(frozen=True, slots=True)
class PairedLine:
    """A line and the receipts that it is, as they stand now."""

    line: BankLine
    pairs: Sequence[BankPair]
    present: PresentAmounts

    @property
    def receipts(self) -> Sequence[Receipt]:
        """The receipts that the line is."""
        return [pair.receipt for pair in self.pairs]

    @property
    def off(self) -> Decimal:
        """What the bank's line is more than its receipts (CNY): not zero where a receipt was changed since."""
        at_bank: Decimal = self.line.amount
        return at_bank - self.present.total(self.receipts)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A statement beside our receipts of its span (CNY); money that went out and is no refund counts nowhere.

    Receipts count with the amounts `present` now: a corrected one with the right amount, not with the recorded one.
    A receipt that an undecided line could be is `choosable`, and not `missing` until that is decided.
    """

    statement: BankStatement
    paired: Sequence[PairedLine]
    undecided: Sequence[tuple[BankLine, Sequence[Match]]]
    unknown: Sequence[BankLine]
    outgoing: Sequence[BankLine]
    aside: Sequence[BankLine]
    choosable: Sequence[Receipt]
    missing: Sequence[Receipt]
    ours: Decimal
    elsewhere: Decimal
    present: PresentAmounts

    @property
    def at_bank(self) -> Decimal:
        """All lines that concern receipts: what came in, and refunds paid out; without what was set aside."""
        return sum((line.amount for line in self._concerned()), ZERO)

    @property
    def only_bank(self) -> Decimal:
        """What is at the bank and not in our receipts."""
        return sum((line.amount for line in self.unknown), ZERO)

    @property
    def to_decide(self) -> Decimal:
        """The lines that wait for a decision."""
        return sum((line.amount for line, _candidates in self.undecided), ZERO)

    @property
    def could_be(self) -> Decimal:
        """The receipts that these lines could be."""
        return self.present.total(self.choosable)

    @property
    def only_ours(self) -> Decimal:
        """What is in our receipts and not at the bank."""
        return self.present.total(self.missing)

    @property
    def beyond(self) -> Decimal:
        """Receipts dated outside the span that lines of this statement are paired with."""
        first, last = self.statement.first_day, self.statement.last_day
        receipts = (receipt for paired in self.paired for receipt in paired.receipts)
        return self.present.total(receipt for receipt in receipts if not first <= receipt.received_on <= last)

    @property
    def off(self) -> Decimal:
        """What paired lines are more than their receipts, which were changed since."""
        return sum((paired.off for paired in self.paired), ZERO)

    @property
    def unexplained(self) -> Decimal:
        """What remains of the bank's sum when everything is accounted for: zero, to the fen."""
        open_ones = self.to_decide - self.could_be + self.only_bank - self.only_ours
        return self.at_bank - (self.ours + open_ones - self.elsewhere + self.beyond + self.off)

    def _concerned(self) -> Iterable[BankLine]:
        yield from (paired.line for paired in self.paired)
        yield from (line for line, _candidates in self.undecided)
        yield from self.unknown


def reconciliation_of(statement: BankStatement) -> Reconciliation:
    """Set a statement beside our receipts as they stand now, in a handful of queries."""
    lines = list(statement.lines.select_related("set_aside_by").order_by("day", "row"))
    pairs: dict[int, list[BankPair]] = defaultdict(list)
    live = _LIVE.filter(line__statement=statement).order_by("id")
    for pair in live.select_related("receipt__contract__client", "paired_by"):
        pairs[pair.line_id].append(pair)
    free = unpaired_receipts(statement)
    present = PresentAmounts.read()
    matching = matching_of(statement, free, present)
    candidates = {key: list(found) for key, found in matching.open.items()}
    for sure in matching.certain:
        candidates[sure.line.key] = [sure]
    waiting = [line for line in lines if line.pk not in pairs and line.set_aside_at is None]
    span = Q(received_on__gte=statement.first_day, received_on__lte=statement.last_day)
    recorded = Receipt.objects.filter(span).order_by().values_list("pk", "amount")
    of_span = [(pk, present.at(pk, amount)) for pk, amount in recorded]
    here = {pair.receipt_id for paired in pairs.values() for pair in paired}
    unpaired = {one.pk: one for one in free if statement.first_day <= one.received_on <= statement.last_day}
    undecided = [(line, candidates[line.pk]) for line in waiting if line.pk in candidates]
    named = {one.receipt.key for _line, ones in undecided for one in ones}
    return Reconciliation(
        statement=statement,
        paired=[PairedLine(line, pairs[line.pk], present) for line in lines if line.pk in pairs],
        undecided=undecided,
        unknown=[line for line in waiting if line.pk not in candidates and line.amount > 0],
        outgoing=[line for line in waiting if line.pk not in candidates and line.amount < 0],
        aside=[line for line in lines if line.set_aside_at is not None and line.pk not in pairs],
        choosable=[one for one in unpaired.values() if one.pk in named],
        missing=[one for one in unpaired.values() if one.pk not in named],
        ours=sum((amount for _pk, amount in of_span), ZERO),
        elsewhere=sum((amount for pk, amount in of_span if pk not in here and pk not in unpaired), ZERO),
        present=present,
    )


def unpaired_receipts(statement: BankStatement) -> list[Receipt]:
    """The receipts of the statement's span, and a few days around it, that are paired with no line of any statement."""
    around = dt.timedelta(statement.days)
    receipts = Receipt.objects.filter(
        ~Exists(_LIVE.filter(receipt=OuterRef("pk"))),
        received_on__gte=statement.first_day - around,
        received_on__lte=statement.last_day + around,
    )
    return list(receipts.select_related("contract__client").order_by("received_on", "number"))


def matching_of(statement: BankStatement, receipts: Iterable[Receipt], present: PresentAmounts) -> Matching:
    """Match a statement's open lines with these receipts, by the amounts that they count with now."""
    ended = BankPair.objects.filter(line__statement=statement, ended_at__isnull=False).order_by()
    return match(
        [entry_of(line) for line in _open_lines(BankLine.objects.filter(statement=statement)).order_by("pk")],
        [_our_entry(receipt, present.of(receipt)) for receipt in receipts],
        days=statement.days,
        rejected=frozenset(ended.values_list("line_id", "receipt_id")),
    )


def candidates_of(line: BankLine) -> Sequence[Match]:
    """What an open line could be, the likeliest first."""
    statement = line.statement
    matching = matching_of(statement, unpaired_receipts(statement), PresentAmounts.read())
    certain = [one for one in matching.certain if one.line.key == line.pk]
    return certain or matching.open.get(line.pk, ())


def entry_of(line: BankLine) -> BankEntry:
    """A line as the matching takes it."""
    return BankEntry(line.pk, line.day, line.amount, line.payer, line.purpose, line.reference)


def lines_waiting(viewer: User) -> tuple[int, str]:
    """How many lines of money that came in wait to be paired, and where they are listed; none for who doesn't pair."""
    if not may(viewer, Right.ADD, BankStatement):
        return 0, ""
    waiting = _open_lines(within_reach(viewer, BankLine.objects.filter(amount__gt=0)))
    return waiting.count(), listed(BankLine, state="open")


def with_state(lines: QuerySet[BankLine], state: str) -> QuerySet[BankLine]:
    """The lines that are paired, open (came in and wait), went out (no refund of ours), or were set aside."""
    match state:
        case "paired":
            return lines.filter(Exists(_LIVE.filter(line=OuterRef("pk"))))
        case "aside":
            return lines.filter(set_aside_at__isnull=False)
        case "open":
            return _open_lines(lines).filter(amount__gt=0)
        case "outgoing":
            return _open_lines(lines).filter(amount__lt=0)
    return lines


def _open_lines(lines: QuerySet[BankLine]) -> QuerySet[BankLine]:
    return lines.filter(~Exists(_LIVE.filter(line=OuterRef("pk"))), set_aside_at=None)


def _our_entry(receipt: Receipt, amount: Decimal) -> OurEntry:
    contract = receipt.contract
    return OurEntry(receipt.pk, receipt.received_on, amount, receipt.number, contract.number, contract.client.name)
