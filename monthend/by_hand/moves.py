"""Transfers of a month: from where to where, by whom, and those taken back since the last month was handed over."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from access.decisions.effect import Sentence
from access.history.hands import Hand
from access.models import Change
from monthend.by_hand.deeds import Deed, DeedKind
from rulebook.month import Month
from staff.models import Department, Employee, PersonnelEvent, Post

Kind = Change.Kind


def moves(month: Month, changes: Sequence[Any]) -> Iterator[Deed]:
    """One deed for each transfer of the month, and for each that was taken back after it had counted; two queries, or
    four where one was taken back."""
    before = Post.objects.filter(employee=OuterRef("employee"), start__lt=OuterRef("date")).order_by("-start")
    events = PersonnelEvent.objects.filter(
        kind=PersonnelEvent.Kind.TRANSFER, date__gte=month.first, date__lte=month.last
    )
    hands = {change.row_id: Hand.of(change) for change in changes}
    found = list(
        events.annotate(left=Subquery(before.values("department")[:1])).select_related("employee").order_by("date")
    )
    transfers = [change for change in changes if change.kind == Kind.REMOVED]
    gone = [change for change in transfers if change.before["kind"] == PersonnelEvent.Kind.TRANSFER]
    keys = {event.left for event in found} | {event.new_department_id for event in found}
    keys |= {change.before["new_department_id"] for change in gone}
    places = Department.objects.select_related("branch").in_bulk(keys - {None}) if keys else {}
    for event in found:
        facts = (event.date, places.get(event.left), places.get(event.new_department_id or 0))
        hand = hands.get(event.pk)
        yield _deed(event.employee, _sentence(event.employee, *facts), hand)
    people = Employee.objects.in_bulk({change.before["employee_id"] for change in gone}) if gone else {}
    for change in gone:
        if (person := people.get(change.before["employee_id"])) is not None:
            yield _deed(
                person, _undone(person, change, places.get(change.before["new_department_id"])), Hand.of(change)
            )


def _deed(person: Employee, told: Sentence, hand: Hand | None) -> Deed:
    return Deed(DeedKind.MOVE, person, told, hand=hand, is_own=hand is not None and hand.is_one_of({person.pk}))


def _sentence(person: Employee, day: Any, left: Department | None, goes_to: Department | None) -> Sentence:
    facts = {"person": person, "day": day, "left": _place(left), "goes_to": _place(goes_to)}
    return Sentence(_("%(person)s: %(left)s → %(goes_to)s from %(day)s.") % facts, "transfer", day, left, goes_to)


def _undone(person: Employee, change: Any, goes_to: Department | None) -> Sentence:
    facts = {"person": person, "day": change.before["date"], "goes_to": _place(goes_to)}
    words = _("%(person)s: the transfer to %(goes_to)s of %(day)s was taken back.") % facts
    return Sentence(words, "taken back", change.before["date"], goes_to)


def _place(department: Department | None) -> str:
    return f"{department.branch} {department}" if department is not None else "–"
