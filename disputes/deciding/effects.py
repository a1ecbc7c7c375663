"""What a ruling on a dispute would do, told before it is confirmed (3-1.1, 3-1.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from access.decisions.effect import digest_of
from compensation.corrections.effects import CorrectionEffect
from compensation.corrections.effects_rulings import (
    RulingRefused,
    WantedRuling,
    WantedShare,
    effect_of_release,
    effect_of_ruling,
)
from compensation.models import Hold
from disputes.deciding.rules import owner_of
from disputes.deciding.selectors import Standing
from disputes.models import Dispute, Finding, Offer
from disputes.refusals import DisputeRefused
from disputes.wanted import WantedFinding, WantedOffer
from rulebook.wording import month_text, share_text
from staff.models import Employee


@dataclass(frozen=True)
class RulingEffect:
    """All that a ruling does: what it moves in pay (`money`: with shares a ruling, without them the hold ends; None
    about no contract), and who owns the client from then on."""

    dispute: Dispute
    reasons: str
    shares: Sequence[WantedShare]
    owner: Employee | None
    upholds: bool | None
    money: CorrectionEffect | None

    @property
    def digest(self) -> str:
        """A hash that differs whenever the effect does; what is confirmed must be what was shown."""
        money = self.money.digest if self.money else ""
        return digest_of([self.dispute, self.owner, self.upholds, money])

    @property
    def sentences(self) -> list[str]:
        """What follows, beside each one's adjustments."""
        told = [self.money.sentence, *self.money.consequences] if self.money else []
        if self.money is not None and self.shares:
            facts = {"month": month_text(self.money.correction.month), "parts": self._parts}
            told.append(_("3-1.3: from %(month)s on, the contract's cash and refunds are divided: %(parts)s.") % facts)
        if self.owner is not None:
            told.append(_("3-1.1: the client is %(name)s's from then on.") % {"name": self.owner.name})
        if self.upholds is not None:
            told.append(_("The complaint is upheld.") if self.upholds else _("The complaint is not upheld."))
        return told

    @property
    def _parts(self) -> str:
        """Who gets what, the largest share first."""
        largest_first = sorted(self.shares, key=lambda one: (-one.sales, one.person.number))
        return _(", ").join(f"{one.person.name} {share_told(one.sales, one.commission)}" for one in largest_first)


def share_told(sales: Decimal, commission: Decimal) -> str:
    """A party's share of the sales (0–1) and, where it is another, of the commission."""
    facts = {"sales": share_text(sales), "commission": share_text(commission)}
    return facts["sales"] if sales == commission else _("%(sales)s (commission %(commission)s)") % facts


def effect_of_waiting(dispute: Dispute, standing: Standing | None = None) -> RulingEffect:
    """What confirming the findings would do. Raises DisputeRefused or RulingRefused."""
    return effect_of_found(dispute, (standing or Standing(dispute)).ruling_findings)


def effect_of_found(dispute: Dispute, findings: Sequence[Finding]) -> RulingEffect:
    """What findings that come to the same would do."""
    first = findings[0]
    reasons = "\n\n".join(one.reasons for one in findings)
    return _effect(dispute, reasons, _shares(first), first.owner, first.upholds, _hold_of(dispute))


def effect_of_finding(dispute: Dispute, wanted: WantedFinding) -> RulingEffect:
    """What a finding would do, if it were confirmed; of a decided dispute what another ruling would do in place of the
    one that holds. Raises DisputeRefused or RulingRefused."""
    return _effect(dispute, wanted.reasons.strip(), wanted.shares, wanted.owner, wanted.upholds, _hold_of(dispute))


def effect_of_offer(offer: Offer) -> RulingEffect:
    """What an offer does once all have confirmed it. Raises RulingRefused."""
    return effect_of_wanted_offer(offer.dispute, WantedOffer(_shares(offer), offer.owner, offer.note))


def effect_of_wanted_offer(dispute: Dispute, wanted: WantedOffer) -> RulingEffect:
    """The same of one that is not made yet. Raises DisputeRefused or RulingRefused."""
    reasons = wanted.note.strip() or _("Settled by the parties.")
    return _effect(dispute, reasons, wanted.shares, wanted.owner, None, _hold_of(dispute))


def _hold_of(dispute: Dispute) -> Hold | None:
    """The hold that a ruling ends; one that took another's place finds it ended."""
    return dispute.hold if dispute.is_open else None


def _shares(row: Finding | Offer) -> list[WantedShare]:
    prefetch_related_objects([row], "shares__employee")
    rows: Iterable[Any] = row.shares.all()
    return [WantedShare(one.employee, one.sales_share, one.commission_share) for one in rows]


def _effect(
    dispute: Dispute,
    reasons: str,
    shares: Sequence[WantedShare],
    owner: Employee | None,
    upholds: bool | None,
    hold: Hold | None,
) -> RulingEffect:
    _require_whole(dispute, reasons, shares, owner, upholds)
    contract = dispute.contract
    if contract is None or not shares:
        return RulingEffect(dispute, reasons, (), None, upholds, effect_of_release(hold) if hold else None)
    money = effect_of_ruling(WantedRuling(contract, shares, dispute.number, hold))
    people = {share.person.number: share.person for share in shares}
    named = owner or people[owner_of({share.person.number: (share.sales, share.commission) for share in shares})]
    return RulingEffect(dispute, reasons, tuple(shares), named, upholds, money)


def _require_whole(
    dispute: Dispute,
    reasons: str,
    shares: Sequence[WantedShare],
    owner: Employee | None,
    upholds: bool | None,
) -> None:
    """Raise DisputeRefused for what is missing, or speaks of others than the parties."""
    if not reasons.strip():
        raise DisputeRefused(_("Give the reasons."), "reasons")
    is_of_client = dispute.kind == Dispute.Kind.CLIENT
    if is_of_client and upholds is None and dispute.is_open:
        raise DisputeRefused(_("Say whether the complaint is upheld."), "upholds")
    if not is_of_client and upholds is not None:
        raise DisputeRefused(_("Only a client's complaint is upheld or not."), "upholds")
    if shares and dispute.contract_id is None:
        raise DisputeRefused(_("It is about no contract: there is nothing to divide."), "shares")
    if not shares and not is_of_client:
        raise RulingRefused(_("Say what each party gets of the contract."), "shares")
    if owner is not None and not shares:
        raise DisputeRefused(_("An owner is named along with the shares of a contract."), "owner")
    parties = {party.employee_id for party in dispute.parties.all()}
    for person in [*(share.person for share in shares), *([owner] if owner else [])]:
        if person.pk not in parties:
            text = _("%(name)s is no party of this dispute: human resources names the parties first.")
            raise DisputeRefused(text % {"name": person.name}, "shares" if person != owner else "owner")
