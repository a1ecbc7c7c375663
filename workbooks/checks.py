"""What must hold for the company as a whole once the file is imported; the story of all checks, top to bottom."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from rulebook.month import Month
from workbooks.checks_clients import check_clients
from workbooks.checks_locked import check_locked_months
from workbooks.checks_money import check_money
from workbooks.checks_opening import check_opening
from workbooks.company import Company, Table
from workbooks.entries import Entry, Key
from workbooks.layout import Column
from workbooks.problems import Problems
from workbooks.whereabouts import Whereabouts, trace_everybody


def check(company: Company, problems: Problems) -> dict[Key, Whereabouts]:
    """Tell all that is wrong with the file's new and changed rows; return where everybody is when."""
    for table in company.tables.values():
        _check_references(company, table, problems)
    _check_ranks(company, problems)
    whereabouts = trace_everybody(company, problems)
    check_clients(company, whereabouts, problems)
    check_money(company, whereabouts, problems)
    check_opening(company, whereabouts, problems)
    check_locked_months(company, problems)
    return whereabouts


def _check_references(company: Company, table: Table, problems: Problems) -> None:
    for column in table.parsed.sheet.columns:
        if column.refers_to:
            target = company[column.refers_to]
            for entry in _speaking_of(table, column):
                if target.get(entry.said[column.field]) is None:
                    reason = _("there is no such row in “%(sheet)s”") % {"sheet": target.parsed.sheet.title}
                    entry.refuse(problems, column.field, reason)


def _speaking_of(table: Table, column: Column) -> Iterator[Entry]:
    """Rows that name something in a column, also those whose own key can't be read."""
    for entry in (*table.in_file, *table.parsed.undeclared):
        if entry.said.get(column.field) is not None and (entry.record is None or column.field in entry.changed):
            yield entry


def _check_ranks(company: Company, problems: Problems) -> None:
    """Rank codes must be those of the plan in force on the day (1-4.2)."""
    for name, rank, date in (("employees", "rank", "hired_on"), ("events", "rank", "date")):
        for entry in company[name].touched:
            if entry[rank] is not None and entry.knows(rank, date):
                check_rank(company, problems, entry, rank, Month.of(entry[date]))


def check_rank(company: Company, problems: Problems, entry: Entry, field: str, month: Month) -> None:
    """Refuse a rank code that the plan in force in a month doesn't know."""
    plan = company.plans.at_or_first(month)
    codes = [rank.code for rank in plan.ranks] if plan else []
    if entry[field] not in codes:
        entry.refuse(problems, field, _("no such rank; there are: %(ranks)s") % {"ranks": "、".join(codes)})
