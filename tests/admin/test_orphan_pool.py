"""The admin's pages of the orphan pool: who waits, assigned by hand and by a rule, accepted or given back."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clients.history.actions import rebuild_histories
from clients.models import Assignment, AssignmentBatch, Client, Contract, Handover, OrphanClient
from clients.selectors import pool_counts, pool_work
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_corrections import shown_on, words
from tests.firm import Firm

POOL = address(OrphanClient, "changelist")
BY_HAND = address(Assignment, "add")
BY_RULE = address(AssignmentBatch, "add")


def waiting() -> list[int]:
    rows = OrphanClient.objects.filter(developer=None).order_by("client__number")
    return list(rows.values_list("pk", flat=True))


def names(browser: Browser, **filters: str) -> set[int]:
    return {row.pk for row in browser.get(POOL, filters).context["cl"].queryset}


def send(browser: Browser, url: str, step: str, **given: object) -> str:
    return browser.post(
        url, {"day": timezone.localdate().isoformat(), "step": step, **given}, follow=True
    ).content.decode()


def test_the_list_tells_who_waits_and_who_is_developed(house: House, director: Browser) -> None:
    page = words(director.get(POOL).content.decode())
    counts = pool_counts(house.users[Role.MARKETING_DIRECTOR])
    assert (counts.waiting, counts.developed) == (2, 4)
    for told in ("待分配 2", "开发中 4", f"最久已等 {counts.oldest_age} 天", "按规则分配"):
        assert told in page
    assert names(director, stage="waiting") == set(waiting())
    assert len(names(director, stage="developed")) == 4


def test_filters_find_by_kind_age_value_and_mark(house: House, director: Browser) -> None:
    first, second = waiting()
    Client.objects.filter(pk=first).update(is_strategic=True)
    Client.objects.filter(pk=second).update(referred_by=first)
    OrphanClient.objects.filter(pk=first).update(since=timezone.localdate() - dt.timedelta(days=31))
    assert names(director, mark="strategic") == {first}
    assert names(director, mark="referred") == {second}
    assert names(director, age="90") == {first}
    assert names(director, kind__exact="4") >= {first, second}
    assert first in names(director, value="none")
    sold = Client.objects.get(contracts__closer=house.north.closer, contracts__disputes=None)
    OrphanClient.objects.filter(pk=second).delete()
    OrphanClient.objects.create(client=sold, kind=2, since=timezone.localdate())
    house.firm.receipt(sold.contracts.get(), "10000.00", "06-01")
    assert names(director, value="major") == {sold.pk}
    assert "大客户" in director.get(POOL, {"value": "major"}).content.decode()
    assert names(director, stage="nonsense", age="nonsense") == names(director)


def test_a_branch_filters_the_pool_by_where_orphans_came_from(house: House) -> None:
    first, second = waiting()
    OrphanClient.objects.filter(pk=first).update(branch=house.north.branch)
    OrphanClient.objects.filter(pk=second).update(branch=house.south.branch)
    manager = house.browse(Role.SALES_MANAGER)
    link = f"branch__id__exact={house.south.branch.pk}"
    assert link in manager.get(POOL).content.decode()
    assert names(manager, branch__id__exact=str(house.south.branch.pk)) & {first, second} == {second}


def test_the_list_says_for_how_long_a_client_has_been_developed(director: Browser) -> None:
    developed = OrphanClient.objects.filter(developer__isnull=False)
    developed.update(developed_since=timezone.localdate() - dt.timedelta(days=12))
    assert "开发 12 天" in words(director.get(POOL).content.decode())
    developed.update(developed_since=timezone.localdate())
    assert "今天开始开发" in words(director.get(POOL).content.decode())


def test_one_is_assigned_by_hand_after_the_effect_was_seen(house: House, director: Browser) -> None:
    person = house.south.developer
    given = {"client": waiting(), "developer": f"{person.name} ({person.number})"}
    form = director.post(BY_HAND, {"client": waiting()}).content.decode()
    assert "已选 2 个孤儿单客户" in words(form)
    assert f'data-people="{reverse("admin:clients_assignment_pick")}"' in form
    looked = send(director, BY_HAND, "look", **given)
    assert "将把 2 个孤儿单客户分配给 1 位销售人员" in words(looked)
    assert "须在 72 小时内接受" in words(looked)
    picked = waiting()
    done = send(director, BY_HAND, "confirm", shown=shown_on(looked), **given)
    assert "已分配 2 个孤儿单客户" in words(done)
    assert waiting() == []
    made = Handover.objects.filter(client__in=picked)
    assert {handover.developer for handover in made} == {person}
    assert {handover.batch.made_by for handover in made} == {house.users[Role.MARKETING_DIRECTOR]}


@pytest.mark.parametrize(
    ("developer", "told"),
    [
        ("", "请填写"),
        ("没有此人", "没有这个在岗"),
        ("{clerk}", "没有这个在岗"),
        ("{own}", "将把 1 个"),
    ],
)
def test_the_developer_is_somebody_in_post_in_sales(house: House, director: Browser, developer: str, told: str) -> None:
    chosen = developer.format(clerk=house.north.clerk.number, own=house.north.developer.name)
    page = send(director, BY_HAND, "look", client=waiting()[:1], developer=chosen)
    assert told in words(page)


@pytest.mark.parametrize("role", [Role.SALES_MANAGER, Role.BRANCH_GM])
def test_a_branchs_manager_is_offered_the_own_people_and_the_groups_pool(house: House, role: str) -> None:
    browser = house.browse(role)
    offered = browser.get(reverse("admin:clients_assignment_pick"), {"s": "0"}).content.decode()
    assert f'{house.north.developer}" data-note="北方 · 开发中 ' in offered
    assert str(house.south.developer) not in offered
    refused = send(browser, BY_HAND, "look", client=waiting()[:1], developer=house.south.developer.number)
    assert "没有这个在岗" in words(refused)


def test_a_rule_shows_its_list_and_does_what_it_showed(house: House, director: Browser) -> None:
    taking_part = [house.south.closer.number, house.south.developer.number]
    given = {"rule": "least_loaded", "limit": "20", "count": "500", "taking_part": taking_part}
    looked = send(director, BY_RULE, "look", **given)
    assert looked.count("开发中最少") == 2
    assert f"{house.south.developer.name} ({house.south.developer.number})" in looked
    done = send(director, BY_RULE, "confirm", shown=shown_on(looked), **given)
    for told in ("已分配 2 个孤儿单客户", "给开发中客户最少的人", "重算一致"):
        assert told in words(done)
    assert f"不含 {house.north.closer.number}" in words(done)
    batch = AssignmentBatch.objects.get(kind="rule")
    batch.proposals[0][1] = house.north.closer.number
    batch.pk = None
    batch.save(force_insert=True)
    changed = director.get(address(AssignmentBatch, "change", batch.pk)).content.decode()
    assert "重算不一致" in words(changed)


def test_a_full_list_says_that_nobody_has_room(house: House, director: Browser) -> None:
    given = {"rule": "by_score", "limit": "1", "count": "9", "taking_part": [house.north.closer.number]}
    assert "请先在孤儿单池中勾选客户" in words(send(director, BY_RULE, "look", **given))


def test_an_orphan_handed_over_is_answered_on_its_page(house: House) -> None:
    browser = house.browse(Role.SALES_MANAGER)
    handover = Handover.objects.filter(developer=house.north.closer).earliest("pk")
    page, answer = (
        address(Handover, "change", handover.pk),
        reverse("admin:clients_handover_answer", args=[handover.pk]),
    )
    assert "接受" in browser.get(page).content.decode()
    assert "原因" in words(browser.post(answer, {"answer": "decline"}, follow=True).content.decode())
    browser.post(answer, {"answer": "decline", "reason": "不在本地"})
    handover.refresh_from_db()
    assert (handover.answer, handover.reason) == ("declined", "不在本地")
    assert OrphanClient.objects.get(pk=handover.client_id).developer is None
    assert answer not in browser.get(page).content.decode()


def test_the_developer_answers_in_the_portal(house: House) -> None:
    browser = house.browse(Role.SALESPERSON)
    first, second = Handover.objects.filter(developer=house.north.closer).order_by("pk")[:2]
    page = browser.get("/orphans/").content.decode()
    assert first.client.name in page
    accepted = browser.post(f"/orphans/{first.pk}/answer/", {"answer": "accept"}, follow=True).content.decode()
    assert f"已接受 {first.client}" in accepted
    browser.post(f"/orphans/{second.pk}/answer/", {"answer": "decline", "reason": "没空"})
    assert list(
        Handover.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk").values_list("answer", flat=True)
    ) == [
        "accepted",
        "declined",
    ]
    assert first.client.name in browser.get("/orphans/").content.decode()
    assert second.client.name not in re.sub(
        r"(?s)<p class=.notice.*?</p>", "", browser.get("/orphans/").content.decode()
    )


def test_the_pages_ask_as_few_questions_for_many_as_for_one(house: House, director: Browser) -> None:
    def asked() -> list[int]:
        counts = []
        for url, sent in ((POOL, None), (BY_HAND, {"client": waiting()}), (BY_RULE, {"client": waiting()})):
            with CaptureQueriesContext(connection) as captured:
                assert (director.get(url) if sent is None else director.post(url, sent)).status_code == 200
            counts.append(len(captured))
        return counts

    asked()
    few = asked()
    fill(house.firm, 12)
    assert asked() == few
    assert max(few) <= 20, few


def fill(firm: Firm, count: int) -> None:
    """So many more orphans that wait."""
    for _index in range(count):
        client = firm.client(since="05-02")
        OrphanClient.objects.create(client=client, kind=4, since=client.registered_on)


def test_a_clients_page_tells_its_whole_story(house: House, director: Browser) -> None:
    firm, developer, closer = house.firm, house.north.developer, house.north.closer
    root = firm.client(since="05-01")
    client = firm.client(since="05-02", referred_by=root)
    follower = firm.client(developer, since="05-03", referred_by=client)
    firm.assign(client, developer, "05-10")
    contract = firm.contract(closer, client=client, signed="05-12", amount="70000.00")
    firm.receipt(contract, "65000.00", "05-13")
    rebuild_histories()
    page = words(director.get(address(Client, "change", client.pk)).content.decode())
    story = ["登记；成为孤儿单：无归属", "分配开发", "签订合同；不再是孤儿单；成交人不是开发人", "65,000.00"]
    told = [page.index(part) for part in reversed(story)]
    assert told == sorted(told), "newest first"
    assert "大客户" in page
    chain = page[page.index("转介绍链") :]
    assert chain.index(root.name) < chain.index(client.name) < chain.index(follower.name)
    assert "成交有效，请留意" in words(director.get(address(Contract, "change", contract.pk)).content.decode())
    found = director.get(address(Contract, "changelist"), {"conflict": "yes"}).context["cl"].queryset
    assert [row.pk for row in found] == [contract.pk]


def test_what_waits_is_told_for_the_first_page(house: House) -> None:
    work = pool_work(house.users[Role.SALES_MANAGER])
    assert (work.unassigned, work.to_accept) == (2, 3)
    assert work.oldest_age is not None
    assert pool_work(house.users[Role.HR]).to_accept == 4
