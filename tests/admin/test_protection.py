"""Client protection in the browser: registering, following up, terms, and claiming from the open pool."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from access.actor import CONSOLE
from access.pages.links import address as page_of
from clients.history.actions import rebuild_histories
from clients.models import Client, FollowUp, Lapse, PoolClaim, ProtectionTerms
from clients.protection.actions import lapse_clients
from clients.protection.selectors import rules_on
from staff.models import Employee
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_language import english
from tests.admin.test_pages import text_of

MOST = 20
NAME = "北京华达信企业管理有限公司"


@pytest.fixture
def hr(house: House) -> Browser:
    return house.browse(Role.HR)


@pytest.fixture
def manager(house: House) -> Browser:
    return house.browse(Role.SALES_MANAGER)


def pool() -> str:
    return reverse("admin:clients_lapse_open_pool")


def send(browser: Browser, owner: Employee, name: str = NAME, **given: Any) -> Any:
    return browser.post(address(Client, "add"), {"name": name, "owner": owner.number, **given}, follow=True)


def let_go(client: Client) -> None:
    """Let a client's days run out: it was registered forty days ago."""
    today = timezone.localdate()
    Client.objects.filter(pk=client.pk).update(registered_on=today - dt.timedelta(40))
    rebuild_histories()
    assert lapse_clients(today, by=CONSOLE) >= 1
    assert Lapse.objects.filter(client=client).exists()


def test_hr_registers_a_client(hr: Browser, house: House) -> None:
    assert "电话" in send(hr, house.north.closer, phone="888").content.decode()
    response = send(hr, house.north.closer, phone="010-8888 6666")
    client = Client.objects.get(name=NAME)
    assert (client.registered_owner, client.phone) == (house.north.closer, "01088886666")
    assert response.redirect_chain[0][0] == page_of(client)
    until = client_day(client)
    told = response.content.decode()
    assert f"已登记客户 {client}。保护至 {until}" in told
    assert told.count(f"保护至 {until}；此前没有跟进，将进入公海。") == 2


def client_day(client: Client) -> str:
    """The last day of protection of a client that was registered today and not followed up."""
    terms = rules_on(timezone.localdate())
    assert terms is not None
    return (client.registered_on + dt.timedelta(terms.follow_up_days)).isoformat()


def test_the_list_of_ending_protection_tells_the_day(hr: Browser, house: House) -> None:
    today = timezone.localdate()
    send(hr, house.north.closer)
    client, terms = Client.objects.get(name=NAME), rules_on(today)
    assert terms is not None
    Client.objects.filter(pk=client.pk).update(registered_on=today - dt.timedelta(terms.follow_up_days - 3))
    rebuild_histories()
    until = (today + dt.timedelta(3)).isoformat()
    ending = text_of(hr, address(Client, "changelist") + "?protection=soon")
    assert f"保护至 {until}；此前没有跟进，将进入公海。" in ending
    assert "保护至" not in text_of(hr, address(Client, "changelist"))


def test_who_may_be_the_same_is_shown_first(hr: Browser, manager: Browser, house: House) -> None:
    send(hr, house.south.closer)
    page = send(manager, house.north.closer, "华达信企业管理").content.decode()
    assert "是否已有此客户？" in page
    assert "已由南方人员保护至" in page
    assert NAME not in page
    assert Client.objects.filter(name="华达信企业管理").count() == 0
    shown = page.split('name="shown" value="')[-1].split('"')[0]
    send(manager, house.north.closer, "华达信企业管理", shown="0" * 64)
    assert Client.objects.filter(name="华达信企业管理").count() == 0
    send(manager, house.north.closer, "华达信企业管理", shown=shown)
    assert Client.objects.filter(name="华达信企业管理").count() == 1


def test_the_same_name_is_registered_again_by_hr_alone(hr: Browser, manager: Browser, house: House) -> None:
    send(hr, house.south.closer)
    page = send(manager, house.north.closer).content.decode()
    assert "只有人力资源可以再次登记" in page
    shown = send(hr, house.north.closer).context["shown"]
    send(manager, house.north.closer, shown=shown)
    assert Client.objects.filter(name=NAME).count() == 1
    send(hr, house.north.closer, shown=shown)
    assert Client.objects.filter(name=NAME).count() == 2


def test_a_manager_registers_for_the_own_branch_alone(manager: Browser, house: House) -> None:
    send(manager, house.south.closer)
    assert not Client.objects.filter(name=NAME).exists()


def test_a_follow_up_is_recorded(manager: Browser, house: House) -> None:
    send(manager, house.north.closer)
    client, today = Client.objects.get(name=NAME), timezone.localdate()
    given = {"client": client.pk, "kind": "visit", "note": "登门拜访"}
    assert (
        "日期须在"
        in manager.post(address(FollowUp, "add"), {**given, "date": today - dt.timedelta(1)}).content.decode()
    )
    manager.post(address(FollowUp, "add"), {**given, "date": today})
    done = FollowUp.objects.get(client=client)
    assert (done.person, done.recorded_by, done.note) == (
        house.north.closer,
        house.users[Role.SALES_MANAGER],
        "登门拜访",
    )


