"""A change form that was open while somebody else saved: nothing of theirs is written over, nothing of one's lost."""

from typing import Any

import pytest
from django.contrib import admin

from access.history.masking import masked
from access.history.tracking import tracked
from access.models import User
from access.rights import Right, may
from access.roles import PEOPLE
from clients.models import Client
from staff.models import Absence, Employee
from tests.admin.addresses import address
from tests.admin.cast import House, Role


def values_of(form: Any) -> dict[str, Any]:
    """What a browser sends of a form as it is shown."""
    return {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}


def form_at(browser: Any, url: str) -> Any:
    return browser.get(url).context["adminform"].form


@pytest.fixture
def url(house: House) -> str:
    return address(Employee, "change", house.north.closer.pk)


def test_what_another_saved_meanwhile_is_told_and_kept(house: House, url: str) -> None:
    hr = house.browse(Role.HR)
    mine, others = values_of(form_at(hr, url)), values_of(form_at(hr, url))
    assert hr.post(url, {**others, "bank_name": "招商银行"}).status_code == 302
    refused = hr.post(url, {**mine, "bank_name": "工商银行", "phone": "13911112222"})
    form = refused.context["adminform"].form
    assert set(form.errors) == {"bank_name"}
    [told] = form.errors["bank_name"]
    assert str(house.users[Role.HR]) in told
    assert "工商银行" in told
    assert values_of(form)["bank_name"] == "招商银行"
    assert values_of(form)["phone"] == "13911112222"
    person = Employee.objects.get(pk=house.north.closer.pk)
    assert (person.bank_name, person.phone) == ("招商银行", house.north.closer.phone)
    assert 'name="latest_change"' in refused.content.decode()
    assert hr.post(url, {**values_of(form), "bank_name": "建设银行"}).status_code == 302
    person.refresh_from_db()
    assert (person.bank_name, person.phone) == ("建设银行", "13911112222")


def test_what_was_not_touched_is_not_put_back_either(house: House, url: str) -> None:
    hr = house.browse(Role.HR)
    mine = values_of(form_at(hr, url))
    hr.post(url, {**mine, "bank_name": "招商银行"})
    form = hr.post(url, {**mine, "phone": "13911112222"}).context["adminform"].form
    assert set(form.errors) == {"bank_name"}
    assert Employee.objects.get(pk=house.north.closer.pk).bank_name == "招商银行"


def test_the_same_value_from_two_is_no_quarrel(house: House, url: str) -> None:
    hr = house.browse(Role.HR)
    mine = values_of(form_at(hr, url))
    hr.post(url, {**mine, "bank_name": "招商银行"})
    assert hr.post(url, {**mine, "bank_name": "招商银行", "phone": "13911112222"}).status_code == 302
    assert Employee.objects.get(pk=house.north.closer.pk).phone == "13911112222"


def test_a_masked_number_is_told_masked(house: House, url: str) -> None:
    hr, typed = house.browse(Role.HR), "6222021001122334459"
    mine = values_of(form_at(hr, url))
    hr.post(url, {**mine, "bank_account": ""})
    refused = hr.post(url, {**mine, "bank_account": typed})
    told = " ".join(refused.context["adminform"].form.errors["bank_account"])
    assert masked(typed) in told
    assert typed not in refused.content.decode()
    assert Employee.objects.get(pk=house.north.closer.pk).bank_account == ""


def test_a_box_that_another_ticked_stays_ticked(house: House) -> None:
    client, hr = Client.objects.filter(is_strategic=False).first(), house.browse(Role.HR)
    assert client is not None
    changes = address(Client, "change", client.pk)
    mine = values_of(form_at(hr, changes))
    assert hr.post(changes, {**mine, "is_strategic": "on"}).status_code == 302
    form = hr.post(changes, {**mine, "name": "新名字"}).context["adminform"].form
    assert set(form.errors) == {"is_strategic"}
    assert "否" in form.errors["is_strategic"][0]
    assert values_of(form)["is_strategic"] is True
    assert hr.post(changes, values_of(form)).status_code == 302
    client.refresh_from_db()
    assert (client.name, client.is_strategic) == ("新名字", True)


def test_what_another_deleted_meanwhile_is_told_to_who_may_know(house: House) -> None:
    hr, absence = house.browse(Role.HR), Absence.objects.get(employee=house.north.closer)
    url, sent = address(Absence, "change", absence.pk), {"kind": "sick", "end": "2011-07-02"}
    hr.post(address(Absence, "delete", absence.pk), {"post": "yes"})
    page = hr.post(url, sent, follow=True)
    assert page.request["PATH_INFO"] == address(Absence, "changelist")
    assert f"已由{house.users[Role.HR]}于" in page.content.decode()
    assert hr.get(url).status_code == 404
    assert house.browse(Role.BRANCH_GM).post(url, sent).status_code == 403


def test_every_record_with_a_form_keeps_its_changes(house: House) -> None:
    """What isn't tracked could not be told."""
    changed = [
        model
        for model, page in admin.site._registry.items()
        if any(may(User(role=role), Right.CHANGE, model) for role in PEOPLE)
    ]
    assert len(changed) > 10
    assert [model for model in changed if tracked(model) is None] == []
