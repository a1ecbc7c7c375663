"""Slips of paper with one-time links, one for each person, shown once: the site keeps no link."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from access.pages.records import Cell


@dataclass(frozen=True, slots=True)
class PrintedLink:
    """Whose link it is, their address if it is known, the path; and whether another must open the log-in first."""

    username: str
    name: str
    email: str
    path: str
    is_shut: bool = False


def print_slips(
    request: HttpRequest, slips: Sequence[PrintedLink], context: Mapping[str, Any], way_back: Cell
) -> HttpResponse:
    """A page to print and cut, and the way back to where the links were asked for; no browser keeps it."""
    until = timezone.localtime() + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    urls = [request.build_absolute_uri(slip.path) for slip in slips]
    shown = [{"slip": slip, "url": url, "picture": qr_code(url)} for slip, url in zip(slips, urls, strict=True)]
    answer = TemplateResponse(
        request,
        "admin/slips.html",
        {**context, "title": _("One-time links"), "way_back": way_back, "slips": shown, "until": until},
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def qr_code(url: str) -> str:
    """A link as a QR code, SVG made here, of any width: no other site learns it."""
    drawn = segno.make(url, error="m", micro=False).svg_inline(omitsize=True, dark="#111", light="#fff")
    return mark_safe(drawn)  # noqa: S308  drawn by segno from a link of our own
