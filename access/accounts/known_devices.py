"""Devices that a log-in knows: a signed cookie, given once somebody is in; guesses made elsewhere don't slow them.

The cookie lets nobody in. It holds for one password: a new one, and a one-time link, end it.
"""

import secrets
import time

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from access.models import User

COOKIE = "known_device"
SALT = "access.known_devices"
DAYS = 90
MOST = 8
"""How many log-ins one browser is known to, such as that of a branch's counter: the latest."""
_DAY = 24 * 3600

Known = list[tuple[int, str, str, int]]
"""The key of a log-in, what its device is called, the mark of the password, and the day."""


def known_as(request: HttpRequest, user: User | None) -> str:
    """What the user's log-in knows this browser as; empty if it doesn't, or for no user."""
    if user is None:
        return ""
    for key, device, mark, _day in _known(request):
        if key == user.pk and constant_time_compare(mark, _mark(user)):
            return device
    return ""


def remember(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Make this browser known to the user's log-in."""
    device = known_as(request, user) or secrets.token_urlsafe(9)
    others = [entry for entry in _known(request) if entry[0] != user.pk]
    known = [(user.pk, device, _mark(user), int(time.time()) // _DAY), *others][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps(known, salt=SALT),
        max_age=DAYS * _DAY,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _known(request: HttpRequest) -> Known:
    """The log-ins that know this browser, as far as the cookie is ours and in date."""
    try:
        known: Known = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return []
    since = int(time.time()) // _DAY - DAYS
    return [(key, device, mark, day) for key, device, mark, day in known if day >= since]


def _mark(user: User) -> str:
    return salted_hmac(SALT, f"{user.pk} {user.password}", algorithm="sha256").hexdigest()[:24]
