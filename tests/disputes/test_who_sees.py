"""Who knows of a dispute, and what of it: parties, their branches' managers, deciders, the auditor; nobody else."""

import datetime as dt

import pytest
from django.db.models import Model, Q

from access.actor import Actor
from access.models import Change, User
from access.pages.search import search
from access.reach import within_reach
from clients.models import FollowUp
from compensation.models import Hold
from disputes.actions import begin_verification, name_party, raise_complaint, raise_dispute, state_answer, withdraw
from disputes.deciding.actions import give_finding
from disputes.deciding.actions_offers import make_offer
from disputes.deciding.rules import Desk
from disputes.deciding.selectors import Standing, findings_shown_to, similar_rulings
from disputes.evidence.actions import bring_evidence
from disputes.models import Dispute, Evidence, Finding, FindingShare, Offer, Party, Ruling
from disputes.refusals import DisputeRefused
from disputes.selectors import open_dispute_of, parties_shown_to, statement_shown_to, visible_to
from disputes.selectors_acts import Act, acts_open_to
from disputes.selectors_timeline import MomentKind, time_line
from disputes.tickets.deciding import may_see_effect
from disputes.wanted import Complaint, WantedOffer
from staff.models import Employee
from tests.cast import browse, log_in_of
from tests.disputes.case import RAISED, Case, Role, confirm, user_of
from tests.firm import on

pytestmark = pytest.mark.django_db
LIST = "/admin/disputes/dispute/"


@pytest.fixture
def case() -> Case:
    return Case()


def people(parties: list[Party]) -> set[Employee]:
    return {party.employee for party in parties}


def found_by(user: User, dispute: Dispute) -> tuple[int, int]:
    """How many a search finds by the number, and by its letters in small ones."""
    letters = dispute.number.rpartition("-")[2].lower()
    return len(search(user, dispute.number)), len(search(user, letters))


def test_parties_their_managers_deciders_and_the_auditor_see_it_and_nobody_else(case: Case) -> None:
    firm = case.firm
    dispute = case.ruled().dispute
    see = {
        "closer": user_of(case.closers),
        "claimant": user_of(case.claimants),
        "manager of the one": user_of(case.log_in(firm.clerk(), Role.SALES_MANAGER)),
        "manager of the other": user_of(case.log_in(firm.clerk(department=firm.south_office), Role.BRANCH_GM)),
        "hr": user_of(case.hr),
        "director": user_of(case.director),
        "gm": user_of(case.gm),
        "auditor": log_in_of(Role.AUDITOR),
    }
    blind = {
        "colleague": user_of(case.log_in(firm.seller())),
        "assistant": user_of(case.log_in(firm.clerk())),
        "finance": log_in_of(Role.FINANCE),
        "operator": log_in_of(Role.OPERATOR),
        "manager of no branch": log_in_of(Role.SALES_MANAGER, "elsewhere"),
    }
    models: tuple[type[Model], ...] = (Dispute, Party, Finding, FindingShare, Ruling)
    for who, user in see.items():
        assert list(visible_to(user)) == [dispute], who
        assert found_by(user, dispute) == (1, 1), who
        assert all(within_reach(user, model._default_manager.all()).exists() for model in models), who
    for who, user in blind.items():
        assert not visible_to(user).exists(), who
        assert found_by(user, dispute) == (0, 0), who
        assert open_dispute_of(case.contract, user) is None
        assert not any(within_reach(user, model._default_manager.all()).exists() for model in models), who
        assert acts_open_to(user, dispute) == frozenset(), who


def test_the_other_side_learns_who_claims_once_verification_began(case: Case) -> None:
    dispute = case.raised()
    manager = case.log_in(case.firm.clerk(), Role.SALES_MANAGER)
    for other in (case.closers, manager):
        user = user_of(other)
        assert people(parties_shown_to(user, dispute)) == {case.closer}
        assert people(list(within_reach(user, Party.objects.all()))) == {case.closer}
        assert statement_shown_to(user, dispute) == ""
        assert browse(user_of(manager)).get(LIST, {"raised_by": dispute.raised_by_id}).status_code == 400
    for knows in (case.claimants, case.hr):
        user = user_of(knows)
        assert people(parties_shown_to(user, dispute)) == {case.closer, case.claimant}
        assert people(list(within_reach(user, Party.objects.all()))) == {case.closer, case.claimant}
        assert statement_shown_to(user, dispute) == dispute.statement
    dispute = begin_verification(dispute, by=case.hr)
    for other in (case.closers, manager):
        user = user_of(other)
        assert people(parties_shown_to(user, dispute)) == {case.closer, case.claimant}
        assert people(list(within_reach(user, Party.objects.all()))) == {case.closer, case.claimant}
        assert statement_shown_to(user, dispute) == dispute.statement


