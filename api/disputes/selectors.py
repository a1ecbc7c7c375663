"""What a caller is told of a dispute: as much as the pages tell that log-in."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from access.models import User
from access.reach import within_reach
from access.rights import enters_admin
from api.disputes.serializers import percent
from api.money import told_money
from disputes.deciding.effects import RulingEffect
from disputes.deciding.selectors import findings_shown_to
from disputes.models import Dispute, Evidence, Offer, Party, Ruling
from disputes.selectors import parties_shown_to, plan_of, statement_shown_to, window_of
from rulebook.money import ZERO


def dispute_told(user: User, dispute: Dispute) -> dict[str, Any]:
    """A dispute as this user may know it."""
    about = dispute.contract if dispute.kind == Dispute.Kind.COLLEAGUES else None
    window = window_of(about, plan_of(dispute.raised_on)) if about else None
    rulings = within_reach(user, Ruling.objects.filter(dispute=dispute)).select_related("correction", "owner")
    offers = within_reach(user, Offer.objects.filter(dispute=dispute)).select_related("made_by", "owner")
    evidence = within_reach(user, Evidence.objects.filter(dispute=dispute, withdrawn_at=None))
    return {
        "number": dispute.number,
        "kind": dispute.kind,
        "state": dispute.state,
        "contract": dispute.contract.number if dispute.contract else None,
        "client": dispute.client.number,
        "statement": statement_shown_to(user, dispute),
        "raised_on": dispute.raised_on,
        "due_on": dispute.due_on,
        "appeal_until": window.closes if window else None,
        "parties": [_party(party) for party in parties_shown_to(user, dispute)],
        "evidence": [
            {"kind": one.kind, "happened_on": one.day, "note": one.note, "file_name": one.file_name}
            for one in evidence.order_by("pk")
        ],
        "findings": [
            {"desk": one.desk, "text": one.reasons, "owner": _number(one.owner), **_shares(one.shares.all())}
            for one in (findings_shown_to(user, dispute) if enters_admin(user.role) else ())
        ],
        "offers": [_offer(one) for one in offers.prefetch_related("shares__employee", "confirmations__employee")],
        "rulings": [_ruling(one) for one in rulings.prefetch_related("correction__shares__employee")],
    }


def effect_told(effect: RulingEffect, *, to: int | None = None) -> dict[str, Any]:
    """What it would do, in yuan and people; to a party (by key) what it does to the own pay."""
    money = effect.money
    people = money.per_person if money else {}
    if to is not None:
        people = {person: moved for person, moved in people.items() if person.pk == to}
    return {
        "preview": True,
        "month": str(money.correction.month) if money else None,
        "people": [
            {
                "employee": person.number,
                "name": person.name,
                "amount": told_money(moved.amount),
                "sales": told_money(moved.sales),
            }
            for person, moved in people.items()
        ],
        "total": told_money(sum((moved.amount for moved in people.values()), ZERO)),
        "sentences": effect.sentences if to is None else [],
    }


def _party(party: Party) -> dict[str, Any]:
    return {
        "employee": party.employee.number,
        "name": party.employee.name,
        "side": party.side,
        "asked_sales": _percent(party.asked_sales),
        "asked_commission": _percent(party.asked_commission),
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "employee": offer.made_by.number,
        "state": offer.state,
        "note": offer.note,
        "owner": _number(offer.owner),
        "confirmed_by": sorted(one.employee.number for one in offer.confirmations.all()),
        **_shares(offer.shares.all()),
    }


def _ruling(ruling: Ruling) -> dict[str, Any]:
    shares = ruling.correction.shares.all() if ruling.correction else []
    return {
        "source": ruling.source,
        "text": ruling.reasons,
        "made_on": ruling.made_on,
        "owner": _number(ruling.owner),
        **_shares(shares),
    }


def _shares(rows: Iterable[Any]) -> dict[str, dict[str, str]]:
    found = sorted(rows, key=lambda row: row.employee.number)
    return {
        "sales_shares": {row.employee.number: percent(row.sales_share) for row in found},
        "commission_shares": {row.employee.number: percent(row.commission_share) for row in found},
    }


def _number(person: Any) -> str | None:
    return person.number if person else None


def _percent(share: Decimal | None) -> str | None:
    return None if share is None else percent(share)
