"""What turns out to be wrong after the lock: amounts, down to what was refunded already or up again, and closers."""

from collections.abc import Iterator
from decimal import Decimal

from monthend.verify.facts import Contract, Correction, Receipt
from rulebook.month import Month
from tests.companies.draft import FEN, Draft


def correct(draft: Draft, month: Month) -> None:
    """Correct some of what the months before the open one paid, by preference what is refunded in parts."""
    if month == draft.months[0]:
        return
    for turn in range(1, draft.chance.randint(0, 4) + 1):
        wrong_amount = draft.happens(0.6)
        found = _wrong_amount(draft, month) if wrong_amount else _wrong_closer(draft, month)
        if found is not None:
            contract, receipt, amount, closer = found
            number = f"T{month.year}{month.number:02}-{turn:04}"
            draft.corrections.append(Correction(number, month, contract.number, receipt, amount, closer))


Found = tuple[Contract, str | None, Decimal | None, str | None]


def _wrong_amount(draft: Draft, month: Month) -> Found | None:
    """Who is no longer in post can't be paid more; less than was refunded it can't have been."""
    receipts = _of_months_before(draft, month)
    if not receipts:
        return None
    receipt = draft.chance.choice(receipts)
    contract = draft.contract(receipt.contract)
    now, left = draft.amounts()[receipt.number], draft.left_to_refund()[receipt.number]
    refunded = now - left
    wanted = [refunded, refunded + FEN, now - FEN, now / 3, now + FEN, now + Decimal("7.77"), now * 2]
    right = draft.chance.choice(wanted).quantize(FEN)
    staffing = draft.staffing()
    paid = {person for number, person in _paid(draft) if number == receipt.number} | {draft.closer_of(contract)}
    if right > now and not all(staffing.days_in_post(person, month) for person in paid):
        right = refunded
    return (contract, receipt.number, right, None) if right >= refunded and right > 0 and right != now else None


def _wrong_closer(draft: Draft, month: Month) -> Found | None:
    """Who was in post when it was signed, in sales when its cash came, and gets a payslip now."""
    signed = [made for made in draft.contracts if draft.months[0].first <= made.signed_on < month.first]
    of_cash = {receipt.contract for receipt in _of_months_before(draft, month)}
    contracts = [made for made in signed if made.number in of_cash] or signed
    if not contracts:
        return None
    contract = draft.chance.choice(contracts)
    staffing, cash = draft.staffing(), [one for one in draft.receipts if one.contract == contract.number]
    others = [
        person
        for person in draft.people
        if person not in (contract.assistant, draft.closer_of(contract))
        and staffing.on(person, contract.signed_on)
        and staffing.days_in_post(person, month)
        and all(staffing.in_sales(person, one.received_on) for one in cash if one.reverses is None)
    ]
    return (contract, None, None, draft.chance.choice(others)) if others else None


def _of_months_before(draft: Draft, month: Month) -> list[Receipt]:
    """The cash that is locked; what is refunded in parts stands alone in it, where there is such."""
    cash = [one for one in draft.receipts if one.reverses is None and draft.months[0] <= one.posted_in < month]
    reversed_ = {one.reverses for one in draft.receipts}
    refunded = [one for one in cash if one.number in reversed_]
    return refunded if refunded and draft.happens(0.8) else cash


def _paid(draft: Draft) -> Iterator[tuple[str, str]]:
    """Each receipt and who was paid for it."""
    for results in draft.results:
        for receipt, person, _kind in results.lines:
            yield receipt, person
