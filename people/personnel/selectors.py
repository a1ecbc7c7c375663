"""What a personnel change may be, and what speaks against one: the same that an imported workbook is held to."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from access.refusals import Refused
from clients.models import Assignment, Client, Contract
from periods.selectors import is_locked
from rulebook.month import Month
from rulebook.plan import Plan
from rulebook.selectors import NoPlanInForce, plan_version_at
from rulebook.wording import month_text
from staff.models import EARLIEST, LATEST, Department, Employee, PersonnelEvent

Kind = PersonnelEvent.Kind


@dataclass(frozen=True, slots=True)
class PostTerms:
    """Where somebody goes and on what terms: a rank in sales, a base salary (CNY a month) in support."""

    department: Department
    rank: str = ""
    base_salary: Decimal | None = None

    @property
    def in_sales(self) -> bool:
        """Whether the department is of the sales system."""
        return self.department.system == Department.System.SALES


@dataclass(frozen=True, slots=True)
class Joining:
    """A new employee, not saved yet, hired into a first post on `person.hired_on`."""

    person: Employee
    terms: PostTerms
    kind: Kind = field(default=Kind.HIRED, init=False)

    @property
    def date(self) -> dt.date:
        """The first day in post."""
        return self.person.hired_on


@dataclass(frozen=True, slots=True)
class Moving:
    """A change of post, a move within the system or, without terms, a departure; `date` is the first day after it."""

    person: Employee
    kind: Kind
    date: dt.date
    terms: PostTerms | None = None


PersonnelMove = Joining | Moving


class MoveRefused(Refused):
    """A personnel change can't be made or taken back; `field` is what of the wanted one speaks against it, if any."""


def require_possible(move: PersonnelMove) -> None:
    """Raise MoveRefused with what speaks against a personnel change."""
    plan = _require_open(move.date)
    if isinstance(move, Joining):
        _require_new_number(move.person)
        _require_terms(move.terms, plan, enters=True)
        return
    last = _last_event(move.person, move.date)
    before = last.new_department
    if before is None and move.kind != Kind.CHANGE_OF_POST:
        facts = {"name": move.person.name, "day": last.date}
        raise MoveRefused(_("%(name)s left on %(day)s: only a change of post brings somebody back.") % facts, "person")
    if move.terms is not None:
        _require_fitting(move, move.terms, before, plan)
    _require_nothing_later(move)


def _require_open(day: dt.date) -> Plan:
    """The plan of the day's month, which must not be locked."""
    if not EARLIEST <= day < LATEST:
        raise MoveRefused(_("The date does not lie between 1950 and 2100."), "date")
    month = Month.of(day)
    if is_locked(month):
        text = _("%(month)s is locked: nothing in it can change. Choose a day from the open month on.")
        raise MoveRefused(text % {"month": month_text(month)}, "date")
    try:
        return plan_version_at(month).plan
    except NoPlanInForce as missing:
        raise MoveRefused(str(missing), "date") from missing


def _require_new_number(person: Employee) -> None:
    taken = Employee.objects.filter(number=person.number).first()
    if taken is not None:
        text = _("%(person)s has this staff number already.")
        raise MoveRefused(text % {"person": taken.name}, "number")


def _last_event(person: Employee, day: dt.date) -> PersonnelEvent:
    """A person's latest personnel event, which must lie before a day."""
    last = PersonnelEvent.objects.filter(employee=person).select_related("new_department").order_by("-date").first()
    if last is None or last.date >= day:
        facts = {"name": person.name, "day": last.date if last else person.hired_on}
        facts["kind"] = last.get_kind_display() if last else Kind.HIRED.label
        text = _("%(name)s has an entry “%(kind)s” of %(day)s: the change must come after it.")
        raise MoveRefused(text % facts, "date")
    return last


def _require_fitting(move: Moving, terms: PostTerms, before: Department | None, plan: Plan) -> None:
    """A move within the system stays in it; only who enters a system gets a rank or needs a salary."""
    if before is not None and before.pk == terms.department.pk:
        raise MoveRefused(_("%(name)s is there already.") % {"name": move.person.name}, "department")
    enters = before is None or before.system != terms.department.system
    if move.kind == Kind.TRANSFER and enters:
        text = _("This department belongs to the other system: that is a change of post.")
        raise MoveRefused(text, "department")
    _require_terms(terms, plan, enters=enters)


def _require_terms(terms: PostTerms, plan: Plan, *, enters: bool) -> None:
    """Sales staff have a rank, support staff a base salary (1-4.1)."""
    if not terms.in_sales:
        if terms.rank:
            raise MoveRefused(_("Support staff have no rank."), "rank")
        if enters and terms.base_salary is None:
            raise MoveRefused(_("Support staff need a base salary."), "base_salary")
        return
    if terms.base_salary is not None:
        raise MoveRefused(_("Sales staff are paid by rank: leave it empty."), "base_salary")
    if not enters and terms.rank:
        raise MoveRefused(_("Who moves within sales keeps the rank: leave it empty."), "rank")
    if enters and not terms.rank:
        raise MoveRefused(_("Sales staff need a rank."), "rank")
    if enters and terms.rank not in {rank.code for rank in plan.ranks}:
        raise MoveRefused(_("The plan in force on that day does not know this rank."), "rank")


def _require_nothing_later(move: Moving) -> None:
    """What the person did from that day on must still be possible, as it is kept already."""
    if move.terms is None:
        _refuse_first(move, Contract.objects.filter(closer=move.person), "signed_on")
        _refuse_first(move, Client.objects.filter(registered_owner=move.person), "registered_on")
    if move.terms is None or not move.terms.in_sales:
        _refuse_first(move, Assignment.objects.filter(developer=move.person), "date")


def _refuse_first(move: Moving, rows: "QuerySet[Contract] | QuerySet[Client] | QuerySet[Assignment]", day: str) -> None:
    row = rows.filter(**{f"{day}__gte": move.date}).order_by(day).first()
    if row is not None:
        facts = {"kind": row._meta.verbose_name, "row": row, "day": getattr(row, day), "name": move.person.name}
        text = _("%(kind)s %(row)s of %(day)s is %(name)s's: the change must come after it.")
        raise MoveRefused(text % facts, "date")
