"""`exports/`: asked for, looked after, taken."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from access.history.downloads import hand_out
from access.rights import has
from access.roles import Duty
from api.base import ApiView
from api.exports.actions import ask_for_export
from api.exports.models import Export
from api.exports.serializers import AskSerializer, ExportSerializer
from api.problems import ApiProblem
from api.schema import problems
from monthend.checks import CloseRefused
from periods.models import Period
from rulebook.month import Month
from rulebook.wording import month_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExportCall(ApiView):
    """A call about exports, of who takes the payroll out."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        if not has(self.user, Duty.TAKES_OUT_PAYROLL):
            raise PermissionDenied

    def export(self, pk: int) -> Export:
        """An export that the caller asked for; Http404 for any other."""
        found = Export.objects.filter(pk=pk, asked_by=self.user).first()
        if found is None:
            raise Http404
        return found


class ExportsView(ExportCall):
    """Asks for a workbook."""

    @extend_schema(request=AskSerializer, responses={202: ExportSerializer, **problems(400, 403, 409)})
    def post(self, request: Request) -> Response:
        """Have the payroll of a computed month written; when it is ready its file is there for a day."""
        body = request.data if isinstance(request.data, dict) else {}
        kind, month = body.get("kind"), _month(body.get("month"))
        if kind not in Export.Kind.values or month is None:
            raise ApiProblem(400, _("The body is %(shape)s.") % {"shape": '{"kind": "payroll", "month": "2011-04"}'})
        if not Period.objects.filter(month=month).exclude(state=Period.State.OPEN).exists():
            text = _("%(month)s is not computed yet: nothing to export.")
            raise CloseRefused([text % {"month": month_text(month)}])
        export = ask_for_export(kind, month, asked_by=self.user, by=self.actor)
        return Response(ExportSerializer(export).data, status=202)


class ExportView(ExportCall):
    """One export."""

    @extend_schema(responses={200: ExportSerializer, **problems(403, 404)})
    def get(self, request: Request, pk: int) -> Response:
        """Whether it is ready."""
        return Response(ExportSerializer(self.export(pk)).data)


class ExportFileView(ExportCall):
    """The file of an export."""

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY, **problems(403, 404, 409)})
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The workbook; that it was taken is kept."""
        export = self.export(pk)
        if export.content is None:
            raise CloseRefused([export.problem or _("The file is not ready yet.")])
        plain = request._request
        plain.user = self.user
        name = _("payroll %(month)s draft") if export.is_draft else _("payroll %(month)s")
        return hand_out(plain, bytes(export.content), f"{name % {'month': export.month}}.xlsx", content_type=XLSX)


def _month(given: object) -> Month | None:
    try:
        return Month.parse(given) if isinstance(given, str) else None
    except ValueError:
        return None
