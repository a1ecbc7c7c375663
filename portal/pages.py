"""What every page of the portal has in common: a log-in, reading only, kept by no cache, nothing from outside."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponseBase]

CONTENT_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


def self_contained(view: View) -> View:
    """Let the browser load nothing but the site's own styles and pictures, and run no script at all."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Content-Security-Policy"] = CONTENT_POLICY
        return response

    return guarded


def private(view: View) -> View:
    """Let no browser and no proxy keep the page: the next person at this phone finds nothing."""
    return cache_control(private=True, no_store=True)(view)


def own_page(view: View) -> View:
    """A page about one's own pay: only after log-in, only to read, kept by nobody."""
    return self_contained(private(require_safe(login_required(view))))


guarded_class = method_decorator([self_contained, private], name="dispatch")
