"""Who keeps which clients until when, what is in the open pool (公海), and which clients may be the same one."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from access.models import User
from access.pages.links import listed
from access.reach import within_reach
from clients.codes import Cause
from clients.models import Client, ClientStatus, Contract, FollowUp, Lapse, PoolClaim, ProtectionTerms
from clients.protection.rules import DAY, ProtectionRules, is_end_of_protection, lapse_day
from staff.models import Post

SOON = 7
_KEPT_BY = (Cause.REGISTERED, Cause.CLAIMED)


@dataclass(frozen=True, slots=True)
class Keeping:
    """A client without a contract at its owner's from `begun` until `end`; `lapses` is the day its protection ends.

    `is_last` tells that its days of protection are used up by then, so that no follow-up keeps it longer.
    """

    client: int
    owner: int
    begun: dt.date
    end: dt.date | None
    lapses: dt.date | None
    is_last: bool

    @property
    def last_day(self) -> dt.date | None:
        """The last day of its protection; None where nothing ends it."""
        return None if self.lapses is None else self.lapses - DAY


def all_terms() -> list[ProtectionRules]:
    """The terms of client protection, in the order of their starts."""
    rows = ProtectionTerms.objects.order_by("start").values_list("start", "protection_days", "follow_up_days")
    return [ProtectionRules(*row) for row in rows]


def rules_on(day: dt.date) -> ProtectionTerms | None:
    """The terms in force on a day, with limit and cool-down."""
    return ProtectionTerms.objects.filter(start__lte=day).order_by("-start").first()


def keepings(turns: QuerySet[ClientStatus], terms: Sequence[ProtectionRules]) -> list[Keeping]:
    """The keepings that these turns of clients' histories began, in two queries."""
    following = ClientStatus.objects.filter(client=OuterRef("client"), sequence=OuterRef("sequence") + 1)
    begun = turns.filter(cause__in=_KEPT_BY, owner__isnull=False).annotate(end=Subquery(following.values("since")[:1]))
    rows = list(begun.order_by("client_id", "sequence").values_list("client_id", "owner_id", "since", "end"))
    follow_ups: dict[int, list[dt.date]] = defaultdict(list)
    kept = begun.order_by().values("client_id")
    for client, date in FollowUp.objects.filter(client__in=kept).order_by().values_list("client_id", "date"):
        follow_ups[client].append(date)
    found = []
    for client, owner, since, end in rows:
        contacts = [date for date in follow_ups[client] if end is None or date <= end]
        lapses = lapse_day(since, contacts, terms)
        is_last = lapses is not None and is_end_of_protection(since, lapses, terms)
        found.append(Keeping(client, owner, since, end, lapses, is_last))
    return found


def kept_now() -> QuerySet[ClientStatus]:
    """The turns by which clients without a contract are their owners' now."""
    later = ClientStatus.objects.filter(client=OuterRef("client"), sequence__gt=OuterRef("sequence"))
    signed = Contract.objects.filter(client=OuterRef("client"))
    return ClientStatus.objects.filter(~Exists(later), ~Exists(signed), cause__in=_KEPT_BY, owner__isnull=False)


def keeping_of(client: Client) -> Keeping | None:
    """How a client is kept now; None where it has a contract or no owner."""
    return next(iter(keepings(kept_now().filter(client=client), all_terms())), None)


def keepings_of(clients: Sequence[int]) -> dict[int, Keeping]:
    """How these clients are kept now, by their keys; those with a contract or no owner are left out."""
    return {one.client: one for one in keepings(kept_now().filter(client__in=clients), all_terms())}


def lapsing_soon(viewer: User, today: dt.date) -> list[Keeping]:
    """The keepings within reach that end within SOON days, the soonest first."""
    reached = within_reach(viewer, Client.objects.all()).order_by().values("pk")
    found = keepings(kept_now().filter(client__in=reached), all_terms())
    soon = (one for one in found if one.lapses is not None and one.lapses <= today + SOON * DAY)
    return sorted(soon, key=lambda one: (one.lapses, one.client))


def lapses_waiting(viewer: User, today: dt.date) -> tuple[int, str]:
    """How many clients within reach go to the open pool within SOON days, and where they are listed."""
    count = len(lapsing_soon(viewer, today))
    return (count, listed(Client, protection="soon")) if count else (0, "")


def open_pool() -> QuerySet[Client]:
    """The clients in the open pool, who had them last (`last_owner`, `last_branch`), and since when (`since`)."""
    last = ClientStatus.objects.filter(client=OuterRef("pk")).order_by("-sequence")
    place = Post.objects.filter(employee=OuterRef("last_owner"), start__lte=OuterRef("since")).order_by("-start")
    return (
        Client.objects.annotate(
            cause_now=Subquery(last.values("cause")[:1]),
            since=Subquery(last.values("since")[:1]),
            last_owner=Subquery(last.values("caused_by")[:1]),
        )
        .filter(cause_now=Cause.LAPSED)
        .annotate(
            last_branch=Subquery(place.values("department__branch")[:1]),
            last_branch_name=Subquery(place.values("department__branch__name")[:1]),
        )
        .order_by("since", "number")
    )


def lapses_by_number() -> Iterator[tuple[dt.date, str, str]]:
    """All lapses: date, client's and owner's numbers."""
    return Lapse.objects.order_by().values_list("date", "client__number", "owner__number").iterator()


def claims_by_number() -> Iterator[tuple[dt.date, str, str]]:
    """All claims from the open pool: date, client's and new owner's numbers."""
    return PoolClaim.objects.order_by().values_list("date", "client__number", "owner__number").iterator()
