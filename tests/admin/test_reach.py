"""What each role sees of each model, on every way in: list, page, history, chooser, autocompletion, filters."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.db.models import Model, Q
from django.test import Client as Browser
from django.urls import reverse

from access.models import AccountEvent, Change, Disclosure, Guesses, User
from access.reach import models_with_reach, within_reach
from clients.models import (
    Assignment,
    AssignmentBatch,
    BankLine,
    BankPair,
    BankStatement,
    Client,
    ClientStatus,
    Contract,
    FollowUp,
    Handover,
    Lapse,
    OrphanClient,
    PoolClaim,
    PoolRule,
    ProtectionTerms,
    Receipt,
)
from compensation.models import (
    Adjustment,
    AwardDecision,
    AwardRecommendation,
    BasePayLine,
    BranchSalesMove,
    CommissionLine,
    Correction,
    Credit,
    HeldCommission,
    Hold,
    Payslip,
    RulingShare,
    SupportPool,
    SupportShare,
    SupportWeight,
)
from disputes.models import (
    Dispute,
    Evidence,
    Finding,
    FindingShare,
    Offer,
    OfferConfirmation,
    OfferShare,
    Party,
    Pause,
    Ruling,
    Violation,
    WorkingDay,
)
from funds.models import ClaimDecision, FundClaim, FundLot, FundMovement
from monthend.models import Deputy, MonthRun, MonthStep, MonthTransition, MonthVerification, Reminder
from monthend.preview.models import Preview, PreviewBranch, PreviewLine
from periods.models import Period
from rulebook.models import Interpretation, PlanDraft, PlanDraftStep, PlanVersion
from staff.models import (
    Absence,
    Branch,
    Department,
    Employee,
    MinimumWage,
    OpeningSales,
    OpeningState,
    PayConfirmation,
    PersonnelEvent,
    PersonTarget,
    Post,
    RankAssessment,
    RankDecision,
    RankHolding,
    Review,
    ReviewStep,
    SharedNumber,
    Target,
    YearTarget,
)
from tests.admin.addresses import address
from tests.admin.cast import MANAGEMENT, OF_BRANCH, House, Role, Side, keys
from tests.firm import MAY
from workbooks.models import ImportBatch, ImportedRow, ParallelLine, ParallelRun, Upload, UploadRow

OWN_APPS = {
    "access", "rulebook", "periods", "staff", "clients", "compensation", "funds", "disputes", "monthend", "workbooks",
}  # fmt: skip
NOBODYS = {Guesses}
"""Counters under hashes: what they come to is told on a log-in's page."""
OURS = [model for model in apps.get_models() if model._meta.app_label in OWN_APPS and model not in NOBODYS]
names = [model.__name__ for model in OURS]


def _keeper(client: Client) -> int | None:
    """Who looks after a client; None for an orphan that waits, which every branch sees."""
    contract = client.contracts.first()
    return contract.closer_id if contract else OrphanClient.objects.get(client=client).developer_id


def _corrected(correction: Correction) -> int:
    """Whose pay a correction adjusts; of a ruling that adjusts nobody's the closer, who is a party."""
    adjustment = correction.adjustments.first()
    return adjustment.employee_id if adjustment else correction.contract.closer_id  # type: ignore[union-attr]


