"""`me/`: who one is, one's pay month by month, one's clients and disputes."""

from itertools import chain
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from access.reach import within_reach
from api.base import ApiView
from api.disputes.selectors import dispute_told
from api.disputes.serializers import DisputeSerializer
from api.own.selectors import own_clients, told_of
from api.own.serializers import MeSerializer, OwnClientSerializer, OwnMonthSerializer, OwnPaySerializer
from api.paging import PAGING, page_of_list, page_of_rows
from api.schema import page_of, problems
from disputes.models import Dispute
from portal.selectors import OwnPay, own_pay
from rulebook.month import Month


class OwnView(ApiView):
    """A call about oneself."""

    @property
    def pay(self) -> OwnPay:
        """The reads of who calls; Http404 for a log-in that is nobody's."""
        found = own_pay(self.user)
        if found is None:
            raise Http404
        return found


class MeView(ApiView):
    """Who one is."""

    @extend_schema(responses={200: MeSerializer, **problems()})
    def get(self, request: Request) -> Response:
        """The log-in, and where its person stands today."""
        return Response(MeSerializer(told_of(self.user)).data)


class OwnMonthsView(OwnView):
    """One's months."""

    @extend_schema(responses={200: page_of(OwnMonthSerializer), **problems(400, 404)}, parameters=[*PAGING])
    def get(self, request: Request) -> Response:
        """The months that pay something, the newest first."""
        return page_of_list(request, list(OwnMonthSerializer(self.pay.months(), many=True).data))


class OwnMonthView(OwnView):
    """One month of one's pay."""

    @extend_schema(responses={200: OwnPaySerializer, **problems(404)})
    def get(self, request: Request, month: Month) -> Response:
        """The payslip, each line with how it came about, and what is adjusted or held."""
        pay = self.pay
        shown = next((row for row in pay.months() if row.month == month), None)
        if shown is None:
            raise Http404
        slip = within_reach(self.user, pay.employee.payslips.filter(month=month))
        explained = ("plan_version", "receipt__reverses", "reversed_line", "ruling", "employee")
        lines = pay.lines(month).select_related(*explained).prefetch_related("ruling__shares")
        facts: dict[str, Any] = {
            "month": shown.month,
            "gross": shown.gross,
            "is_locked": shown.is_locked,
            "paid_on": shown.paid_on,
            "payslip": slip.select_related("employee", "branch", "department").first(),
            "lines": lines,
            "adjustments": list(
                chain(pay.adjustments(month), pay.held(month).select_related("employee", "line__employee"))
            ),
        }
        return Response(OwnPaySerializer(facts).data)


class OwnClientsView(OwnView):
    """One's clients."""

    @extend_schema(responses={200: page_of(OwnClientSerializer), **problems(400, 404)}, parameters=[*PAGING])
    def get(self, request: Request) -> Response:
        """Whom one looks after, since when, and until when they are protected."""
        return page_of_list(request, list(OwnClientSerializer(own_clients(self.pay.employee), many=True).data))


class OwnDisputesView(OwnView):
    """One's disputes."""

    @extend_schema(responses={200: page_of(DisputeSerializer), **problems(400, 404)}, parameters=[*PAGING])
    def get(self, request: Request) -> Response:
        """Those in which one is a party."""
        rows = within_reach(self.user, Dispute.objects.filter(parties__employee=self.pay.employee))
        rows = rows.select_related("client", "contract")
        return page_of_rows(request, rows, lambda found: [self.told(one) for one in found])

    def told(self, dispute: Any) -> Any:
        """A dispute as oneself may know it."""
        return DisputeSerializer(dispute_told(self.user, dispute)).data
