"""Clients that may be the one about to be registered: by name, by telephone; told without leaking whose they are."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Expression, F, Func, IntegerField, Q, TextField, Value
from django.utils.translation import gettext as _

from access.decisions.effect import Sentence, digest_of
from access.models import User
from access.pages.links import Links
from access.rights import has
from access.roles import Duty
from clients.codes import Cause
from clients.models import Client, ClientStatus
from clients.names import Likeness, likeness, plain_name
from clients.phones import has_phone_of
from clients.protection.selectors import Keeping, keepings_of
from staff.models import Post

MOST = 10
LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A client that may be the same: how alike, whose as far as the viewer may know, and its page or ""."""

    client: Client
    likeness: Likeness
    has_same_phone: bool
    name: str
    href: str
    standing: Sentence

    @property
    def is_certain(self) -> bool:
        """Whether it can hardly be another one."""
        return self.likeness is Likeness.SAME or self.has_same_phone


def duplicates_of(name: str, phone: str, *, viewer: User, today: dt.date) -> list[Duplicate]:
    """The clients most like this one, the likeliest first. Names and owners are told only of clients within reach."""
    plain = plain_name(name)
    found = []
    for client in _similar(plain, phone):
        like = likeness(plain, plain_name(client.name))
        if client.has_same_phone or like >= Likeness.CLOSE:
            found.append((client.has_same_phone, like, client))
    found.sort(key=lambda one: (-one[1], not one[0], one[2].number))
    found = found[:MOST]
    links = Links(viewer, [client for _phone, _like, client in found])
    standings = dict(_standings([client for _phone, _like, client in found], today))
    return [
        Duplicate(
            client=client,
            likeness=like,
            has_same_phone=same_phone,
            name=client.name if links.to(client) or like is Likeness.SAME else _("a client of a similar name"),
            href=links.to(client),
            standing=standings[client.pk],
        )
        for same_phone, like, client in found
    ]


def duplicates_digest(duplicates: Sequence[Duplicate]) -> str:
    """Stands for what was shown, so that nothing else is confirmed; "" for nothing."""
    return digest_of((one.client, one.likeness, one.standing) for one in duplicates) if duplicates else ""


def may_register_beside(duplicates: Sequence[Duplicate], user: User) -> bool:
    """Whether the user may register another client beside these: only HR where one can hardly be another."""
    return has(user, Duty.REGISTERS_NAMESAKES) or not any(one.is_certain for one in duplicates)


def _similar(plain: str, phone: str) -> Sequence[Any]:
    """The clients to look at more closely, found by indexes: those that share most pairs of characters of the name, and
    those that `has_same_phone` tells share a telephone number."""
    named, wanted = _pairs(F("name")), _pairs(Value(plain))
    shared = Func(
        named,
        wanted,
        template="cardinality(ARRAY(SELECT unnest(%(expressions)s)))",
        arg_joiner=") INTERSECT SELECT unnest(",
        output_field=IntegerField(),
    )
    rows = Client.objects.annotate(pairs=named, shared=shared, has_same_phone=has_phone_of(phone))
    alike = rows.filter(Q(pairs__overlap=wanted) | has_phone_of(phone))
    return list(alike.order_by("-has_same_phone", "-shared", "number")[:LOOKED_AT])


def _pairs(name: Expression | F) -> Func:
    """The pairs of neighbouring characters of a plain name."""
    return Func(name, function="client_name_pairs", output_field=ArrayField(TextField()))


def _standings(clients: Sequence[Client], today: dt.date) -> Iterator[tuple[int, Sentence]]:
    """Who looks after each: the branch alone, and until when it is protected."""
    last = {
        turn.client_id: turn
        for turn in ClientStatus.objects.filter(client__in=clients).order_by("client_id", "sequence")
    }
    kept = keepings_of([client.pk for client in clients])
    owners = {turn.owner_id or turn.developer_id for turn in last.values()}
    posts = Post.objects.filter(employee__in=owners, start__lte=today).order_by("employee", "start")
    branches = dict(posts.values_list("employee", "department__branch__name"))
    for client in clients:
        yield client.pk, _standing(last.get(client.pk), kept.get(client.pk), branches)


def _standing(turn: ClientStatus | None, keeping: Keeping | None, branches: dict[int, str]) -> Sentence:
    person = (turn.owner_id or turn.developer_id) if turn else None
    facts = {"branch": branches.get(person or 0, "–")}
    if turn is None or (person is None and turn.cause == Cause.LAPSED):
        return Sentence(_("in the open pool, free to be claimed"), "free")
    if person is None:
        return Sentence(_("an orphan client, to be assigned"), "orphan")
    if keeping is None:
        return Sentence(_("a client of somebody of %(branch)s") % facts, "kept", facts["branch"])
    if keeping.last_day is None:
        return Sentence(_("protected by somebody of %(branch)s") % facts, "protected", facts["branch"])
    words = _("protected by somebody of %(branch)s until %(day)s") % {**facts, "day": keeping.last_day.isoformat()}
    return Sentence(words, "protected until", facts["branch"], keeping.last_day)
