"""Corrections after the lock: looked at before, made once, taken back only while their month is open."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from access.actor import Actor
from access.decisions.effect import Sentence
from access.decisions.signing import require_another
from access.history.acting import action
from access.models import User
from access.refusals import EffectChanged, Refused, require
from access.rights import Right, may
from clients.history.actions import rebuild_histories
from clients.models import Contract, Receipt
from compensation.awards.selectors import paid_beside
from compensation.corrections.base_pay_left import left_by_moves
from compensation.corrections.effects import CorrectionEffect, ProposedAdjustment
from compensation.corrections.locked_lines import ASSIST, LockedLines
from compensation.corrections.own_pool import why_not_of_own_pool
from compensation.corrections.posting import post
from compensation.corrections.rules import LockedLine, PayAndSales, settle
from compensation.corrections.selectors import closers_as_of, present_amounts, whom_it_concerns
from compensation.models import Adjustment, AwardDecision, Correction
from compensation.rulings.rules import CloserChange, Split
from periods.selectors import last_locked_month
from periods.turns import wait_for_turn
from rulebook.money import ZERO, round_fen
from rulebook.month import Month
from rulebook.wording import amount_text, month_text
from staff.careers.selectors_roster import Roster, read_roster
from staff.models import Employee

Kind = Correction.Kind


@dataclass(frozen=True, slots=True)
class WrongAmount:
    """A receipt of a locked month really was `right` (CNY)."""

    receipt: Receipt
    right: Decimal


@dataclass(frozen=True, slots=True)
class WrongCloser:
    """A contract of a locked month really was closed by `right`."""

    contract: Contract
    right: Employee


@dataclass(frozen=True, slots=True)
class OtherPay:
    """Somebody gets an amount (CNY, less than 0 takes back) that no receipt explains; an award's, if one is named."""

    employee: Employee
    amount: Decimal
    award: AwardDecision | None = None


Wanted = WrongAmount | WrongCloser | OtherPay


class CorrectionRefused(Refused):
    """A correction can't be made or taken back; `field` is what of the wanted one speaks against it, if any."""


def look_at_correction(wanted: Wanted, *, by: Actor) -> CorrectionEffect:
    """What a correction would do; CorrectionRefused also for who may not make it, or whose pay it changes."""
    maker = _require_maker(wanted, by)
    effect = effect_of(wanted)
    _require_other(maker, effect.correction, (move.person.pk for move in effect.moves))
    return effect


def effect_of(wanted: Wanted) -> CorrectionEffect:
    """What a correction would do, writing nothing; a fixed number of queries. Raises CorrectionRefused."""
    locked = last_locked_month()
    if locked is None:
        raise CorrectionRefused(_("No month is locked yet: import what is right, and compute again."))
    match wanted:
        case WrongAmount():
            return _amount(wanted, locked)
        case WrongCloser():
            return _closer(wanted, locked)
        case OtherPay():
            return _other(wanted, locked)


@action
def make_correction(wanted: Wanted, *, reason: str, shown: str, by: Actor) -> Correction:
    """Post a correction whose effect's digest was `shown`, with its adjustments, in the open month.

    It takes its turn, so that nothing it looked at changes meanwhile. Raises CorrectionRefused, or EffectChanged when
    the effect is another than was shown.
    """
    maker = _require_maker(wanted, by)
    if not reason.strip():
        raise CorrectionRefused(_("Say why."), "reason")
    wait_for_turn()
    effect = effect_of(wanted)
    _require_other(maker, effect.correction, (move.person.pk for move in effect.moves))
    if effect.digest != shown:
        raise EffectChanged(effect)
    correction = post(effect, reason.strip(), by)
    if correction.kind == Kind.CLOSER:
        rebuild_histories()
    return correction


