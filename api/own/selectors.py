"""Who calls, and whom they look after."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from access.models import User
from clients.models import Client, ClientStatus
from clients.protection.selectors import keepings_of
from staff.models import Employee
from staff.selectors import with_standing


@dataclass(frozen=True, slots=True)
class OwnClient:
    """A client that somebody looks after, since when, and until when it is protected; None where nothing ends it."""

    client: Client
    since: dt.date
    protected_until: dt.date | None


def told_of(user: User) -> dict[str, Any]:
    """The log-in, and where its person stands today."""
    person: Any = with_standing(Employee.objects.filter(user=user)).first()
    return {
        "user": user.username,
        "role": user.role,
        "employee": person.number if person else None,
        "name": person.name if person else str(user),
        "rank": (person.rank_now or None) if person else None,
        "branch": person.branch_name if person else None,
        "department": person.department_name if person else None,
    }


def own_clients(person: Employee) -> list[OwnClient]:
    """The clients that a person looks after now, by their numbers; a fixed number of queries."""
    later = ClientStatus.objects.filter(client=OuterRef("client"), sequence__gt=OuterRef("sequence"))
    turns = (
        ClientStatus.objects.filter(~Exists(later), owner=person).select_related("client").order_by("client__number")
    )
    kept = keepings_of([turn.client_id for turn in turns])
    return [
        OwnClient(turn.client, turn.since, keeping.last_day if (keeping := kept.get(turn.client_id)) else None)
        for turn in turns
    ]
