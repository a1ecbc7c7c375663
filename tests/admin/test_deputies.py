"""Deputies in the admin: named by who approves, for days, from who may see the whole company's pay."""

import datetime as dt

import pytest
from django.utils import timezone

from access.decisions.signing import name_of
from access.models import User
from access.roles import PEOPLE
from monthend.models import Deputy
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_pages import text_of
from tests.cast import log_in_of

DAY = dt.timedelta(1)


def form(deputy: User, **changes: object) -> dict[str, object]:
    today = timezone.localdate()
    return {"deputy": deputy.pk, "start": today, "end": today + DAY, "reason": "出差", **changes}


def test_the_director_names_a_deputy_in_the_own_place(house: House) -> None:
    director = house.browse(Role.MARKETING_DIRECTOR)
    added = director.post(address(Deputy, "add"), form(house.users[Role.HR]))
    assert added.status_code == 302
    named = Deputy.objects.get(deputy=house.users[Role.HR])
    assert (named.principal, named.reason) == (house.users[Role.MARKETING_DIRECTOR], "出差")
    page = text_of(house.browse(Role.HR), address(Deputy, "changelist"))
    assert "代理中" in page
    url = address(Deputy, "change", named.pk)
    assert director.post(url, form(house.users[Role.FINANCE])).status_code == 302
    named.refresh_from_db()
    assert named.deputy == house.users[Role.FINANCE]


@pytest.mark.parametrize("role", [Role.HR, Role.FINANCE, Role.GENERAL_MANAGER, Role.AUDITOR])
def test_who_does_not_approve_reads_on(house: House, role: str) -> None:
    browser = house.browse(role)
    named = Deputy.objects.get(principal__role=Role.MARKETING_DIRECTOR)
    assert browser.post(address(Deputy, "add"), form(house.users[Role.HR])).status_code == 403
    url = address(Deputy, "change", named.pk)
    assert browser.post(url, form(house.users[Role.HR])).status_code == 403
    assert "u-general_manager代u-marketing_director审批月结" in text_of(browser, url)


def test_only_who_sees_the_whole_companys_pay_can_be_chosen(house: House) -> None:
    director = house.browse(Role.MARKETING_DIRECTOR)
    page = director.get(address(Deputy, "add")).content.decode().split('name="deputy"')[1]
    for role in PEOPLE:
        is_offered = f'<option value="{house.users[role].pk}">' in page
        assert is_offered == (role in (Role.HR, Role.FINANCE, Role.GENERAL_MANAGER, Role.SALES_MANAGER)), role
    for role in (Role.AUDITOR, Role.BRANCH_GM, Role.MARKETING_DIRECTOR, Role.SALES_MANAGER):
        refused = director.post(address(Deputy, "add"), form(house.users[role]))
        assert refused.status_code == 200, role
    backwards = director.post(address(Deputy, "add"), form(house.users[Role.HR], end=timezone.localdate() - DAY))
    assert "结束日期早于开始日期" in backwards.content.decode()
    assert Deputy.objects.filter(principal__role=Role.MARKETING_DIRECTOR).count() == 1


def test_a_deputy_that_is_over_stands(house: House) -> None:
    director = house.browse(Role.MARKETING_DIRECTOR)
    over = Deputy.objects.get(principal__role=Role.MARKETING_DIRECTOR)
    assert over.end < timezone.localdate()
    assert director.post(address(Deputy, "change", over.pk), form(house.users[Role.HR])).status_code == 403
    assert "已结束" in text_of(director, address(Deputy, "change", over.pk))


def test_anothers_deputy_is_not_changed(house: House) -> None:
    other = log_in_of(Role.MARKETING_DIRECTOR, "other")
    today = timezone.localdate()
    named = Deputy.objects.create(principal=other, deputy=house.users[Role.HR], start=today, end=today)
    url = address(Deputy, "change", named.pk)
    director = house.browse(Role.MARKETING_DIRECTOR)
    assert director.post(url, form(house.users[Role.FINANCE])).status_code == 403
    named.refresh_from_db()
    assert (named.principal, named.deputy) == (other, house.users[Role.HR])


def test_a_branchs_manager_names_one_for_the_own_branch_and_a_director_for_any(house: House) -> None:
    manager, director = house.browse(Role.BRANCH_GM), house.browse(Role.MARKETING_DIRECTOR)
    page = manager.get(address(Deputy, "add")).content.decode()
    assert 'name="principal"' not in page
    assert f'<option value="{house.users[Role.SALES_MANAGER].pk}">' in page
    assert manager.post(address(Deputy, "add"), form(house.users[Role.SALES_MANAGER])).status_code == 302
    named = Deputy.objects.latest("pk")
    assert (named.principal, named.deputy) == (house.users[Role.BRANCH_GM], house.users[Role.SALES_MANAGER])
    read = text_of(house.browse(Role.SALES_MANAGER), address(Deputy, "change", named.pk))
    assert f"{name_of(named.deputy)}代{name_of(named.principal)}填写支持奖金权重" in read
    for_manager = form(house.users[Role.GENERAL_MANAGER], principal=house.users[Role.BRANCH_GM].pk)
    assert director.post(address(Deputy, "add"), for_manager).status_code == 302
    assert Deputy.objects.latest("pk").principal == house.users[Role.BRANCH_GM]
    assert manager.get(address(Deputy, "change", Deputy.objects.earliest("pk").pk)).status_code == 404
