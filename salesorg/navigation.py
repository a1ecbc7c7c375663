"""The ways in: each role's side bar, what stands beside a list, and the search for lists and pages by name.

The side bar holds the places in which a role works, by when it comes to them; docs/handbook tells each role's month.
What else it may see is led to from there (salesorg/ways.py), by the pages on which the rows matter, and by the search.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access.models import User
from access.pages.admin_base import viewing
from access.pages.search import Page, lists_pages
from access.roles import Role
from salesorg import ways
from salesorg.ways import Way, all_ways, family_of, way_to

_MONTHLY, _DAILY = _("Every month"), _("Every day")
_AT_ANY_TIME, _YEARLY = _("At any time"), _("Every quarter and year")
_TO_SIGN, _TO_LOOK_UP = _("To sign"), _("To look up")

SIDE_BARS: Mapping[str, Sequence[tuple[Any, Sequence[Way]]]] = {
    Role.HR: (
        (_MONTHLY, (ways.IMPORTS, ways.MONTHS, ways.PAYSLIPS, ways.REVIEWS)),
        (_AT_ANY_TIME, (ways.PEOPLE, ways.MOVES, ways.ORPHANS, ways.DISPUTES)),
        (_YEARLY, (ways.TARGETS,)),
    ),
    Role.SALES_MANAGER: (
        (_DAILY, (ways.ORPHANS, ways.HANDOVERS, ways.CLIENTS, ways.FOLLOW_UPS, ways.OPEN_POOL)),
        (_MONTHLY, (ways.TARGETS, ways.MONTHS, ways.PAYSLIPS, ways.PEOPLE)),
    ),
    Role.BRANCH_GM: (
        (_DAILY, (ways.ORPHANS, ways.CLIENTS)),
        (_MONTHLY, (ways.WEIGHTS, ways.TARGETS, ways.MONTHS, ways.PAYSLIPS)),
        (_AT_ANY_TIME, (ways.PEOPLE, ways.DEPUTIES)),
        (_YEARLY, (ways.AWARDS,)),
    ),
    Role.MARKETING_DIRECTOR: (
        (_MONTHLY, (ways.MONTHS, ways.PAYSLIPS, ways.REVIEWS, ways.RANKS)),
        (_AT_ANY_TIME, (ways.PEOPLE, ways.ORPHANS, ways.DISPUTES)),
        (_YEARLY, (ways.DRAFTS, ways.LAW)),
    ),
    Role.GENERAL_MANAGER: (
        (_TO_SIGN, (ways.DRAFTS, ways.REVIEWS, ways.RANKS, ways.PAY_DETAILS, ways.AWARDS)),
        (_TO_LOOK_UP, (ways.DISPUTES, ways.MONTHS, ways.PAYSLIPS, ways.PEOPLE)),
    ),
    Role.FINANCE: (
        (_MONTHLY, (ways.RECEIPTS, ways.BANK, ways.MONTHS, ways.PAYSLIPS)),
        (_AT_ANY_TIME, (ways.PAY_DETAILS, ways.PEOPLE, ways.CLAIMS, ways.CHANGES)),
    ),
    Role.AUDITOR: (
        (_("Who did what"), (ways.CHANGES, ways.DISCLOSURES, ways.ACCOUNT_EVENTS)),
        (_("What it came to"), (ways.MONTHS, ways.PAYSLIPS, ways.RECEIPTS, ways.PEOPLE)),
        (_("By which rules"), (ways.LAW, ways.DRAFTS)),
    ),
    Role.OPERATOR: (("", (ways.LOG_INS, ways.TOKENS, ways.ACCOUNT_EVENTS)),),
}
"""For each role that enters the admin the places in which it works, in the order in which it comes to them."""


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The side bar of whoever asks, the one entry marked that leads closest to the page that is shown."""
    user = viewing(request)
    groups = [
        (title, [way for way in places if way.is_open_to(user)]) for title, places in SIDE_BARS.get(user.role, ())
    ]
    lit = _lit(request.path, [way for _title, places in groups for way in places])
    home = reverse("admin:index")
    first = {"title": _("Overview"), "icon": "home", "link": home, "active": request.path == home}
    return [
        {"items": [first]},
        *({"title": title, "items": [_item(way, way is lit) for way in places]} for title, places in groups if places),
    ]


def _item(way: Way, is_lit: bool) -> dict[str, Any]:
    return {"title": way.title, "icon": way.icon, "link": way.link, "active": is_lit, "note": way.note}


def _lit(path: str, places: Sequence[Way]) -> Way | None:
    """The place whose own page is shown; or else the one whose family has it, or else the one that needs it most."""
    shown = way_to(path)
    if shown is None or shown in places:
        return shown
    own = list(family_of(shown))
    if in_own := [place for place in places if place in own]:
        return min(in_own, key=own.index)
    needing = [place for place in places if shown in family_of(place)]
    return min(needing, key=lambda place: list(family_of(place)).index(shown), default=None)


def beside(request: HttpRequest) -> dict[str, Any]:
    """What a list or page leads to beside it: the way shown, and those of its family that the viewer may read."""
    shown = way_to(request.path)
    if shown is None or (shown.link != request.path and not shown.page):
        return {}
    user, family = viewing(request), family_of(shown)
    works = [way for way in family.works if way.is_open_to(user)]
    details = [way for way in family.details if way.is_open_to(user)]
    if len(works) + len(details) < 2:
        return {}
    return {"shown": shown, "works": works, "details": details, "is_detail": shown in details}


@lists_pages
def pages(user: User) -> Iterator[Page]:
    """Every list and page that the user may read, the places of the side bar first."""
    places = [way for _title, group in SIDE_BARS.get(user.role, ()) for way in group]
    for way in dict.fromkeys((*places, *all_ways())):
        if way.is_open_to(user):
            yield Page(way.names, way.icon, way.link)
