"""`months/`: how far each is, what moves it on, and its results."""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from access.reach import within_reach
from access.rights import Right, may
from api.base import ApiView
from api.months.selectors import MonthTold, blockers_told, live_run, month_told, months_told
from api.months.serializers import (
    AdjustmentSerializer,
    AssessmentSerializer,
    ClaimSerializer,
    FundSerializer,
    LineSerializer,
    MonthSerializer,
    PayslipSerializer,
    RunSerializer,
    SupportPoolSerializer,
)
from api.paging import PAGING, page_of_list, page_of_rows
from api.problems import ApiProblem
from api.schema import ReasonSerializer, page_of, problems
from compensation.models import Adjustment, CommissionLine, HeldCommission, Payslip, SupportPool
from compensation.selectors import with_cause
from funds.explain import explain_decision
from funds.models import ClaimDecision, FundLot
from funds.selectors import decisions_of, fund_months
from monthend.approval.actions import approve_run, reject_run, submit_run
from monthend.checks import CloseRefused
from monthend.models import MonthRun
from monthend.page.acting import compute
from monthend.rights import may_approve, may_compute, may_prepare
from monthend.verify.actions import ask_for_verification
from rulebook.month import Month
from rulebook.wording import month_text
from staff.models import Branch, RankAssessment


class MonthsView(ApiView):
    """All months."""

    @extend_schema(responses={200: page_of(MonthSerializer), **problems(400, 403)}, parameters=[*PAGING])
    def get(self, request: Request) -> Response:
        """Months that were begun, and the one that is due."""
        _require(self, MonthRun)
        return page_of_list(request, [_month(self, told) for told in months_told(self.user)])


class MonthView(ApiView):
    """One month."""

    @extend_schema(responses={200: MonthSerializer, **problems(403, 404)})
    def get(self, request: Request, month: Month) -> Response:
        """How far it is, what it pays, what blocks its lock."""
        _require(self, MonthRun)
        return Response(_month(self, _found(self, month)))


class ComputeView(ApiView):
    """Begins to compute a month."""

    @extend_schema(request=None, responses={202: RunSerializer, **problems(403, 404, 409)})
    def post(self, request: Request, month: Month) -> Response:
        """Start computing; how it goes, the month tells."""
        if not may_compute(self.user):
            raise PermissionDenied
        _found(self, month)
        compute(month, by=self.actor)
        return _started(month)


class SubmitView(ApiView):
    """Hands a computed month over."""

    @extend_schema(request=None, responses={200: MonthSerializer, **problems(403, 404, 409)})
    def post(self, request: Request, month: Month) -> Response:
        """Hand it over for approval."""
        if not may_prepare(self.user):
            raise PermissionDenied
        submit_run(_run(self, month).pk, today=timezone.localdate(), by=self.actor)
        return Response(_month(self, _found(self, month)))


class ApproveView(ApiView):
    """Approves a month that somebody else handed over, which is then verified and locked."""

    @extend_schema(request=None, responses={202: RunSerializer, **problems(403, 404, 409)})
    def post(self, request: Request, month: Month) -> Response:
        """Approve it; when every amount agrees it is locked, which the month tells."""
        today = timezone.localdate()
        if not may_approve(self.user, today):
            raise PermissionDenied
        run = approve_run(_run(self, month).pk, today=today, by=self.actor)
        ask_for_verification(run.pk, locks=True, by=self.actor, today=today)
        return _started(month)


class ReturnView(ApiView):
    """Sends a month back to who handed it over."""

    @extend_schema(request=ReasonSerializer, responses={200: MonthSerializer, **problems(400, 403, 404, 409)})
    def post(self, request: Request, month: Month) -> Response:
        """Send it back, with the reason."""
        today = timezone.localdate()
        if not may_approve(self.user, today):
            raise PermissionDenied
        reason = request.data.get("reason") if isinstance(request.data, dict) else None
        if not isinstance(reason, str):
            raise ApiProblem(400, _the_body('{"reason": "…"}'))
        reject_run(_run(self, month).pk, reason=reason[:500], today=today, by=self.actor)
        return Response(_month(self, _found(self, month)))


