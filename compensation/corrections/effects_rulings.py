"""What a ruling on a dispute would do, or the end of a hold without one, told before it is done (3-1.3)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from access.refusals import Refused
from clients.models import Contract, Receipt
from compensation.corrections.base_pay_left import left_by_moves
from compensation.corrections.effects import CorrectionEffect, ProposedAdjustment
from compensation.corrections.locked_lines import LockedLines
from compensation.corrections.rules import LockedLine, settle
from compensation.corrections.selectors import closers_as_of
from compensation.models import Correction, Hold
from compensation.rulings.rules import Closers, Split, SplitShare, sums_to_the_whole
from periods.selectors import last_locked_month
from rulebook.money import ZERO
from rulebook.month import Month
from staff.careers.selectors_roster import Roster, read_roster
from staff.models import Employee

Kind = Correction.Kind


class RulingRefused(Refused):
    """A ruling can't be posted; `field` is what of the wanted one speaks against it, if any."""


@dataclass(frozen=True, slots=True)
class WantedShare:
    """One party's part: of the contract's sales and of its commission (shares 0–1, four decimals)."""

    person: Employee
    sales: Decimal
    commission: Decimal


@dataclass(frozen=True, slots=True)
class WantedRuling:
    """How a contract is to be divided, by the dispute with the number `reference`, and the hold that ends with it."""

    contract: Contract
    shares: Sequence[WantedShare]
    reference: str
    hold: Hold | None = None


def open_month(contract: Contract) -> Month:
    """The month in which what is decided on a contract now is posted: after the last locked one; before any is locked,
    that of its first cash or, without any, in which it was signed."""
    if (last := last_locked_month()) is not None:
        return last + 1
    first = contract.receipts.order_by("posted_in").first()
    return first.posted_in if first else Month.of(contract.signed_on)


def effect_of_ruling(wanted: WantedRuling) -> CorrectionEffect:
    """What a ruling would do, writing nothing; a fixed number of queries. Raises RulingRefused."""
    contract, month = wanted.contract, open_month(wanted.contract)
    _require_shares(wanted.shares)
    roster = read_roster(month)
    shares = tuple(_share(one, contract, roster) for one in sorted(wanted.shares, key=lambda one: one.person.number))
    correction = Correction(
        kind=Kind.RULING, month=month, contract=contract, reference=wanted.reference, hold=wanted.hold
    )
    before = closers_as_of(month, contract.pk)
    after = before.with_change(contract.pk, Split(0, month, shares))
    lines = _lines(correction, before, after)
    return _effect(correction, lines, lines.ruled, shares)


def effect_of_release(hold: Hold) -> CorrectionEffect:
    """What the end of a hold without a ruling would do: what was held goes to whom the lines name."""
    month = open_month(hold.contract)
    correction = Correction(kind=Kind.RELEASE, month=month, contract=hold.contract, reference=hold.reference, hold=hold)
    closers = closers_as_of(month, hold.contract_id)
    lines = _lines(correction, closers, closers)
    return _effect(correction, lines, lines.released, ())


def _lines(correction: Correction, before: Closers, after: Closers) -> LockedLines:
    locked = correction.month - 1
    receipts = Receipt.objects.filter(contract=correction.contract_id, posted_in__lte=locked)
    return LockedLines(receipts, locked, before, after, ends_hold=correction.hold_id)


def _effect(
    correction: Correction, lines: LockedLines, moving: Iterable[LockedLine], shares: Sequence[SplitShare]
) -> CorrectionEffect:
    """What settling the lines moves, also for who has left: it is paid, or stands, on a payslip of its own."""
    found = list(settle(moving))
    people = Employee.objects.in_bulk({move.person for move in found})
    moves = [ProposedAdjustment(people[move.person], lines.source[move.line], move.got, move.change) for move in found]
    branch_moves = _branch_moves(correction, lines)
    return CorrectionEffect(correction, moves, [], left_by_moves(moves), shares, branch_moves)


def _branch_moves(correction: Correction, lines: LockedLines) -> dict[int, Decimal]:
    """The sales (CNY) that branches (ids) gain or lose with their people's: by whose they were and become, whatever the
    people got for them so far."""
    contract = correction.contract
    assert contract is not None  # noqa: S101 - narrows the type; the table's constraint says so
    branches = {
        share.person: share.branch
        for split in (lines.before.split(contract.pk), lines.after.split(contract.pk))
        if split is not None
        for share in split.shares
    }
    whole = lines.before.branch(contract.pk, contract.branch_id)
    moved: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in lines.rows:
        for person, due in line.due.items():
            moved[branches.get(person, whole)] += due.sales
        for person, was_due in line.was_due.items():
            moved[branches.get(person, whole)] -= was_due.sales
    return {branch: sales for branch, sales in sorted(moved.items()) if sales}


def _require_shares(shares: Sequence[WantedShare]) -> None:
    if len({one.person.pk for one in shares}) != len(shares):
        raise RulingRefused(_("Everybody is named once."), "shares")
    for found in ([one.sales for one in shares], [one.commission for one in shares]):
        if not sums_to_the_whole(found):
            text = _("The shares of the sales sum to 100 %, and so do those of the commission, with two decimals each.")
            raise RulingRefused(text, "shares")


def _share(wanted: WantedShare, contract: Contract, roster: Roster) -> SplitShare:
    """With the branch that the part counts for: the party's when the contract was signed, else the present one."""
    person = wanted.person
    known = roster.people.get(person.pk)
    post = roster.post_on(person.pk, contract.signed_on) or (known.posts[-1] if known and known.posts else None)
    if post is None:
        text = _("%(name)s (%(number)s) was never in post until %(month)s.")
        facts = {"name": person.name, "number": person.number, "month": roster.month}
        raise RulingRefused(text % facts, "shares")
    branch = roster.departments[post.department].branch
    return SplitShare(person.pk, person.number, wanted.sales, wanted.commission, branch)
