"""Whose pay can't be known for want of data."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from rulebook.plan import Plan
from staff.roster import Person, Roster


def unpayable(roster: Roster, plan: Plan) -> dict[int, list[str]]:
    """People in post whose base pay can't be known, each with the reasons in the user's language.

    A rank that the plan doesn't have, or support without a base salary.
    """
    known_ranks = {rank.code for rank in plan.ranks}
    in_post = (person for person in roster.people.values() if person.last_post)
    found = {person.id: list(_reasons(person, known_ranks)) for person in in_post}
    return {person: reasons for person, reasons in found.items() if reasons}


def _reasons(person: Person, known_ranks: set[str]) -> Iterator[str]:
    for stretch in person.stretches:
        rank = person.rank_on(stretch.end)
        if stretch.in_sales and rank not in known_ranks:
            yield _("%(name)s (%(number)s): the plan has no rank “%(rank)s”.") % {
                "name": person.name,
                "number": person.number,
                "rank": rank,
            }
        if not stretch.in_sales and stretch.salary is None:
            yield _("%(name)s (%(number)s) has no base salary.") % {"name": person.name, "number": person.number}
