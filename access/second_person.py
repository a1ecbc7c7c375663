"""Log-ins of roles that need a second person: nobody alone gets into one; what that asks of links and of opening."""

from django_otp.plugins.otp_totp.models import TOTPDevice

from access.actor import Actor
from access.models import AccountEvent, User
from access.rights import GIVES, NEEDS_SECOND_PERSON, looks_after

Kind = AccountEvent.Kind


def has_second_factor(user: User) -> bool:
    """Whether the user has set one up."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def link_needs_second_person(user: User) -> bool:
    """Whether a one-time link would be the whole of such a log-in: no second factor is in the way."""
    return user.role in NEEDS_SECOND_PERSON and not has_second_factor(user)


def awaits_second_person(user: User) -> bool:
    """Whether a log-in is shut for its role or its link alone, and was not locked for another reason since."""
    if user.is_active or user.role not in NEEDS_SECOND_PERSON:
        return False
    kinds = [Kind.ROLE_GIVEN, Kind.AWAITS, Kind.LOCKED, Kind.LEFT, Kind.OPENED]
    latest = AccountEvent.objects.filter(user=user, kind__in=kinds).first()
    return latest is not None and latest.kind in (Kind.ROLE_GIVEN, Kind.AWAITS)


def link_in_hand(user: User) -> AccountEvent | None:
    """The making of the latest one-time link, unless the person has logged in since."""
    latest = AccountEvent.objects.filter(user=user, kind__in=[Kind.LINK_MADE, Kind.LOGGED_IN]).first()
    return latest if latest is not None and latest.kind == Kind.LINK_MADE else None


def may_open(user: User, by: Actor) -> bool:
    """Whether whoever acts may open a log-in.

    For a role that needs a second person it is another than who gave it, and than who made the link not yet used.
    """
    if by.user is None:
        return True
    if user.role not in NEEDS_SECOND_PERSON:
        return looks_after(by.user, user)
    given = AccountEvent.objects.filter(user=user, kind=Kind.ROLE_GIVEN).first()
    first_hands = [event.by_id for event in (given, link_in_hand(user)) if event is not None]
    return by.user.pk not in (user.pk, *first_hands) and by.user.role in GIVES
