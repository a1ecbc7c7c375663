"""Writes of people's log-ins: made by HR, shut when somebody leaves."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actions import AccountRefused, renew_link, save_log_in
from access.actor import Actor
from access.models import AccountEvent, User
from staff.models import Department, Employee, Post


@transaction.atomic
def make_log_ins(*, employees: Sequence[Employee], role: str, by: Actor) -> list[tuple[Employee, str]]:
    """Make a log-in of each person, named like the staff number; returns the paths of their one-time links.

    Raises AccountRefused, and makes none, if one has a log-in or the staff number is another log-in's name.
    """
    taken = set(User.objects.filter(username__in=[one.number for one in employees]).values_list("username", flat=True))
    made = []
    for employee in employees:
        if employee.user_id is not None:
            raise AccountRefused(_("%(person)s has a log-in already.") % {"person": employee})
        if employee.number in taken:
            raise AccountRefused(
                _("There is a log-in with the staff number of %(person)s already.") % {"person": employee}
            )
        user = User(username=employee.number, last_name=employee.name, email=employee.email, role=role)
        save_log_in(user=user, by=by)
        employee.user = user
        employee.save(update_fields=["user"])
        made.append((employee, renew_link(user=user, by=by)))
    return made


def without_log_in(today: dt.date) -> QuerySet[Employee]:
    """People in post on a day who have no log-in."""
    in_post = Post.objects.filter(employee=OuterRef("pk"), start__lte=today).exclude(end__lte=today)
    return Employee.objects.filter(Exists(in_post), user=None)


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
    AccountEvent.objects.bulk_create(AccountEvent(user=user, kind=AccountEvent.Kind.LEFT, at=now) for user in users)
    return len(users)
