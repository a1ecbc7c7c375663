"""Findings and settlements as one call makes them: what the pages do in two steps, it does in one."""

import datetime as dt

from access.actor import Actor
from access.history.acting import action
from disputes.actions import begin_verification
from disputes.deciding.actions import confirm_ruling, give_finding, replace_ruling
from disputes.deciding.actions_offers import confirm_offer
from disputes.deciding.effects import effect_of_finding, effect_of_offer, effect_of_waiting
from disputes.deciding.rules import Desk, Step
from disputes.deciding.selectors import Standing
from disputes.models import Dispute, Offer
from disputes.wanted import WantedFinding
from periods.turns import wait_for_turn


@action
def find(dispute: Dispute, wanted: WantedFinding, *, desk: Desk, today: dt.date, by: Actor) -> None:
    """Give a desk's finding; human resources' begins the verification, and the one by which a ruling is found posts it.

    What it does can be asked for before (`preview`), so there is no second call to confirm it.
    """
    wait_for_turn()  # before the dispute, as all that posts does: else two would wait for each other
    if dispute.state == Dispute.State.RAISED and desk == Desk.HR:
        begin_verification(dispute, by=by)
    give_finding(dispute, wanted, desk=desk, by=by)
    dispute.refresh_from_db()
    standing = Standing(dispute)
    if standing.step == Step.CONFIRMATION:
        confirm_ruling(dispute, shown=effect_of_waiting(dispute, standing).digest, today=today, by=by)


@action
def agree(offer: Offer, *, today: dt.date, by: Actor) -> None:
    """Agree to an offer; the last party's agreement posts it."""
    confirm_offer(offer, shown=effect_of_offer(offer).digest, today=today, by=by)


@action
def replace(dispute: Dispute, wanted: WantedFinding, *, today: dt.date, by: Actor) -> None:
    """Put another ruling in place of the one that holds."""
    replace_ruling(dispute, wanted, shown=effect_of_finding(dispute, wanted).digest, today=today, by=by)
