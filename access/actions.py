"""Writes of log-ins; each is kept as an event of the log-in (access/models.py)."""

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.links import one_time_link
from access.models import AccountEvent, Disclosure, User
from access.refusals import Refused
from access.rights import GIVES, NEEDS_SECOND_PERSON, Role, looks_after
from access.second_person import awaits_second_person, link_needs_second_person, may_open

Kind = AccountEvent.Kind


class AccountRefused(Refused):
    """What was asked of a log-in is not done; the message says why, in the user's language."""


@transaction.atomic
def save_log_in(*, user: User, by: Actor) -> None:
    """Write a log-in, new or changed; a new one, or one whose role needs a second person, begins shut.

    Raises AccountRefused for a role that whoever acts may not give.
    """
    before = User.objects.select_for_update().filter(pk=user.pk).first()
    gives_role = before is None or before.role != user.role
    if gives_role and by.user is not None and user.role not in GIVES.get(by.user.role, ()):
        raise AccountRefused(_("You may not give this role."))
    user.is_staff = user.role != Role.SALESPERSON
    user.is_superuser = False
    if before is None:
        user.set_unusable_password()
    if gives_role and user.role in NEEDS_SECOND_PERSON and not by.is_console:
        user.is_active = False
    user.save()
    if before is None:
        note_event(user, Kind.MADE, by=by)
    if gives_role:
        note_event(user, Kind.ROLE_GIVEN, by=by, note=user.role)


@transaction.atomic
def renew_link(*, user: User, by: Actor) -> str:
    """Replace the password by a one-time link; returns its path. Who is logged in with the old one is logged out.

    Where the role needs a second person and no second factor is set up, the log-in is shut until another person opens
    it; the console's link shuts nothing. Raises AccountRefused for who does not look after the log-in or has just reset
    its second factor, and for one that is shut for another reason.
    """
    user = _looked_after(user, by)
    if not user.is_active and (by.is_console or not awaits_second_person(user)):
        raise AccountRefused(_("This log-in is shut: open it first."))
    latest = AccountEvent.objects.filter(user=user, kind__in=[Kind.FACTOR_RESET, Kind.LOGGED_IN]).first()
    if by.user is not None and latest and latest.kind == Kind.FACTOR_RESET and latest.by_id == by.user.pk:
        raise AccountRefused(_("You reset this log-in's second factor: another person makes its one-time link."))
    user.set_unusable_password()
    shuts = user.is_active and not by.is_console and link_needs_second_person(user)
    user.is_active = user.is_active and not shuts
    user.save(update_fields=["password", "is_active"])
    note_event(user, Kind.LINK_MADE, by=by)
    if shuts:
        note_event(user, Kind.AWAITS, by=by)
    return one_time_link(user)


@transaction.atomic
def lock_log_in(*, user: User, reason: str, by: Actor) -> None:
    """Shut a log-in at once; who is logged in with it is out at the next page. Raises AccountRefused."""
    user = _looked_after(user, by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    note_event(user, Kind.LOCKED, by=by, note=reason)


@transaction.atomic
def open_log_in(*, user: User, reason: str, by: Actor) -> None:
    """Open a log-in that is shut. Raises AccountRefused, also for who gave the role or made the link (may_open)."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not may_open(user, by):
        raise AccountRefused(
            _("Another person opens this log-in: its role sees everybody's pay, or opens the log-ins of those who do.")
        )
    user.is_active = True
    user.save(update_fields=["is_active"])
    note_event(user, Kind.OPENED, by=by, note=reason)


def note_event(
    user: User, kind: str, *, by: Actor, note: str = "", address: str | None = None, device: str = ""
) -> AccountEvent:
    """Keep that something happened to a log-in."""
    return AccountEvent.objects.create(
        user=user, kind=kind, at=timezone.now(), by=by.user, note=note[:500], address=address, device=device[:200]
    )


def disclose(row: Model, field: str, *, by: User, address: str | None = None, device: str = "") -> str:
    """The whole value of a field that is shown masked; that it was shown to `by` is kept first."""
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


def _looked_after(user: User, by: Actor) -> User:
    """The log-in, locked against others who change it; raises AccountRefused for who does not look after it."""
    if by.user is not None and not looks_after(by.user, user):
        raise AccountRefused(_("You do not look after this log-in."))
    return User.objects.select_for_update().get(pk=user.pk)
