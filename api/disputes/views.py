"""`disputes/`: raised, shown, evidenced, settled, decided, reversed."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from access.accounts.second_person import is_about, person_of
from access.reach import within_reach
from access.rights import Right, has, may
from access.roles import Duty
from api.base import ApiView
from api.disputes.actions import agree, find, replace
from api.disputes.selectors import dispute_told, effect_told
from api.disputes.serializers import (
    DisputeSerializer,
    EffectSerializer,
    EvidenceSerializer,
    FindingSerializer,
    OfferSerializer,
    RaiseSerializer,
)
from api.disputes.wanted import Body, fault, finding_of, offer_of
from api.paging import PAGING, page_of_rows
from api.problems import ApiProblem
from api.schema import ReasonSerializer, page_of, problems
from clients.models import Contract
from disputes.actions import raise_dispute, withdraw
from disputes.deciding.actions_offers import make_offer, require_party
from disputes.deciding.effects import effect_of_finding, effect_of_offer
from disputes.deciding.rules import Desk
from disputes.deciding.selectors import desks_open_to, require_decider
from disputes.evidence.actions import Sent, bring_evidence
from disputes.evidence.files import MAX_FILE_BYTES
from disputes.models import Dispute, Evidence, Offer, Party
from disputes.refusals import DisputeRefused, OutsideAppealWindow
from disputes.wanted import Claim, WantedFinding, WantedShare
from staff.models import Employee

_PREVIEW = OpenApiParameter("preview", bool, description="Write nothing, tell what it would do in yuan and people.")
_TOLD: dict[Any, Any] = {200: DisputeSerializer, **problems(400, 403, 404, 422)}
_OR_EFFECT: dict[Any, Any] = {
    **_TOLD,
    200: PolymorphicProxySerializer("DisputeOrEffect", [DisputeSerializer, EffectSerializer], None),
}
WHOLE = Decimal(1)


class DisputesView(ApiView):
    """All disputes that one may know of, and raising one."""

    @extend_schema(
        responses={200: page_of(DisputeSerializer), **problems(400, 403)},
        parameters=[*PAGING, OpenApiParameter("state", str), OpenApiParameter("contract", str)],
    )
    def get(self, request: Request) -> Response:
        """The disputes within reach."""
        _require_reader(self)
        paths = {"state": "state", "contract": "contract__number"}
        asked = {path: request.query_params[name] for name, path in paths.items() if name in request.query_params}
        rows = within_reach(self.user, Dispute.objects.filter(**asked)).select_related("client", "contract")
        return page_of_rows(request, rows, lambda found: [self.told(one) for one in found])

    @extend_schema(request=RaiseSerializer, responses={201: DisputeSerializer, **problems(400, 403, 404, 422)})
    def post(self, request: Request) -> Response:
        """Raise a dispute with colleagues about a contract; with an open one about it the claim joins that."""
        body = Body(request.data)
        claimant = _one(Employee, "claimant", body)
        if not is_about(self.user, claimant.pk) and not has(self.user, Duty.RAISES_DISPUTES):
            raise PermissionDenied
        contract = _one(Contract, "contract", body)
        asks = Body(body.data.get("asks") or {})
        sales, commission = asks.shares("sales_shares"), asks.shares("commission_shares")
        own = None if sales is None else sales.get(claimant.number, Decimal(0))
        paid = own if commission is None else commission.get(claimant.number, Decimal(0))
        claim = Claim(contract, claimant, body.text("statement"), own, paid)
        try:
            dispute = raise_dispute(claim, today=timezone.localdate(), by=self.actor)
        except OutsideAppealWindow as refusal:
            name = "appeal-window-closed" if refusal.is_over else "appeal-window-not-open"
            raise ApiProblem(422, refusal.reason, name=name) from refusal
        return Response(self.told(dispute), status=201)

    def told(self, dispute: Any) -> Any:
        """A dispute as the caller may know it."""
        return DisputeSerializer(dispute_told(self.user, dispute)).data


class DisputeCall(ApiView):
    """A call about one dispute that the caller may know of."""

    def dispute(self, number: str) -> Dispute:
        """The dispute; Http404 for one that is not there or not to be seen."""
        _require_reader(self)
        rows = within_reach(self.user, Dispute.objects.filter(number=number))
        found = rows.select_related("client", "contract", "hold").first()
        if found is None:
            raise Http404
        return found

    def answer(self, dispute: Dispute) -> Response:
        """What became of it."""
        dispute.refresh_from_db()
        return Response(DisputeSerializer(dispute_told(self.user, dispute)).data)

    @property
    def today(self) -> dt.date:
        """The day on which it is done."""
        return timezone.localdate()


class DisputeView(DisputeCall):
    """One dispute."""

    @extend_schema(responses=_TOLD)
    def get(self, request: Request, number: str) -> Response:
        """How it stands."""
        return self.answer(self.dispute(number))


class EvidenceView(DisputeCall):
    """Brings evidence."""

    most_bytes = MAX_FILE_BYTES + 2**20
    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": EvidenceSerializer},
        responses={201: DisputeSerializer, **problems(400, 403, 404, 413, 415, 422)},
    )
    def post(self, request: Request, number: str) -> Response:
        """Bring evidence with its day, a note and perhaps a file."""
        dispute, body = self.dispute(number), Body(dict(request.data.items()))
        kind, day = body.text("kind"), _day(body.text("happened_on"))
        if kind not in Evidence.Kind.values:
            raise fault("kind", kind, _("must be one of: %(choices)s") % {"choices": ", ".join(Evidence.Kind.values)})
        if day is None:
            raise fault("happened_on", body.data["happened_on"], _("a day belongs here, such as 2026-11-30"))
        given = request.FILES.get("file")
        file = Sent(str(given.name), given.read()) if given else None
        bring_evidence(dispute, kind=kind, day=day, note=body.text("note"), file=file, today=self.today, by=self.actor)
        return Response(DisputeSerializer(dispute_told(self.user, dispute)).data, status=201)


class FindingsView(DisputeCall):
    """Gives human resources' or the marketing director's finding."""

    desks: ClassVar[Sequence[Desk]] = (Desk.HR, Desk.MARKETING)

    @extend_schema(request=FindingSerializer, responses=_OR_EFFECT, parameters=[_PREVIEW])
    def post(self, request: Request, number: str) -> Response:
        """Find; the finding that agrees with the other one rules, with the effect that a preview tells."""
        dispute = self.dispute(number)
        wanted = finding_of(Body(request.data), dispute)
        desk = self._desk(dispute)
        if _is_preview(request):
            require_decider(dispute, desk, self.actor)
            return Response(effect_told(effect_of_finding(dispute, wanted)))
        find(dispute, wanted, desk=desk, today=self.today, by=self.actor)
        return self.answer(dispute)

    def _desk(self, dispute: Dispute) -> Desk:
        """Whose finding the caller gives; before verification human resources', which begins it."""
        if not any(has(self.user, duty) for duty in _FINDERS):
            raise PermissionDenied
        open_to = [desk for desk in desks_open_to(self.user, dispute) if desk in self.desks]
        own = Desk.HR if has(self.user, Duty.FINDS_FOR_HR) else self.desks[-1]
        return open_to[0] if open_to else own


