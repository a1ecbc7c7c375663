"""Whose weights an importer may bring: nobody gives their own, and a general manager's is the director's (1-7.2.2)."""

from django.utils.translation import gettext as _

from access.accounts.second_person import is_unknown_person, person_of, unknown_person
from access.actor import Actor
from access.roles import Duty, charged
from rulebook.wording import sentences_text
from staff.models import Employee
from workbooks.company.company import Company
from workbooks.company.entries import Entry
from workbooks.problems import Problems


def check_weights(company: Company, problems: Problems, by: Actor) -> None:
    """Refuse a new or changed weight of the importer's own, by this or any earlier log-in; name a general manager's.

    A log-in that is nobody's brings none: whose own they are can't be told. The console, which is nobody, brings whole
    companies in.
    """
    brought = [entry for entry in company["weights"].touched if _brings_weight(entry)]
    if by.user is None or not brought:
        return
    if is_unknown_person(by.user):
        reason = sentences_text([unknown_person(), _("Until then leave the sheet of the weights out.")])
        brought[0].refuse(problems, "weight", reason)
        return
    own = Employee.objects.filter(pk=person_of(by.user) or 0).values_list("number", flat=True).first()
    managers = _general_managers({entry["employee"] for entry in brought})
    for entry in brought:
        if entry["employee"] == own:
            entry.refuse(problems, "weight", own_weight())
        elif entry["employee"] in managers:
            reason = _("the weight of a branch's general manager is the marketing director's to give: was it given?")
            problems.warn(entry.problem("weight", reason))


def own_weight() -> str:
    """Why whoever acts doesn't bring a weight in, and who does."""
    return _("nobody gives their own weight: the branch's general manager does, or another of human resources")


def _brings_weight(entry: Entry) -> bool:
    """Whether the file gives somebody another weight than stands."""
    return entry.knows("employee", "weight") and "weight" in entry.computed_from


def _general_managers(numbers: set[str]) -> set[str]:
    """Who of these (by staff number) is a branch's general manager."""
    weighers = charged(Duty.WEIGHS_SUPPORT)
    found = Employee.objects.filter(number__in=numbers, user__is_active=True, user__role__in=weighers)
    return set(found.values_list("number", flat=True))
