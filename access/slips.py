"""Slips of paper with one-time links, one for each person, shown once: the site keeps no link."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Slip:
    """Whose link it is, their address if it is known, the path; and whether another must open the log-in first."""

    username: str
    name: str
    email: str
    path: str
    is_shut: bool = False


def print_slips(request: HttpRequest, slips: Sequence[Slip], context: Mapping[str, Any]) -> HttpResponse:
    """A page to print and cut; no browser keeps it."""
    until = timezone.localtime() + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    shown = [{"slip": slip, "url": request.build_absolute_uri(slip.path)} for slip in slips]
    answer = TemplateResponse(
        request, "admin/slips.html", {**context, "title": _("One-time links"), "slips": shown, "until": until}
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
