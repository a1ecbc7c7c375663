"""Writes of log-ins; each is kept as an event of the log-in (access/models.py)."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from access.accounts.one_time_links import one_time_link
from access.accounts.opening import awaits_second_person, may_open
from access.accounts.second_person import (
    link_in_hand,
    link_needs_second_person,
    may_be_one_person,
    opens_pay_unseen,
    reset_in_hand,
    why_not_cared_for,
)
from access.actor import Actor
from access.history.acting import acting_as, action
from access.models import AccountEvent, Disclosure, Guesses, User
from access.refusals import Refused
from access.rights import GIVES, NEEDS_SECOND_PERSON, enters_admin, looks_after

Kind = AccountEvent.Kind
_IN_FORM = ("username", "last_name", "first_name", "email", "role")
"""The columns of a log-in that its form writes; each of the others has an action of its own."""


class AccountRefused(Refused):
    """What was asked of a log-in is not done; the message says why, in the user's language."""


@action
def save_log_in(*, user: User, by: Actor) -> None:
    """Write a log-in, new or changed; a new one, or one whose role needs a second person, begins shut.

    With another role a one-time link not used yet ends: who made it may not have one for that role. What waits for a
    second person goes on waiting.

    Of one that is there the columns of its form are written, and all is decided by the row that is locked: whoever
    read `user` before may hold what another has changed since. Raises AccountRefused for a role that whoever acts may
    not give, and for a log-in that they don't look after.
    """
    held = looked_after(user, by) if user.pk else None
    gives_role = held is None or held.role != user.role
    if gives_role and by.user is not None and user.role not in GIVES.get(by.user.role, ()):
        raise AccountRefused(_("You may not give this role."))
    awaited = held is not None and gives_role and awaits_second_person(held)
    shuts = gives_role and user.role in NEEDS_SECOND_PERSON and not by.is_console
    user.is_staff = enters_admin(user.role)
    user.is_superuser = False
    user.is_active = (user if held is None else held).is_active and not shuts
    if held is None:
        user.set_unusable_password()
        user.save(force_insert=True)
        note_event(user, Kind.MADE, by=by)
    else:
        user.save(update_fields=[*_IN_FORM, "is_staff", "is_superuser", *(["is_active"] if shuts else [])])
        if gives_role and link_in_hand(user):
            end_way_in(user)
    if gives_role:
        note_event(user, Kind.ROLE_GIVEN, by=by, note=user.role)
    if awaited:
        note_event(user, Kind.AWAITS, by=by)


def end_way_in(user: User) -> None:
    """End the password or the one-time link of a log-in, and what is logged in with it."""
    user.set_unusable_password()
    user.save(update_fields=["password"])


@action
def renew_link(*, user: User, by: Actor, recipient: str = "") -> str:
    """Replace the password by a one-time link; returns its path. Who is logged in with the old one is logged out.

    `recipient` says to whom it goes and how; whoever opens the link reads it, and who made it.
    Where the role needs a second person and no second factor is set up, or one has just been reset, the log-in is shut
    until another person opens it; the console's link shuts and opens nothing. Raises AccountRefused for who does not
    look after the log-in, may be the person who has just reset its second factor, or is nobody where it takes two; for
    a person's own pay page that whoever acts has no right to read; and for a log-in that is shut for another reason.
    """
    user = looked_after(user, by)
    if not user.is_active and not awaits_second_person(user):
        raise AccountRefused(_("This log-in is shut: open it first."))
    if by.user is not None and (refusal := why_no_link(user, by.user)):
        raise AccountRefused(refusal)
    user.set_unusable_password()
    shuts = user.is_active and not by.is_console and link_needs_second_person(user)
    user.is_active = user.is_active and not shuts
    user.save(update_fields=["password", "is_active"])
    note_event(user, Kind.LINK_MADE, by=by, note=recipient)
    if shuts:
        note_event(user, Kind.AWAITS, by=by)
    return one_time_link(user)


@action
def lock_log_in(*, user: User, reason: str, by: Actor) -> None:
    """Shut a log-in at once; who is logged in with it is out at the next page. Raises AccountRefused."""
    user = looked_after(user, by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    note_event(user, Kind.LOCKED, by=by, note=reason)


@action
def open_log_in(*, user: User, reason: str, by: Actor) -> None:
    """Open a log-in that is shut. Raises AccountRefused, also for who gave the role or made the link (may_open)."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not may_open(user, by):
        raise AccountRefused(
            _(
                "Another person opens this log-in: its role sees others' pay, sets a branch's, or opens the log-ins"
                " of those who do."
            )
        )
    user.is_active = True
    user.save(update_fields=["is_active"])
    note_event(user, Kind.OPENED, by=by, note=reason)


def looked_after(user: User, by: Actor) -> User:
    """The log-in as it stands, locked against others who change it; AccountRefused for who doesn't look after it."""
    held = User.objects.select_for_update().get(pk=user.pk)
    if by.user is not None and not looks_after(by.user, held):
        raise AccountRefused(_("You do not look after this log-in."))
    return held


def note_event(
    user: User, kind: str, *, by: Actor, note: str = "", address: str | None = None, device: str = ""
) -> AccountEvent:
    """Keep that something happened to a log-in."""
    with acting_as(by):
        return AccountEvent.objects.create(
            user=user, kind=kind, at=timezone.now(), by=by.user, note=note[:500], address=address, device=device[:200]
        )


def disclose(row: Model, field: str, *, by: User, address: str | None = None, device: str = "") -> str:
    """The whole value of a field that is shown masked; that it was shown to `by` is kept first."""
    with acting_as(Actor(by)):
        Disclosure.objects.create(
            at=timezone.now(),
            by=by,
            model=row._meta.label_lower,
            row_id=row.pk,
            label=str(row)[:300],
            field=field,
            address=address,
            device=device[:200],
        )
    return str(getattr(row, field))


def why_no_link(user: User, by: User) -> str:
    """Why whoever acts makes no link into a log-in: they would hold the whole of it then."""
    if refusal := why_not_cared_for(user, by):
        return refusal
    if opens_pay_unseen(user, by):
        return _(
            "With this link one reads the pay of %(person)s, so human resources makes it: on this page, or with the"
            " slips of new log-ins. Where there is none: bin/manage make_log_in %(user)s --role %(role)s"
        ) % {"person": user.get_full_name() or user.username, "user": user.username, "role": user.role}
    reset = reset_in_hand(user)
    if reset is None or reset.by is None or not may_be_one_person(by, reset.by):
        return ""
    return _(
        "%(who)s reset this log-in's second factor: its one-time link is made by another person, both known by name, or"
        " at the server's console: bin/manage make_log_in %(user)s --role %(role)s"
    ) % {"who": reset.by, "user": user.username, "role": user.role}


@transaction.atomic
def forget_sessions(now: dt.datetime) -> int:
    """Remove sessions that have ended by themselves; returns how many."""
    gone, _by_model = Session.objects.filter(expire_date__lt=now).delete()
    return gone


@transaction.atomic
def forget_attempts(before: dt.datetime) -> int:
    """Remove what was counted of wrong guesses, with their addresses, before a moment; returns how many rows."""
    gone, _by_model = Guesses.objects.filter(at__lt=before).delete()
    return gone
