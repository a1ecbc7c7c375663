"""Rank codes are those of the plan in force (1-4.2)."""

from django.utils.translation import gettext as _

from rulebook.month import Month
from rulebook.plan import Plan
from workbooks.company import Company
from workbooks.entries import Entry
from workbooks.problems import Problems


def check_ranks(company: Company, problems: Problems) -> None:
    """Check the ranks taken on a hire and on entering sales, by the plan of that day."""
    for name, date in (("employees", "hired_on"), ("events", "date")):
        for entry in company[name].touched:
            if entry["rank"] is not None and entry.knows("rank", date):
                check_rank(problems, entry, "rank", company.plans.at_or_first(Month.of(entry[date])))


def check_rank(problems: Problems, entry: Entry, field: str, plan: Plan | None) -> None:
    """Refuse a rank code that a plan doesn't know; without any plan there are no ranks."""
    codes = [rank.code for rank in plan.ranks] if plan else []
    if entry[field] not in codes:
        entry.refuse(problems, field, _("no such rank; there are: %(ranks)s") % {"ranks": _(", ").join(codes)})
