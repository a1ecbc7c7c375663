"""The month's page: who is offered what in which state, what it says before and after."""

import re
from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from access.actor import CONSOLE, Actor
from access.models import User
from access.roles import PEOPLE
from monthend.approval.actions import approve_run
from monthend.approval.actions_deputies import name_deputy
from monthend.models import Deputy, MonthRun
from monthend.page.acts import ASKED_ONCE_MORE, MonthAct
from monthend.runs import start_run
from monthend.work import work_on
from periods.models import Period
from tests.admin.addresses import address
from tests.firm import APRIL, MAY, TODAY
from tests.monthend.stage import (
    WAY,
    Stage,
    approved,
    asked,
    blocked,
    computed,
    links,
    locked,
    paid,
    running,
    stale,
    submitted,
    text,
    verify,
)

Role = User.Role
State = MonthRun.State
ROLES = [role for role in PEOPLE if role != Role.SALESPERSON]
READERS = (Role.HR, Role.FINANCE, Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER, Role.AUDITOR)
OFFERED: dict[Callable[[Stage], None], dict[str, list[MonthAct]]] = {
    computed: {Role.HR: [MonthAct.SUBMIT, MonthAct.COMPUTE]},
    blocked: {Role.HR: [MonthAct.COMPUTE]},
    running: {},
    stale: {Role.HR: [MonthAct.COMPUTE]},
    submitted: {
        Role.HR: [MonthAct.COMPUTE_ANEW],
        Role.MARKETING_DIRECTOR: [MonthAct.APPROVE_AND_LOCK, MonthAct.APPROVE, MonthAct.REJECT],
    },
    approved: {
        Role.HR: [MonthAct.LOCK, MonthAct.COMPUTE_ANEW],
        Role.MARKETING_DIRECTOR: [MonthAct.LOCK, MonthAct.REJECT],
    },
    locked: {Role.FINANCE: [MonthAct.MARK_PAID]},
    paid: {Role.GENERAL_MANAGER: [MonthAct.TAKE_PAYMENT_BACK]},
}


def offered_to(role: str, way: Callable[[Stage], None]) -> list[MonthAct]:
    """What a role must be offered: its own acts, and verifying for who sees the whole company's pay."""
    verifying = [MonthAct.VERIFY] if role in READERS and way not in (running, stale) else []
    return [*OFFERED[way].get(role, []), *verifying]


def reached() -> tuple[object, ...]:
    """How far April is."""
    run = MonthRun.objects.exclude(state=State.REPLACED).get()
    return run.pk, run.state, run.transitions.count(), run.verifications.count()


@pytest.mark.parametrize("way", WAY, ids=lambda way: way.__name__)
def test_each_role_is_offered_what_it_may_do_now_and_nothing_else_works(
    stage: Stage, way: Callable[[Stage], None]
) -> None:
    way(stage)
    for role in ROLES:
        offered = offered_to(role, way)
        assert stage.offered(role) == offered, role
        before = reached()
        browser = stage.browse(role)
        for act in sorted(set(MonthAct) - set(offered)):
            with transaction.atomic():
                stage.press(browser, act, reason="R")
                now = reached()
                transaction.set_rollback(True)
            assert now == before, (role, act)


@pytest.mark.parametrize("way", WAY, ids=lambda way: way.__name__)
def test_each_offer_is_carried_out_and_told(stage: Stage, way: Callable[[Stage], None]) -> None:
    way(stage)
    for role in ROLES:
        for act in offered_to(role, way):
            with transaction.atomic():
                before = reached()
                page = stage.act(role, act, reason="R7 有误")
                assert reached() != before, (role, act)
                assert "2011年4月" in page
                transaction.set_rollback(True)


@pytest.mark.parametrize("way", [submitted, approved, locked], ids=lambda way: way.__name__)
def test_what_is_confirmed_on_a_page_of_its_own_is_asked_for_and_all_else_sent(
    stage: Stage, way: Callable[[Stage], None]
) -> None:
    way(stage)
    for role, acts in OFFERED[way].items():
        page = stage.browse(role).get(stage.url).content.decode()
        sent = re.findall(r'<form method="(\w+)"[^>]* class="act.*?name="act" value="([a-z-]+)"', page, re.DOTALL)
        assert {act: method for method, act in sent} == {
            act: "get" if act in ASKED_ONCE_MORE else "post" for act in acts
        }