class RulingView(FindingsView):
    """Decides as the general manager."""

    desks: ClassVar[Sequence[Desk]] = (Desk.GENERAL_MANAGER,)

    def _desk(self, dispute: Dispute) -> Desk:
        if not has(self.user, Duty.RULES_ON_DISPUTES):
            raise PermissionDenied
        return Desk.GENERAL_MANAGER


class SettlementView(DisputeCall):
    """Offers the other parties how to settle it."""

    @extend_schema(request=OfferSerializer, responses={201: DisputeSerializer, **problems(400, 403, 404, 422)})
    def post(self, request: Request, number: str) -> Response:
        """Offer; it holds once all parties have confirmed it."""
        dispute = self.dispute(number)
        _require_party(self, dispute)
        make_offer(dispute, offer_of(Body(request.data)), by=self.actor)
        return Response(DisputeSerializer(dispute_told(self.user, dispute)).data, status=201)


class SettlementConfirmView(DisputeCall):
    """Agrees to the offer on the table."""

    @extend_schema(request=None, responses=_OR_EFFECT, parameters=[_PREVIEW])
    def post(self, request: Request, number: str) -> Response:
        """Agree; the last one's agreement acts as a ruling."""
        dispute = self.dispute(number)
        _require_party(self, dispute)
        offer = Offer.objects.filter(dispute=dispute, state=Offer.State.OPEN).first()
        if offer is None:
            raise DisputeRefused(_("There is no offer on the table."))
        offer.dispute = dispute
        if _is_preview(request):
            return Response(effect_told(effect_of_offer(offer), to=person_of(self.user)))
        agree(offer, today=self.today, by=self.actor)
        return self.answer(dispute)


