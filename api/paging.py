"""Long answers in pages: `limit` rows, and the address of the next ones."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from api.problems import ApiProblem

USUAL, MOST = 100, 1_000
LONGEST = len(str(MOST))

PAGING = (
    OpenApiParameter("limit", int, description=f"How many rows: {USUAL}, at most {MOST}."),
    OpenApiParameter("cursor", str, description="Where to go on, from `next`."),
)


def page_of_rows(request: Request, rows: QuerySet[Any], told: Callable[[Sequence[Model]], Sequence[Any]]) -> Response:
    """A page of the rows of a table, in order of their keys."""
    limit, after = _limit(request), _cursor(request)
    found = list(rows.filter(pk__gt=after).order_by("pk")[: limit + 1])
    shown = found[:limit]
    return _answer(request, told(shown), shown[-1].pk if len(found) > limit else None)


def page_of_list(request: Request, rows: Sequence[Any]) -> Response:
    """A page of what was read whole, for it is never long."""
    limit, start = _limit(request), _cursor(request)
    end = start + limit
    return _answer(request, rows[start:end], end if len(rows) > end else None)


def _answer(request: Request, results: Sequence[Any], cursor: int | None) -> Response:
    following = None
    if cursor is not None:
        asked = request.query_params.copy()
        asked["cursor"] = base64.urlsafe_b64encode(str(cursor).encode()).decode()
        following = request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")
    return Response({"next": following, "results": results})


def _limit(request: Request) -> int:
    given = request.query_params.get("limit", str(USUAL))
    if not given.isascii() or not given.isdecimal() or len(given) > LONGEST or not 1 <= int(given) <= MOST:
        raise ApiProblem(400, _("“limit” is a number from 1 to %(most)d.") % {"most": MOST})
    return int(given)


def _cursor(request: Request) -> int:
    given = request.query_params.get("cursor")
    if given is None:
        return 0
    try:
        position = int(base64.urlsafe_b64decode(given.encode("ascii")))
    except (ValueError, binascii.Error):
        position = -1
    if not 0 <= position < 2**63:
        raise ApiProblem(400, _("“cursor” is taken from “next” of an earlier answer."))
    return position