def test_terms_begin_tomorrow_at_the_earliest_and_stay_once_begun(house: House) -> None:
    browser, today = house.browse(Role.MARKETING_DIRECTOR), timezone.localdate()
    given = {"follow_up_days": 15, "protection_days": 60, "limit": 100, "cool_down_days": 0}
    page = browser.post(address(ProtectionTerms, "add"), {**given, "start": today}).content.decode()
    assert "最早自明天起生效" in page
    browser.post(address(ProtectionTerms, "add"), {**given, "start": today + dt.timedelta(1)})
    terms = ProtectionTerms.objects.get(limit=100)
    assert terms.set_by == house.users[Role.MARKETING_DIRECTOR]
    assert (
        "保护期不得短于"
        in browser.post(
            page_of(terms), {**given, "start": today + dt.timedelta(1), "protection_days": 5}
        ).content.decode()
    )
    begun = ProtectionTerms.objects.exclude(pk=terms.pk).get()
    assert browser.post(page_of(begun), {**given, "start": today + dt.timedelta(1)}).status_code == 403
    assert browser.post(address(ProtectionTerms, "delete", begun.pk), {"post": "yes"}).status_code == 403


def test_a_manager_claims_from_the_open_pool(hr: Browser, manager: Browser, house: House) -> None:
    send(hr, house.south.closer)
    client = Client.objects.get(name=NAME)
    let_go(client)
    page = text_of(manager, pool())
    assert NAME in page
    assert "南方" in page
    assert "请选择客户和认领人" in manager.post(pool(), {}, follow=True).content.decode()
    response = manager.post(pool(), {"client": client.pk, "owner": house.north.closer.number}, follow=True)
    assert "1 个客户已归" in response.content.decode()
    claim = PoolClaim.objects.get(client=client)
    assert (claim.owner, claim.claimed_by) == (house.north.closer, house.users[Role.SALES_MANAGER])
    assert client.history.order_by("-sequence")[0].owner == house.north.closer
    assert (
        "已不在公海"
        in manager.post(pool(), {"client": client.pk, "owner": house.north.closer.number}, follow=True).content.decode()
    )


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({}, True),
        ({"q": "华达信"}, True),
        ({"q": "远洋"}, False),
        ({"age": "30"}, False),
        ({"strategic": "1"}, False),
        ({"branch": "x", "age": "x", "page": "x"}, True),
    ],
)
def test_filters_of_the_open_pool(hr: Browser, house: House, query: dict[str, str], is_found: bool) -> None:
    send(hr, house.south.closer)
    let_go(Client.objects.get(name=NAME))
    assert (NAME in hr.get(pool(), query).content.decode()) is is_found
    branch = {"branch": str(house.north.branch.pk)}
    assert NAME not in hr.get(pool(), branch).content.decode()


def test_an_owner_of_another_branch_is_no_choice(hr: Browser, manager: Browser, house: House) -> None:
    send(hr, house.south.closer)
    client = Client.objects.get(name=NAME)
    let_go(client)
    page = manager.post(pool(), {"client": client.pk, "owner": house.south.closer.number}, follow=True).content.decode()
    assert f"没有这个在岗销售人员：{house.south.closer.number}" in page
    assert not PoolClaim.objects.filter(client=client).exists()


def test_pages_ask_few_questions(hr: Browser, manager: Browser, house: House) -> None:
    send(hr, house.south.closer)
    let_go(Client.objects.get(name=NAME))
    for browser in (hr, manager):
        for url in (
            pool(),
            address(Client, "add"),
            address(Client, "changelist") + "?protection=soon",
            address(FollowUp, "add"),
            address(FollowUp, "changelist"),
            address(ProtectionTerms, "changelist"),
            address(Lapse, "changelist"),
            address(PoolClaim, "changelist"),
        ):
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(url).status_code == 200
            assert len(asked) <= MOST, (url, len(asked))
    with CaptureQueriesContext(connection) as asked:
        send(hr, house.north.closer)
    assert len(asked) <= MOST
    send(hr, house.north.closer, "上海远洋贸易有限公司")
    with CaptureQueriesContext(connection) as asked:
        hr.get(page_of(Client.objects.get(name="上海远洋贸易有限公司")))
    assert len(asked) <= MOST


def test_pages_speak_chinese(hr: Browser, house: House) -> None:
    send(hr, house.south.closer)
    let_go(Client.objects.get(name=NAME))
    for url in (pool(), address(Client, "add"), address(FollowUp, "add"), address(ProtectionTerms, "add")):
        assert not english(hr.get(url).content.decode()), url
    assert not english(send(hr, house.north.closer).content.decode())


def test_who_sets_terms_sees_those_in_force(house: House) -> None:
    page = text_of(house.browse(Role.HR), address(ProtectionTerms, "add"))
    assert "未签合同的客户不论何时登记" in page
    terms = rules_on(timezone.localdate())
    assert terms is not None
    assert f"未跟进 {terms.follow_up_days} 天，保护期 {terms.protection_days} 天" in page