# To which branch a row belongs, told without the rules under test.
BY_BRANCH: dict[type[Model], Callable[[Any], int]] = {
    Branch: lambda row: row.pk,
    **dict.fromkeys(
        (Department, Target, PersonTarget, MinimumWage, Contract, SupportPool, FundLot, FundClaim),
        lambda row: row.branch_id,
    ),
    **dict.fromkeys((FundMovement, MonthStep, BranchSalesMove), lambda row: row.branch_id),
    ClaimDecision: lambda row: row.claim.branch_id,
    **dict.fromkeys((Receipt, Hold), lambda row: row.contract.branch_id),
}
BY_PERSON: dict[type[Model], Callable[[Any], int | None]] = {
    Employee: lambda row: row.pk,
    **dict.fromkeys((PersonnelEvent, Post, RankHolding, Absence, OpeningState), lambda row: row.employee_id),
    **dict.fromkeys((OpeningSales, RankAssessment, SupportShare, SupportWeight), lambda row: row.employee_id),
    **dict.fromkeys((Payslip, BasePayLine, CommissionLine, Credit, Adjustment), lambda row: row.employee_id),
    **dict.fromkeys((HeldCommission, RulingShare), lambda row: row.employee_id),
    **dict.fromkeys((Review, RankDecision, AwardRecommendation, AwardDecision), lambda row: row.employee_id),
    ReviewStep: lambda row: row.review.employee_id,
    Correction: _corrected,
    Client: _keeper,
    **dict.fromkeys(
        (ClientStatus, Assignment, OrphanClient, FollowUp, Lapse, PoolClaim), lambda row: _keeper(row.client)
    ),
    Handover: lambda row: row.developer_id,
    # Of the house's disputes both sides are of one branch, and the closer answers in each.
    Dispute: lambda row: row.contract.closer_id,
    **dict.fromkeys(
        (Party, Finding, Ruling, Offer, Evidence, Pause, Violation), lambda row: row.dispute.contract.closer_id
    ),
    FindingShare: lambda row: row.finding.dispute.contract.closer_id,
    **dict.fromkeys((OfferShare, OfferConfirmation), lambda row: row.offer.dispute.contract.closer_id),
}
SHARED = (Period, PoolRule, PlanVersion, Interpretation, MonthRun, MonthTransition, ProtectionTerms, WorkingDay)
OF_COMPANY = (
    YearTarget, AssignmentBatch, MonthVerification, Deputy, Preview, PreviewLine, PreviewBranch, PlanDraft,
    PlanDraftStep, PayConfirmation, SharedNumber, Reminder,
)  # fmt: skip
OF_DISPUTES = (
    Dispute, Party, Finding, FindingShare, Ruling, Offer, OfferShare, OfferConfirmation, Evidence, Pause, Violation,
)  # fmt: skip
"""What finance, which pays by what they come to, doesn't see."""
NOT_IN_HOUSE = (BranchSalesMove,)
"""What only a ruling across branches makes: in the house both sides of a dispute are of one branch."""
OF_ACCESS = (User, AccountEvent, Disclosure, Change)
ONCE_SIGNED = (AwardRecommendation, AwardDecision, Review, ReviewStep, RankDecision)
"""What finance sees once it is signed, if ever."""
ABOUT_OTHERS = (Review, RankDecision)
"""What nobody sees of themselves."""
BANK = (BankStatement, BankLine, BankPair)
IMPORTS = (ImportBatch, ImportedRow, ParallelLine, ParallelRun, Upload, UploadRow, *BANK)
NOT_FOR_SALESPEOPLE = (
    Target, MinimumWage, SupportPool, FundLot, FundClaim, FundMovement, ClaimDecision, MonthStep, MonthRun,
    MonthTransition, Review, ReviewStep, RankDecision, AwardRecommendation, BranchSalesMove,
)  # fmt: skip


def expected(house: House, role: str, model: type[Model]) -> set[object]:
    """The keys that a role of the north must see."""
    rows = model._default_manager.all()
    if model in OF_ACCESS:
        return _kept_of_log_ins(house, role, model)
    if role == Role.OPERATOR:
        return set()
    if model in IMPORTS:
        return keys(rows) if role in (Role.HR, Role.FINANCE, Role.AUDITOR) else set()
    if role == Role.FINANCE and model in (*ONCE_SIGNED, *OF_DISPUTES):
        return keys(row for row in rows if _is_signed(row))
    if role in MANAGEMENT:
        return keys(rows)
    if model is AssignmentBatch:
        return keys(AssignmentBatch.objects.filter(made_by=house.users[role]))
    if model is Deputy:
        named = Deputy.objects.filter(Q(principal=house.users[role]) | Q(deputy=house.users[role]))
        return keys(named) if role in OF_BRANCH else set()
    if model in OF_COMPANY:
        return set()
    if role in OF_BRANCH:
        of_oneself = house.users[role].pk if model in ABOUT_OTHERS else None
        return keys(row for row in rows if is_of(house.north, row) and not _is_about(of_oneself, row))
    return keys(row for row in rows if _is_own(house.north.closer, row))


