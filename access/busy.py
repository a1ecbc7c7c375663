"""Short waits: a page that can't have what another holds says what is worked on, and threads stay free to read."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from access.models import User

HELD_BY_OTHERS = {
    "55P03",  # a lock was not to be had within lock_timeout
    "57014",  # a statement took longer than statement_timeout
    "40P01",  # two waited for each other, and this one had to give way
    "40001",  # what was read had changed meanwhile
    "25P03",  # the transaction stood idle for too long
}
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
AGAIN_SECONDS = "5"

Answer = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class LongWork:
    """What is being worked on for long (translated), who asked for it (None: the server), and when that was."""

    text: str
    by: User | None
    since: dt.datetime | None


Tells = Callable[[], list[LongWork]]
_WORK: list[Tells] = []


def tells_work(tells: Tells) -> Tells:
    """Mark a function that says what an app works on in the background while others wait."""
    _WORK.append(tells)
    return tells


class ShortWaits:
    """Answers 503 with a page where the database didn't give within its limits what a page needs.

    So many requests that write are let in at once that others find a thread: one more is answered so at once. Stands
    behind the check against forged requests: what was sent is offered to be sent again.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.free = BoundedSemaphore(settings.SALESORG_MOST_WRITERS)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            if getattr(request, "is_let_in", False):
                self.free.release()

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Let in, or say that too much is being written just now."""
        if request.method in SAFE:
            return None
        request.is_let_in = self.free.acquire(blocking=False)  # type: ignore[attr-defined]
        return None if request.is_let_in else busy(request)  # type: ignore[attr-defined]

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what a view met, if it is only that others were at it."""
        return busy(request) if is_held_by_others(exception) else None


def is_held_by_others(exception: BaseException | None) -> bool:
    """Whether the database refused only for now."""
    if not isinstance(exception, OperationalError | InterfaceError):
        return False
    return getattr(exception.__cause__, "pgcode", None) in HELD_BY_OTHERS


def busy(request: HttpRequest) -> HttpResponse:
    """The page that says what is being worked on, and offers to send the same once more."""
    shown = {"work": _work_for(request), "kept": list(what_was_sent(request)), "path": request.get_full_path()}
    return _page(request, shown)


def busy_anywhere(request: HttpRequest) -> HttpResponse:
    """The same for what no view met, such as a session that can't be read: it asks the database nothing."""
    return _page(request, {"path": request.get_full_path()})


def _page(request: HttpRequest, shown: dict[str, Any]) -> HttpResponse:
    page = render_to_string("busy.html", shown, request)
    return HttpResponse(page, status=503, headers={"Retry-After": AGAIN_SECONDS})


def _work_for(request: HttpRequest) -> list[LongWork]:
    """What is being worked on, for who may enter the administration; nothing where the database doesn't say."""
    user = request.user
    if not isinstance(user, User) or not user.is_staff:
        return []
    try:
        return [work for tells in _WORK for work in tells()]
    except DatabaseError:
        return []


def what_was_sent(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """What the form held, unless it can't be sent again as it is: a file is gone, and a secret stands on no page."""
    if request.method in SAFE or request.FILES or any("password" in name for name in request.POST):
        return
    for name, values in request.POST.lists():
        if name != "csrfmiddlewaretoken":
            yield from ((name, value) for value in values)
