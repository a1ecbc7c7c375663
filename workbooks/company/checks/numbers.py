"""Numbers and names that are probably mistyped, or that two have: warned of, for what others kept is taken as it is."""

from collections.abc import Callable, Hashable
from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from access.history.masking import masked
from clients.names import whole_name
from staff.numbers.checks import (
    plain_id_number,
    plain_number,
    why_no_account,
    why_no_card,
    why_no_id_number,
    why_no_phone,
)
from workbooks.company.company import Company, SheetTable
from workbooks.company.entries import Entry
from workbooks.problems import Problems

Why = Callable[[str], str | None]


def check_numbers(company: Company, problems: Problems) -> None:
    """Warn of ID, card and telephone numbers that can't be right, and of what two people or two clients share."""
    today = timezone.localdate()
    people, clients = company["employees"], company["clients"]
    _warn_of_wrong(people, problems, "id_number", lambda number: why_no_id_number(number, today))
    _warn_of_wrong(people, problems, "bank_account", _why_no_card_or_account)
    _warn_of_wrong(people, problems, "phone", why_no_phone)
    _warn_of_shared(people, problems, "id_number", plain_id_number, _("the same number as %(other)s"))
    _warn_of_shared(people, problems, "bank_account", plain_number, _("the same number as %(other)s"))
    _warn_of_shared(clients, problems, "name", whole_name, _("the same name as %(other)s"))


def _why_no_card_or_account(number: str) -> str | None:
    """An import can't tell whether it is a card: that a number may be a passbook's or a company's is said."""
    wrong = why_no_card(number)
    if wrong is None or why_no_account(number) is not None:
        return wrong
    return _("%(wrong)s; right if it is a passbook's or a company's account") % {"wrong": wrong}


def _warn_of_wrong(table: SheetTable, problems: Problems, field: str, why: Why) -> None:
    for entry in table.touched:
        if _brings(entry, field) and (reason := why(entry[field])):
            _warn(problems, entry, field, reason)


def _warn_of_shared(
    table: SheetTable, problems: Problems, field: str, plain: Callable[[str], Hashable], reason: str
) -> None:
    """Warn at rows of the file, each of the first that has the same: those of the database before the file's."""
    if not any(_brings(entry, field) for entry in table.touched):
        return
    first: dict[Hashable, Entry] = {}
    right = [entry for entry in table.entries.values() if entry[field] is not None and not entry.bad]
    for entry in sorted(right, key=lambda entry: _brings(entry, field)):
        key = plain(entry[field])
        other = first.setdefault(key, entry) if key else entry
        if other is not entry and _brings(entry, field):
            _warn(problems, entry, field, reason % {"other": other.key[0]})


def _warn(problems: Problems, entry: Entry, field: str, reason: str) -> None:
    """Warn at the cell; a person's number by its last digits, as consoles and logs keep what they are told."""
    problem = entry.problem(field, reason)
    is_private = entry.sheet.name == "employees"
    problems.warn(replace(problem, value=masked(problem.value or "")) if is_private else problem)


def _brings(entry: Entry, field: str) -> bool:
    """Whether the file says something new in this field."""
    if not entry.is_touched or not entry.knows(field) or entry[field] is None:
        return False
    return entry.record is None or field in entry.changed
