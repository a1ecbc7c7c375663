"""`POST bulk/` and `POST bulk/{sheet}/`."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from access.rights import has
from access.roles import Duty
from api.base import ApiView
from api.bulk.actions import Rows, push, push_good_rows
from api.bulk.serializers import OutcomeSerializer, RowsSerializer, SheetsSerializer
from api.idempotency import answered_once
from api.problems import ApiProblem
from api.schema import problems
from workbooks.company.importing import ImportOutcome
from workbooks.company.layout import SHEET_BY_NAME, SHEET_BY_TITLE
from workbooks.company.pushed import field_of

MOST_ROWS = 10_000
MOST_BYTES = 31 * 2**20

_DRY_RUN = OpenApiParameter("dry_run", bool, description="Write nothing, tell what would be done.")
_PARTIAL = OpenApiParameter("partial", bool, description="Take the good rows and list the bad ones.")
_KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="Answers a repeated call alike.")


class PushView(ApiView):
    """Takes rows in, of who may import."""

    most_bytes = MOST_BYTES

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not has(self.user, Duty.IMPORTS):
            raise PermissionDenied


class BulkView(PushView):
    """Rows of several sheets, all of them or none."""

    @extend_schema(
        request=SheetsSerializer, responses={200: OutcomeSerializer, **problems(400, 403, 413, 422)},
        parameters=[_DRY_RUN, _KEY],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Take rows in by sheet: all of them, or with any error none."""
        body = _object(request.data)
        unknown = sorted(body.keys() - SHEET_BY_NAME.keys())
        if unknown:
            raise ApiProblem(400, _("There are no sheets %(sheets)s.") % {"sheets": ", ".join(unknown)})
        pushed = {name: _rows(rows) for name, rows in body.items()}
        _require_few(sum(map(len, pushed.values())))
        dry_run = _flag(request, "dry_run")
        return answered_once(
            request,
            self.user,
            lambda: _answer(push(pushed, origin=request.path, dry_run=dry_run, by=self.actor)),
        )


class SheetView(PushView):
    """Rows of one sheet."""

    @extend_schema(
        request=RowsSerializer, responses={200: OutcomeSerializer, **problems(400, 403, 404, 413, 422)},
        parameters=[_DRY_RUN, _PARTIAL, _KEY],
    )  # fmt: skip
    def post(self, request: Request, sheet: str) -> Response:
        """Take the rows of one sheet in: all of them, or with any error none; with `partial` the good ones."""
        if sheet not in SHEET_BY_NAME:
            raise Http404
        body = _object(request.data)
        if body.keys() != {"rows"}:
            raise ApiProblem(400, _('The body is {"rows": [{…}, …]}.'))
        rows = _rows(body["rows"])
        _require_few(len(rows))
        origin, dry_run, by = request.path, _flag(request, "dry_run"), self.actor
        if _flag(request, "partial"):
            good = partial(push_good_rows, sheet, rows, origin=origin, dry_run=dry_run, by=by)
            return answered_once(request, self.user, lambda: Response(told_of(good())))
        whole = partial(push, {sheet: rows}, origin=origin, dry_run=dry_run, by=by)
        return answered_once(request, self.user, lambda: _answer(whole()))


def _object(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise ApiProblem(400, _("The body is a JSON object."))
    return data


def _rows(data: Any) -> Rows:
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise ApiProblem(400, _("Rows are a list of JSON objects."))
    return data


def _require_few(count: int) -> None:
    if count > MOST_ROWS:
        raise ApiProblem(413, _("A call takes %(most)d rows: send them in several.") % {"most": MOST_ROWS})


def _flag(request: Request, name: str) -> bool:
    return request.query_params.get(name, "").lower() in ("true", "1")


def _answer(outcome: ImportOutcome) -> Response:
    """All or nothing: with an error it is a problem."""
    told = told_of(outcome)
    if outcome.errors:
        raise ApiProblem(422, _("Nothing was imported: rows are wrong, as listed."), name="rows", more=told)
    return Response(told)


def told_of(outcome: ImportOutcome) -> dict[str, Any]:
    """What a push did, by the names of sheets and fields."""
    return {
        "imported": outcome.imported,
        "sheets": {SHEET_BY_TITLE[title].name: counts for title, counts in outcome.sheets.items()},
        "errors": [
            {
                "sheet": SHEET_BY_TITLE[problem.sheet].name if problem.sheet in SHEET_BY_TITLE else problem.sheet,
                "row": problem.row,
                "field": field_of(problem),
                "value": problem.value,
                "reason": problem.reason,
            }
            for problem in outcome.errors
        ],
    }