def test_whoever_offers_shows_who_they_are(case: Case) -> None:
    dispute = case.raised()
    make_offer(dispute, WantedOffer(case.shares()), by=case.claimants)
    closer = user_of(case.closers)
    assert people(parties_shown_to(closer, dispute)) == {case.closer, case.claimant}
    assert people(list(within_reach(closer, Party.objects.all()))) == {case.closer, case.claimant}
    assert within_reach(closer, Offer.objects.all()).exists()


def test_a_third_learns_of_it_once_named(case: Case) -> None:
    third = case.firm.seller()
    thirds = case.log_in(third)
    dispute = case.verifying()
    assert not visible_to(user_of(thirds)).exists()
    name_party(dispute, third, side=Party.Side.RESPONDENT, by=case.hr)
    assert list(visible_to(user_of(thirds))) == [dispute]


def test_neither_desk_reads_the_others_finding_before_its_own(case: Case) -> None:
    dispute = case.verifying()
    give_finding(dispute, case.finding(), desk=Desk.HR, by=case.hr)

    def read_by(actor: Actor) -> list[str]:
        user = user_of(actor)
        found = findings_shown_to(user, dispute)
        shares = within_reach(user, FindingShare.objects.all())
        assert {one.finding_id for one in shares} == {one.pk for one in found}
        return [one.desk for one in found]

    assert read_by(case.hr) == ["human"]
    for blind in (case.director, case.gm, case.closers, case.claimants):
        assert read_by(blind) == []
        kept = within_reach(user_of(blind), Change.objects.filter(Q(model="disputes.finding")))
        assert not kept.exists()
    give_finding(dispute, case.finding(), desk=Desk.MARKETING, by=case.director)
    for decides in (case.hr, case.director, case.gm):
        assert read_by(decides) == ["human", "marketing"]
    assert read_by(case.closers) == []
    confirm(dispute, case.hr)
    assert read_by(case.closers) == read_by(case.claimants) == ["human", "marketing"]


def test_an_hr_party_learns_no_more_than_other_parties(case: Case) -> None:
    clerk = case.firm.clerk(department=case.firm.south_office)
    insider = case.log_in(clerk, Role.HR)
    complaint = Complaint(case.contract.client, "态度恶劣", about=[clerk])
    dispute = raise_complaint(complaint, today=RAISED, by=case.hr)
    assert statement_shown_to(user_of(insider), dispute) == ""
    assert statement_shown_to(user_of(case.director), dispute) == "态度恶劣"


def test_whoever_is_a_party_learns_what_parties_do_whatever_the_role(case: Case) -> None:
    """The closer, who decides other disputes."""
    dispute = case.raised()
    bring_evidence(dispute, kind=Evidence.Kind.VISIT, day=RAISED, note="我拜访过", today=RAISED, by=case.claimants)
    Employee.objects.filter(pk=case.closer.pk).update(user=None)
    closers = Actor(log_in_of(Role.HR, "insider", of=case.closer))
    hidden = (Party.objects.exclude(employee=case.closer), Evidence.objects.all(), Finding.objects.all())

    def reads() -> list[bool]:
        return [within_reach(user_of(closers), rows).exists() for rows in hidden]

    assert reads() == [False, False, False]
    assert not within_reach(user_of(closers), Change.objects.filter(model__startswith="disputes.")).exists()
    dispute = begin_verification(dispute, by=case.hr)
    assert reads() == [True, True, False]
    for desk, by in ((Desk.HR, case.hr), (Desk.MARKETING, case.director)):
        give_finding(dispute, case.finding(), desk=desk, by=by)
    assert reads() == [True, True, False]
    assert not may_see_effect(user_of(closers), Standing(dispute))
    confirm(dispute, case.hr)
    assert reads() == [True, True, True]


def test_who_pays_learns_of_a_hold_once_it_holds_something(case: Case) -> None:
    case.raised()
    finance, hr = log_in_of(Role.FINANCE), user_of(case.hr)
    assert [within_reach(user, Hold.objects.all()).exists() for user in (finance, hr)] == [False, True]
    case.firm.close(lock=False)
    assert within_reach(finance, Hold.objects.all()).exists()


