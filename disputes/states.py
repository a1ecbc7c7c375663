"""A dispute held while something is done about it, and how it turns from one state to another."""

from django.utils import timezone
from django.utils.translation import gettext as _

from access.decisions.signing import held
from access.models import User
from disputes.models import Dispute, Offer
from disputes.refusals import DisputeRefused
from disputes.rules import can_turn


def held_dispute(dispute: Dispute) -> Dispute:
    """The dispute as it is now, held until the transaction ends; who posts anything waits for their turn before."""
    return held(Dispute.objects.select_related("client", "contract", "hold"), dispute)


def held_open(dispute: Dispute) -> Dispute:
    """The same of one that is open; else raises DisputeRefused, which says how it ended."""
    found = held_dispute(dispute)
    if not found.is_open:
        facts = {"number": found.number, "state": found.get_state_display()}
        text = _("Dispute %(number)s has ended: %(state)s. What is done in it is done while it is open.")
        raise DisputeRefused(text % facts)
    return found


def turn(dispute: Dispute, state: Dispute.State) -> None:
    """Turn a held dispute to a state that follows; not saved yet."""
    if not can_turn(dispute.state, state):
        facts = {"before": dispute.get_state_display(), "after": state.label}
        raise DisputeRefused(_("A dispute that is %(before)s can't be %(after)s.") % facts)
    dispute.state = state


def end(dispute: Dispute, state: Dispute.State, user: User, because: str) -> Dispute:
    """End a held dispute; what was offered in it ends with it."""
    turn(dispute, state)
    dispute.ended_by, dispute.ended_at, dispute.ended_because = user, timezone.now(), because[:2000]
    dispute.save(update_fields=["state", "ended_by", "ended_at", "ended_because"])
    end_offers(dispute)
    return dispute


def end_offers(dispute: Dispute) -> None:
    """Take the open offer from the table: who it is to be agreed with has changed."""
    Offer.objects.filter(dispute=dispute, state=Offer.State.OPEN).update(
        state=Offer.State.WITHDRAWN, ended_at=timezone.now()
    )