@action
def withdraw_correction(correction: Correction, *, by: Actor) -> None:
    """Take back a correction whose month is still open, with its adjustments; nobody one that concerns their own pay.

    Raises CorrectionRefused.
    """
    wait_for_turn()
    if by.user is None or not may(by.user, Right.DELETE, Correction, correction):
        raise CorrectionRefused(_("Only human resources takes a correction back, and only while its month is open."))
    adjusted = correction.adjustments.values_list("employee", flat=True)
    _require_other(by.user, correction, adjusted, takes_back=True)
    later = _of_same_contract(correction).filter(pk__gt=correction.pk).order_by("pk").first()
    if correction.kind in Correction.OF_DISPUTES:
        raise CorrectionRefused(_("What ended a dispute stays: another ruling replaces or reverses it."))
    if later is not None:
        raise CorrectionRefused(_("%(later)s builds on it: take that back first.") % {"later": later.number})
    if correction.receipt is not None:
        _require_refunds_below(correction.receipt, correction.wrong_amount or ZERO)
    correction.adjustments.all().delete()
    correction.branch_moves.all().delete()
    correction.delete()
    if correction.kind == Kind.CLOSER:
        rebuild_histories()


def _amount(wanted: WrongAmount, locked: Month) -> CorrectionEffect:
    receipt = wanted.receipt
    present = present_amounts(Receipt.objects.filter(pk=receipt.pk))[receipt.pk]
    if receipt.reverses_id is not None:
        raise CorrectionRefused(
            _("That is a refund: import another refund, or the receipt it should have been."), "receipt"
        )
    if receipt.posted_in > locked:
        text = _("It counts in %(month)s, which is open: import it with the right amount.")
        raise CorrectionRefused(text % {"month": month_text(receipt.posted_in)}, "receipt")
    if wanted.right <= 0 or wanted.right != round_fen(wanted.right):
        text = _("The right amount is more than 0, with two decimals; what should not be there at all is refunded.")
        raise CorrectionRefused(text, "right")
    if wanted.right == present:
        raise CorrectionRefused(_("It counts with that amount already."), "right")
    _require_refunds_below(receipt, wanted.right)
    month, contract = locked + 1, receipt.contract
    closers = closers_as_of(month, contract.pk)
    correction = Correction(
        kind=Kind.AMOUNT,
        month=month,
        receipt=receipt,
        wrong_amount=present,
        right_amount=wanted.right,
        to_branch_id=closers.branch(contract.pk, contract.branch_id),
        moved_sales=wanted.right - present,
    )
    with_refunds = Receipt.objects.filter(Q(pk=receipt.pk) | Q(reverses=receipt))
    lines = LockedLines(with_refunds, locked, closers, closers, {receipt.pk: wanted.right})
    notes = [] if lines.rows else [_uncredited(receipt)]
    effect = _effect(correction, lines, lines.rows, notes, read_roster(month))
    return replace(effect, branch_moves=_to_parties(correction, closers.split(contract.pk)))


def _to_parties(correction: Correction, split: Split | None) -> dict[int, Decimal]:
    """Of the sales (CNY) by which a receipt is corrected the parts that a ruling gives other branches (ids; 3-1.3)."""
    if split is None or correction.to_branch_id is None:
        return {}
    moved = defaultdict(lambda: ZERO, {correction.to_branch_id: ZERO - correction.moved_sales})
    parts = split.sales_parts(correction.moved_sales)
    for share in split.shares:
        moved[share.branch] += parts[share.person]
    return {branch: sales for branch, sales in sorted(moved.items()) if sales}