def _kept_of_log_ins(house: House, role: str, model: type[Model]) -> set[object]:
    """The same of log-ins, what happened to them, and who changed or looked at what."""
    rows = model._default_manager.all()
    if model is User:
        return keys(rows) if role in (Role.OPERATOR, Role.HR, Role.AUDITOR) else set()
    if model is AccountEvent:
        keepers = role in (Role.OPERATOR, Role.HR, Role.AUDITOR)
        own = AccountEvent.objects.filter(user=house.users[role])
        return keys(rows) if keepers else keys(own)
    if model is Disclosure:
        return keys(rows) if role in (Role.HR, Role.AUDITOR) else set()
    beyond = {
        Role.FINANCE: [User, *ONCE_SIGNED, *OF_DISPUTES],
        Role.HR: [Finding, FindingShare],
    }.get(Role(role), [])
    of_others = Change.objects.filter(model__in=[one._meta.label_lower for one in beyond])
    return keys(rows) - keys(of_others) if role in (Role.HR, Role.FINANCE, Role.AUDITOR) else set()


def _is_about(user: int | None, row: Any) -> bool:
    return user is not None and row.employee.user_id == user


def _is_signed(row: Any) -> bool:
    match row:
        case AwardDecision():
            return row.state == AwardDecision.State.DONE
        case RankDecision():
            return row.state == RankDecision.State.SIGNED
    return False


def is_of(side: Side, row: Any) -> bool:
    """Whether a row is a branch's, or everybody's; KeyError for what is of the company alone."""
    if type(row) in SHARED:
        return True
    if type(row) in BY_BRANCH:
        return BY_BRANCH[type(row)](row) == side.branch.pk
    keeper = BY_PERSON[type(row)](row)
    return keeper is None or keeper in side.people


def _is_own(person: Employee, row: Any) -> bool:
    model = type(row)
    if model in NOT_FOR_SALESPEOPLE:
        return False
    if model in SHARED:
        return True
    places: dict[type[Model], Callable[[Any], bool]] = {
        Branch: lambda row: Post.objects.filter(employee=person, department__branch=row).exists(),
        Department: lambda row: Post.objects.filter(employee=person, department=row).exists(),
        Contract: lambda row: person.pk in (row.closer_id, row.assistant_id),
        Hold: lambda row: row.held.filter(employee=person).exists(),
        Receipt: lambda row: person.pk in (row.contract.closer_id, row.contract.assistant_id),
        PersonTarget: lambda row: row.employee_id == person.pk,
        AwardDecision: lambda row: row.employee_id == person.pk and _is_signed(row),
    }
    return places[model](row) if model in places else BY_PERSON[model](row) == person.pk


def opens_list(role: str, model: type[Model], seen: set[object]) -> bool:
    """Whether a role opens a model's list: who sees any of its rows, and those of whom there could be some."""
    return bool(seen) or (model in NOT_IN_HOUSE and role in (*MANAGEMENT, *OF_BRANCH))


def reads_history(role: str, model: type[Model]) -> bool:
    """Whether a role that sees a row also reads what it was before; of disputes that tells what is learned in time."""
    return role == Role.AUDITOR or model not in OF_DISPUTES or model in (Evidence, Pause)


def sample(model: type[Model], seen: set[object]) -> tuple[object | None, object | None]:
    """One key within, one outside."""
    all_keys = sorted(keys(model._default_manager.all()), key=str)
    inside = next((key for key in all_keys if key in seen), None)
    outside = next((key for key in all_keys if key not in seen), None)
    return inside, outside


def test_every_model_has_a_page_and_a_rule() -> None:
    assert {model for model in admin.site._registry if model._meta.app_label in OWN_APPS} == set(OURS)
    assert set(OURS) <= models_with_reach()


def test_nothing_but_our_models_is_in_the_admin() -> None:
    assert {model._meta.app_label for model in admin.site._registry} <= OWN_APPS


def test_every_model_has_rows_on_both_sides(house: House) -> None:
    for model in set(OURS) - {User, AccountEvent, Change, Disclosure, *SHARED, *OF_COMPANY, *IMPORTS, *NOT_IN_HOUSE}:
        rows = list(model._default_manager.all())
        assert any(is_of(house.north, row) for row in rows), model
        assert any(is_of(house.south, row) for row in rows), model


