"""Whose weights an importer may bring: nobody gives their own, and a general manager's is the director's (1-7.2.2)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from access.accounts.second_person import is_unknown_person, person_of, unknown_person
from access.actor import Actor
from access.roles import Duty, charged
from compensation.month.selectors import sharing_with
from rulebook.month import Month
from rulebook.wording import sentences_text
from staff.models import Employee
from workbooks.company.company import Company
from workbooks.company.entries import Entry, Key
from workbooks.company.whereabouts import Whereabouts, in_sales
from workbooks.problems import Problems

Everybody = Mapping[Key, Whereabouts]


def check_weights(company: Company, whereabouts: Everybody, problems: Problems, by: Actor) -> None:
    """Refuse a new or changed weight of the importer's own, by this or any earlier log-in, and of a pool in which they
    share, before or by the import, since the weights' ratio counts; name a general manager's.

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
    own = Employee.objects.filter(pk=person_of(by.user) or 0).first()
    pools = _Pools(whereabouts, own) if own else None
    managers = _general_managers({entry["employee"] for entry in brought})
    for entry in brought:
        if own and entry["employee"] == own.number:
            entry.refuse(problems, "weight", own_weight())
        elif pools and pools.are_shared(entry):
            entry.refuse(problems, "weight", own_pool())
        elif entry["employee"] in managers:
            reason = _("the weight of a branch's general manager is the marketing director's to give: was it given?")
            problems.warn(entry.problem("weight", reason))


def own_weight() -> str:
    """Why whoever acts doesn't bring a weight in, and who does."""
    return _("nobody gives their own weight: the branch's general manager does, or another of human resources")


def own_pool() -> str:
    """Why whoever acts brings in no weight of a pool in which they share, and who does."""
    return _(
        "you share in this branch's pool, in which each weight changes your share: another of human resources imports"
        " it, or the branch's general manager fills in the table"
    )


class _Pools:
    """The branches' pools of each month in which somebody shares, as it stands and as it would be."""

    def __init__(self, whereabouts: Everybody, own: Employee) -> None:
        self._whereabouts, self._own = whereabouts, own
        self._sharing: dict[Month, set[str]] = {}

    def are_shared(self, weight: Entry) -> bool:
        """Whether a weight is of such a pool."""
        if not weight.knows("month"):
            return False
        month, number = weight["month"], weight["employee"]
        if month not in self._sharing:
            people = Employee.objects.filter(pk__in=sharing_with(month, self._own.pk))
            self._sharing[month] = set(people.values_list("number", flat=True))
        branch = self._branch(number, month)
        own = self._branch(self._own.number, month)
        return number in self._sharing[month] or (branch is not None and branch == own)

    def _branch(self, number: str, month: Month) -> object:
        """The branch of the last department in support in which somebody is within the month (1-7)."""
        found = self._whereabouts.get((number,))
        last = found.last_within(month, is_support) if found else None
        return last["branch"] if last else None


def is_support(department: Entry) -> bool:
    """Whether a department is known to be in support."""
    return in_sales(department) is False


def _brings_weight(entry: Entry) -> bool:
    """Whether the file gives somebody another weight than stands."""
    return entry.knows("employee", "weight") and "weight" in entry.computed_from


def _general_managers(numbers: set[str]) -> set[str]:
    """Who of these (by staff number) is a branch's general manager."""
    weighers = charged(Duty.WEIGHS_SUPPORT)
    found = Employee.objects.filter(number__in=numbers, user__is_active=True, user__role__in=weighers)
    return set(found.values_list("number", flat=True))
