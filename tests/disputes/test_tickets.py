"""Disputes raised, joined, answered, withdrawn and refused; what is held meanwhile."""

import secrets

import pytest
from django.db import DatabaseError, transaction

from compensation.corrections.selectors_holds import held_contracts
from compensation.models import Correction
from disputes.actions import (
    mark_special,
    name_party,
    raise_complaint,
    raise_dispute,
    refuse,
    state_answer,
    withdraw,
)
from disputes.models import Dispute, Party
from disputes.refusals import DisputeRefused
from disputes.wanted import Claim, Complaint
from tests.cast import actor_of
from tests.disputes.case import RAISED, Case, Role, whole
from tests.firm import APRIL, JUNE, MAY
from tests.monthend.correcting import lock

State = Dispute.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return Case()


def sides(dispute: Dispute) -> list[tuple[int, str]]:
    return list(dispute.parties.order_by("pk").values_list("employee", "side"))


def test_a_claim_holds_the_commission_from_the_open_month_on(case: Case) -> None:
    lock(case.firm, APRIL)
    dispute = case.raised()
    assert (dispute.state, dispute.raised_on) == (State.RAISED, RAISED)
    assert dispute.due_on > RAISED
    assert sides(dispute) == [(case.closer.pk, "respondent"), (case.claimant.pk, "claimant")]
    assert held_contracts(APRIL) == {}
    assert held_contracts(MAY) == {case.contract.pk: dispute.hold_id}