@pytest.mark.parametrize("role", Role.values)
def test_what_a_ruling_moves_between_branches_is_seen_there(house: House, role: str) -> None:
    ruling = Correction.objects.filter(kind=Correction.Kind.RULING).earliest("pk")
    moves = [
        BranchSalesMove.objects.create(month=MAY, correction=ruling, branch=side.branch, sales=sales)
        for side, sales in ((house.north, -7), (house.south, 7))
    ]
    seen = expected(house, role, BranchSalesMove)
    assert keys(within_reach(house.users[role], BranchSalesMove.objects.all())) == seen
    browser = house.browse(role)
    for move in moves:
        opens = browser.get(address(BranchSalesMove, "change", move.pk)).status_code == 200
        assert opens == (move.pk in seen)


@pytest.mark.parametrize("role", Role.values)
def test_reach(house: House, role: str) -> None:
    user = house.users[role]
    for model in OURS:
        assert keys(within_reach(user, model._default_manager.all())) == expected(house, role, model), model


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SALESPERSON])
def test_lists_show_what_is_within_reach(house: House, role: str) -> None:
    browser = house.browse(role)
    for model in OURS:
        wanted = expected(house, role, model)
        response = browser.get(address(model, "changelist"))
        assert response.status_code == (200 if opens_list(role, model, wanted) else 403), model
        if wanted:
            assert keys(response.context["cl"].queryset) == wanted, model


def test_choosers_show_what_is_within_reach(house: House) -> None:
    browser = house.browse(Role.BRANCH_GM)
    for model in (Employee, Client, Branch, Payslip):
        response = browser.get(address(model, "changelist"), {"_popup": "1", "_to_field": "id"})
        assert keys(response.context["cl"].queryset) == expected(house, Role.BRANCH_GM, model), model


@pytest.mark.parametrize("role", [Role.BRANCH_GM, Role.OPERATOR])
def test_pages_open_within_reach_alone(house: House, role: str) -> None:
    browser = house.browse(role)
    for model in OURS:
        wanted = expected(house, role, model)
        inside, outside = sample(model, wanted)
        for view in ("change", "history", "delete"):
            if outside is not None:
                assert browser.get(address(model, view, outside)).status_code in (403, 404), (model, view)
            if inside is not None and view != "delete":
                opens = view != "history" or reads_history(role, model)
                assert (browser.get(address(model, view, inside)).status_code == 200) == opens, (model, view)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SALESPERSON])
def test_autocompletion_finds_what_is_within_reach(house: House, role: str) -> None:
    browser = house.browse(role)
    for source, field, model in ((SupportWeight, "employee", Employee), (FundClaim, "client", Client)):
        response = browser.get(reverse("admin:autocomplete"), asked_from(source, field))
        wanted = expected(house, role, model)
        if wanted:
            assert {int(found["id"]) for found in response.json()["results"]} == wanted
        else:
            assert response.status_code == 403


def asked_from(model: type[Model], field: str) -> dict[str, str]:
    """What a form's field asks the autocompletion with."""
    return {"app_label": model._meta.app_label, "model_name": str(model._meta.model_name), "field_name": field}


def test_a_log_in_is_only_completed_for_who_may_link_it(house: House) -> None:
    query = asked_from(Employee, "user")
    assert house.browse(Role.HR).get(reverse("admin:autocomplete"), query).status_code == 200
    assert house.browse(Role.BRANCH_GM).get(reverse("admin:autocomplete"), query).status_code == 403


def test_filters_offer_what_is_within_reach(house: House) -> None:
    def branches_offered(role: str) -> list[str]:
        page = house.browse(role).get(address(Contract, "changelist")).content.decode()
        return [name for name in ("北方", "南方") if f">{name}</option>" in page]

    assert branches_offered(Role.HR) == ["北方", "南方"]
    assert branches_offered(Role.BRANCH_GM) == []


def test_a_filter_finds_nothing_beyond(house: House) -> None:
    beyond = {"branch__id__exact": house.south.branch.pk}
    page = house.browse(Role.BRANCH_GM).get(address(Payslip, "changelist"), beyond)
    assert keys(page.context["cl"].queryset) <= expected(house, Role.BRANCH_GM, Payslip)
    filtered = house.browse(Role.HR).get(address(Payslip, "changelist"), beyond)
    assert {row.branch for row in filtered.context["cl"].queryset} == {house.south.branch}


