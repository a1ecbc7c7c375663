"""Who is concerned by disputes and so doesn't decide them, for any number of disputes by a fixed number of queries."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils import timezone

from clients.models import ClientStatus
from disputes.models import Dispute
from disputes.selectors import held_by
from staff.models import Post


@dataclass(frozen=True, slots=True)
class _Served:
    """A post of a person (ids), until it ends."""

    person: int
    department: int
    start: dt.date
    end: dt.date | None

    def is_on(self, days: Collection[dt.date]) -> bool:
        """Whether it was held on one of these days."""
        return any(self.start <= day and (self.end is None or self.end > day) for day in days)


def concerned_by(disputes: Sequence[Dispute]) -> dict[int, frozenset[int]]:
    """By the disputes' keys the people (ids) who don't decide them: the parties, whoever closes, assists or looks after
    the client, and the teams of the parties, when the contract was signed and today. Six queries at most."""
    prefetch_related_objects(disputes, "parties")
    today = timezone.localdate()
    contracts = [one.contract for one in disputes if one.contract is not None]
    held = held_by(contracts)
    looking_after = _looking_after([one.client_id for one in disputes], today)
    parties = {one.pk: {party.employee_id for party in one.parties.all()} for one in disputes}
    posts = _posts_beside({person for people in parties.values() for person in people})
    found = {}
    for one in disputes:
        people, contract = parties[one.pk], one.contract
        days = {today, contract.signed_on if contract else one.raised_on}
        teams = {post.department for post in posts if post.person in people and post.is_on(days)}
        mates = {post.person for post in posts if post.department in teams and post.is_on(days)}
        others = {contract.closer_id, contract.assistant_id, *held[contract.pk]} if contract else set()
        everybody = people | mates | others | set(looking_after.get(one.client_id, ()))
        found[one.pk] = frozenset(person for person in everybody if person is not None)
    return found


def _looking_after(clients: Collection[int], today: dt.date) -> dict[int, tuple[int | None, int | None]]:
    """Each client's owner and developer today (ids)."""
    rows = ClientStatus.objects.filter(client__in=clients, since__lte=today).order_by("client", "-sequence")
    latest = rows.distinct("client").values_list("client", "owner", "developer")
    return {client: (owner, developer) for client, owner, developer in latest}


def _posts_beside(people: Collection[int]) -> list[_Served]:
    """The posts of these people, and of all who were ever in their departments."""
    departments = Post.objects.filter(employee__in=people).order_by().values("department")
    rows = Post.objects.filter(department__in=departments).order_by()
    return [_Served(*row) for row in rows.values_list("employee", "department", "start", "end")]
