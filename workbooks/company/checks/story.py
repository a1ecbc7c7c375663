"""What must hold for the company as a whole once the file is imported; the story of all checks, top to bottom."""

from access.actor import Actor
from workbooks.company.checks.clients import check_clients
from workbooks.company.checks.disputed import check_disputed
from workbooks.company.checks.locked import check_locked_months
from workbooks.company.checks.money import check_money
from workbooks.company.checks.numbers import check_numbers
from workbooks.company.checks.opening import check_opening
from workbooks.company.checks.order import check_dates_in_order
from workbooks.company.checks.orphans import check_assignments_are_needed
from workbooks.company.checks.own import check_own
from workbooks.company.checks.references import check_departments, check_ranks, check_references
from workbooks.company.checks.sums import check_sums
from workbooks.company.checks.weights import check_weights
from workbooks.company.company import Company
from workbooks.company.entries import Key
from workbooks.company.whereabouts import Whereabouts, trace_everybody
from workbooks.problems import Problems


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
    check_weights(company, whereabouts, problems, by)
    check_own(company, whereabouts, problems, by)
    check_disputed(company, problems)
    check_opening(company, whereabouts, problems)
    check_locked_months(company, problems)
    check_sums(company, problems)
    check_numbers(company, problems)
    return whereabouts