class WithdrawView(DisputeCall):
    """Takes a claim back."""

    @extend_schema(request=ReasonSerializer, responses=_TOLD)
    def post(self, request: Request, number: str) -> Response:
        """Take the own claim back, or that of the only claimant within reach; with the reason."""
        dispute, body = self.dispute(number), Body(request.data)
        claimants = dispute.parties.filter(side=Party.Side.CLAIMANT, withdrawn_at=None).select_related("employee")
        own = [one.employee for one in claimants if is_about(self.user, one.employee_id)]
        others = [one.employee for one in claimants] if has(self.user, Duty.RAISES_DISPUTES) else []
        if dispute.kind != Dispute.Kind.CLIENT and not own and not others:
            raise PermissionDenied
        claimant = next(iter([*own, *others]), None)
        withdraw(dispute, reason=body.text("reason"), by=self.actor, claimant=claimant)
        return self.answer(dispute)


class ReverseView(DisputeCall):
    """Gives everything back to the closer by another ruling."""

    @extend_schema(request=ReasonSerializer, responses=_OR_EFFECT, parameters=[_PREVIEW])
    def post(self, request: Request, number: str) -> Response:
        """Reverse the ruling that holds, with the reason."""
        dispute, body = self.dispute(number), Body(request.data)
        if not has(self.user, Duty.RULES_ON_DISPUTES):
            raise PermissionDenied
        if dispute.contract is None:
            raise DisputeRefused(_("It is about no contract: there is nothing to divide."))
        closer = dispute.contract.closer
        wanted = WantedFinding(body.text("reason"), [WantedShare(closer, WHOLE, WHOLE)], closer)
        if _is_preview(request):
            require_decider(dispute, Desk.GENERAL_MANAGER, self.actor)
            return Response(effect_told(effect_of_finding(dispute, wanted)))
        replace(dispute, wanted, today=self.today, by=self.actor)
        return self.answer(dispute)


_FINDERS = (Duty.FINDS_FOR_HR, Duty.FINDS_FOR_MARKETING, Duty.RULES_ON_DISPUTES)


def _require_reader(view: ApiView) -> None:
    if not may(view.user, Right.VIEW, Dispute):
        raise PermissionDenied


def _require_party(view: ApiView, dispute: Dispute) -> None:
    """Refuse who is no party: an offer is not for that log-in to make or take."""
    try:
        require_party(dispute, view.actor)
    except DisputeRefused as refusal:
        raise PermissionDenied from refusal


def _one(model: type[Any], field: str, body: Body) -> Any:
    """What is named by its number; a problem where it is not there."""
    number = body.text(field)
    found = model.objects.filter(number=number).first()
    if found is None:
        raise fault(field, number, _("there is none with this number"))
    return found


def _day(given: str) -> dt.date | None:
    try:
        return parse_date(given)
    except ValueError:
        return None


def _is_preview(request: Request) -> bool:
    return request.query_params.get("preview", "").lower() in ("true", "1")
