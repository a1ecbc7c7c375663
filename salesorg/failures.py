"""What a page says where it could not be made."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

from access.busy import busy_anywhere, is_held_by_others
from salesorg.state.errors import NO_SPACE

DISK_FULL = "53100"
AWAY = ("08", "53", "57P")
"""How the codes of a database begin that can't be reached, has no room for more, or is starting or stopping."""
RETRY_SECONDS = 5


def failed(request: HttpRequest) -> HttpResponse:
    """The page of an error: the database is away for a moment, a disk is full, or the code is wrong."""
    error = sys.exc_info()[1]
    if is_held_by_others(error):
        return busy_anywhere(request)
    if is_full(error) or is_away(error):
        tries_again = request.method == "GET" and not is_full(error)
        told = {"is_full": is_full(error), "tries_again": tries_again, "seconds": RETRY_SECONDS}
        page = render_to_string("503.html", told)
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"})
    return server_error(request)


def is_full(error: BaseException | None) -> bool:
    """Whether the server's or the database's disk has no room."""
    return (isinstance(error, OSError) and error.errno in NO_SPACE) or _code(error) == DISK_FULL


def is_away(error: BaseException | None) -> bool:
    """Whether the database can't be reached now; a connection that is gone leaves no code."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    code = _code(error)
    return not code or code.startswith(AWAY)


def _code(error: BaseException | None) -> str:
    return getattr(error.__cause__, "pgcode", None) or "" if isinstance(error, OperationalError) else ""
