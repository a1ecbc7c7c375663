"""The admin's first page."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from access.admin_base import viewing
from monthend.overview import overview


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the overview to what the page's template is given."""
    return {**context, "overview": overview(viewing(request), timezone.localdate())}