def _closer(wanted: WrongCloser, locked: Month) -> CorrectionEffect:
    contract, right, month = wanted.contract, wanted.right, locked + 1
    closers = closers_as_of(month, contract.pk)
    wrong = closers.of(contract.pk, contract.closer_id)
    if Month.of(contract.signed_on) > locked:
        text = _("It was signed in %(month)s, which is open: import it with the right closer.")
        raise CorrectionRefused(text % {"month": month_text(Month.of(contract.signed_on))}, "contract")
    if right.pk == wrong:
        raise CorrectionRefused(_("It counts as closed by %(name)s already.") % {"name": right.name}, "right")
    if right.pk == contract.assistant_id:
        text = _(
            "%(name)s assists on this contract, and nobody assists on their own: correct what differs as other pay."
        )
        raise CorrectionRefused(text % {"name": right.name}, "right")
    roster = read_roster(month)
    post = roster.post_on(right.pk, contract.signed_on)
    if post is None:
        facts = {"name": right.name, "day": contract.signed_on}
        raise CorrectionRefused(_("%(name)s was not in post on %(day)s, when it was signed.") % facts, "right")
    receipts = Receipt.objects.filter(contract=contract, posted_in__lte=locked)
    before, after = closers.branch(contract.pk, contract.branch_id), roster.departments[post.department].branch
    change = CloserChange(month, wrong, right.pk, right.number, after)
    lines = LockedLines(receipts, locked, closers, closers.with_change(contract.pk, change))
    moving = [line for line in lines.rows if wrong in line.was_due and lines.source[line.id].kind != ASSIST]
    _require_in_sales(roster, right, (lines.source[line.id].receipt for line in moving))
    moved = sum(present_amounts(receipts).values(), ZERO)
    if split := closers.split(contract.pk):
        before = next((share.branch for share in split.shares if share.person == wrong), before)
        moved = sum((line.was_due[wrong].sales for line in moving), ZERO)
    correction = Correction(
        kind=Kind.CLOSER,
        month=month,
        contract=contract,
        wrong_closer_id=wrong,
        right_closer=right,
        from_branch_id=before,
        to_branch_id=after,
        moved_sales=ZERO if before == after else moved,
    )
    credited = {lines.source[line.id].receipt_id for line in lines.rows}
    notes = [_uncredited(receipt) for receipt in receipts.order_by("number") if receipt.pk not in credited]
    notes += [_others(receipt, holder) for receipt, holder in _of_others(lines, wrong)]
    return _effect(correction, lines, moving, notes, roster)


def _require_maker(wanted: Wanted, by: Actor) -> User:
    refusal = CorrectionRefused(_("Only human resources makes corrections."))
    maker = require(by, lambda user: may(user, Right.ADD, Correction), refusal)
    own = CorrectionRefused(_("Nobody gives themselves other pay: another of human resources does."), "employee")
    return require_another(maker, [wanted.employee.pk] if isinstance(wanted, OtherPay) else [], own)


def _require_other(user: User, correction: Correction, adjusted: Iterable[int], *, takes_back: bool = False) -> None:
    """Nobody makes or takes back what changes their own pay, whichever way: not by whose log-in, nor in which post."""
    words = _("It concerns your own pay: another of human resources makes such a correction, or takes it back.")
    require_another(user, whom_it_concerns(correction, adjusted), CorrectionRefused(words))
    if why := why_not_of_own_pool(user, correction, takes_back=takes_back):
        raise CorrectionRefused(why)


def _other(wanted: OtherPay, locked: Month) -> CorrectionEffect:
    month = locked + 1
    if wanted.amount == 0 or wanted.amount != round_fen(wanted.amount):
        raise CorrectionRefused(_("The amount is not 0, with two decimals."), "amount")
    if read_roster(month).home_of(wanted.employee.pk) is None:
        raise CorrectionRefused(_unpaid(wanted.employee, month), "employee")
    notes = [_award_paid(wanted, wanted.award)] if wanted.award else []
    notes += paid_beside(wanted.employee, wanted.amount, wanted.award)
    # What was posted before belongs to the effect, by its numbers: whoever confirms the same twice is asked again,
    # also when the first was paid back in between.
    without_receipt = Adjustment.objects.filter(month=month, employee=wanted.employee, line=None)
    posted = list(without_receipt.select_related("correction"))
    if posted:
        numbers = [one.correction.number for one in posted]
        facts = {"name": wanted.employee.name, "numbers": _(", ").join(numbers)}
        notes.append(
            Sentence(_("%(name)s has other pay of this month already: %(numbers)s.") % facts, "posted", numbers)
        )
    before = sum((one.amount for one in posted), ZERO)
    moved = ProposedAdjustment(wanted.employee, None, PayAndSales(before), PayAndSales(wanted.amount))
    return CorrectionEffect(Correction(kind=Kind.OTHER, month=month, award=wanted.award), [moved], notes)


