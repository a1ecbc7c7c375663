"""What somebody can do in a dispute now, for its pages to offer; the actions ask again."""

from collections.abc import Iterator
from enum import StrEnum

from access.accounts.second_person import is_about, is_unknown_person
from access.models import User
from access.rights import has
from access.roles import Duty
from disputes.deciding.selectors import DESKS, Standing, desks_open_to, may_confirm, may_replace
from disputes.models import Dispute, Offer, Party
from disputes.selectors import active


class Act(StrEnum):
    """What can be done, each by the action of that name."""

    BEGIN_VERIFICATION = "begin_verification"
    NAME_PARTY = "name_party"
    STATE_ANSWER = "state_answer"
    MARK_SPECIAL = "mark_special"
    WITHDRAW = "withdraw"
    REFUSE = "refuse"
    GIVE_FINDING = "give_finding"
    CONFIRM_RULING = "confirm_ruling"
    REPLACE_RULING = "replace_ruling"
    MAKE_OFFER = "make_offer"
    CONFIRM_OFFER = "confirm_offer"
    DECLINE_OFFER = "decline_offer"
    WITHDRAW_OFFER = "withdraw_offer"


def acts_open_to(user: User, dispute: Dispute, standing: Standing | None = None) -> frozenset[Act]:
    """What the user can do in a dispute within reach as it stands, which may be known."""
    if not user.is_active or is_unknown_person(user):
        return frozenset()
    if not dispute.is_open:
        return frozenset({Act.REPLACE_RULING}) if may_replace(user, dispute, standing) else frozenset()
    return frozenset({*_as_party(user, dispute), *acts_of_decider(user, dispute, standing or Standing(dispute))})


def _as_party(user: User, dispute: Dispute) -> Iterator[Act]:
    parties = active(dispute.parties.all())
    own = next((party for party in parties if is_about(user, party.employee_id)), None)
    if own is None:
        return
    if not dispute.findings.exists():
        yield Act.STATE_ANSWER
    if own.side == Party.Side.CLAIMANT:
        yield Act.WITHDRAW
    offer = dispute.offers.filter(state=Offer.State.OPEN).first()
    if offer is None:
        claimants = [party for party in parties if party.side == Party.Side.CLAIMANT]
        if dispute.kind == Dispute.Kind.COLLEAGUES and (dispute.verification_began_at or claimants == [own]):
            yield Act.MAKE_OFFER
    elif offer.made_by_id == own.employee_id:
        yield Act.WITHDRAW_OFFER
    else:
        yield Act.DECLINE_OFFER
        if not offer.confirmations.filter(employee=own.employee_id).exists():
            yield Act.CONFIRM_OFFER


def acts_of_decider(user: User, dispute: Dispute, standing: Standing) -> Iterator[Act]:
    """The same of who decides, in an open dispute; no query where the standing is known."""
    if dispute.kind == Dispute.Kind.CLIENT and (user.pk == dispute.raised_by_id or has(user, Duty.FINDS_FOR_HR)):
        yield Act.WITHDRAW
    if not any(has(user, duty) for duty in DESKS.values()):
        return
    if any(is_about(user, person) for person in standing.concerned):
        return
    yield Act.MARK_SPECIAL
    if has(user, Duty.FINDS_FOR_HR):
        yield Act.REFUSE
        if dispute.verification_began_at is None:
            yield Act.BEGIN_VERIFICATION
        if not standing.findings:
            yield Act.NAME_PARTY
    if desks_open_to(user, dispute, standing):
        yield Act.GIVE_FINDING
    if may_confirm(user, dispute, standing):
        yield Act.CONFIRM_RULING
