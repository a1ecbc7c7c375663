"""What an importer may not bring in for themselves: who earns on a contract, and what happens to themselves."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from access.accounts.second_person import person_of
from access.actor import Actor
from clients.models import Contract
from staff.models import Employee
from workbooks.company.company import Company
from workbooks.company.entries import Entry
from workbooks.problems import Problems


def check_own(company: Company, problems: Problems, by: Actor) -> None:
    """Refuse a new or changed contract by which the importer comes to earn or no longer does, and what happens to the
    importer: another of human resources brings it. The console, which is nobody, brings whole companies in."""
    own = Employee.objects.filter(pk=person_of(by.user) or 0).first() if by.user else None
    if own is None:
        return
    for contract in company["contracts"].touched:
        for name in _of_whom_it_concerns(contract, own.number):
            contract.refuse(problems, name, own_contract())
    for sheet in ("events", "absences"):
        for entry in company[sheet].touched:
            if entry["employee"] == own.number and entry.computed_from:
                entry.refuse(problems, "employee", own_event())


def own_contract() -> str:
    """Why whoever acts doesn't bring a contract in, and who does."""
    return _("nobody says for themselves who is paid by a contract: another of human resources imports it")


def own_event() -> str:
    """Why whoever acts doesn't bring in what happens to them, and who does."""
    return _("nobody brings in what happens to themselves: another of human resources does")


def _of_whom_it_concerns(contract: Entry, own: str) -> Iterator[str]:
    """The columns of a contract that name a person (by staff number) afterwards, or no longer do."""
    before = contract.record.values if contract.record else {}
    for name in Contract.EARNERS:
        if name in contract.computed_from and own in (contract[name], before.get(name)):
            yield name
