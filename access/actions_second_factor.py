"""The second factor of a log-in: a code that changes each half minute (TOTP), and recovery codes on paper."""

import base64

from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.actions import AccountRefused, note_event
from access.actor import Actor
from access.models import AccountEvent, User
from access.rights import looks_after
from access.second_person import has_second_factor, link_in_hand

Kind = AccountEvent.Kind
RECOVERY_CODES = 10


@transaction.atomic
def begin_second_factor(user: User) -> TOTPDevice:
    """The device that the user is about to set up; the same until it is confirmed."""
    waiting = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return waiting or TOTPDevice.objects.create(user=user, name="totp", confirmed=False)


@transaction.atomic
def confirm_second_factor(*, user: User, code: str, by: Actor) -> tuple[TOTPDevice, list[str]] | None:
    """Take the device into use if its first code is right; returns it and the recovery codes, shown this once."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or has_second_factor(user) or not device.verify_is_allowed()[0] or not device.verify_token(code):
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
    """The user's device for which a code is right; a code is good once, and wrong ones make the next wait longer."""
    for model in (TOTPDevice, StaticDevice):
        for key in model.objects.filter(user=user, confirmed=True).values_list("pk", flat=True):
            with transaction.atomic():
                device: Device = model.objects.select_for_update().get(pk=key)
                if device.verify_is_allowed()[0] and device.verify_token(code):
                    return device
    return None


def secret_of(device: TOTPDevice) -> str:
    """The secret as apps take it, in groups of four letters."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@transaction.atomic
def reset_second_factor(*, user: User, reason: str, by: Actor) -> None:
    """Take a user's second factor away, to be set up anew at the next log-in.

    Raises AccountRefused for who does not look after the log-in, and for who made its one-time link since the last
    log-in: password and second factor in one hand would be the whole log-in.
    """
    if by.user is not None and not looks_after(by.user, user):
        raise AccountRefused(_("You do not look after this log-in."))
    User.objects.select_for_update().get(pk=user.pk)
    link = link_in_hand(user)
    if by.user is not None and link is not None and link.by_id == by.user.pk:
        raise AccountRefused(_("You made this log-in's one-time link: another person resets its second factor."))
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    note_event(user, Kind.FACTOR_RESET, by=by, note=reason)