def test_pages_offer_what_can_be_done(case: Case) -> None:
    dispute = case.raised()

    def open_to(actor: Actor) -> set[Act]:
        return set(acts_open_to(user_of(actor), Dispute.objects.get(pk=dispute.pk)))

    assert open_to(case.claimants) == {Act.STATE_ANSWER, Act.WITHDRAW, Act.MAKE_OFFER}
    assert open_to(case.closers) == {Act.STATE_ANSWER}
    assert open_to(case.hr) == {Act.MARK_SPECIAL, Act.REFUSE, Act.BEGIN_VERIFICATION, Act.NAME_PARTY}
    dispute = begin_verification(dispute, by=case.hr)
    assert open_to(case.hr) == {Act.MARK_SPECIAL, Act.REFUSE, Act.NAME_PARTY, Act.GIVE_FINDING}
    assert open_to(case.director) == {Act.MARK_SPECIAL, Act.GIVE_FINDING}
    assert open_to(case.gm) == {Act.MARK_SPECIAL}
    make_offer(dispute, WantedOffer(case.shares()), by=case.closers)
    assert open_to(case.closers) == {Act.STATE_ANSWER, Act.WITHDRAW_OFFER}
    assert open_to(case.claimants) == {Act.STATE_ANSWER, Act.WITHDRAW, Act.CONFIRM_OFFER, Act.DECLINE_OFFER}
    give_finding(dispute, case.finding(), desk=Desk.HR, by=case.hr)
    assert open_to(case.hr) == {Act.MARK_SPECIAL, Act.REFUSE}
    give_finding(dispute, case.finding(), desk=Desk.MARKETING, by=case.director)
    assert open_to(case.director) == {Act.MARK_SPECIAL, Act.CONFIRM_RULING}
    confirm(dispute, case.director)
    assert open_to(case.gm) == {Act.REPLACE_RULING}
    assert open_to(case.hr) == open_to(case.closers) == set()


def test_the_time_line_tells_both_sides(case: Case) -> None:
    client = case.contract.client
    FollowUp.objects.create(
        client=client,
        date=on("03-20"),
        note="拜访",
        person=case.claimant,
        recorded_at=dt.datetime(2011, 3, 20, 9, tzinfo=dt.UTC),
        recorded_by=user_of(case.claimants),
    )
    dispute = case.raised()
    told = [(moment.day, moment.kind, moment.person) for moment in time_line(dispute)]
    assert told == [
        (on("03-20"), MomentKind.FOLLOW_UP, case.claimant),
        (on("04-01"), MomentKind.REGISTRATION, case.closer),
        (on("04-01"), MomentKind.PROTECTION, case.closer),
        (on("04-01"), MomentKind.CONTRACT, case.closer),
        (on("04-15"), MomentKind.RECEIPT, case.closer),
    ]


def test_similar_rulings_are_those_a_decider_may_see(case: Case) -> None:
    ruling = case.ruled()
    other = case.firm.contract(case.closer)
    case.firm.receipt(other, "1.00", "04-16")
    dispute = Dispute.objects.create(
        number="Z2011-9999",
        kind="colleagues",
        client=other.client,
        contract=other,
        statement="又一件",
        raised_by=user_of(case.hr),
        raised_at=ruling.made_at,
        raised_on=RAISED,
        due_on=on("05-20"),
        due_is_official=False,
    )
    assert list(similar_rulings(user_of(case.director), dispute)) == [ruling]
    assert list(similar_rulings(log_in_of(Role.FINANCE), dispute)) == []


def test_a_manager_who_answers_learns_in_time_who_claims_and_acts_for_nobody() -> None:
    """The closer is the manager of the branch in which the claimant is, too."""
    case = Case()
    claimant = case.firm.seller()
    manager = case.closers.user
    assert manager is not None
    User.objects.filter(pk=manager.pk).update(role=User.Role.SALES_MANAGER)
    by = Actor(User.objects.get(pk=manager.pk))
    dispute = raise_dispute(case.claim(claimant), today=RAISED, by=case.log_in(claimant))
    told = parties_shown_to(user_of(by), dispute)
    reached = within_reach(user_of(by), Party.objects.filter(dispute=dispute))
    assert [one.employee for one in told] == [one.employee for one in reached] == [case.closer]
    assert statement_shown_to(user_of(by), dispute) == ""
    for act in (
        lambda: withdraw(dispute, reason="x", claimant=claimant, by=by),
        lambda: state_answer(dispute, claimant, statement="x", by=by),
    ):
        with pytest.raises(DisputeRefused, match="不得代"):
            act()
    begin_verification(dispute, by=case.hr)
    assert len(parties_shown_to(user_of(by), Dispute.objects.get())) == 2