@pytest.mark.parametrize("role", [Role.SALESPERSON, Role.OPERATOR])
def test_salespeople_and_operators_see_no_month(stage: Stage, role: str) -> None:
    User.objects.filter(role=role).update(is_staff=True)
    browser = stage.browse(role)
    for url in (stage.url, stage.progress_url, address(Period, "changelist")):
        assert browser.get(url).status_code == 403
    form = {"act": MonthAct.COMPUTE, "run": stage.run.pk}
    assert browser.post(address(Period, "act", Period.objects.get().pk), form).status_code == 403
    assert browser.post(address(Period, "compute"), {"month": "2011-04"}).status_code == 403
    assert MonthRun.objects.count() == 1


def test_what_will_happen_is_said_in_people_and_yuan_and_then_what_happened(stage: Stage) -> None:
    sums = stage.sums()
    assert f"将把2011年4月提交营销总监审批：{sums}" in stage.page(Role.HR)
    assert f"已提交2011年4月：{sums}" in stage.act(Role.HR, MonthAct.SUBMIT)
    director = stage.page(Role.MARKETING_DIRECTOR)
    assert f"将通过并锁定hr提交的2011年4月：{sums}；之后不可修改" in director
    assert f"已通过2011年4月：{sums}" in stage.act(Role.MARKETING_DIRECTOR, MonthAct.APPROVE)
    assert f"将锁定2011年4月：{sums}；之后不可修改" in stage.page(Role.HR)
    assert f"正在复核2011年4月，逐项一致后自动锁定：{sums}" in stage.act(Role.HR, MonthAct.LOCK)
    verify()
    assert f"将把2011年4月标记为已发放：{sums}" in stage.page(Role.FINANCE)
    assert f"已将2011年4月标记为已发放：{sums}" in stage.act(Role.FINANCE, MonthAct.MARK_PAID)
    page = stage.page(Role.AUDITOR)
    for words in ("计算 ✓", "提交 ✓", "审批 ✓", "锁定 ✓", "发放 ✓"):
        assert words in page


def test_approving_and_locking_is_one_step(stage: Stage) -> None:
    submitted(stage)
    stage.act(Role.MARKETING_DIRECTOR, MonthAct.APPROVE_AND_LOCK)
    verify()
    assert stage.run.state == State.LOCKED
    assert stage.run.approved_by == stage.run.locked_by == stage.users[Role.MARKETING_DIRECTOR]


def test_an_empty_list_says_what_a_deputy_does_for_who_looks(stage: Stage) -> None:
    named = Deputy(principal=stage.users[Role.BRANCH_GM], deputy=stage.users[Role.SALES_MANAGER])
    assert str(named) == "sales_manager代理branch_gm"
    told = {role: text(stage.browse(role).get(address(Deputy, "changelist")).content.decode()) for role in PEOPLE}
    assert "由谁代为填写本分公司后勤支持人员的权重" in told[Role.BRANCH_GM]
    assert "审批月结" not in told[Role.BRANCH_GM]
    assert "由谁代为审批月结" in told[Role.MARKETING_DIRECTOR]


