"""What apps do around every page of the administration that writes: one registry, filled by their posting.py."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]
AnyView = TypeVar("AnyView", bound=View)
_AROUND: list[Callable[[View], View]] = []


def around_posts(wrap: Callable[[View], View]) -> Callable[[View], View]:
    """Mark a function that puts something around a view while it answers a POST."""
    _AROUND.append(wrap)
    return wrap


def surrounded(view: AnyView) -> AnyView:
    """The view, with what apps put around it while it answers a POST."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        inner: View = view
        for wrap in _AROUND if request.method == "POST" else ():
            inner = wrap(inner)
        return inner(request, *args, **kwargs)

    return cast(AnyView, answer)
