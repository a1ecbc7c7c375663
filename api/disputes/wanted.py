"""What the body of a call asks for, as the disputes' own values; what can't be read is told by its field."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from api.disputes.serializers import SHARE
from api.problems import ApiProblem
from disputes.models import Dispute
from disputes.wanted import WantedFinding, WantedOffer, WantedShare
from staff.models import Employee

_FINEST = Decimal("0.01")


class Body:
    """A JSON object, read field by field."""

    def __init__(self, data: Any) -> None:
        if not isinstance(data, dict):
            raise ApiProblem(400, _("The body is a JSON object."))
        self.data: Mapping[str, Any] = data

    def text(self, field: str, *, required: bool = True) -> str:
        """A text, empty where none is needed and none given."""
        value = self.data.get(field)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or "\0" in value or (required and not value.strip()):
            raise fault(field, value, _("a text belongs here"))
        return value.strip()

    def shares(self, field: str) -> dict[str, Decimal] | None:
        """Staff numbers' shares, given in percent with at most two decimals, as parts of one; None where not given."""
        given = self.data.get(field)
        if given is None:
            return None
        if not isinstance(given, dict) or not given:
            raise fault(field, given, _('shares are given as {"00012": "50.00", …}'))
        return {number: _share(field, value) for number, value in given.items()}


def fault(field: str, value: Any, reason: str) -> ApiProblem:
    """A field that can't be read."""
    told = None if value is None else str(value)[:100]
    faults = [{"row": None, "field": field, "value": told, "reason": reason}]
    return ApiProblem(422, _("%(field)s: %(reason)s") % {"field": field, "reason": reason}, more={"errors": faults})


def finding_of(body: Body, dispute: Dispute) -> WantedFinding:
    """A finding or ruling; of a client's complaint about no contract without shares."""
    upholds = body.data.get("upholds")
    if upholds is not None and not isinstance(upholds, bool):
        raise fault("upholds", upholds, _("true or false belongs here"))
    return WantedFinding(body.text("text"), wanted_shares(body), _owner(body), upholds)


def offer_of(body: Body) -> WantedOffer:
    """How a party offers to settle it."""
    return WantedOffer(wanted_shares(body), _owner(body), body.text("note", required=False))


def wanted_shares(body: Body) -> list[WantedShare]:
    """Each one's shares of the sales, and of the commission where these differ."""
    sales = body.shares("sales_shares") or {}
    commission = body.shares("commission_shares") or sales
    people = _people("sales_shares", [*sales, *commission])
    nothing = Decimal(0)
    return [
        WantedShare(person, sales.get(number, nothing), commission.get(number, nothing))
        for number, person in people.items()
    ]


def _owner(body: Body) -> Employee | None:
    number = body.text("owner", required=False)
    return _people("owner", [number])[number] if number else None


def _people(field: str, numbers: Iterable[str]) -> dict[str, Employee]:
    """People by their staff numbers: parties only are named, which the effect asks."""
    wanted = list(dict.fromkeys(numbers))
    found = {person.number: person for person in Employee.objects.filter(number__in=wanted)}
    for number in wanted:
        if number not in found:
            raise fault(field, number, _("is no party of this dispute"))
    return {number: found[number] for number in wanted}


def _share(field: str, value: Any) -> Decimal:
    try:
        share = Decimal(str(value)) if isinstance(value, str) else None
    except InvalidOperation:
        share = None
    if share is None or not share.is_finite() or not 0 <= share <= SHARE or share != share.quantize(_FINEST):
        raise fault(field, value, _("a share from 0.00 to 100.00 belongs here"))
    return share / SHARE
