"""What an importer may not bring in for themselves: who earns on a contract, its cash, and what happens to themselves.

Cash is refused rather than shown to who approves the month, for it ends nowhere: whoever brought the contract in, which
the importer could not, brings its cash too. What pays the importer through the pool of their branch is not: all cash of
the branch does, and it would be nobody's to bring.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from access.accounts.second_person import person_of
from access.actor import Actor
from clients.models import Contract
from compensation.corrections.selectors import closers_by_number
from staff.models import Employee
from workbooks.company.company import Company
from workbooks.company.entries import Entry, Key
from workbooks.company.whereabouts import Whereabouts, in_sales
from workbooks.problems import Problems

Everybody = Mapping[Key, Whereabouts]


def check_own(company: Company, whereabouts: Everybody, problems: Problems, by: Actor) -> None:
    """Refuse a new or changed contract by which the importer comes to earn or no longer does, cash and refunds on which
    they earn, and what happens to the importer: another of human resources brings it. The console, which is nobody,
    brings whole companies in."""
    own = Employee.objects.filter(pk=person_of(by.user) or 0).first() if by.user else None
    if own is None:
        return
    for contract in company["contracts"].touched:
        for name in _of_whom_it_concerns(contract, own.number):
            contract.refuse(problems, name, own_contract())
    earnings = _Earnings(company, whereabouts, own.number)
    for receipt in company["receipts"].touched:
        if receipt.knows("contract", "received_on", "reverses") and (paying := earnings.changed_by(receipt)):
            receipt.refuse(problems, "contract", own_receipt(own, paying))
    for sheet in ("events", "absences"):
        for entry in company[sheet].touched:
            if entry["employee"] == own.number and entry.computed_from:
                entry.refuse(problems, "employee", own_event())


def own_contract() -> str:
    """Why whoever acts doesn't bring a contract in, and who does."""
    return _("nobody says for themselves who is paid by a contract: another of human resources imports it")


def own_receipt(own: Employee, contract: str) -> str:
    """Why whoever acts, who is that person, does nothing to cash of a contract (by its number), and who does."""
    words = _(
        "it changes what contract %(contract)s pays %(person)s, who acts here: another of human resources does it"
    )
    return words % {"contract": contract, "person": own}


def own_event() -> str:
    """Why whoever acts doesn't bring in what happens to them, and who does."""
    return _("nobody brings in what happens to themselves: another of human resources does")


def _of_whom_it_concerns(contract: Entry, own: str) -> Iterator[str]:
    """The columns of a contract that name a person (by staff number) afterwards, or no longer do."""
    before = contract.record.values if contract.record else {}
    for name in Contract.EARNERS:
        if name in contract.computed_from and own in (contract[name], before.get(name)):
            yield name


class _Earnings:
    """On which cash a person (by staff number) earns, by the contracts as they stand after the import (1-4.1, 1-6)."""

    def __init__(self, company: Company, whereabouts: Everybody, own: str) -> None:
        self._contracts, self._own = company["contracts"], own
        self._where = whereabouts.get((own,))
        self._right_closers = {contract: closer for _day, _number, contract, closer in closers_by_number()}

    def changed_by(self, receipt: Entry) -> str:
        """The contract (by its number) by which a receipt or refund pays the person or takes something back, as it will
        be or as it was; empty where it does neither."""
        before = receipt.record.values if receipt.record else {}
        return next((str(one["contract"]) for one in (receipt.values, before) if one and self._come_from(one)), "")

    def _come_from(self, receipt: Mapping[str, Any]) -> bool:
        contract = self._contracts.get(receipt["contract"])
        if contract is None:
            return False
        closer = self._right_closers.get(receipt["contract"], contract["closer"])
        closed = closer == self._own and (receipt.get("reverses") is not None or self._sells_on(receipt["received_on"]))
        return closed or contract["assistant"] == self._own

    def _sells_on(self, day: Any) -> bool:
        """Whether the person is credited with cash of a day; so who sold once is no closer of what comes in later."""
        return self._where is None or not self._where.is_known(day) or in_sales(self._where.on(day)) is not False
