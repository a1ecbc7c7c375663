"""Writes of settlements: what one party offers the others confirm, and then it acts as a ruling (3-1.1)."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from access.accounts.second_person import person_of
from access.actor import Actor
from access.decisions.signing import held
from access.history.acting import action
from access.models import User
from access.refusals import EffectChanged, require
from disputes.deciding.actions import rule
from disputes.deciding.effects import effect_of_offer, effect_of_wanted_offer
from disputes.models import Dispute, Offer, OfferConfirmation, OfferShare, Party, Ruling
from disputes.refusals import DisputeRefused
from disputes.selectors import active
from disputes.states import held_open
from disputes.wanted import WantedOffer
from periods.turns import wait_for_turn

State = Offer.State


@action
def make_offer(dispute: Dispute, wanted: WantedOffer, *, by: Actor) -> Offer:
    """Offer the other parties how to settle it; whoever offers agrees. Raises DisputeRefused or RulingRefused."""
    dispute = held_open(dispute)
    party, user = require_party(dispute, by)
    _require_possible(dispute, party)
    effect = effect_of_wanted_offer(dispute, wanted)
    now = timezone.now()
    offer = Offer.objects.create(
        dispute=dispute, made_by=party.employee, made_at=now, note=wanted.note.strip(), owner=effect.owner
    )
    OfferShare.objects.bulk_create(
        OfferShare(offer=offer, employee=share.person, sales_share=share.sales, commission_share=share.commission)
        for share in effect.shares
    )
    _confirm(offer, party, user)
    return offer


@action
def confirm_offer(offer: Offer, *, shown: str, today: dt.date, by: Actor) -> Offer:
    """Agree to an offer that does what was shown (a digest); once all parties have, it is posted and acts as a ruling.

    Raises DisputeRefused, RulingRefused, or EffectChanged with what it would do now; then nothing is written.
    """
    wait_for_turn()
    offer, party, user = _open_offer(offer, by)
    if offer.confirmations.filter(employee=party.employee).exists():
        raise DisputeRefused(_("You have agreed already: the others are still to."))
    effect = effect_of_offer(offer)
    if effect.digest != shown:
        raise EffectChanged(effect)
    _confirm(offer, party, user)
    if _all_agreed(offer):
        _end(offer, State.AGREED)
        rule(effect, Ruling.Source.SETTLEMENT, Dispute.State.SETTLED, shown=shown, today=today, user=user)
    return offer


@action
def decline_offer(offer: Offer, *, by: Actor) -> Offer:
    """Say no to another party's offer: another one can be made."""
    offer, party, _user = _open_offer(offer, by)
    if offer.made_by_id == party.employee_id:
        raise DisputeRefused(_("It is your own offer: it is withdrawn, not declined."))
    return _end(offer, State.DECLINED)


@action
def withdraw_offer(offer: Offer, *, by: Actor) -> Offer:
    """Take an own offer back that not all have agreed to yet."""
    offer, party, _user = _open_offer(offer, by)
    if offer.made_by_id != party.employee_id:
        text = _("%(name)s made this offer and withdraws it; you can decline it.")
        raise DisputeRefused(text % {"name": offer.made_by.name})
    return _end(offer, State.WITHDRAWN)


def require_party(dispute: Dispute, by: Actor) -> tuple[Party, User]:
    """As which party of a dispute somebody acts, with whose log-in; else raises DisputeRefused."""
    refusal = DisputeRefused(_("Only the parties of a dispute offer, agree, decline and answer, each for themselves."))
    user = require(by, lambda user: user.is_active, refusal)
    person = person_of(user)
    party = next((one for one in active(dispute.parties.select_related("employee")) if one.employee_id == person), None)
    if party is None:
        raise refusal
    return party, user


def _require_possible(dispute: Dispute, party: Party) -> None:
    if dispute.kind == Dispute.Kind.CLIENT:
        raise DisputeRefused(_("A client's complaint is not settled among colleagues: it is decided on two findings."))
    if dispute.offers.filter(state=State.OPEN).exists():
        raise DisputeRefused(_("An offer is on the table: agree to it, decline or withdraw it first."))
    claimants = [one for one in active(dispute.parties.all()) if one.side == Party.Side.CLAIMANT]
    if dispute.verification_began_at is None and [one.pk for one in claimants] != [party.pk]:
        raise DisputeRefused(_("Human resources begins the verification first: then all parties know of each other."))


def _open_offer(offer: Offer, by: Actor) -> tuple[Offer, Party, User]:
    """The offer held with its dispute, and as whom somebody acts on it."""
    dispute = held_open(offer.dispute)
    offer = held(Offer.objects.select_related("made_by"), offer)
    offer.dispute = dispute
    party, user = require_party(dispute, by)
    if offer.state != State.OPEN:
        facts = {"state": offer.get_state_display()}
        raise DisputeRefused(_("The offer is %(state)s: a party can make another one.") % facts)
    return offer, party, user


def _confirm(offer: Offer, party: Party, user: User) -> None:
    OfferConfirmation.objects.create(
        offer=offer, employee=party.employee, confirmed_by=user, confirmed_at=timezone.now()
    )


def _all_agreed(offer: Offer) -> bool:
    agreed = set(offer.confirmations.values_list("employee", flat=True))
    return all(party.employee_id in agreed for party in active(offer.dispute.parties.all()))


def _end(offer: Offer, state: Offer.State) -> Offer:
    offer.state, offer.ended_at = state, timezone.now()
    offer.save(update_fields=["state", "ended_at"])
    return offer