class ResultsView(ApiView):
    """Results of a month, in pages; of a locked month with an ETag."""

    model: ClassVar[type[Model]]
    serializer: ClassVar[type[serializers.Serializer[Any]]]
    filters: ClassVar[Mapping[str, str]] = {"employee": "employee__number", "branch": "branch__code"}

    def get(self, request: Request, month: Month) -> Response:
        """What came of it."""
        _require(self, self.model)
        told = _found(self, month)
        tag = _tag(request, told)
        if tag and tag in request.headers.get("If-None-Match", ""):
            return Response(status=304, headers={"ETag": tag})
        response = self.page(request, month)
        if tag:
            response["ETag"] = tag
        return response

    def page(self, request: Request, month: Month) -> Response:
        """The page of rows that is asked for."""
        rows = self.narrowed(request, within_reach(self.user, self.rows(month)))
        return page_of_rows(request, rows, self.told)

    def rows(self, month: Month) -> QuerySet[Any]:
        """The month's rows, with all that is told of them."""
        raise NotImplementedError

    def narrowed(self, request: Request, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that the filters leave."""
        given = {
            path: request.query_params[name] for name, path in self.filters.items() if name in request.query_params
        }
        return rows.filter(**given)

    def told(self, rows: Sequence[Any]) -> Sequence[Any]:
        """The rows as they are told."""
        return list(self.serializer(rows, many=True).data)


def _results(view: type[ResultsView]) -> type[ResultsView]:
    """Tell the schema what a view of results answers."""
    filters = [OpenApiParameter(name, str) for name in view.filters]
    answers: dict[Any, Any] = {200: page_of(view.serializer), **problems(400, 403, 404)}
    tell = extend_schema(responses=answers, parameters=[*PAGING, *filters])
    told: type[ResultsView] = extend_schema_view(get=tell)(view)
    return told


@_results
class PayslipsView(ResultsView):
    """工资表."""

    model, serializer = Payslip, PayslipSerializer

    def rows(self, month: Month) -> QuerySet[Any]:
        return Payslip.objects.filter(month=month).select_related("employee", "branch", "department")


@_results
class LinesView(ResultsView):
    """提成明细."""

    model, serializer = CommissionLine, LineSerializer
    filters: ClassVar[Mapping[str, str]] = {
        "employee": "employee__number", "receipt": "receipt__number", "contract": "receipt__contract__number",
        "kind": "kind",
    }  # fmt: skip

    def rows(self, month: Month) -> QuerySet[Any]:
        explained = ("receipt__contract", "receipt__reverses", "reversed_line", "ruling", "employee", "plan_version")
        rows = CommissionLine.objects.filter(month=month).select_related(*explained)
        return rows.prefetch_related("ruling__shares")


@_results
class AssessmentsView(ResultsView):
    """职级考核."""

    model, serializer = RankAssessment, AssessmentSerializer

    def rows(self, month: Month) -> QuerySet[Any]:
        return RankAssessment.objects.filter(month=month).select_related("employee")


@_results
class SupportPoolsView(ResultsView):
    """支持奖金."""

    model, serializer = SupportPool, SupportPoolSerializer
    filters: ClassVar[Mapping[str, str]] = {"branch": "branch__code"}

    def rows(self, month: Month) -> QuerySet[Any]:
        return SupportPool.objects.filter(month=month).select_related("branch")


@_results
class ClaimsView(ResultsView):
    """基金支出."""

    model, serializer = ClaimDecision, ClaimSerializer
    filters: ClassVar[Mapping[str, str]] = {"branch": "claim__branch__code", "fund": "claim__fund"}

    def rows(self, month: Month) -> QuerySet[Any]:
        return decisions_of(month).select_related("claim__branch", "claim__client")

    def told(self, rows: Sequence[Any]) -> Sequence[Any]:
        run = live_run(rows[0].month) if rows else None
        if run is None:
            return []
        plan = run.plan_version.plan
        context = {"explain": lambda row: explain_decision(row, plan)}
        return list(self.serializer(rows, many=True, context=context).data)


@_results
class AdjustmentsView(ResultsView):
    """调整明细: what corrections, rulings and ended holds add or take, and what is held."""

    model, serializer = Adjustment, AdjustmentSerializer
    filters: ClassVar[Mapping[str, str]] = {"employee": "employee__number"}

    def page(self, request: Request, month: Month) -> Response:
        adjusted = with_cause(Adjustment.objects.filter(month=month)).select_related(
            "correction__ruling_of", "line__held"
        )
        held = HeldCommission.objects.filter(month=month).select_related(
            "employee", "hold", "line__receipt", "line__employee"
        )
        found = (self.narrowed(request, within_reach(self.user, rows)).order_by("pk") for rows in (adjusted, held))
        return page_of_list(request, self.told(list(chain(*found))))


@_results
class FundsView(ResultsView):
    """活动基金."""

    model, serializer = FundLot, FundSerializer
    filters: ClassVar[Mapping[str, str]] = {"branch": "code"}

    def page(self, request: Request, month: Month) -> Response:
        seen = set(self.narrowed(request, within_reach(self.user, Branch.objects.all())).values_list("pk", flat=True))
        return page_of_list(request, self.told([one for one in fund_months(month) if one.branch.pk in seen]))


class PayslipView(ApiView):
    """One person's payslip of a month."""

    @extend_schema(responses={200: PayslipSerializer, **problems(403, 404)})
    def get(self, request: Request, month: Month, employee: str) -> Response:
        """What the month pays one person."""
        _require(self, Payslip)
        rows = Payslip.objects.filter(month=month, employee__number=employee)
        slip = within_reach(self.user, rows.select_related("employee", "branch", "department")).first()
        if slip is None:
            raise Http404
        return Response(PayslipSerializer(slip).data)


def _require(view: ApiView, model: type[Model]) -> None:
    if not may(view.user, Right.VIEW, model):
        raise PermissionDenied


def _found(view: ApiView, month: Month) -> MonthTold:
    told = month_told(view.user, month)
    if told is None:
        raise Http404
    return told


def _run(view: ApiView, month: Month) -> MonthRun:
    _found(view, month)
    run = live_run(month)
    if run is None:
        raise CloseRefused([_not_computed(month)])
    return run


def _not_computed(month: Month) -> str:
    return _("%(month)s is not computed yet.") % {"month": month_text(month)}


def _started(month: Month) -> Response:
    run = live_run(month)
    return Response({"run": run.pk if run else None}, status=202)


def _month(view: ApiView, told: MonthTold) -> Any:
    data: dict[str, Any] = {name: getattr(told, name) for name in _MONTH}
    return MonthSerializer({**data, "blockers": blockers_told(view.user, told)}).data


_MONTH = ("month", "state", "paid_at", "plan_version", "people", "sales", "gross", "seal")


def _tag(request: Request, told: MonthTold) -> str:
    """What tells an answer from others for as long as the month is locked; empty before."""
    if told.seal is None:
        return ""
    language = request.headers.get("Accept-Language", "")
    whose = getattr(request.auth, "digest", "")
    said = "\n".join([told.seal, whose, request.get_full_path(), language])
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def _the_body(shape: str) -> str:
    return _("The body is %(shape)s.") % {"shape": shape}
