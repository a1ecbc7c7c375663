"""The lines of locked months as they stand now: what is due on them, to whom, and what everybody got so far."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.db.models import F, QuerySet, Sum

from clients.models import Receipt
from compensation.corrections.rules import NOTHING, LockedLine, PayAndSales, due_at
from compensation.corrections.selectors import present_amounts, reversals
from compensation.models import Adjustment, CommissionLine, Credit, HeldCommission
from compensation.rules import Reversal, assist_commission, commission
from compensation.rulings.rules import Closers, ContractHistory, Developed, Refund, Split, TakenBack
from rulebook.money import ZERO
from rulebook.month import Month

COMMISSION, ASSIST = CommissionLine.Kind.COMMISSION, CommissionLine.Kind.ASSIST


@dataclass(frozen=True)
class LockedLines:
    """The lines of some receipts, the refunds of each among them, up to the last `locked` month.

    `right` are amounts (CNY) that receipts (ids) are about to count with, `after` who holds their contracts from now
    on, and `ends_hold` is a hold (id) that is about to end.
    """

    receipts: QuerySet[Receipt]
    locked: Month
    before: Closers
    after: Closers
    right: Mapping[int, Decimal] = field(default_factory=dict)
    ends_hold: int | None = None

    @cached_property
    def source(self) -> Mapping[int, CommissionLine]:
        """The lines by id, in order of their receipts."""
        rows = CommissionLine.objects.filter(receipt__in=self.receipts, month__lte=self.locked)
        rows = rows.select_related("receipt__contract", "employee", "reversed_line__employee")
        ordered = rows.order_by("receipt__received_on", "receipt__number", "-kind", "employee__number")
        return {line.pk: line for line in ordered}

    @cached_property
    def rows(self) -> list[LockedLine]:
        """The lines as they stand."""
        return [self._row(line) for line in self.source.values()]

    @property
    def released(self) -> list[LockedLine]:
        """Those whose hold is about to end."""
        ending = {line for line, hold in self._held.items() if hold == self.ends_hold}
        return [row for row in self.rows if row.id in ending]

    @property
    def ruled(self) -> list[LockedLine]:
        """Those that a ruling moves: an assistant's stays as it is, and is paid if it is released (3-1.3)."""
        released = {row.id for row in self.released}
        return [row for row in self.rows if row.id in released or self.source[row.id].kind != ASSIST]

    def _row(self, line: CommissionLine) -> LockedLine:
        is_commission = line.kind == COMMISSION
        original = PayAndSales(line.amount, self._credited(line) if is_commission else ZERO)
        got = dict(self._adjusted[line.pk])
        got[line.employee_id] = got.get(line.employee_id, NOTHING) + original
        if line.pk in self._was_held:
            got[line.employee_id] -= PayAndSales(self._was_held[line.pk])
        due = self._due(line) or original
        if self._held.get(line.pk, self.ends_hold) != self.ends_hold:
            due = PayAndSales(ZERO, due.sales)
        before, after = self._parts(line, due, self.before), self._parts(line, due, self.after)
        return LockedLine(line.pk, is_commission, line.rate, before, after, got)

    def _parts(self, line: CommissionLine, due: PayAndSales, closers: Closers) -> dict[int, PayAndSales]:
        """Who is due which part: an assistant's line stays with the assistant (3-1.3)."""
        if line.kind == ASSIST:
            return {line.employee_id: due}
        holders = closers.holders(line.receipt.contract_id, line.employee_id, line.month)
        if not isinstance(holders, Split):
            return {holders: due}
        amounts, sales = holders.commission_parts(due.amount), holders.sales_parts(due.sales)
        return {person: PayAndSales(amounts[person], sales[person]) for person in amounts}

    def _due(self, line: CommissionLine) -> PayAndSales | None:
        """What a line comes to with what its receipt counts with by now, if that was corrected."""
        if line.receipt_id not in self._cash:
            return None
        cash, is_commission = self._cash[line.receipt_id], line.kind == COMMISSION
        if self.before.split(line.receipt.contract_id, line.month) is None:
            paid_at = self._rates[line.receipt.reverses_id or line.receipt_id]
            return due_at(cash, is_commission=is_commission, rate=line.rate, commission_rate=paid_at)
        own = Developed(line.employee_id, line.month, line.rate)
        if isinstance(cash, Reversal):
            return self._due_of_refund(line, own)
        return self._due_of_part(line, own, cash)

    def _due_of_part(self, line: CommissionLine, own: Developed, cash: Decimal) -> PayAndSales:
        """The same for a receipt that a ruling split when it counted (3-1.3)."""
        history = self._history(line)
        if line.kind == COMMISSION:
            split, base = self.before.split(line.receipt.contract_id, line.month), history.own_part(own, cash)
            return PayAndSales(commission(base, line.rate), split.sales_parts(cash)[own.person] if split else cash)
        paid = (commission(history.own_part(one, cash), one.rate) for one in self._developed[line.receipt_id])
        assist = assist_commission(sum(paid, ZERO), line.rate)
        return PayAndSales(assist if line.kind == ASSIST else history.own_part(own, assist))

    def _due_of_refund(self, line: CommissionLine, own: Developed) -> PayAndSales:
        """The same for a refund that was taken back in parts."""
        original = line.receipt.reverses_id or 0
        taken = TakenBack(
            self._history(line), self._developed[original], self._amount(original), self._refunds_until(line.receipt)
        )
        if line.kind == ASSIST:
            return PayAndSales(taken.assist(line.rate)[1])
        paid = self.source.get(line.reversed_line_id or 0)
        developed = Developed(paid.employee_id, paid.month, paid.rate) if paid else own
        if line.kind == COMMISSION:
            return PayAndSales(taken.commission(developed, own.person), self._credited(line))
        return PayAndSales(taken.borne(developed, own.person)[1])

    def _history(self, line: CommissionLine) -> ContractHistory:
        return ContractHistory(line.receipt.contract_id, self.before)

    def _amount(self, receipt: int) -> Decimal:
        cash = self._cash[receipt]
        assert isinstance(cash, Decimal)  # noqa: S101 - narrows the type; a receipt that is corrected is no refund
        return cash

    def _refunds_until(self, refund: Receipt) -> list[Refund]:
        """The refunds of a receipt up to and with one, in the order in which they count."""
        rows = Receipt.objects.filter(reverses=refund.reverses_id, posted_in__lte=self.locked)
        ordered = sorted((row.posted_in, row.received_on, row.number, row.amount) for row in rows)
        last = (refund.posted_in, refund.received_on, refund.number)
        return [Refund(month, amount) for month, day, number, amount in ordered if (month, day, number) <= last]

    def _credited(self, line: CommissionLine) -> Decimal:
        """The credited sales of a commission line: what it is computed from, unless a ruling's differ. Of several lines
        that a refund takes back from one person, the one of the lowest staff number carries them all."""
        base: Decimal = line.base
        if line.ruling_id is None:
            return base
        if self._carriers[line.receipt_id, line.employee_id] != line.pk:
            return ZERO
        return self._credits.get((line.receipt_id, line.employee_id), ZERO)

    @cached_property
    def _carriers(self) -> Mapping[tuple[int, int], int]:
        """By receipt and person (ids) the commission line that carries the credited sales."""
        found: dict[tuple[int, int], tuple[str, int]] = {}
        for line in self._commissions():
            of = line.reversed_line.employee.number if line.reversed_line else ""
            key = (line.receipt_id, line.employee_id)
            found[key] = min(found.get(key, (of, line.pk)), (of, line.pk))
        return {key: line for key, (_of, line) in found.items()}

    @cached_property
    def _cash(self) -> Mapping[int, Decimal | Reversal]:
        """What receipts that were corrected, or are about to be, count with; and their refunds."""
        corrected = {**present_amounts(self.receipts.filter(corrections__isnull=False)), **self.right}
        return {**corrected, **reversals(corrected, self.locked)}

    @cached_property
    def _rates(self) -> Mapping[int, Decimal]:
        return {line.receipt_id: line.rate for line in self._commissions()}

    @cached_property
    def _developed(self) -> Mapping[int, list[Developed]]:
        """The commission lines of receipts (ids)."""
        found: dict[int, list[Developed]] = defaultdict(list)
        for line in self._commissions():
            found[line.receipt_id].append(Developed(line.employee_id, line.month, line.rate))
        return found

    def _commissions(self) -> Iterator[CommissionLine]:
        return (line for line in self.source.values() if line.kind == COMMISSION)

    @cached_property
    def _credits(self) -> Mapping[tuple[int, int], Decimal]:
        """The sales credited to parties by rulings, by receipt and party (ids)."""
        if all(line.ruling_id is None for line in self.source.values()):
            return {}
        rows = Credit.objects.filter(receipt__in=self.receipts, party=F("employee")).order_by()
        return {
            (receipt, party or 0): amount for receipt, party, amount in rows.values_list("receipt", "party", "amount")
        }

    @cached_property
    def _was_held(self) -> Mapping[int, Decimal]:
        return {line: amount for line, (amount, _hold, _is_held) in self._holds.items()}

    @cached_property
    def _held(self) -> Mapping[int, int]:
        """The lines (ids) whose hold has not ended, each with the hold."""
        return {line: hold for line, (_amount, hold, is_held) in self._holds.items() if is_held}

    @cached_property
    def _holds(self) -> Mapping[int, tuple[Decimal, int, bool]]:
        """What was held of the lines (ids), by which hold, and whether it has not ended."""
        rows = HeldCommission.objects.filter(line__in=self.source).order_by()
        found = rows.values_list("line", "amount", "hold", "hold__ended_by")
        return {line: (amount, hold, ended_by is None) for line, amount, hold, ended_by in found}

    @cached_property
    def _adjusted(self) -> Mapping[int, dict[int, PayAndSales]]:
        adjusted: dict[int, dict[int, PayAndSales]] = defaultdict(dict)
        rows = Adjustment.objects.filter(line__in=self.source).order_by().values_list("line", "employee")
        for line, employee, amount, sales in rows.annotate(Sum("amount"), Sum("sales")):
            adjusted[line][employee] = PayAndSales(amount, sales)
        return adjusted
