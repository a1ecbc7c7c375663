"""What waits for a viewer: one registry, to which every app adds its own in its notices.py."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from access.accounts.guesses import WINDOW
from access.accounts.opening import waiting_to_be_opened_by
from access.models import AccountEvent, User
from access.pages.links import listed
from access.rights import GIVES, NEEDS_SECOND_PERSON

Kind = AccountEvent.Kind


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that wants a look: how many or how much, and where it is listed."""

    count: int | str
    text: str
    href: str


Waiting = Callable[[User], Sequence[Notice]]
_WAITING: list[Waiting] = []


def waits_for(tells: Waiting) -> Waiting:
    """Mark a function that tells what waits for a viewer to act on, within the viewer's reach and rights."""
    _WAITING.append(tells)
    return tells


def waiting_for(viewer: User) -> list[Notice]:
    """Everything that waits for the viewer; what counts nothing is left out."""
    return [notice for tells in _WAITING for notice in tells(viewer) if notice.count]


def counted(**found: QuerySet[Any, Any]) -> Mapping[str, int]:
    """How many rows each of these queries finds, asked of the database at once."""
    named = (rows.order_by().values(counted_as=Value(name)) for name, rows in found.items())
    first, *others = (rows.annotate(counted=Count("pk")).values_list("counted_as", "counted") for rows in named)
    return dict.fromkeys(found, 0) | dict(first.union(*others, all=True))


@waits_for
def log_ins_to_look_at(viewer: User) -> list[Notice]:
    """Log-ins that wait for the viewer as the second person; those whose one-time link was turned down, until there is
    another or they are locked; and those guessed at.
    """
    if viewer.role not in GIVES:
        return []
    answers = AccountEvent.objects.filter(user=OuterRef("user"), kind__in=[Kind.LINK_MADE, Kind.LOCKED])
    turned_down = Q(~Exists(answers.filter(pk__gt=OuterRef("pk"))), kind=Kind.LINK_REFUSED)
    guessed_at = Q(kind=Kind.GUESSED, at__gt=timezone.now() - WINDOW)
    given = Q(kind=Kind.ROLE_GIVEN, user__role__in=NEEDS_SECOND_PERSON)
    shut = Q(given | Q(kind=Kind.AWAITS), user__is_active=False)
    kinds = [Kind.LINK_REFUSED, Kind.GUESSED, Kind.ROLE_GIVEN, Kind.AWAITS]
    counts = AccountEvent.objects.filter(kind__in=kinds).aggregate(
        shut=Count("user", filter=shut, distinct=True),
        turned_down=Count("user", filter=turned_down, distinct=True),
        guessed_at=Count("user", filter=guessed_at, distinct=True),
    )
    waiting = waiting_to_be_opened_by(viewer) if counts["shut"] else []
    opened_at = (
        reverse("admin:access_user_care", args=[waiting[0].pk]) if len(waiting) == 1 else listed(User, opens="me")
    )
    return [
        Notice(len(waiting), _("log-ins waiting for you to open them"), opened_at),
        Notice(
            counts["turned_down"],
            _("log-ins whose one-time link came to somebody else"),
            listed(AccountEvent, kind__exact=Kind.LINK_REFUSED),
        ),
        Notice(
            counts["guessed_at"],
            _("log-ins at which many wrong passwords were guessed today"),
            listed(AccountEvent, kind__exact=Kind.GUESSED),
        ),
    ]
