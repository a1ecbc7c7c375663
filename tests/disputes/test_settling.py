"""What the parties offer each other and agree on (3-1.1)."""

import pytest
from django.db import DatabaseError, transaction

from disputes.actions import raise_dispute, withdraw
from disputes.deciding.actions_offers import decline_offer, withdraw_offer
from disputes.deciding.selectors import why_general_managers
from disputes.models import Dispute, Offer, OfferConfirmation
from disputes.refusals import DisputeRefused
from tests.disputes.case import RAISED, Case, agree, offer_of, user_of
from tests.firm import APRIL, MAY, slip
from tests.monthend.correcting import lock

State = Dispute.State


@pytest.fixture
def case(db: None) -> Case:
    return Case()


def test_what_all_parties_agree_on_acts_as_a_ruling(case: Case) -> None:
    dispute = case.raised()
    offer = offer_of(case, dispute, case.claimants)
    with pytest.raises(DisputeRefused):
        agree(offer, case.hr)
    with pytest.raises(DisputeRefused):
        agree(offer, case.claimants)
    agree(offer, case.closers)
    dispute.refresh_from_db()
    ruling = dispute.rulings.get()
    assert (dispute.state, ruling.source, ruling.owner) == (State.SETTLED, "settlement", case.closer)
    assert ruling.correction is not None
    assert ruling.correction.hold == dispute.hold
    assert set(offer.confirmations.values_list("employee", flat=True)) == {case.closer.pk, case.claimant.pk}


def test_an_offer_needs_every_party_and_ends_when_there_is_another(case: Case) -> None:
    dispute = case.verifying()
    offer = offer_of(case, dispute, case.closers)
    with pytest.raises(DisputeRefused):
        offer_of(case, dispute, case.claimants)
    other = case.firm.seller()
    others = case.log_in(other)
    raise_dispute(case.claim(other), today=RAISED, by=others)
    offer.refresh_from_db()
    assert offer.state == Offer.State.WITHDRAWN
    again = offer_of(case, dispute, case.closers)
    agree(again, case.claimants)
    again.refresh_from_db()
    assert again.state == Offer.State.OPEN
    agree(again, others)
    again.refresh_from_db()
    assert again.state == Offer.State.AGREED


def test_offers_are_declined_by_others_and_withdrawn_by_who_made_them(case: Case) -> None:
    dispute = case.verifying()
    offer = offer_of(case, dispute, case.claimants)
    with pytest.raises(DisputeRefused):
        withdraw_offer(offer, by=case.closers)
    with pytest.raises(DisputeRefused):
        decline_offer(offer, by=case.claimants)
    decline_offer(offer, by=case.closers)
    with pytest.raises(DisputeRefused):
        agree(offer, case.closers)
    withdraw_offer(offer_of(case, dispute, case.claimants), by=case.claimants)
    assert set(Offer.objects.values_list("state", flat=True)) == {"declined", "withdrawn"}


def test_before_verification_only_who_claims_alone_makes_an_offer(case: Case) -> None:
    dispute = case.raised()
    with pytest.raises(DisputeRefused):
        offer_of(case, dispute, case.closers)
    raise_dispute(case.claim(case.firm.seller()), today=RAISED, by=case.hr)
    with pytest.raises(DisputeRefused):
        offer_of(case, dispute, case.claimants)


def test_the_database_takes_no_consent_of_others(case: Case) -> None:
    offer = offer_of(case, case.verifying(), case.claimants)
    told = {"offer": offer, "employee": case.closer, "confirmed_at": offer.made_at}
    with pytest.raises(DatabaseError, match="by a party itself"), transaction.atomic():
        OfferConfirmation.objects.create(**told, confirmed_by=user_of(case.claimants))
    with pytest.raises(DatabaseError, match="all parties agreed"), transaction.atomic():
        Offer.objects.update(state="agreed", ended_at=offer.made_at)


@pytest.mark.article("3-1.3")
def test_what_was_held_over_a_lock_is_paid_by_the_shares_agreed_on(case: Case) -> None:
    """A receipt of 10000.00 at 6 %, held in April, is paid half and half in May; the recomputation agrees."""
    dispute = case.raised()
    lock(case.firm, APRIL)
    assert str(slip(case.closer, APRIL).adjustment) == "-600.00"
    agree(offer_of(case, dispute, case.claimants), case.closers)
    lock(case.firm, MAY)
    assert [str(slip(person, MAY).adjustment) for person in (case.closer, case.claimant)] == ["300.00", "300.00"]


def test_who_takes_a_claim_back_is_paid_what_was_held(case: Case) -> None:
    """After a ruling somebody else claims the contract, and thinks better of it once April is locked."""
    case.ruled()
    with pytest.raises(DisputeRefused, match="只能由总经理"):
        case.raised()
    third = case.firm.seller(department=case.firm.south_sales)
    own = case.log_in(third)
    dispute = raise_dispute(case.claim(third), today=RAISED, by=own)
    assert (dispute.is_special, len(why_general_managers(dispute))) == (True, 1)
    lock(case.firm, APRIL)
    withdraw(dispute, claimant=third, reason="算了", by=own)
    lock(case.firm, MAY)
    assert [str(slip(person, MAY).adjustment) for person in (case.closer, case.claimant)] == ["360.00", "240.00"]
