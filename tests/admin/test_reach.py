"""What each role sees of each model, on every way in: list, page, history, chooser, autocompletion, filters."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.test import Client as Browser
from django.urls import reverse

from access.models import User
from access.reach import models_with_reach, within_reach
from access.roles import PEOPLE
from clients.models import (
    Client,
    Contract,
    Receipt,
)
from compensation.models import (
    BasePayLine,
    BranchSalesMove,
    CommissionLine,
    Correction,
    Payslip,
    SupportShare,
    SupportWeight,
)
from funds.models import FundClaim
from staff.models import (
    Branch,
    Employee,
    PersonnelEvent,
)
from tests.admin.addresses import address
from tests.admin.cast import House, Role, keys
from tests.admin.reaching import (
    IMPORTS,
    NOT_IN_HOUSE,
    OF_ACCESS,
    OF_COMPANY,
    OURS,
    OWN_APPS,
    SHARED,
    asked_from,
    expected,
    is_of,
    opens_list,
    reads_history,
    sample,
)
from tests.firm import MAY


def test_every_model_has_a_page_and_a_rule() -> None:
    assert {model for model in admin.site._registry if model._meta.app_label in OWN_APPS} == set(OURS)
    assert set(OURS) <= models_with_reach()


def test_nothing_but_our_models_is_in_the_admin() -> None:
    assert {model._meta.app_label for model in admin.site._registry} <= OWN_APPS


def test_every_model_has_rows_on_both_sides(house: House) -> None:
    for model in set(OURS) - {*OF_ACCESS, *SHARED, *OF_COMPANY, *IMPORTS, *NOT_IN_HOUSE}:
        rows = list(model._default_manager.all())
        assert any(is_of(house.north, row) for row in rows), model
        assert any(is_of(house.south, row) for row in rows), model


@pytest.mark.parametrize("role", PEOPLE)
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


@pytest.mark.parametrize("role", PEOPLE)
def test_reach(house: House, role: str) -> None:
    user = house.users[role]
    for model in OURS:
        assert keys(within_reach(user, model._default_manager.all())) == expected(house, role, model), model


@pytest.mark.parametrize("role", [role for role in PEOPLE if role != Role.SALESPERSON])
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


@pytest.mark.parametrize("role", [role for role in PEOPLE if role != Role.SALESPERSON])
def test_autocompletion_finds_what_is_within_reach(house: House, role: str) -> None:
    browser = house.browse(role)
    for source, field, model in ((SupportWeight, "employee", Employee), (FundClaim, "client", Client)):
        response = browser.get(reverse("admin:autocomplete"), asked_from(source, field))
        wanted = expected(house, role, model)
        if wanted:
            assert {int(found["id"]) for found in response.json()["results"]} == wanted
        else:
            assert response.status_code == 403


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
