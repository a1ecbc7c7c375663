"""What is sent to the site is bounded by address and log-in before it is read; files go only where they belong."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from access.pages.lookups import FilterNotUnderstood
from access.rights import Right, may

SMALL_BYTES = 64 * 2**10
"""A form of a page that everybody may open: a log-in, a password, an answer."""
AROUND_FILE_BYTES = 2**20
"""What a form with a file holds besides it."""
UNSAID = 2**62
"""The size of a body that doesn't say how long it is; no browser sends one."""
STALLED_SECONDS = 20
DRAIN_SECONDS = 3
_CHUNK = 2**16

Answer = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Files:
    """The files that a view takes: up to how many bytes, and the right that whoever sends them must have."""

    most: int
    right: Right
    model: type[Model]

    def are_taken_from(self, user: AbstractBaseUser | AnonymousUser) -> bool:
        """Whether this user may send files there."""
        return may(user, self.right, self.model)


def takes_files(most: int, right: Right, model: type[Model]) -> Callable[[View], View]:
    """Mark a view as one that takes a file of up to `most` bytes from who has the right."""

    def mark(view: View) -> View:
        view.takes_files = Files(most, right, model)  # type: ignore[attr-defined]
        return view

    return mark


class BoundedBodies:
    """Answers 413 to what is larger than its address takes from this log-in, without reading it.

    Stands before whatever reads a form. Without a log-in that could take more, no database is asked.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size = size_of(request)
        if _bounds_itself(request):
            with _stalling_ends(request):
                return self.get_response(request)
        if size > SMALL_BYTES and settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return too_large(request, most=SMALL_BYTES, is_stranger=True)
        if size > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            return too_large(request, most=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)
        with _stalling_ends(request):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Let pass what the view takes from this user; files that it doesn't take are skipped as they are read."""
        size, files = size_of(request), getattr(view, "takes_files", None)
        if size == 0 or _bounds_itself(request):
            return None
        if files is not None and files.are_taken_from(request.user):
            most = files.most + AROUND_FILE_BYTES
        else:
            request.upload_handlers = [SkipsFiles()]
            most = SMALL_BYTES
            if size > most and getattr(request.user, "is_staff", False) and _is_admin(request):
                most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or most
        if size <= most:
            return None
        return too_large(request, most=most, is_stranger=not request.user.is_authenticated)


class SkipsFiles(FileUploadHandler):
    """Keeps nothing of any file."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Nothing is received."""

    def file_complete(self, file_size: int) -> None:
        """Nothing is kept."""


class TooLarge(HttpResponse):
    """The page in answer to too large a body; what is still on its way is thrown away unread for a moment.

    Who sends everything before listening would otherwise meet a broken connection in place of the page.
    """

    status_code = 413

    def __init__(self, request: HttpRequest, **shown: Any) -> None:
        super().__init__(render_to_string("413.html", shown, request))
        self._request = request

    def close(self) -> None:
        super().close()
        server = self._request.META.get("gunicorn.socket")
        if server is not None:
            _throw_away(self._request.META["wsgi.input"], server)


def size_of(request: HttpRequest) -> int:
    """How many bytes a request's body has, or says it has."""
    if "HTTP_TRANSFER_ENCODING" in request.META:
        return UNSAID
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdecimal() else UNSAID


def too_large(request: HttpRequest, *, most: int, is_stranger: bool = False) -> HttpResponse:
    """The answer to a body that is larger than `most` bytes."""
    return TooLarge(request, most=most, is_stranger=is_stranger)


def refuse_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to a request that makes no sense, or holds more fields or files than any form here; to a list's filter
    that can't be read, which one it is."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request, most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE or SMALL_BYTES)
    not_understood = exception if isinstance(exception, FilterNotUnderstood) else None
    return HttpResponse(render_to_string("400.html", {"filter": not_understood}, request), status=400)


def _bounds_itself(request: HttpRequest) -> bool:
    """Whether it is a call of the API, which asks for the token and the size before it reads anything."""
    return request.path.startswith(settings.SALESORG_API_PATH)


def _is_admin(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("admin:index"))


@contextmanager
def _stalling_ends(request: HttpRequest) -> Iterator[None]:
    """Give up on who has stopped in the middle of a body: a phone out of reach would hold a thread for ever."""
    server = request.META.get("gunicorn.socket")
    if server is None or size_of(request) == 0:
        yield
        return
    server.settimeout(STALLED_SECONDS)
    try:
        yield
    finally:
        server.settimeout(None)


def _throw_away(body: Any, server: Any) -> None:
    """Read on without keeping anything, as long as it comes fast."""
    ends = time.monotonic() + DRAIN_SECONDS
    try:
        while (left := ends - time.monotonic()) > 0:
            server.settimeout(left)
            if not body.read(_CHUNK):
                return
    except Exception:  # whatever becomes of the connection, the answer is out
        return
    finally:
        server.settimeout(None)
