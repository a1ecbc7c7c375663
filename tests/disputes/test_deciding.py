"""Two findings, the general manager, settlements, and other rulings in place of the one that holds."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from access.actor import Actor
from access.models import User
from access.refusals import EffectChanged
from clients.codes import Cause
from clients.history.actions import rebuild_histories
from clients.models import Client, ClientStatus, Contract
from compensation.corrections.effects_rulings import RulingRefused, WantedShare
from compensation.models import Adjustment, Correction, RulingShare
from disputes.actions import begin_verification, mark_special, raise_complaint
from disputes.deciding.actions import confirm_ruling, give_finding, replace_ruling
from disputes.deciding.actions_offers import make_offer
from disputes.deciding.effects import effect_of_finding, effect_of_waiting
from disputes.deciding.rules import Desk, Found, Step, next_step, owner_of
from disputes.deciding.selectors import desks_open_to, may_confirm, may_replace, step_of
from disputes.models import Dispute, Finding, FindingShare, Ruling
from disputes.refusals import DisputeRefused
from disputes.wanted import Complaint, WantedFinding, WantedOffer
from staff.models import Employee
from tests.cast import actor_of, log_in_of
from tests.disputes.case import RAISED, Case, Role, confirm, user_of, whole
from tests.firm import APRIL, MAY, on
from tests.monthend.correcting import lock

State = Dispute.State
HALF = Decimal("0.5")


def found(*shares: tuple[str, str], owner: str | None = None) -> Found:
    return Found({number: (Decimal(share), Decimal(share)) for number, share in shares}, owner, None)


@pytest.mark.article("3-2.2")
@pytest.mark.article("3-2.3")
def test_whose_turn_it_is() -> None:
    one, same, other = (
        found(("1", "0.6"), ("2", "0.4")),
        found(("1", "0.6"), ("2", "0.4"), ("3", "0")),
        found(("1", "1")),
    )
    hr, marketing, gm = Desk.HR, Desk.MARKETING, Desk.GENERAL_MANAGER
    for findings, is_gms, step in (
        ({}, False, Step.FINDINGS),
        ({hr: one}, False, Step.FINDINGS),
        ({hr: one, marketing: same}, False, Step.CONFIRMATION),
        ({hr: one, marketing: other}, False, Step.GENERAL_MANAGER),
        ({hr: one, marketing: found(("1", "0.6"), ("2", "0.4"), owner="2")}, False, Step.GENERAL_MANAGER),
        ({hr: one, marketing: other, gm: other}, False, Step.CONFIRMATION),
        ({}, True, Step.GENERAL_MANAGER),
        ({hr: one, marketing: same}, True, Step.GENERAL_MANAGER),
        ({gm: one}, True, Step.CONFIRMATION),
    ):
        assert next_step(findings, is_general_managers=is_gms) == step


@pytest.mark.article("3-1.3")
def test_the_client_is_whose_share_of_the_sales_is_largest() -> None:
    assert (
        owner_of({"2": (HALF, Decimal(0)), "1": (Decimal("0.3"), Decimal(1)), "3": (Decimal("0.2"), Decimal(0))}) == "2"
    )
    assert owner_of({"2": (HALF, HALF), "1": (HALF, HALF)}) == "1"


@pytest.fixture
def case(db: None) -> Case:
    return Case()


def test_two_findings_that_agree_are_confirmed_and_posted(case: Case) -> None:
    lock(case.firm, APRIL)
    dispute = case.found()
    assert step_of(dispute) == Step.CONFIRMATION
    ruling = confirm(dispute, case.director)
    dispute.refresh_from_db()
    assert (dispute.state, ruling.source, ruling.owner) == (State.DECIDED, "findings", case.closer)
    assert ruling.correction is not None
    assert (ruling.correction.kind, ruling.correction.hold, ruling.correction.month) == ("ruling", dispute.hold, MAY)
    assert ruling.correction.reference == dispute.number
    shares = RulingShare.objects.filter(correction=ruling.correction).values_list("employee", "sales_share")
    assert dict(shares) == {case.closer.pk: Decimal("0.6"), case.claimant.pk: Decimal("0.4")}
    with pytest.raises(DisputeRefused, match=dispute.number):
        give_finding(dispute, case.finding(), desk=Desk.GENERAL_MANAGER, by=case.gm)


def test_what_is_confirmed_is_what_was_shown_and_by_who_found_it(case: Case) -> None:
    dispute = case.found()
    shown = effect_of_waiting(dispute).digest
    for by in (case.gm, case.closers, actor_of(Role.HR, "hr-2"), Actor(None)):
        assert by.user is None or not may_confirm(by.user, dispute)
        with pytest.raises(DisputeRefused):
            confirm_ruling(dispute, shown=shown, today=RAISED, by=by)
    with pytest.raises(EffectChanged):
        confirm_ruling(dispute, shown="0" * 64, today=RAISED, by=case.hr)
    assert case.hr.user is not None
    assert may_confirm(case.hr.user, dispute)
    assert not Ruling.objects.exists()


def test_a_desk_finds_once_and_only_the_own(case: Case) -> None:
    dispute = case.verifying()
    for desk, by in (
        (Desk.HR, case.director),
        (Desk.MARKETING, case.hr),
        (Desk.GENERAL_MANAGER, case.gm),
        (Desk.MARKETING, case.gm),
        (Desk.HR, case.claimants),
    ):
        with pytest.raises(DisputeRefused):
            give_finding(dispute, case.finding(), desk=desk, by=by)
    give_finding(dispute, case.finding(), desk=Desk.HR, by=case.hr)
    with pytest.raises(DisputeRefused):
        give_finding(dispute, case.finding("1", "0"), desk=Desk.HR, by=case.hr)
    assert Finding.objects.count() == 1


def test_no_finding_before_verification(case: Case) -> None:
    with pytest.raises(DisputeRefused):
        give_finding(case.raised(), case.finding(), desk=Desk.HR, by=case.hr)


@pytest.mark.parametrize(
    ("shares", "field"),
    [(("0.6", "0.3999"), "shares"), (("0.60001", "0.39999"), "shares"), (None, "shares")],
)
def test_a_finding_that_can_not_be_posted_is_refused(case: Case, shares: tuple[str, str] | None, field: str) -> None:
    dispute = case.verifying()
    wanted = case.finding(*shares) if shares else WantedFinding("理由")
    with pytest.raises((DisputeRefused, RulingRefused)) as refused:
        give_finding(dispute, wanted, desk=Desk.HR, by=case.hr)
    assert refused.value.field == field
    stranger = [WantedShare(case.firm.seller(), Decimal(1), Decimal(1))]
    for bad in (WantedFinding("理由", stranger), WantedFinding(" ", case.shares())):
        with pytest.raises(DisputeRefused):
            give_finding(dispute, bad, desk=Desk.HR, by=case.hr)
    assert not Finding.objects.exists()


def test_findings_that_differ_go_to_the_general_manager(case: Case) -> None:
    dispute = case.verifying()
    give_finding(dispute, case.finding("1", "0"), desk=Desk.HR, by=case.hr)
    give_finding(dispute, case.finding("0", "1"), desk=Desk.MARKETING, by=case.director)
    with pytest.raises(DisputeRefused):
        effect_of_waiting(dispute)
    assert case.gm.user is not None
    assert desks_open_to(case.gm.user, dispute) == [Desk.GENERAL_MANAGER]
    give_finding(dispute, case.finding("0.3", "0.7"), desk=Desk.GENERAL_MANAGER, by=case.gm)
    with pytest.raises(DisputeRefused):
        confirm(dispute, case.hr)
    ruling = confirm(dispute, case.gm)
    assert (ruling.source, ruling.owner) == ("gm", case.claimant)


@pytest.mark.parametrize("why", ["strategic", "special", "very large"])
def test_some_cases_are_the_general_managers_from_the_start(case: Case, why: str) -> None:
    if why == "strategic":
        Client.objects.update(is_strategic=True)
    if why == "very large":
        case.firm.receipt(case.contract, "190000.00", "04-20")
    dispute = case.verifying()
    if why == "special":
        mark_special(dispute, reason="牵涉两地", by=case.hr)
    dispute = Dispute.objects.get()
    with pytest.raises(DisputeRefused, match=r"3-2\.2"):
        give_finding(dispute, case.finding(), desk=Desk.HR, by=case.hr)
    give_finding(dispute, case.finding(), desk=Desk.GENERAL_MANAGER, by=case.gm)
    assert confirm(dispute, case.gm).source == "gm"


# Who must not decide.


def test_nobody_decides_for_the_own_team_nor_what_they_assist_or_own(case: Case) -> None:
    """Of the team of either party, then or now; the assistant; who looks after the client."""
    firm = case.firm
    of_team = case.log_in(firm.seller(), Role.HR)
    moved = firm.seller(department=firm.south_sales)
    firm.move(moved, "04-20", firm.office, salary="3000.00")
    of_team_then = case.log_in(moved, Role.HR)
    assistant = firm.clerk()
    Contract.objects.update(assistant=assistant)
    assists = case.log_in(assistant, Role.HR)
    outside = case.log_in(firm.clerk(department=firm.south_office), Role.HR)
    dispute = case.raised()
    for by in (of_team, of_team_then, assists):
        with pytest.raises(DisputeRefused) as refused:
            begin_verification(dispute, by=by)
        assert "人力资源" in refused.value.reason
    begin_verification(dispute, by=outside)


def test_the_general_manager_stands_in_where_no_marketing_director_can(case: Case) -> None:
    dispute = case.verifying()
    give_finding(dispute, case.finding(), desk=Desk.HR, by=case.hr)
    with pytest.raises(DisputeRefused):
        give_finding(dispute, case.finding(), desk=Desk.MARKETING, by=case.gm)
    director = case.firm.seller()
    Employee.objects.filter(pk=director.pk).update(user=case.director.user)
    fresh = Actor(User.objects.get(role=Role.MARKETING_DIRECTOR))
    with pytest.raises(DisputeRefused):
        give_finding(dispute, case.finding(), desk=Desk.MARKETING, by=fresh)
    give_finding(dispute, case.finding(), desk=Desk.MARKETING, by=case.gm)
    assert confirm(dispute, case.gm).source == "findings"


def test_where_nobody_is_left_it_says_what_to_do(case: Case) -> None:
    User.objects.filter(role=Role.HR).update(is_active=False)
    with pytest.raises(DisputeRefused, match="人力资源"):
        begin_verification(case.raised(), by=case.gm)


def test_the_database_takes_no_finding_of_a_party(case: Case) -> None:
    dispute = case.verifying()
    told = {"dispute": dispute, "desk": "human", "reasons": "理由", "given_at": dispute.raised_at}
    with pytest.raises(DatabaseError, match="about themselves"), transaction.atomic():
        Finding.objects.create(**told, given_by=user_of(case.claimants))
    both = log_in_of(Role.HR, "both")
    Finding.objects.create(**told, given_by=both)
    with pytest.raises(DatabaseError, match="one of the two"), transaction.atomic():
        Finding.objects.create(**told | {"desk": "marketing"}, given_by=both)
    share = {"employee": case.closer, "sales_share": Decimal("0.9"), "commission_share": Decimal(1)}
    with pytest.raises(DatabaseError, match="not to 1"):
        whole(lambda: FindingShare.objects.create(finding=Finding.objects.get(), **share))
    ruled = {"source": "gm", "reasons": "理由", "made_on": RAISED, "made_at": dispute.raised_at}
    with pytest.raises(DatabaseError, match="nobody rules about themselves"), transaction.atomic():
        Ruling.objects.create(dispute=dispute, made_by=user_of(case.closers), **ruled)


# Who owns the client, other rulings, complaints.


@pytest.mark.article("3-1.1")
def test_the_client_is_the_named_ones_from_the_day_on(case: Case) -> None:
    dispute = case.verifying()
    wanted = WantedFinding("理由", case.shares(), owner=case.claimant)
    for desk, by in ((Desk.HR, case.hr), (Desk.MARKETING, case.director)):
        give_finding(dispute, wanted, desk=desk, by=by)
    confirm(dispute, case.hr, on("05-10"))
    rows = ClientStatus.objects.filter(client=case.contract.client)
    turns = list(rows.values_list("since", "cause", "owner", "orphan_kind"))
    assert turns[-1] == (on("05-10"), Cause.RULED.value, case.claimant.pk, None)
    rebuild_histories()
    assert list(rows.values_list("since", "cause", "owner", "orphan_kind")) == turns


@pytest.mark.article("3-1.1")
def test_a_ruling_makes_no_orphan_and_ends_none(case: Case) -> None:
    dispute = case.found()
    case.firm.leave(case.closer, "05-05")
    rebuild_histories()
    orphan = ClientStatus.objects.filter(client=case.contract.client).last()
    assert orphan is not None
    assert orphan.orphan_kind is not None
    confirm(dispute, case.hr, on("05-10"))
    last = ClientStatus.objects.filter(client=case.contract.client).last()
    assert last is not None
    assert (last.cause, last.orphan_kind) == ("ruled", orphan.orphan_kind)


def test_another_ruling_takes_the_place_of_the_one_before(case: Case) -> None:
    lock(case.firm, APRIL)
    first = case.ruled()
    dispute = first.dispute
    back = WantedFinding("查明为误判", case.shares("1", "0"))
    shown = effect_of_finding(dispute, back).digest
    with pytest.raises(DisputeRefused):
        replace_ruling(dispute, back, shown=shown, today=RAISED, by=case.hr)
    assert case.gm.user is not None
    assert may_replace(case.gm.user, dispute)
    second = replace_ruling(dispute, back, shown=shown, today=on("05-20"), by=case.gm)
    assert list(dispute.rulings.all()) == [first, second]
    assert second.correction is not None
    amounts = Adjustment.objects.filter(correction__kind="ruling").values_list("employee", "amount")
    totals = {case.closer.pk: Decimal(0), case.claimant.pk: Decimal(0)}
    for employee, amount in amounts:
        totals[employee] += amount
    assert set(totals.values()) == {Decimal(0)}
    assert len(amounts) == 4


def test_a_complaint_is_upheld_or_not(case: Case) -> None:
    complaint = Complaint(case.contract.client, "态度恶劣", about=[case.closer])
    dispute = begin_verification(raise_complaint(complaint, today=RAISED, by=case.hr), by=case.hr)
    with pytest.raises(DisputeRefused) as refused:
        give_finding(dispute, WantedFinding("属实"), desk=Desk.HR, by=case.hr)
    assert refused.value.field == "upholds"
    for desk, by in ((Desk.HR, case.hr), (Desk.MARKETING, case.director)):
        give_finding(dispute, WantedFinding("属实", upholds=True), desk=desk, by=by)
    ruling = confirm(dispute, case.hr)
    assert (ruling.upholds, ruling.correction, ruling.owner) == (True, None, None)
    with pytest.raises(DisputeRefused):
        make_offer(dispute, WantedOffer(case.shares()), by=case.closers)


def test_a_complaint_about_a_contract_that_moves_nothing_ends_its_hold(case: Case) -> None:
    complaint = Complaint(case.contract.client, "态度恶劣", case.contract)
    dispute = begin_verification(raise_complaint(complaint, today=RAISED, by=case.hr), by=case.hr)
    for desk, by in ((Desk.HR, case.hr), (Desk.MARKETING, case.director)):
        give_finding(dispute, WantedFinding("不属实", upholds=False), desk=desk, by=by)
    assert confirm(dispute, case.hr).correction is None
    assert Correction.objects.get().kind == "release"