def test_a_number_tells_nothing_of_how_many_there_are(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters at random, and others where a dispute has these."""
    letters = iter("AAAAABBBBB" + "AAAAACCCCC")
    monkeypatch.setattr(secrets, "choice", lambda some: next(letter for letter in letters if letter in some))
    case.raised()
    for _again in range(2):
        contract = case.firm.contract(case.closer)
        case.firm.receipt(contract, "1.00", "04-16")
        raise_dispute(case.claim(contract=contract), today=RAISED, by=case.hr)
    numbers = Dispute.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == ["Z2011-AAAAA", "Z2011-BBBBB", "Z2011-CCCCC"]


def test_a_second_claim_on_the_contract_joins_the_first(case: Case) -> None:
    first = case.raised()
    other = case.firm.seller()
    joined = raise_dispute(case.claim(other), today=RAISED, by=case.hr)
    assert joined == first
    assert (other.pk, "claimant") in sides(first)
    with pytest.raises(DisputeRefused, match=other.name):
        raise_dispute(case.claim(other), today=RAISED, by=case.hr)


def test_a_claim_after_a_finding_takes_the_case_to_the_general_manager(case: Case) -> None:
    dispute = case.found()
    raise_dispute(case.claim(case.firm.seller()), today=RAISED, by=case.hr)
    dispute.refresh_from_db()
    assert dispute.is_special


def test_nobody_raises_for_others_but_who_is_charged_with_it(case: Case) -> None:
    stranger = case.log_in(case.firm.seller())
    manager = case.log_in(case.firm.clerk(department=case.firm.south_office), Role.SALES_MANAGER)
    elsewhere = case.log_in(case.firm.clerk(), Role.SALES_MANAGER)
    for by in (stranger, elsewhere, case.gm, actor_of(Role.AUDITOR)):
        with pytest.raises(DisputeRefused):
            raise_dispute(case.claim(), today=RAISED, by=by)
    assert raise_dispute(case.claim(), today=RAISED, by=manager).raised_by == manager.user


def test_what_is_ones_own_already_is_not_disputed(case: Case) -> None:
    with pytest.raises(DisputeRefused):
        raise_dispute(case.claim(case.closer), today=RAISED, by=case.closers)
    with pytest.raises(DisputeRefused) as refused:
        raise_dispute(Claim(case.contract, case.claimant, " "), today=RAISED, by=case.claimants)
    assert refused.value.field == "statement"


def test_parties_answer_for_themselves_and_more_are_named(case: Case) -> None:
    dispute = case.raised()
    state_answer(dispute, case.closer, statement="是我的客户", by=case.closers)
    with pytest.raises(DisputeRefused):
        state_answer(dispute, case.closer, statement="不是", by=case.claimants)
    assert dispute.parties.get(employee=case.closer).statement == "是我的客户"
    third = case.firm.seller()
    name_party(dispute, third, side=Party.Side.RESPONDENT, by=case.hr)
    with pytest.raises(DisputeRefused):
        name_party(dispute, third, side=Party.Side.RESPONDENT, by=case.hr)
    with pytest.raises(DisputeRefused, match="人力资源"):
        name_party(dispute, case.firm.seller(), side=Party.Side.RESPONDENT, by=case.claimants)


@pytest.mark.parametrize("how", ["withdraw", "refuse"])
def test_the_hold_ends_with_the_dispute(case: Case, how: str) -> None:
    lock(case.firm, APRIL)
    dispute = case.raised()
    if how == "withdraw":
        ended = withdraw(dispute, claimant=case.claimant, reason="误会", by=case.claimants)
    else:
        ended = refuse(dispute, reason="没有证据", by=case.hr)
    assert (ended.state, ended.is_open) == ({"withdraw": "withdrawn", "refuse": "refused"}[how], False)
    release = Correction.objects.get()
    assert (release.kind, release.month, release.hold) == ("release", MAY, dispute.hold)
    assert held_contracts(MAY) == held_contracts(JUNE) == {}
    with pytest.raises(DisputeRefused, match=dispute.number):
        refuse(dispute, reason="又", by=case.hr)
    with pytest.raises(DisputeRefused, match=dispute.number):
        withdraw(dispute, claimant=case.claimant, reason="又", by=case.claimants)


def test_while_another_claims_it_goes_on(case: Case) -> None:
    dispute = case.raised()
    other = case.firm.seller()
    raise_dispute(case.claim(other), today=RAISED, by=case.hr)
    with pytest.raises(DisputeRefused):
        withdraw(dispute, claimant=case.claimant, reason="误会", by=case.closers)
    assert withdraw(dispute, claimant=case.claimant, reason="误会", by=case.claimants).is_open
    assert not withdraw(dispute, claimant=other, reason="误会", by=case.hr).is_open


def test_a_complaint_is_recorded_and_taken_back(case: Case) -> None:
    complaint = Complaint(case.contract.client, "态度恶劣", about=[case.closer])
    with pytest.raises(DisputeRefused):
        raise_complaint(complaint, today=RAISED, by=case.claimants)
    dispute = raise_complaint(complaint, today=RAISED, by=case.hr)
    assert (dispute.hold, sides(dispute)) == (None, [(case.closer.pk, "respondent")])
    with pytest.raises(DisputeRefused):
        withdraw(dispute, reason="算了", by=case.closers)
    assert withdraw(dispute, reason="算了", by=case.hr).state == State.WITHDRAWN


def test_a_complaint_about_a_disputed_contract_joins_the_dispute(case: Case) -> None:
    first = case.raised()
    joined = raise_complaint(Complaint(case.contract.client, "没人管", case.contract), today=RAISED, by=case.hr)
    assert joined == first
    assert "没人管" in joined.statement


def test_special_takes_a_reason(case: Case) -> None:
    dispute = case.raised()
    with pytest.raises(DisputeRefused):
        mark_special(dispute, reason=" ", by=case.hr)
    with pytest.raises(DisputeRefused):
        mark_special(dispute, reason="牵涉两地", by=case.closers)
    assert mark_special(dispute, reason="牵涉两地", by=case.director).is_special


def test_the_database_keeps_an_ended_dispute_as_it_is(case: Case) -> None:
    dispute = case.raised()
    withdraw(dispute, claimant=case.claimant, reason="误会", by=case.claimants)
    for change in ({"state": "raised"}, {"ended_because": "别的"}, {"statement": "别的"}):
        with pytest.raises(DatabaseError, match="has ended"), transaction.atomic():
            Dispute.objects.filter(pk=dispute.pk).update(**change)
    with pytest.raises(DatabaseError, match="has ended"), transaction.atomic():
        Party.objects.filter(dispute=dispute).update(statement="别的")


def test_the_database_ends_no_dispute_and_leaves_its_hold(case: Case) -> None:
    dispute = case.raised()
    ended = {"state": "refused", "ended_at": dispute.raised_at, "ended_by": dispute.raised_by}
    with pytest.raises(DatabaseError, match="does not follow"), transaction.atomic():
        Dispute.objects.filter(pk=dispute.pk).update(**ended | {"state": "decided"})
    with pytest.raises(DatabaseError, match="hold ends with it"):
        whole(lambda: Dispute.objects.filter(pk=dispute.pk).update(**ended))
