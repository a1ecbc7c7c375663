"""Two who act on a dispute at the same moment, each on a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction

from access.refusals import EffectChanged, Refused
from compensation.models import Correction
from disputes.actions import raise_dispute, withdraw
from disputes.deciding.actions import confirm_ruling
from disputes.deciding.actions_offers import confirm_offer
from disputes.deciding.effects import effect_of_offer, effect_of_waiting
from disputes.models import Dispute, Ruling
from tests.disputes.case import RAISED, Case, offer_of
from tests.waiting import somebody_waits, until

State = Dispute.State


def both(first: Callable[[], object], second: Callable[[], object]) -> str:
    """How it ends for who acts on another connection before what the first one did is committed."""

    def act() -> str:
        try:
            second()
        except (Refused, EffectChanged):
            return "refused"
        except DatabaseError:
            return "kept out by the database alone"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            acting = pool.submit(act)
            until(lambda: acting.done() or somebody_waits())
        return acting.result()


@pytest.mark.usefixtures("committed_db")
def test_two_who_confirm_at_one_moment_post_one_ruling() -> None:
    case = Case()
    dispute = case.found()
    shown = effect_of_waiting(dispute).digest
    ways = [lambda by=by: confirm_ruling(dispute, shown=shown, today=RAISED, by=by) for by in (case.hr, case.director)]
    assert both(*ways) == "refused"
    assert Ruling.objects.count() == Correction.objects.count() == 1


@pytest.mark.usefixtures("committed_db")
def test_two_who_agree_at_one_moment_settle_it_once() -> None:
    case = Case()
    other = case.firm.seller()
    others = case.log_in(other)
    dispute = case.verifying()
    raise_dispute(case.claim(other), today=RAISED, by=others)
    offer = offer_of(case, dispute, case.closers)
    shown = effect_of_offer(offer).digest
    ways = [lambda by=by: confirm_offer(offer, shown=shown, today=RAISED, by=by) for by in (case.claimants, others)]
    assert both(*ways) == "done"
    assert Ruling.objects.count() == Correction.objects.count() == 1
    assert Dispute.objects.get().state == State.SETTLED


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("is_withdrawn_first", [True, False])
def test_a_claim_is_taken_back_or_decided(*, is_withdrawn_first: bool) -> None:
    case = Case()
    dispute = case.found()
    shown = effect_of_waiting(dispute).digest
    ways = [
        lambda: withdraw(dispute, claimant=case.claimant, reason="误会", by=case.claimants),
        lambda: confirm_ruling(dispute, shown=shown, today=RAISED, by=case.hr),
    ]
    assert both(*(ways if is_withdrawn_first else reversed(ways))) == "refused"
    assert Correction.objects.count() == 1
    assert Dispute.objects.get().state == (State.WITHDRAWN if is_withdrawn_first else State.DECIDED)


@pytest.mark.usefixtures("committed_db")
def test_two_claims_at_one_moment_are_one_dispute() -> None:
    case = Case()
    other = case.firm.seller()
    ways = [lambda one=one: raise_dispute(case.claim(one), today=RAISED, by=case.hr) for one in (case.claimant, other)]
    assert both(*ways) == "done"
    assert Dispute.objects.get().parties.count() == 3
