"""What must hold for the company as a whole once the file is imported; the story of all checks, top to bottom."""

from access.actor import Actor
from workbooks.checks_clients import check_clients
from workbooks.checks_departments import check_departments
from workbooks.checks_locked import check_locked_months
from workbooks.checks_money import check_money
from workbooks.checks_numbers import check_numbers
from workbooks.checks_opening import check_opening
from workbooks.checks_order import check_dates_in_order
from workbooks.checks_orphans import check_assignments_are_needed
from workbooks.checks_ranks import check_ranks
from workbooks.checks_references import check_references
from workbooks.checks_sums import check_sums
from workbooks.checks_weights import check_weights
from workbooks.company import Company
from workbooks.entries import Key
from workbooks.problems import Problems
from workbooks.whereabouts import Whereabouts, trace_everybody


def check(company: Company, problems: Problems, *, by: Actor) -> dict[Key, Whereabouts]:
    """Tell all that is wrong with the new and changed rows that somebody brings; return where everybody is when."""
    check_references(company, problems)
    check_dates_in_order(company, problems)
    check_ranks(company, problems)
    check_departments(company, problems)
    whereabouts = trace_everybody(company, problems)
    check_clients(company, whereabouts, problems)
    check_assignments_are_needed(company, whereabouts, problems)
    check_money(company, whereabouts, problems)
    check_weights(company, problems, by)
    check_opening(company, whereabouts, problems)
    check_locked_months(company, problems)
    check_sums(company, problems)
    check_numbers(company, problems)
    return whereabouts