def test_sent_back_with_a_reason_that_is_shown(stage: Stage) -> None:
    submitted(stage)
    assert "请写明退回的原因" in stage.act(Role.MARKETING_DIRECTOR, MonthAct.REJECT, reason=" ")
    assert stage.run.state == State.SUBMITTED
    assert "已退回2011年4月" in stage.act(Role.MARKETING_DIRECTOR, MonthAct.REJECT, reason="R7 有误")
    assert "退回：R7 有误" in stage.page(Role.HR)
    home = stage.browse(Role.HR).get("/admin/").content.decode()
    moment = f"{timezone.localtime(stage.run.transitions.get(kind='rejected').at):%Y-%m-%d %H:%M}"
    told = f"2011年4月于{moment}被marketing_director退回：R7 有误"
    assert text(home).index(told) < text(home).index("应发合计")
    assert f"{stage.url}#next" in links(home)
    months = text(stage.browse(Role.HR).get(address(Period, "changelist")).content.decode())
    assert f"已退回 {stage.sums().partition(' ')[0]} 30,000.00" in months
    assert "人力资源提交审批" in months
    too_long = stage.act(Role.MARKETING_DIRECTOR, MonthAct.REJECT, reason="x" * 501)
    assert "x" * 501 not in too_long
    submitted(stage)
    assert "退回：R7 有误" not in stage.page(Role.HR)
    assert "R7 有误" not in stage.browse(Role.HR).get("/admin/").content.decode()


def test_who_handed_over_reads_why_somebody_else_must_approve(stage: Stage) -> None:
    hr, director = stage.users[Role.HR], stage.users[Role.MARKETING_DIRECTOR]
    day = timezone.localdate()
    name_deputy(Deputy(deputy=hr, start=day, end=day), by=Actor(director))
    submitted(stage)
    assert stage.offered(Role.HR) == [MonthAct.COMPUTE_ANEW, MonthAct.REJECT, MonthAct.VERIFY]
    assert "本月由您提交，须由另一人审批" in stage.page(Role.HR)
    assert "提交人不能审批自己提交的月份" in stage.act(Role.HR, MonthAct.APPROVE)
    assert stage.run.state == State.SUBMITTED


def test_a_deputy_approves_and_is_named_with_whom_they_stand_in_for(stage: Stage) -> None:
    deputy, director = stage.users[Role.GENERAL_MANAGER], stage.users[Role.MARKETING_DIRECTOR]
    User.objects.filter(pk=director.pk).update(last_name="张", first_name="三")
    day = timezone.localdate()
    name_deputy(Deputy(deputy=deputy, start=day, end=day), by=Actor(director))
    submitted(stage)
    assert f"等待张三、general_manager（代 张三，至 {day}）审批" in stage.page(Role.HR)
    assert stage.offered(Role.GENERAL_MANAGER) == [
        MonthAct.APPROVE_AND_LOCK,
        MonthAct.APPROVE,
        MonthAct.REJECT,
        MonthAct.VERIFY,
    ]
    stage.act(Role.GENERAL_MANAGER, MonthAct.APPROVE)
    page = stage.page(Role.HR)
    assert page.count("general_manager 代 张三") == 3, "in the chain, in the history and before computing anew"


def test_a_deputy_of_another_role_by_now_sees_nothing_of_the_company(stage: Stage) -> None:
    """Neither the button, nor what changed in other branches on the page before it."""
    deputy, director = stage.users[Role.FINANCE], stage.users[Role.MARKETING_DIRECTOR]
    day = timezone.localdate()
    name_deputy(Deputy(deputy=deputy, start=day, end=day), by=Actor(director))
    submitted(stage)
    assert MonthAct.APPROVE in stage.offered(Role.FINANCE)
    before = asked(stage.browse(Role.FINANCE), stage.act_url, MonthAct.APPROVE, stage.run)
    assert 'id="changes"' in before
    User.objects.filter(pk=deputy.pk).update(role=Role.BRANCH_GM)
    browser, given = stage.browse(Role.FINANCE), {"act": MonthAct.APPROVE, "run": stage.run.pk}
    assert asked(browser, stage.act_url, MonthAct.APPROVE, stage.run) == ""
    assert 'id="changes"' not in browser.post(stage.act_url, given, follow=True).content.decode()
    for part in re.findall(r'hx-get="([^"]+)"', before):
        assert browser.get(part).status_code == 403


def test_without_a_director_the_page_says_what_is_missing(stage: Stage) -> None:
    submitted(stage)
    User.objects.filter(role=Role.MARKETING_DIRECTOR).update(is_active=False)
    assert "没有任何账号是营销总监" in stage.page(Role.FINANCE)


