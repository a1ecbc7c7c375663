"""Who is who in the tests: how a log-in is made, whose it is, and a browser in which somebody is logged in.

Companies with their people: `House` of tests/admin/cast.py (two branches, a log-in for each role), `Cast` of
tests/portal/cast.py (Alice, Bob, Carol, Dan and Eve), `Stage` of tests/monthend/stage.py (a month and who acts on it).
"""

import datetime as dt

from django.test import Client as Browser

from access.actor import Actor
from access.models import User
from staff.models import Employee

Role = User.Role
PASSWORD = "correct-horse-9"


def log_in_of(role: str, username: str = "", *, of: Employee | None = None) -> User:
    """A log-in, named like its role if not otherwise, and linked to a person if one is named."""
    user = User.objects.create(username=username or role, role=role, is_staff=role != Role.SALESPERSON)
    if of is None:
        return user
    Employee.objects.filter(pk=of.pk).update(user=user)
    return User.objects.get(pk=user.pk)


def actor_of(role: str, username: str = "", *, of: Employee | None = None) -> Actor:
    """Whoever has such a log-in, acting."""
    return Actor(log_in_of(role, username, of=of))


def person(number: str, user: User | None = None) -> Employee:
    """An employee without a post."""
    return Employee.objects.create(number=number, name=f"人{number}", hired_on=dt.date(2011, 1, 1), user=user)


def known(role: str, username: str = "") -> User:
    """A log-in of a person of its own, which the console made."""
    user = log_in_of(role, username)
    person(f"P{user.pk}", user)
    return User.objects.get(pk=user.pk)


def browse(user: User) -> Browser:
    """A browser in which somebody is logged in."""
    browser = Browser()
    browser.force_login(user)
    return browser
