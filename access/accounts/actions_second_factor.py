"""The second factor of a log-in: a code that changes each half minute (TOTP), and recovery codes on paper."""

import base64

from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from access.accounts.actions import AccountRefused, looked_after, note_event
from access.accounts.second_person import (
    has_second_factor,
    link_in_hand,
    may_be_one_person,
    reset_needs_second_person,
    why_not_cared_for,
)
from access.actor import Actor
from access.history.acting import action
from access.models import AccountEvent, User

Kind = AccountEvent.Kind
RECOVERY_CODES = 10


@transaction.atomic
def begin_second_factor(user: User) -> TOTPDevice:
    """The device that the user is about to set up; the same until it is confirmed."""
    waiting = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return waiting or TOTPDevice.objects.create(user=user, name="totp", confirmed=False)


@action
def confirm_second_factor(*, user: User, code: str, by: Actor) -> tuple[TOTPDevice, list[str]] | None:
    """Take the device into use if its first code is right; returns it and the recovery codes, shown this once."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or has_second_factor(user) or not device.verify_token(code):
        return None
    device.confirmed = True
    device.save()
    StaticDevice.objects.filter(user=user).delete()
    paper = StaticDevice.objects.create(user=user, name="paper")
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=paper, token=code) for code in codes)
    note_event(user, Kind.FACTOR_SET, by=by)
    return device, codes


def matching_device(user: User, code: str) -> Device | None:
    """The user's device for which a code is right; a code is good once."""
    for model in (TOTPDevice, StaticDevice):
        for key in model.objects.filter(user=user, confirmed=True).values_list("pk", flat=True):
            with transaction.atomic():
                device: Device = model.objects.select_for_update().get(pk=key)
                if device.verify_token(code):
                    return device
    return None


def secret_of(device: TOTPDevice) -> str:
    """The secret as apps take it, in groups of four letters."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@action
def reset_second_factor(*, user: User, reason: str, by: Actor) -> None:
    """Take a user's second factor away, to be set up anew at the next log-in; the open sessions end with it.

    Password and second factor in one hand would be the whole log-in: where a one-time link was made since the last
    log-in and the role needs a second person, it is shut until another opens it. Raises AccountRefused for who does not
    look after the log-in, may be the person who made that link, or is nobody where it takes two.
    """
    user = looked_after(user, by)
    if by.user is not None and (refusal := why_not_cared_for(user, by.user) or _why_no_reset(user, by.user)):
        raise AccountRefused(refusal)
    TOTPDevice.objects.filter(user=user).update(
        confirmed=False, key=random_hex(), drift=0, last_t=-1, throttling_failure_count=0
    )
    StaticDevice.objects.filter(user=user).delete()
    shuts = user.is_active and not by.is_console and reset_needs_second_person(user)
    note_event(user, Kind.FACTOR_RESET, by=by, note=reason)
    if shuts:
        user.is_active = False
        user.save(update_fields=["is_active"])
        note_event(user, Kind.AWAITS, by=by)


def _why_no_reset(user: User, by: User) -> str:
    """Why whoever acts resets nothing: they may be who made the one-time link."""
    link = link_in_hand(user)
    if link is None or link.by is None or not may_be_one_person(by, link.by):
        return ""
    return _(
        "%(who)s made this log-in's one-time link: its second factor is reset by another person, both known by name."
        " Where nobody else can, the link is made anew at the server's console, then it is reset:"
        " bin/manage make_log_in %(user)s --role %(role)s"
    ) % {"who": link.by, "user": user.username, "role": user.role}