def test_a_page_names_but_does_not_link_what_lies_beyond(house: House) -> None:
    contract = house.firm.contract(house.north.closer, signed="06-10", assistant=house.south.clerk)
    page = house.browse(Role.BRANCH_GM).get(address(Contract, "change", contract.pk)).content.decode()
    assert str(house.south.clerk) in page
    assert address(Employee, "change", house.south.clerk.pk) not in page
    assert address(Employee, "change", house.north.closer.pk) in page


def test_a_person_who_moves_on_is_seen_where_they_are(house: House) -> None:
    mover = house.south.developer
    house.firm.move(mover, "06-01", house.firm.sales, kind=PersonnelEvent.Kind.TRANSFER)
    manager = house.users[Role.BRANCH_GM]
    assert mover in within_reach(manager, Employee.objects.all())
    slips = within_reach(manager, Payslip.objects.filter(employee=mover))
    assert not slips.exists(), "what the south paid stays with the south"


def test_a_manager_without_a_post_today_sees_no_branch(house: House) -> None:
    house.firm.leave(house.north.clerk, "06-01")
    browser = house.browse(Role.BRANCH_GM)
    own = keys(Payslip.objects.filter(employee=house.north.clerk))
    assert keys(browser.get(address(Payslip, "changelist")).context["cl"].queryset) == own


@pytest.mark.parametrize("model", [Payslip, BasePayLine, SupportShare, CommissionLine])
def test_a_manager_who_moved_on_still_sees_the_own_pay_of_before(house: House, model: type[Model]) -> None:
    house.firm.move(house.north.clerk, "06-01", house.firm.south_office, kind=PersonnelEvent.Kind.TRANSFER)
    manager = house.users[Role.BRANCH_GM]
    seen = within_reach(manager, model._default_manager.filter(branch=house.north.branch))
    assert keys(seen) == keys(model._default_manager.filter(employee=house.north.clerk))
    assert house.browse(Role.BRANCH_GM).get("/pay/2011-04/").status_code == 200


def test_an_assistant_of_another_branch_sees_the_own_line_and_its_source(house: House) -> None:
    orphan = house.firm.client(since="05-01")
    house.firm.assign(orphan, house.south.developer, "05-02")
    contract = house.firm.contract(house.south.developer, client=orphan, signed="05-05", assistant=house.north.clerk)
    house.firm.receipt(contract, "9000.00", "05-12")
    house.firm.close(MAY, lock=False)
    line = CommissionLine.objects.get(kind="assist", receipt__contract=contract)
    manager = house.users[Role.BRANCH_GM]
    assert within_reach(manager, CommissionLine.objects.filter(pk=line.pk)).exists()
    assert within_reach(manager, Receipt.objects.filter(pk=line.receipt_id)).exists()
    assert within_reach(manager, Contract.objects.filter(receipts=line.receipt_id)).exists()
    assert within_reach(manager, Client.objects.filter(contracts__receipts=line.receipt_id)).exists()


@pytest.mark.parametrize("path", ["", "compensation/payslip/", "autocomplete/", "password_change/"])
def test_strangers_are_asked_to_log_in_and_salespeople_refused(house: House, path: str) -> None:
    stranger = Browser().get(f"/admin/{path}", follow=True)
    assert stranger.redirect_chain[-1][0].startswith("/login/")
    refused = house.browse(Role.SALESPERSON).get(f"/admin/{path}", follow=True)
    assert refused.status_code == 403
    assert "您无权查看此页" in refused.content.decode()


def test_a_superuser_sees_no_more_than_the_role(house: House) -> None:
    User.objects.filter(role=Role.OPERATOR).update(is_superuser=True)
    browser = house.browse(Role.OPERATOR)
    assert browser.get(address(Payslip, "changelist")).status_code == 403
    assert browser.get(address(Payslip, "change", Payslip.objects.first().pk)).status_code in (403, 404)  # type: ignore[union-attr]


def test_without_a_rule_or_an_active_log_in_nothing_is_seen(house: House) -> None:
    hr = house.users[Role.HR]
    assert not within_reach(AnonymousUser(), Payslip.objects.all()).exists()
    assert not within_reach(hr, Session.objects.all()).exists()
    assert not within_reach(User(username="shut", role=Role.HR, is_active=False), Payslip.objects.all()).exists()
    User.objects.filter(pk=hr.pk).update(role="emperor")
    assert not within_reach(User.objects.get(pk=hr.pk), Payslip.objects.all()).exists()
