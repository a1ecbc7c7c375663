"""What every page of the portal has in common: a log-in, reading only, kept by no cache."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponseBase]


def private(view: View) -> View:
    """Let no browser and no proxy keep the page: the next person at this phone finds nothing."""
    return cache_control(private=True, no_store=True)(view)


def own_page(view: View) -> View:
    """A page about one's own pay: only after log-in, only to read, kept by nobody."""
    return private(require_safe(login_required(view)))


guarded_class = method_decorator(private, name="dispatch")
