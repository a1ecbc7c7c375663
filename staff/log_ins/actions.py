"""Writes of people's log-ins: made by HR, shut when somebody leaves."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from access.accounts.actions import AccountRefused, end_way_in, note_event, renew_link, save_log_in
from access.accounts.opening import why_never_opened
from access.accounts.second_person import are_one_person, is_about, person_of
from access.actor import CONSOLE, Actor
from access.history.acting import acting_as, action
from access.models import AccountEvent, User
from access.rights import NEEDS_SECOND_PERSON
from staff.models import Department, Employee, Post


@action
def make_log_ins(*, employees: Sequence[Employee], role: str, by: Actor) -> list[tuple[Employee, str]]:
    """Make the first log-in of each person, named like the staff number; returns the paths of their one-time links.

    Raises AccountRefused, and makes none, if one has or had a log-in or the staff number is another log-in's name.
    """
    taken = set(User.objects.filter(username__in=[one.number for one in employees]).values_list("username", flat=True))
    made = []
    for employee in employees:
        if employee.user_id is not None:
            raise AccountRefused(_("%(person)s has a log-in already.") % {"person": employee})
        if refusal := why_no_further(employee, None, by):
            raise AccountRefused(refusal)
        if employee.number in taken:
            raise AccountRefused(
                _("There is a log-in with the staff number of %(person)s already.") % {"person": employee}
            )
        user = User(username=employee.number, last_name=employee.name, email=employee.email, role=role)
        save_log_in(user=user, by=by)
        link_log_in(employee=employee, user=user, by=by)
        recipient = _("%(person)s, on a printed slip") % {"person": employee}
        made.append((employee, renew_link(user=user, by=by, recipient=recipient)))
    return made


@action
def link_log_in(*, employee: Employee, user: User | None, by: Actor) -> None:
    """Make a log-in, or none, a person's. One whose role takes two people is shut until another person opens it.

    Raises AccountRefused for one's own link, since who moves it could act on what is about themselves, for a log-in
    that is or was another person's: it stays theirs for good, and for a further log-in of a person (why_no_further).
    One that was nobody's and takes one person is got into by a link made from then on.
    """
    Employee.objects.select_for_update().get(pk=employee.pk)
    held = User.objects.select_for_update().get(pk=user.pk) if user is not None else None
    if refusal := why_not_linked(employee, held, by):
        raise AccountRefused(refusal)
    employee.user = user
    employee.save(update_fields=["user"])
    if user is None or held is None:
        return
    if person_of(held) is None and user.role not in NEEDS_SECOND_PERSON and not by.is_console:
        end_way_in(user)  # whoever has its link or its password would read its person's pay
    user.person_key, user.role, user.is_active = employee.pk, held.role, held.is_active
    note_event(user, AccountEvent.Kind.LINKED, by=by, note=str(employee))
    if user.role in NEEDS_SECOND_PERSON and not by.is_console and user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        note_event(user, AccountEvent.Kind.AWAITS, by=by)


def why_not_linked(employee: Employee, user: User | None, by: Actor) -> str:
    """Why whoever acts can't link the log-in, or none, to the person; empty if that is possible."""
    before = User.objects.filter(employee=employee.pk).first()
    if by.user is not None and (is_about(by.user, employee.pk) or are_one_person(by.user, [before, user])):
        return _("Nobody changes the link of an own log-in: another person does.")
    if user is None:
        return ""
    owner = person_of(user)
    if owner in (None, employee.pk):
        return why_no_further(employee, user, by) or why_never_opened(user, employee.pk, employee.number, by)
    facts = {"user": user.username, "person": Employee.objects.filter(pk=owner).first() or "–"}
    return _("%(user)s is the log-in of %(person)s and stays it: make another for this person.") % facts


def why_no_further(employee: Employee, user: User | None, by: Actor) -> str:
    """Why a log-in, or a new one, can't become the person's beside another that is or was theirs; empty if it can.

    Who made such a further log-in would hold its link while its person has the other one, and notice nothing.
    """
    theirs = log_ins_of(employee) if user is None else log_ins_of(employee).exclude(pk=user.pk)
    other = theirs.order_by("pk").first()
    if by.is_console or other is None:
        return ""
    return _(
        "%(person)s has or had the log-in %(other)s, and human resources makes no further one theirs: whoever looks"
        " after %(other)s makes its link anew, resets its second factor or opens it again; if it was taken off, it is"
        " entered as the log-in on the person's page again. Another one is made theirs by the operator at the server's"
        " console alone: bin/manage make_log_in NAME --role ROLE --employee %(number)s"
    ) % {"person": employee, "other": other.username, "number": employee.number}


def log_ins_of(employee: Employee) -> QuerySet[User]:
    """All log-ins that are or ever were the person's."""
    return User.objects.filter(person_key=employee.pk)


def without_log_in(today: dt.date) -> QuerySet[Employee]:
    """People in post on a day who have no log-in and never had one."""
    in_post = Post.objects.filter(employee=OuterRef("pk"), start__lte=today).exclude(end__lte=today)
    had_one = User.objects.filter(person_key=OuterRef("pk"))
    return Employee.objects.filter(Exists(in_post), ~Exists(had_one), user=None)


def sellers_without_log_in(today: dt.date) -> QuerySet[Employee]:
    """Those of them who are in sales."""
    in_sales = {"posts__end": None, "posts__department__system": Department.System.SALES}
    return without_log_in(today).filter(**in_sales).distinct()


@transaction.atomic
def lock_log_ins_of_leavers(today: dt.date) -> int:
    """Shut the log-ins of those who are in no post any more, from their first day gone; returns how many."""
    begun = Post.objects.filter(employee__user=OuterRef("pk"), start__lte=today)
    gone = User.objects.filter(Exists(begun), ~Exists(begun.exclude(end__lte=today)), is_active=True)
    users = list(gone.select_for_update())
    now = timezone.now()
    User.objects.filter(pk__in=[user.pk for user in users]).update(is_active=False)
    with acting_as(CONSOLE):
        AccountEvent.objects.bulk_create(AccountEvent(user=user, kind=AccountEvent.Kind.LEFT, at=now) for user in users)
    return len(users)
