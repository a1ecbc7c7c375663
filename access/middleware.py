"""How long a log-in lasts, that nobody goes on without the second factor that they owe, and who changes what."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import acting
from access.models import Change, User
from access.rights import needs_second_factor

Answer = Callable[[HttpRequest], HttpResponse]
BEGAN, SEEN, DUE = "log_in_began", "log_in_seen", "second_factor_due"
OPEN_WITHOUT = ("portal:second_factor", "portal:set_up_second_factor", "portal:logout", "set_language")


class SessionRules:
    """Ends a log-in that nobody used for an hour, or that began twelve hours ago."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now, session = int(time.time()), request.session
        began, seen = session.get(BEGAN, now), session.get(SEEN, now)
        if now - seen > settings.SALESORG_IDLE_SECONDS or now - began > settings.SALESORG_LONGEST_SECONDS:
            logout(request)
            messages.info(request, _("You were logged out for safety: log in again to go on."))
            return _to_log_in(request)
        if SEEN not in session or now - seen >= settings.SALESORG_SEEN_SECONDS:
            session[BEGAN], session[SEEN] = began, now
        return self.get_response(request)


class SecondFactor:
    """Sends whoever logged in with the password alone, and owes a second factor, to where it is asked for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or not user.is_authenticated or not owes_second_factor(request, user):
            return self.get_response(request)
        if request.path in {reverse(name) for name in OPEN_WITHOUT}:
            return self.get_response(request)
        asked = reverse("portal:second_factor")
        if "HX-Request" in request.headers:
            return HttpResponse(headers={"HX-Redirect": asked})
        return redirect(f"{asked}?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else asked)


class KeepsWho:
    """Lets the database know who changes something on a page, and on which."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        by = Actor(request.user if isinstance(request.user, User) else None)
        with acting(by, Change.Source.PAGE, origin=request.path):
            return self.get_response(request)


def owes_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether this log-in still lacks the second factor."""
    asked = needs_second_factor(user) or request.session.get(DUE, False)
    return asked and not request.user.is_verified()  # type: ignore[union-attr]


def _to_log_in(request: HttpRequest) -> HttpResponse:
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": settings.LOGIN_URL})
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
