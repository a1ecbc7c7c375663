"""Writes of guesses at log-ins: each counts before it is looked at, so many at once are no more than one by one."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from access.accounts.actions import AccountRefused, note_event
from access.accounts.guesses import (
    FIRST_WAIT,
    FREE,
    MOST,
    NOTABLE_OF_ADDRESS,
    NOTABLE_OF_NAME,
    WINDOW,
    key_of_address,
    key_of_both,
    key_of_codes,
    key_of_device,
    key_of_name,
    wait_after,
)
from access.actor import CONSOLE, Actor
from access.history.acting import action
from access.models import AccountEvent, Guesses, User
from access.rights import looks_after


class TooSoon(Exception):
    """A guess that is not looked at; `wait` is how long until one is."""

    def __init__(self, wait: dt.timedelta) -> None:
        self.wait = wait
        super().__init__()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A guess that may be looked at, counted as wrong until it turns out right (`turned_out_right`).

    `needs_proof`: so much was guessed that a password alone opens nothing; who has a second factor goes on to it.
    `wait` is how long the next one waits if this is wrong; `notable` tells that it is the one to keep in mind.
    """

    own: str
    shared: tuple[str, ...] = ()
    needs_proof: bool = False
    wait: dt.timedelta = dt.timedelta()
    notable: int = 0


Decide = Callable[[Sequence[Guesses], dt.datetime], Attempt | TooSoon]


def begin_password(name: str, *, address: str | None, user: User | None, device: str) -> Attempt:
    """Count a guess at a name's password; raises TooSoon. On a device that the log-in knows it counts there alone.

    `device` is empty on one that is not known to the `user` of that name. Names without a user count like others.
    """
    if user is not None and device:
        return _count([key_of_device(user.pk, device)], name, address, _alone)
    keys = [key_of_both(name, address), key_of_name(name), key_of_address(address)]
    return _count(keys, name, address, _of_strangers)


def begin_code(user: User, *, address: str | None, device: str) -> Attempt:
    """Count a guess at what comes after the password: a code, or the password again; raises TooSoon."""
    return _count([key_of_codes(user.pk, device)], user.username, address, _alone)


@transaction.atomic
def turned_out_right(attempt: Attempt) -> None:
    """Take a guess back that was none; what others guessed still counts."""
    keys = (attempt.own, *attempt.shared)
    held = [row.pk for row in Guesses.objects.select_for_update().filter(pk__in=keys).order_by("pk")]
    Guesses.objects.filter(pk=attempt.own).delete()
    Guesses.objects.filter(pk__in=held).update(wrong=Greatest(F("wrong") - 1, 0))


def keep_in_mind(user: User | None, attempt: Attempt, *, address: str | None) -> None:
    """Keep it as an event of the log-in if a wrong guess was the one too many; who looks after log-ins is told."""
    if user is not None and attempt.notable:
        note_event(user, AccountEvent.Kind.GUESSED, by=CONSOLE, note=str(attempt.notable), address=address)


@action
def release(*, user: User, by: Actor) -> None:
    """End all waits of a log-in, and those of the address where it was tried last (`slowed_address`).

    Raises AccountRefused for who does not look after it.
    """
    if by.user is not None and not looks_after(by.user, user):
        raise AccountRefused(_("You do not look after this log-in."))
    slowed, own = slowed_address(user), Q(name=key_of_name(user.username))
    there = [slowed.key] if slowed else []
    held = [row.pk for row in Guesses.objects.select_for_update().filter(own | Q(pk__in=there)).order_by("pk")]
    Guesses.objects.filter(own, pk__in=held).delete()
    Guesses.objects.filter(pk__in=there).update(wrong=0)
    note_event(user, AccountEvent.Kind.RELEASED, by=by, note=(slowed.address or "") if slowed else "")


def guesses_at(user: User) -> Guesses | None:
    """What was guessed at a log-in from unknown devices lately, if enough to slow it or if it waits somewhere now."""
    now, name = timezone.now(), key_of_name(user.username)
    waits = Guesses.objects.filter(name=name, key__startswith="both:", opens_at__gt=now)
    slows = Q(wrong__gte=NOTABLE_OF_NAME) | Exists(waits)
    return Guesses.objects.filter(slows, pk=name, wrong__gt=0, since__gt=now - WINDOW).first()


def slowed_address(user: User) -> Guesses | None:
    """What was guessed at whatever names where this log-in was tried last on an unknown device, if names wait there."""
    since = timezone.now() - WINDOW
    tried = Guesses.objects.filter(pk=key_of_name(user.username), at__gt=since).first()
    there = key_of_address(tried.address) if tried else ""
    return Guesses.objects.filter(pk=there, since__gt=since, wrong__gte=NOTABLE_OF_ADDRESS).first()


def _alone(rows: Sequence[Guesses], now: dt.datetime) -> Attempt | TooSoon:
    """Count a guess in one counter, unless it must wait."""
    (row,) = rows
    if row.opens_at is not None and row.opens_at > now:
        return TooSoon(row.opens_at - now)
    row.wrong += 1
    return Attempt(row.key, wait=_wait(row, now, free=FREE), notable=_notable(row))


def _of_strangers(rows: Sequence[Guesses], now: dt.datetime) -> Attempt | TooSoon:
    """Count a guess from an unknown device for the name at its address, the name, and the address; or it must wait.

    Each name at each address has a turn of its own: who guesses from elsewhere, or at other names, can't take it.
    What is guessed at other names costs a wait and no more, or one client would shut out all behind its address.
    """
    pair, by_name, by_address = rows
    if pair.opens_at is not None and pair.opens_at > now:
        return TooSoon(pair.opens_at - now)
    is_crowd = by_address.wrong >= NOTABLE_OF_ADDRESS
    if is_crowd and pair.opens_at is None:
        pair.opens_at = now + FIRST_WAIT
        return TooSoon(FIRST_WAIT)
    needs_proof = by_name.wrong >= MOST
    free = 0 if is_crowd or by_name.wrong >= NOTABLE_OF_NAME else FREE
    for row in rows:
        row.wrong += 1
    wait = _wait(pair, now, free=free)
    return Attempt(pair.key, (by_name.key, by_address.key), needs_proof, wait, _notable(by_name))


def _wait(row: Guesses, now: dt.datetime, *, free: int) -> dt.timedelta:
    wait = wait_after(row.wrong, free=free)
    row.opens_at = now + wait if wait else None
    return wait


def _notable(row: Guesses) -> int:
    return row.wrong if row.wrong in (NOTABLE_OF_NAME, MOST) else 0


def _count(keys: Sequence[str], name: str, address: str | None, decide: Decide) -> Attempt:
    """Let `decide` count in these counters, in which nobody else counts meanwhile; raises TooSoon if it says so.

    Counters older than the window begin anew. They are locked in one order, so that no two wait for each other.
    """
    now = timezone.now()
    with transaction.atomic():
        fresh = [Guesses(key=key, since=now, at=now) for key in sorted(keys)]
        Guesses.objects.bulk_create(fresh, ignore_conflicts=True)
        found = {row.key: row for row in Guesses.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
        rows = [found[key] for key in keys]
        for row in rows:
            if row.since <= now - WINDOW:
                row.wrong, row.since, row.opens_at = 0, now, None
        decided = decide(rows, now)
        for row in rows:
            row.at, row.address = now, address
            row.name = "" if row.key == key_of_address(address) else key_of_name(name)
        Guesses.objects.bulk_update(rows, ["wrong", "since", "at", "opens_at", "address", "name"])
    if isinstance(decided, TooSoon):
        raise decided
    return decided
