"""The admin's first page."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from access.admin_base import viewing
from access.waiting import waiting_for
from monthend.overview import overview


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the overview to what the page's template is given; for who sees nothing of the business what waits alone."""
    viewer = viewing(request)
    seen = overview(viewer, timezone.localdate())
    return {**context, "overview": seen, "waiting": [] if seen else waiting_for(viewer)}
