"""What receipts and refunds add up to; a row that is wrong in itself counts for no other."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from rulebook.money import ZERO
from rulebook.wording import amount_text
from workbooks.company.company import Company
from workbooks.company.entries import Entry
from workbooks.problems import Problems


def check_sums(company: Company, problems: Problems) -> None:
    """Check what rows come to together, once all that is wrong with each alone has been told."""
    _check_refund_totals(company, problems)
    _check_contract_totals(company, problems)


def _check_refund_totals(company: Company, problems: Problems) -> None:
    """Refunds together must not exceed the receipt they reverse."""
    refunds: dict[str, list[Entry]] = defaultdict(list)
    for entry in company["receipts"].entries.values():
        if entry["reverses"] is not None and entry.knows("reverses", "amount"):
            refunds[entry["reverses"]].append(entry)
    for number, reversing in refunds.items():
        original = company["receipts"].get(number)
        if original and original.knows("amount") and original["amount"] > 0:
            _check_refunds_of(problems, original, reversing)


def _check_refunds_of(problems: Problems, original: Entry, refunds: list[Entry]) -> None:
    """Refuse each new refund that is too large by itself, and the last without which the others would fit."""
    amount = _present_amount(original)
    reason = _("the refunds of %(receipt)s together exceed it (%(amount)s)") % {
        "receipt": original.key[0],
        "amount": amount_text(amount),
    }
    left = amount + _sum(refund for refund in refunds if not refund.is_touched)
    if left < 0 and original.is_touched:
        original.refuse(problems, "amount", reason)
        return
    touched = sorted((refund for refund in refunds if refund.is_touched), key=lambda refund: refund.row or 0)
    for refund in touched:
        if left + refund["amount"] < 0:
            refund.refuse(problems, "amount", reason)
    right = [refund for refund in touched if not refund.bad]
    left += _sum(right)
    if left < 0:
        mending = [refund for refund in right if left - refund["amount"] >= 0]
        (mending or right)[-1].refuse(problems, "amount", reason)


def _sum(refunds: Iterable[Entry]) -> Decimal:
    return sum((refund["amount"] for refund in refunds), ZERO)


def _present_amount(receipt: Entry) -> Decimal:
    """What a receipt counts with: as the file says or, where that is nothing new, as a correction may say."""
    if receipt.record is None or "amount" in receipt.changed:
        return receipt["amount"]  # type: ignore[no-any-return]
    return receipt.record.values["present_amount"]  # type: ignore[no-any-return]


def _check_contract_totals(company: Company, problems: Problems) -> None:
    """Warn of receipts that together exceed their contract's amount: unusual, but no mistake."""
    received: dict[str, Decimal] = defaultdict(lambda: ZERO)
    last: dict[str, Entry] = {}
    for receipt in company["receipts"].entries.values():
        if not receipt.bad and receipt["contract"] is not None:
            received[receipt["contract"]] += _present_amount(receipt)
            if receipt.is_touched and receipt["amount"] > 0:
                last[receipt["contract"]] = receipt
    for number, receipt in last.items():
        contract = company["contracts"].get(number)
        if contract and contract.knows("amount") and received[number] > contract["amount"]:
            facts = {"contract": number, "amount": amount_text(contract["amount"])}
            reason = _("all receipts of %(contract)s together exceed its amount (%(amount)s)") % facts
            problems.warn(receipt.problem("amount", reason))
