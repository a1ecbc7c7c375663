"""What a ruling on a dispute would do, or the end of a hold without one, told before it is done (3-1.3)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
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
from staff.models import Employee, Post

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


@dataclass(frozen=True, slots=True)
class _Place:
    """In which branch (id) somebody stood, until the post ended."""

    branch: int
    start: dt.date
    end: dt.date | None


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
    posts = _posts_of([one.person.pk for one in wanted.shares], month)
    in_order = sorted(wanted.shares, key=lambda one: one.person.number)
    shares = tuple(_share(one, contract, posts[one.person.pk], month) for one in in_order)
    correction = Correction(
        kind=Kind.RULING, month=month, contract=contract, reference=wanted.reference, hold=wanted.hold
    )
    before = closers_as_of(month, contract.pk)
    after = before.with_change(contract.pk, Split(0, month, shares))
    lines = _lines(correction, before, after)
    return _effect(correction, lines, lines.ruled, shares, [one.person for one in wanted.shares])


def effect_of_release(hold: Hold) -> CorrectionEffect:
    """What the end of a hold without a ruling would do: what was held goes to whom the lines name."""
    month = open_month(hold.contract)
    correction = Correction(kind=Kind.RELEASE, month=month, contract=hold.contract, reference=hold.reference, hold=hold)
    closers = closers_as_of(month, hold.contract_id)
    lines = _lines(correction, closers, closers)
    return _effect(correction, lines, lines.released, (), ())


def _lines(correction: Correction, before: Closers, after: Closers) -> LockedLines:
    locked = correction.month - 1
    receipts = Receipt.objects.filter(contract=correction.contract_id, posted_in__lte=locked)
    return LockedLines(receipts, locked, before, after, ends_hold=correction.hold_id)


def _effect(
    correction: Correction,
    lines: LockedLines,
    moving: Iterable[LockedLine],
    shares: Sequence[SplitShare],
    named: Iterable[Employee],
) -> CorrectionEffect:
    """What settling the lines moves, also for who has left: it is paid, or stands, on a payslip of its own."""
    found = list(settle(moving))
    people = {person.pk: person for person in (*named, *(line.employee for line in lines.source.values()))}
    if others := {move.person for move in found} - people.keys():
        people |= Employee.objects.in_bulk(others)
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


def _posts_of(people: Collection[int], month: Month) -> dict[int, list[_Place]]:
    """The posts of people (ids) that begin up to a month's end, in order of time; one query."""
    rows = Post.objects.filter(employee__in=people, start__lte=month.last).order_by("employee", "start")
    found: dict[int, list[_Place]] = defaultdict(list)
    for person, branch, start, end in rows.values_list("employee", "department__branch", "start", "end"):
        found[person].append(_Place(branch, start, end))
    return found


def _share(wanted: WantedShare, contract: Contract, posts: Sequence[_Place], month: Month) -> SplitShare:
    """With the branch that the part counts for: the party's when the contract was signed, else the present one."""
    person, day = wanted.person, contract.signed_on
    if not posts:
        text = _("%(name)s (%(number)s) was never in post until %(month)s.")
        raise RulingRefused(text % {"name": person.name, "number": person.number, "month": month}, "shares")
    then = next((post for post in posts if post.start <= day and (post.end is None or day < post.end)), posts[-1])
    return SplitShare(person.pk, person.number, wanted.sales, wanted.commission, then.branch)
