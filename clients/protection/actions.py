"""Writes of client protection: terms, registrations, follow-ups, lapses to the open pool and claims from it."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from access.models import User
from access.refusals import Refused
from access.rights import Right, may
from clients.history.actions import rebuild_histories, rebuild_histories_of
from clients.models import Client, ClientStatus, FollowUp, Lapse, PoolClaim, ProtectionTerms
from clients.phones import plain_phone
from clients.protection.duplicates import Duplicate, duplicates_digest, duplicates_of, may_register_beside
from clients.protection.rules import DAY
from clients.protection.selectors import Keeping, all_terms, keeping_of, keepings, kept_now, open_pool, rules_on
from periods.selectors import last_locked_month
from periods.turns import wait_for_turn
from staff.models import Employee

LATE_DAYS = 3
"""How many days later a follow-up may be recorded: what is written down long after keeps no client."""


class ProtectionRefused(Refused):
    """What was asked can't be done; the message says why."""


class LooksAlike(Exception):
    """Clients that may be the same were not shown before; `clients` are these."""

    def __init__(self, clients: Sequence[Duplicate]) -> None:
        self.clients = clients
        super().__init__()


@action
def save_terms(terms: ProtectionTerms, *, by: Actor) -> None:
    """Write terms of client protection."""
    terms.set_by = by.user
    terms.save()


@action
def remove_terms(terms: ProtectionTerms, *, by: Actor) -> None:
    """Forget terms that have not begun."""
    terms.delete()


@action
def register_client(
    *, name: str, phone: str, owner: Employee, referred_by: Client | None, shown: str = "", today: dt.date, by: Actor
) -> Client:
    """Register a client for its owner, protected from today on.

    LooksAlike where clients may be the same, unless `shown` is the digest of these. ProtectionRefused where it is here
    already and it isn't HR that registers it again, or where the owner keeps enough.
    """
    user = _allowed(by, Client)
    wait_for_turn()
    found = duplicates_of(name, phone, viewer=user, today=today)
    if found and shown != duplicates_digest(found):
        raise LooksAlike(found)
    if not may_register_beside(found, user):
        raise ProtectionRefused(_("This client is here already: only HR can register it again."))
    _refuse_full(owner, 1, today)
    client = Client.objects.create(
        number=_next_number(today),
        name=name,
        phone=plain_phone(phone),
        registered_owner=owner,
        referred_by=referred_by,
        registered_on=today,
    )
    rebuild_histories_of([client.pk])
    return client


@action
def record_follow_up(follow_up: FollowUp, *, today: dt.date, by: Actor) -> None:
    """Write what the client's owner did for it. ProtectionRefused where it doesn't count, or comes too late."""
    follow_up.recorded_by = _allowed(by, FollowUp)
    follow_up.person_id = require_followable(follow_up.client, follow_up.date, today).owner
    follow_up.recorded_at = timezone.now()
    follow_up.save()


def require_followable(client: Client, date: dt.date, today: dt.date) -> Keeping:
    """The protection that a follow-up of this date counts for. ProtectionRefused where it can't be recorded today."""
    keeping = keeping_of(client)
    if keeping is None:
        raise ProtectionRefused(_("This client has a contract or no owner: there is nothing to protect."))
    if keeping.lapses is not None and keeping.lapses <= today:
        raise ProtectionRefused(_("Its protection ended on %(day)s.") % {"day": keeping.lapses.isoformat()})
    if not keeping.begun <= date <= today:
        facts = {"first": keeping.begun.isoformat(), "last": today.isoformat()}
        raise ProtectionRefused(_("The date must lie between %(first)s and %(last)s.") % facts)
    if date < today - LATE_DAYS * DAY:
        raise ProtectionRefused(_("A follow-up is recorded within %(days)d days.") % {"days": LATE_DAYS})
    return keeping


@action
def lapse_clients(today: dt.date, *, by: Actor) -> int:
    """Let what is no longer protected go to the open pool, dated by rule within open months; returns how many."""
    terms = all_terms()
    if not terms or terms[0].start > today:
        return 0
    wait_for_turn()
    locked = last_locked_month()
    first_open = (locked + 1).first if locked else terms[0].start
    known = set(Lapse.objects.order_by().values_list("client_id", "date"))
    lapses = [
        Lapse(client_id=one.client, date=day, owner_id=one.owner)
        for one in keepings(ClientStatus.objects.all(), terms)
        if (day := _lapse_of(one, first_open, today)) and (one.client, day) not in known
    ]
    Lapse.objects.bulk_create(lapses)
    if lapses:
        rebuild_histories()
    return len(lapses)


@action
def claim_clients(clients: Collection[int], owner: Employee, *, today: dt.date, by: Actor) -> int:
    """Claim clients of the open pool for a sales person. ProtectionRefused names the one that can't be."""
    user = _allowed(by, PoolClaim)
    wait_for_turn()
    pool: dict[int, Any] = {client.pk: client for client in open_pool().filter(pk__in=clients)}
    if not pool or len(pool) != len(set(clients)):
        raise ProtectionRefused(_("One of these clients is no longer in the open pool: look again."))
    _refuse_full(owner, len(pool), today)
    rules = rules_on(today)
    for client in pool.values():
        free_from = client.since + (rules.cool_down_days if rules else 0) * DAY
        if client.last_owner == owner.pk and today < free_from:
            facts = {"client": client.name, "person": owner.name, "day": free_from.isoformat()}
            raise ProtectionRefused(_("%(person)s had %(client)s last and may claim it from %(day)s on.") % facts)
    PoolClaim.objects.bulk_create(PoolClaim(client_id=pk, date=today, owner=owner, claimed_by=user) for pk in pool)
    rebuild_histories_of(pool)
    return len(pool)


def _lapse_of(one: Keeping, first_open: dt.date, today: dt.date) -> dt.date | None:
    """The day a keeping lapsed; None where it goes on, or ended otherwise on that day or before."""
    if one.lapses is None:
        return None
    day = max(one.lapses, first_open)
    return day if day <= today and (one.end is None or day < one.end) else None


def _allowed(by: Actor, model: type[Client] | type[FollowUp] | type[PoolClaim]) -> User:
    if by.user is None or not may(by.user, Right.ADD, model):
        raise PermissionDenied
    return by.user


def _refuse_full(owner: Employee, more: int, today: dt.date) -> None:
    rules = rules_on(today)
    kept = kept_now().filter(owner=owner).count()
    if rules and kept + more > rules.limit:
        facts = {"person": owner.name, "count": kept, "limit": rules.limit}
        raise ProtectionRefused(_("%(person)s keeps %(count)d clients; the limit is %(limit)d.") % facts)


def _next_number(today: dt.date) -> str:
    """The next free number of the day."""
    begun = f"P{today:%Y%m%d}-"
    of_the_day = Client.objects.filter(number__startswith=begun).order_by().values_list("number", flat=True)
    taken = [int(end) for number in of_the_day if (end := number.removeprefix(begun)).isascii() and end.isdigit()]
    return f"{begun}{max(taken, default=0) + 1:03}"