def _award_paid(wanted: OtherPay, award: AwardDecision) -> Sentence:
    """Which award it pays; raises CorrectionRefused unless it pays it as it was signed, and once."""
    if award.state != AwardDecision.State.DONE or award.amount is None:
        raise CorrectionRefused(_("Only an award of money that is signed is paid."))
    if award.employee_id != wanted.employee.pk:
        raise CorrectionRefused(_("The award is another person's."), "employee")
    if award.amount != wanted.amount:
        text = _("The award was signed with %(amount)s: it is paid so, or not as an award.")
        raise CorrectionRefused(text % {"amount": amount_text(award.amount)}, "amount")
    paid = Correction.objects.filter(award=award).first()
    if paid is not None:
        facts = {"number": paid.number, "month": month_text(paid.month)}
        raise CorrectionRefused(_("The award is paid already, by %(number)s in %(month)s.") % facts)
    told = {"year": award.year, "kind": award.get_kind_display()}
    return Sentence(_("It pays the award of %(year)s: %(kind)s (1-8).") % told, "award", award)


def _of_others(lines: LockedLines, closer: int) -> list[tuple[Receipt, Employee]]:
    """The receipts whose commission is another's than the closer's, each with that person."""
    rows = [row for row in lines.rows if row.is_commission and row.holder not in (None, closer)]
    people = Employee.objects.in_bulk({row.holder for row in rows})
    return [(lines.source[row.id].receipt, people[row.holder or 0]) for row in rows]


def _effect(
    correction: Correction, lines: LockedLines, moving: Iterable[LockedLine], notes: list[Sentence], roster: Roster
) -> CorrectionEffect:
    """What settling the lines moves; from who is gone nothing is taken, and who is gone can't be paid: all in all."""
    found = list(settle(moving))
    people = Employee.objects.in_bulk({move.person for move in found})
    posted = []
    spared: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for move in found:
        if roster.home_of(move.person) is None:
            spared[move.person] -= move.change.amount
        else:
            posted.append(ProposedAdjustment(people[move.person], lines.source[move.line], move.got, move.change))
    for person, amount in spared.items():
        if amount < 0:
            raise CorrectionRefused(_unpaid(people[person], correction.month))
        facts = {"name": people[person].name, "amount": amount_text(amount)}
        notes.append(Sentence(_("%(name)s has left: %(amount)s is not taken back.") % facts, "spared", person, amount))
    correction.spared = sorted(spared)
    return CorrectionEffect(correction, posted, notes, left_by_moves(posted))


def _require_in_sales(roster: Roster, right: Employee, receipts: Iterator[Receipt]) -> None:
    for receipt in receipts:
        if receipt.reverses_id is not None:
            continue
        post = roster.post_on(right.pk, receipt.received_on)
        if post is None or not post.in_sales:
            facts = {"name": right.name, "day": receipt.received_on, "receipt": receipt.number}
            text = _("%(name)s was not in sales on %(day)s, when receipt %(receipt)s arrived.")
            raise CorrectionRefused(text % facts, "right")


def _require_refunds_below(receipt: Receipt, amount: Decimal) -> None:
    refunded = -(receipt.refunds.aggregate(total=Sum("amount"))["total"] or ZERO)
    if amount < refunded:
        text = _("%(refunded)s of it has been refunded: it can't have been less.")
        raise CorrectionRefused(text % {"refunded": amount_text(refunded)}, "right")


def _of_same_contract(correction: Correction) -> QuerySet[Correction]:
    """The corrections of the same contract and its receipts."""
    contract = correction.contract_id or (correction.receipt.contract_id if correction.receipt else None)
    if contract is None:
        return Correction.objects.none()
    return Correction.objects.filter(contract=contract) | Correction.objects.filter(receipt__contract=contract)


def _uncredited(receipt: Receipt) -> Sentence:
    words = _("Receipt %(receipt)s paid nobody: nothing moves for it.")
    return Sentence(words % {"receipt": receipt.number}, "uncredited", receipt)


def _others(receipt: Receipt, holder: Employee) -> Sentence:
    facts = {"receipt": receipt.number, "name": holder.name}
    words = _("Receipt %(receipt)s is credited to %(name)s: nothing moves for it.")
    return Sentence(words % facts, "another's", receipt, holder)


def _unpaid(person: Employee, month: Month) -> str:
    facts = {"name": person.name, "number": person.number, "month": month_text(month)}
    return _("%(name)s (%(number)s) is not in post in %(month)s and gets no payslip to be paid by.") % facts
