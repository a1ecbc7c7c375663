"""Disputes as rows, and who works with them, for tests of what stands around a ticket."""

import datetime as dt
from itertools import count

from django.utils import timezone

from access.actor import Actor
from access.models import User
from clients.models import Client
from disputes.clock.selectors import deadline_of
from disputes.models import Dispute
from tests.cast import log_in_of

NUMBERS = count(1)


def day(text: str) -> dt.date:
    """A day, written `2026-09-28`."""
    return dt.date.fromisoformat(text)


def noon(date: dt.date) -> dt.datetime:
    """Noon of a day."""
    return dt.datetime.combine(date, dt.time(12), timezone.get_current_timezone())


def user_of(role: str) -> User:
    """The log-in of whoever has this role, made at first."""
    return User.objects.filter(username=role).first() or log_in_of(role)


def somebody(role: str) -> Actor:
    """Whoever has this role."""
    return Actor(user_of(role))


def raised(on: str) -> Dispute:
    """A client's complaint raised on a day, with the deadline that it has by then."""
    number = f"D{next(NUMBERS):04}"
    term = deadline_of(day(on))
    return Dispute.objects.create(
        number=number,
        kind=Dispute.Kind.CLIENT,
        client=Client.objects.create(number=number, name=f"客户{number}", registered_on=day("2011-04-01")),
        statement="客户被重复联系",
        raised_by=user_of(User.Role.HR),
        raised_at=noon(day(on)),
        raised_on=day(on),
        due_on=term.due_on,
        due_is_official=term.is_official,
    )


def ended(dispute: Dispute, *, on: str) -> Dispute:
    """The dispute, refused on a day."""
    dispute.state, dispute.ended_at, dispute.ended_by = Dispute.State.REFUSED, noon(day(on)), dispute.raised_by
    dispute.save()
    return dispute