def test_a_page_left_open_acts_on_what_it_showed(stage: Stage) -> None:
    shown = stage.run.pk
    start_run(APRIL, by=CONSOLE)
    work_on(stage.run.pk)
    url = address(Period, "act", Period.objects.get().pk)
    page = stage.browse(Role.HR).post(url, {"act": MonthAct.SUBMIT, "run": shown}, follow=True)
    assert "您要做的操作已不能进行" in page.content.decode()
    assert stage.run.state == State.COMPUTED


def test_computing_what_was_handed_over_is_asked_once_more(stage: Stage) -> None:
    hr = stage.browse(Role.HR)
    plain = {"act": MonthAct.COMPUTE, "run": stage.run.pk}
    submitted(stage)
    for url, form in ((stage.act_url, plain), (address(Period, "compute"), {"month": "2011-04"})):
        told = text(hr.post(url, dict(form), follow=True).content.decode())
        assert "2011年4月由hr于" in told, url
        assert "重新计算前请再看一次" in told, url
        assert stage.run.state == State.SUBMITTED
    page = text(asked(hr, stage.act_url, MonthAct.COMPUTE_ANEW, stage.run))
    assert "2011年4月由hr于" in page
    assert "已作的提交随之撤回" in page
    shown = stage.shown(hr, MonthAct.COMPUTE_ANEW)
    approve_run(stage.run.pk, today=TODAY, by=stage.actor(Role.MARKETING_DIRECTOR))
    again = {"act": MonthAct.COMPUTE_ANEW, "run": stage.run.pk, **shown}
    assert "marketing_director" in text(hr.post(stage.act_url, again).content.decode())
    assert stage.run.state == State.APPROVED
    assert "正在计算2011年4月" in stage.act(Role.HR, MonthAct.COMPUTE_ANEW)


def test_nonsense_is_sent_back_to_the_page(stage: Stage) -> None:
    hr = stage.browse(Role.HR)
    url = address(Period, "act", Period.objects.get().pk)
    for form in ({}, {"act": "explode", "run": stage.run.pk}, {"act": MonthAct.SUBMIT, "run": "x"}):
        assert hr.post(url, form).headers["Location"] == stage.url
    assert hr.get(url).headers["Location"] == stage.url
    assert hr.post(url, {"act": MonthAct.SUBMIT, "run": 0}).status_code == 404
    assert hr.post(address(Period, "act", 0), {"act": MonthAct.SUBMIT, "run": stage.run.pk}).status_code == 404
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(stage.users[Role.HR])
    assert strict.post(url, {"act": MonthAct.SUBMIT, "run": stage.run.pk}).status_code == 403
    assert stage.run.state == State.COMPUTED


def test_the_first_page_begins_the_month_due(stage: Stage) -> None:
    locked(stage)
    home = stage.browse(Role.HR).get("/admin/").content.decode()
    assert "计算2011年5月" in text(home)
    assert "计算2011年5月" not in text(stage.browse(Role.MARKETING_DIRECTOR).get("/admin/").content.decode())
    for _twice in range(2):
        page = stage.browse(Role.HR).post(address(Period, "compute"), {"month": "2011-05"}, follow=True)
        assert page.redirect_chain == [(address(Period, "change", Period.objects.get(month=MAY).pk), 302)]
    assert "正在计算2011年5月" in text(page.content.decode())
    assert MonthRun.objects.filter(month=MAY).count() == 1
    refused = stage.browse(Role.FINANCE).post(address(Period, "compute"), {"month": "2011-05"}, follow=True)
    assert "只有人力资源可以计算月份" in text(refused.content.decode())


def test_a_month_out_of_turn_is_refused_with_the_reason(stage: Stage) -> None:
    hr = stage.browse(Role.HR)
    page = hr.post(address(Period, "compute"), {"month": "2011-06"}, follow=True)
    assert "请先锁定2011年4月" in text(page.content.decode())
    for nonsense in ("", "2011-13"):
        assert hr.post(address(Period, "compute"), {"month": nonsense}).headers["Location"] == "/admin/"
    assert hr.get(address(Period, "compute")).status_code == 302
    assert MonthRun.objects.count() == 1
