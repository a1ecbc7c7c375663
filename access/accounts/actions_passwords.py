"""Writes of passwords by those whose they are, decided by the log-in as it stands when it is locked.

A page reads a log-in seconds before its form is sent: what others did meanwhile holds, and nothing of it is undone.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from access.accounts.actions import AccountRefused, note_event
from access.accounts.one_time_links import signer
from access.actor import CONSOLE, Actor
from access.models import AccountEvent, User

Kind = AccountEvent.Kind


@transaction.atomic
def change_password(*, user: User, password: str) -> User:
    """Set another password of one's own, in place of the one just typed; returns the log-in.

    Raises AccountRefused where the log-in was shut or has another password by now, such as none since a one-time link.
    """
    held = User.objects.select_for_update().get(pk=user.pk)
    if not held.is_active or held.password != user.password:
        raise AccountRefused(
            _(
                "Your password isn't changed: meanwhile the log-in was shut, or its password was changed or ended"
                " elsewhere."
            )
        )
    return _with_password(held, password)


@transaction.atomic
def set_password_by_link(*, user: User, token: str, password: str) -> User:
    """Set the password that a one-time link is for; returns the log-in. Raises AccountRefused for a link that ended."""
    return _with_password(_held_by_link(user, token), password)


@transaction.atomic
def turn_down_link(*, user: User, token: str, address: str | None, device: str) -> None:
    """End a one-time link that came to somebody who isn't meant, or whom nobody asked; who looks after it is told.

    Raises AccountRefused for a link that ended: it ends no password that was set with it.
    """
    held = _held_by_link(user, token)
    held.set_unusable_password()
    held.save(update_fields=["password"])
    note_event(held, Kind.LINK_REFUSED, by=CONSOLE, address=address, device=device)


def _with_password(held: User, password: str) -> User:
    held.set_password(password)
    held.save(update_fields=["password"])
    note_event(held, Kind.PASSWORD_SET, by=Actor(held))
    return held


def _held_by_link(user: User, token: str) -> User:
    """The log-in, locked, into which the link leads; raises AccountRefused if it leads nowhere any more."""
    held = User.objects.select_for_update().get(pk=user.pk)
    if held.is_active and signer.check_token(held, token):
        return held
    if held.is_active and held.has_usable_password():
        raise AccountRefused(
            _(
                "A password was set with this link just now. If that was you, log in with it; if not, tell human"
                " resources or an operator at once."
            )
        )
    raise AccountRefused(
        _(
            "The link ended while this page was open: the log-in was shut, or a newer link was made. Ask human"
            " resources for a new one."
        )
    )
