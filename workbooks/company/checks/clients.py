"""Clients, assignments, contracts and receipts: who may own, refer, sign and develop (1-5, 1-6)."""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from rulebook.month import Month
from rulebook.wording import month_text
from workbooks.company.company import Company
from workbooks.company.entries import Entry, Key
from workbooks.company.whereabouts import Whereabouts, in_sales
from workbooks.problems import Problems

Everybody = Mapping[Key, Whereabouts]


def check_clients(company: Company, whereabouts: Everybody, problems: Problems) -> None:
    """Check the clients, assignments, contracts and receipts that the file touches, or whose people it moves."""
    for client in company["clients"].entries.values():
        _check_in_post(whereabouts, problems, client, "owner", "registered_on")
        if client.is_touched and client.knows("referrer") and client["referrer"] == client["number"]:
            client.refuse(problems, "referrer", _("a client can't refer itself"))
    for assignment in company["assignments"].entries.values():
        _check_in_post(whereabouts, problems, assignment, "developer", "date", must_be_in_sales=True)
    for contract in company["contracts"].entries.values():
        _check_in_post(whereabouts, problems, contract, "closer", "signed_on")
    for contract in company["contracts"].touched:
        if contract.knows("closer", "assistant") and contract["assistant"] == contract["closer"]:
            contract.refuse(problems, "assistant", _("the closer can't be the assistant as well"))
    for receipt in company["receipts"].touched:
        _check_receipt(company, problems, receipt)
    _warn_of_later_months(company, problems)


def _check_receipt(company: Company, problems: Problems, receipt: Entry) -> None:
    if receipt.knows("received_on") and company.plans.at(Month.of(receipt["received_on"])) is None:
        receipt.refuse(problems, "received_on", _("no plan version is in force on that day"))
    if not receipt.knows("amount", "reverses"):
        return
    if receipt["reverses"] is None:
        if receipt["amount"] < 0:
            receipt.refuse(problems, "reverses", _("a refund (negative amount) must name the receipt it reverses"))
        return
    if receipt["amount"] > 0:
        receipt.refuse(problems, "amount", _("a refund's amount must be negative"))
    original = company["receipts"].get(receipt["reverses"])
    if original:
        _check_refund(problems, receipt, original)


def _warn_of_later_months(company: Company, problems: Problems) -> None:
    """Warn of receipts of a month that has not begun: a mistyped year would count only then, if it is ever seen."""
    this_month = Month.of(timezone.localdate())
    for receipt in company["receipts"].touched:
        if receipt.knows("received_on") and "received_on" in receipt.computed_from:
            month = Month.of(receipt["received_on"])
            if month > this_month:
                text = _("%(month)s has not begun yet: is the date right?")
                problems.warn(receipt.problem("received_on", text % {"month": month_text(month)}))


def _check_refund(problems: Problems, refund: Entry, original: Entry) -> None:
    if original.knows("amount") and original["amount"] < 0:
        refund.refuse(problems, "reverses", _("that is a refund itself"))
    elif refund.knows("contract") and original.knows("contract") and refund["contract"] != original["contract"]:
        refund.refuse(problems, "reverses", _("that receipt belongs to another contract"))


def _check_in_post(
    whereabouts: Everybody, problems: Problems, entry: Entry, field: str, date: str, *, must_be_in_sales: bool = False
) -> None:
    """Refuse a person who isn't in post on the day; if the file doesn't touch the row, the move that took them away."""
    if entry[field] is None or not entry.knows(field, date):
        return
    person = whereabouts[entry[field],]
    if not person.is_known(entry[date]) or not (entry.is_touched or person.is_touched):
        return
    department = person.on(entry[date])
    if department is None:
        reason = _("not in post on %(date)s") % {"date": entry[date]}
    elif must_be_in_sales and in_sales(department) is False:
        reason = _("not in sales on %(date)s") % {"date": entry[date]}
    else:
        return
    if entry.is_touched:
        entry.refuse(problems, field, reason)
    else:
        person.blame(problems, entry, date)
