"""The month's page: who is offered what in which state, what it says before and after, what it leads to."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from access.actor import CONSOLE, Actor
from access.models import User
from clients.models import Receipt
from compensation.models import Payslip, SupportPool, SupportWeight
from monthend.actions_approval import approve_run, mark_paid, name_deputy, reject_run, submit_run
from monthend.models import Deputy, MonthRun, MonthStep, MonthVerification
from monthend.page.acts import Act
from monthend.runs import start_run
from monthend.verification import open_verification, perform_verification
from monthend.work import work_on
from periods.models import Period
from rulebook.month import Month
from rulebook.wording import amount_text
from salesorg.clones import Databases, connected_to
from staff.models import Employee, OpeningState, Target
from tests.admin.addresses import address
from tests.firm import APRIL, MAY, TODAY, Firm

Role = User.Role
State = MonthRun.State
MOST_QUERIES = 47
ROLES = [role for role in Role.values if role != Role.SALESPERSON]


class Stage:
    """A firm whose April is computed, and a log-in for each role; the branch's are of the north."""

    def __init__(self) -> None:
        self.firm = Firm()
        self.seller = self.firm.seller("ZL")
        self.firm.sells(self.seller, "30000.00")
        self.southerner = self.firm.seller("ZL", department=self.firm.south_sales)
        self.users = {role: self._user(role) for role in Role.values}
        self.firm.close(lock=False)

    def _user(self, role: str) -> User:
        user = User.objects.create(username=role, role=role, is_staff=role != Role.SALESPERSON)
        if role in (Role.BRANCH_GM, Role.SALES_MANAGER):
            clerk = self.firm.clerk()
            Employee.objects.filter(pk=clerk.pk).update(user=user)
        return user

    def actor(self, role: str) -> Actor:
        return Actor(self.users[role])

    def browse(self, role: str) -> Browser:
        browser = Browser()
        browser.force_login(User.objects.get(pk=self.users[role].pk))
        return browser

    @property
    def run(self) -> MonthRun:
        return MonthRun.objects.exclude(state=State.REPLACED).get()

    @property
    def url(self) -> str:
        return address(Period, "change", Period.objects.get(month=APRIL).pk)

    @property
    def progress_url(self) -> str:
        return address(Period, "progress", Period.objects.get(month=APRIL).pk)

    def sums(self) -> str:
        slips = Payslip.objects.filter(month=APRIL)
        gross = sum(slips.values_list("gross", flat=True), Decimal(0))
        return f"{slips.count()} 人，应发 {amount_text(gross)}"

    def act(self, role: str, act: str, reason: str = "") -> str:
        """Press a button; returns the text of the page that follows."""
        return text(self.press(self.browse(role), act, reason, follow=True).content.decode())

    def press(self, browser: Browser, act: str, reason: str = "", *, follow: bool = False) -> Any:
        form = {"act": act, "run": self.run.pk, "reason": reason}
        url = address(Period, "act", Period.objects.get(month=APRIL).pk)
        return browser.post(url, form, follow=follow)

    def page(self, role: str) -> str:
        return text(self.browse(role).get(self.url).content.decode())

    def offered(self, role: str) -> list[str]:
        """The acts on the page, in order."""
        page = self.browse(role).get(self.url)
        return re.findall(r'name="act" value="([a-z-]+)"', page.content.decode()) if page.status_code == 200 else []


@pytest.fixture(scope="module")
def built(
    databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, Stage]]:
    """A database of these tests' own with the firm in it, made once."""
    usual = connection.settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.clone() as clone:
        stage = Stage()
        with connected_to(usual):
            yield clone.name, stage


@pytest.fixture
def stage(built: tuple[str, Stage], django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """The firm; what a test does to it is taken back."""
    name, stage = built
    with django_db_blocker.unblock(), connected_to(name), transaction.atomic():
        yield stage
        transaction.set_rollback(True)


def text(html: str) -> str:
    """A page's text as one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&#x27;", "'")


def links(html: str) -> set[str]:
    return {link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', html)}


def computed(stage: Stage) -> None:
    pass


def blocked(stage: Stage) -> None:
    Target.objects.filter(month=APRIL, branch=stage.firm.south).delete()
    start_run(APRIL, by=CONSOLE)
    work_on(stage.run.pk)


def running(stage: Stage) -> None:
    start_run(APRIL, by=CONSOLE)


def stale(stage: Stage) -> None:
    Receipt.objects.update(amount="30000.01")


def submitted(stage: Stage) -> None:
    submit_run(stage.run.pk, today=TODAY, by=stage.actor(Role.HR))


def approved(stage: Stage) -> None:
    submitted(stage)
    approve_run(stage.run.pk, today=TODAY, by=stage.actor(Role.MARKETING_DIRECTOR))


def locked(stage: Stage) -> None:
    approved(stage)
    open_verification(stage.run.pk, locks=True, by=stage.actor(Role.HR), today=TODAY)
    verify()


def verify() -> None:
    """What a worker does with the verification that was asked for."""
    perform_verification(MonthVerification.objects.get(done_at=None).pk, today=TODAY)


def paid(stage: Stage) -> None:
    locked(stage)
    mark_paid(stage.run.pk, by=stage.actor(Role.FINANCE))


WAY = [computed, blocked, running, stale, submitted, approved, locked, paid]
READERS = (Role.HR, Role.FINANCE, Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER, Role.AUDITOR)
OFFERED: dict[Callable[[Stage], None], dict[str, list[Act]]] = {
    computed: {Role.HR: [Act.SUBMIT, Act.COMPUTE]},
    blocked: {Role.HR: [Act.COMPUTE]},
    running: {},
    stale: {Role.HR: [Act.COMPUTE]},
    submitted: {Role.HR: [Act.COMPUTE], Role.MARKETING_DIRECTOR: [Act.APPROVE_AND_LOCK, Act.APPROVE, Act.REJECT]},
    approved: {Role.HR: [Act.LOCK, Act.COMPUTE], Role.MARKETING_DIRECTOR: [Act.LOCK, Act.REJECT]},
    locked: {Role.FINANCE: [Act.MARK_PAID]},
    paid: {},
}


def offered_to(role: str, way: Callable[[Stage], None]) -> list[Act]:
    """What a role must be offered: its own acts, and verifying for who sees the whole company's pay."""
    verifying = [Act.VERIFY] if role in READERS and way not in (running, stale) else []
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
        for act in sorted(set(Act) - set(offered)):
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


@pytest.mark.parametrize("role", [Role.SALESPERSON, Role.OPERATOR])
def test_salespeople_and_operators_see_no_month(stage: Stage, role: str) -> None:
    User.objects.filter(role=role).update(is_staff=True)
    browser = stage.browse(role)
    for url in (stage.url, stage.progress_url, address(Period, "changelist")):
        assert browser.get(url).status_code == 403
    form = {"act": Act.COMPUTE, "run": stage.run.pk}
    assert browser.post(address(Period, "act", Period.objects.get().pk), form).status_code == 403
    assert browser.post(address(Period, "compute"), {"month": "2011-04"}).status_code == 403
    assert MonthRun.objects.count() == 1


def test_what_will_happen_is_said_in_people_and_yuan_and_then_what_happened(stage: Stage) -> None:
    sums = stage.sums()
    assert f"将把2011年4月提交营销总监审批：{sums}" in stage.page(Role.HR)
    assert f"已提交2011年4月：{sums}" in stage.act(Role.HR, Act.SUBMIT)
    director = stage.page(Role.MARKETING_DIRECTOR)
    assert f"将通过并锁定hr提交的2011年4月：{sums}；之后不可修改" in director
    assert f"已通过2011年4月：{sums}" in stage.act(Role.MARKETING_DIRECTOR, Act.APPROVE)
    assert f"将锁定2011年4月：{sums}；之后不可修改" in stage.page(Role.HR)
    assert f"正在复核2011年4月，逐项一致后自动锁定：{sums}" in stage.act(Role.HR, Act.LOCK)
    verify()
    assert f"将把2011年4月标记为已发放：{sums}" in stage.page(Role.FINANCE)
    assert f"已将2011年4月标记为已发放：{sums}" in stage.act(Role.FINANCE, Act.MARK_PAID)
    page = stage.page(Role.AUDITOR)
    for words in ("计算 ✓", "提交 ✓", "审批 ✓", "锁定 ✓", "发放 ✓"):
        assert words in page


def test_approving_and_locking_is_one_step(stage: Stage) -> None:
    submitted(stage)
    stage.act(Role.MARKETING_DIRECTOR, Act.APPROVE_AND_LOCK)
    verify()
    assert stage.run.state == State.LOCKED
    assert stage.run.approved_by == stage.run.locked_by == stage.users[Role.MARKETING_DIRECTOR]


def test_sent_back_with_a_reason_that_is_shown(stage: Stage) -> None:
    submitted(stage)
    assert "请写明退回的原因" in stage.act(Role.MARKETING_DIRECTOR, Act.REJECT, reason=" ")
    assert stage.run.state == State.SUBMITTED
    assert "已退回2011年4月" in stage.act(Role.MARKETING_DIRECTOR, Act.REJECT, reason="R7 有误")
    assert "R7 有误" in stage.page(Role.HR)
    too_long = stage.act(Role.MARKETING_DIRECTOR, Act.REJECT, reason="x" * 501)
    assert "x" * 501 not in too_long


def test_who_handed_over_reads_why_somebody_else_must_approve(stage: Stage) -> None:
    hr, director = stage.users[Role.HR], stage.users[Role.MARKETING_DIRECTOR]
    day = timezone.localdate()
    name_deputy(Deputy(deputy=hr, start=day, end=day), by=Actor(director))
    submitted(stage)
    assert stage.offered(Role.HR) == [Act.COMPUTE, Act.REJECT, Act.VERIFY]
    assert "本月由您提交，须由另一人审批" in stage.page(Role.HR)
    assert "提交人不能审批自己提交的月份" in stage.act(Role.HR, Act.APPROVE)
    assert stage.run.state == State.SUBMITTED


def test_a_deputy_approves_and_is_named_with_whom_they_stand_in_for(stage: Stage) -> None:
    deputy, director = stage.users[Role.GENERAL_MANAGER], stage.users[Role.MARKETING_DIRECTOR]
    User.objects.filter(pk=director.pk).update(last_name="张", first_name="三")
    day = timezone.localdate()
    name_deputy(Deputy(deputy=deputy, start=day, end=day), by=Actor(director))
    submitted(stage)
    assert f"等待张三、general_manager（代 张三，至 {day}）审批" in stage.page(Role.HR)
    assert stage.offered(Role.GENERAL_MANAGER) == [Act.APPROVE_AND_LOCK, Act.APPROVE, Act.REJECT, Act.VERIFY]
    stage.act(Role.GENERAL_MANAGER, Act.APPROVE)
    page = stage.page(Role.HR)
    assert page.count("general_manager 代 张三") == 2, "in the chain and in the history"


def test_without_a_director_the_page_says_what_is_missing(stage: Stage) -> None:
    submitted(stage)
    User.objects.filter(role=Role.MARKETING_DIRECTOR).update(is_active=False)
    assert "没有任何账号是营销总监" in stage.page(Role.FINANCE)


def test_a_page_left_open_acts_on_what_it_showed(stage: Stage) -> None:
    shown = stage.run.pk
    start_run(APRIL, by=CONSOLE)
    work_on(stage.run.pk)
    url = address(Period, "act", Period.objects.get().pk)
    page = stage.browse(Role.HR).post(url, {"act": Act.SUBMIT, "run": shown}, follow=True)
    assert "请刷新后再看" in page.content.decode()
    assert stage.run.state == State.COMPUTED


def test_nonsense_is_sent_back_to_the_page(stage: Stage) -> None:
    hr = stage.browse(Role.HR)
    url = address(Period, "act", Period.objects.get().pk)
    for form in ({}, {"act": "explode", "run": stage.run.pk}, {"act": Act.SUBMIT, "run": "x"}):
        assert hr.post(url, form).headers["Location"] == stage.url
    assert hr.get(url).headers["Location"] == stage.url
    assert hr.post(url, {"act": Act.SUBMIT, "run": 0}).status_code == 404
    assert hr.post(address(Period, "act", 0), {"act": Act.SUBMIT, "run": stage.run.pk}).status_code == 404
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(stage.users[Role.HR])
    assert strict.post(url, {"act": Act.SUBMIT, "run": stage.run.pk}).status_code == 403
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
    assert "请先锁定 2011-04" in text(page.content.decode())
    for nonsense in ("", "2011-13"):
        assert hr.post(address(Period, "compute"), {"month": nonsense}).headers["Location"] == "/admin/"
    assert hr.get(address(Period, "compute")).status_code == 302
    assert MonthRun.objects.count() == 1


def test_the_work_is_told_by_step_and_branch_and_followed(stage: Stage) -> None:
    running(stage)
    steps = MonthStep.objects.filter(run=stage.run)
    steps.filter(name="credit").update(state=MonthStep.State.DONE)
    steps.filter(name="commissions", branch=stage.firm.south).update(state=MonthStep.State.FAILED, problem="E: why")
    page = stage.browse(Role.HR).get(stage.url).content.decode()
    assert f'hx-get="{stage.progress_url}"' in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    fragment = stage.browse(Role.HR).get(stage.progress_url)
    assert fragment.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    told = text(fragment.content.decode())
    assert "正在计算：3 / 12 步" in told
    assert "业绩归属 2/2" in told
    assert "提成 0/2 1 步失败" in told
    assert "E: why" in told
    of_north = text(stage.browse(Role.BRANCH_GM).get(stage.progress_url).content.decode())
    assert "1 / 6 步" in of_north
    assert "South" not in of_north


def test_once_done_the_page_is_loaded_anew(stage: Stage) -> None:
    done = stage.browse(Role.HR).get(stage.progress_url)
    assert (done.headers["HX-Refresh"], done.content) == ("true", b"")
    assert "hx-get" not in stage.browse(Role.HR).get(stage.url).content.decode()
    stranger = Browser().get(stage.progress_url, headers={"HX-Request": "true"})
    assert stranger.headers["HX-Refresh"] == "true"
    assert Browser().get(stage.progress_url).status_code == 302


def test_work_that_stands_still_says_so(stage: Stage) -> None:
    running(stage)
    assert "有一会儿没有进展" not in stage.page(Role.HR)
    MonthRun.objects.filter(pk=stage.run.pk).update(started_at=timezone.now() - dt.timedelta(minutes=1))
    assert "有一会儿没有进展" in stage.page(Role.HR)
    MonthStep.objects.filter(run=stage.run, position=0).update(state="done", done_at=timezone.now())
    assert "有一会儿没有进展" not in stage.page(Role.HR)


def test_a_verification_under_way_is_followed_and_its_result_told(stage: Stage) -> None:
    approved(stage)
    now = timezone.now()
    check = MonthVerification.objects.create(run=stage.run, asked_at=now, locks=True)
    assert "正在复核，一致即锁定" in text(stage.browse(Role.HR).get(stage.progress_url).content.decode())
    assert stage.offered(Role.HR) == []
    Payslip.objects.filter(employee=stage.seller).update(base_pay=F("base_pay") + 1, gross=F("gross") + 1)
    verify()
    check.refresh_from_db()
    page = stage.page(Role.HR)
    for words in (f"未能锁定：{check.refusal}", f"不一致 {check.difference_count}", *check.differences[:1]):
        assert words in page
    found = links(stage.browse(Role.HR).get(stage.url).content.decode())
    assert address(MonthVerification, "change", check.pk) in found
    assert check.refusal not in stage.page(Role.BRANCH_GM)


def test_what_blocks_leads_to_where_it_is_mended(stage: Stage) -> None:
    clerk = stage.firm.clerk()
    stage.firm.target(stage.firm.north, "10000.00")
    blocked(stage)
    Employee.objects.get(pk=clerk.pk).posts.update(base_salary=None)
    start_run(APRIL, by=CONSOLE)
    work_on(stage.run.pk)
    pool = SupportPool.objects.get(month=APRIL, branch=stage.firm.north)
    assert pool.pool > 0
    step = stage.run.steps.latest("pk")
    MonthStep.objects.filter(pk=step.pk).update(state=MonthStep.State.FAILED, problem="E: why")
    south = stage.firm.south.pk
    assert {
        f"{address(Target, 'add')}?month=2011-04&branch={south}",
        address(SupportPool, "change", pool.pk),
        address(MonthStep, "change", step.pk),
        address(Employee, "change", clerk.pk),
    } <= links(stage.browse(Role.HR).get(stage.url).content.decode())
    manager = stage.browse(Role.BRANCH_GM)
    page = manager.get(stage.url).content.decode()
    assert f"{address(SupportWeight, 'add')}?month=2011-04" in links(page)
    assert "South" not in page
    assert f'<option value="{south}" selected' in stage.browse(Role.HR).get(
        f"{address(Target, 'add')}?month=2011-04&branch={south}"
    ).content.decode().replace("\n", "")
    assert 'value="2011-04"' in manager.get(f"{address(SupportWeight, 'add')}?month=2011-04").content.decode()


def test_a_branch_sees_its_part(stage: Stage) -> None:
    mine, all_of_it = stage.page(Role.BRANCH_GM), stage.page(Role.HR)
    gross = {
        branch: sum(Payslip.objects.filter(branch=branch).values_list("gross", flat=True), Decimal(0))
        for branch in (stage.firm.north, stage.firm.south)
    }
    assert "South" in all_of_it
    assert amount_text(sum(gross.values(), Decimal(0))) in all_of_it
    assert "South" not in mine
    assert stage.southerner.name not in mine
    assert amount_text(gross[stage.firm.north]) in mine
    assert amount_text(sum(gross.values(), Decimal(0))) not in mine


def test_a_manager_who_moved_on_sees_the_new_branch_alone(stage: Stage) -> None:
    locked(stage)
    manager = Employee.objects.get(user=stage.users[Role.BRANCH_GM])
    stage.firm.move(manager, "05-02", stage.firm.south_office, kind="transfer")
    page = stage.page(Role.BRANCH_GM)
    assert "South" in page
    assert "North" not in page


def test_the_largest_differences_name_who_came_and_who_left(stage: Stage) -> None:
    firm = stage.firm
    leaver = firm.seller("ZL")
    start_run(APRIL, by=CONSOLE)
    work_on(stage.run.pk)
    locked(stage)
    firm.leave(leaver, "05-01")
    newcomer = firm.seller("GW", since="05-01")
    same = firm.clerk(since="05-01")
    firm.sells(stage.southerner, "90000.00", "05-10")
    firm.close(MAY, lock=False)
    page = stage.browse(Role.HR).get(address(Period, "change", Period.objects.get(month=MAY).pk))
    table = page.context["page"].results.differences
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    names = [row[0] for row in rows]
    assert names[0] == str(stage.southerner)
    assert rows[0][-1].startswith("提成 +")
    assert dict(zip(names, (row[-1] for row in rows), strict=True)) | {
        str(leaver): "本月不再发放",
        str(newcomer): "本月新增",
        str(same): "本月新增",
    } == dict(zip(names, (row[-1] for row in rows), strict=True))
    changes = [abs(Decimal(row[4][2:].replace(",", ""))) for row in rows]
    assert changes == sorted(changes, reverse=True)
    assert all(cell.href for row in table.rows for cell in (row.cells[0],))


def test_the_figures_are_doors(stage: Stage) -> None:
    stage.firm.claim("900000.00", "04-03")
    stage.firm.close(lock=False)
    hr = stage.browse(Role.HR)
    page = hr.get(stage.url).content.decode()
    inside = {link for link in links(page) if link.startswith("/admin/")}
    for link in inside:
        assert hr.get(link.partition("#")[0]).status_code == 200, link
    assert "支出单被拒" in text(page)


def test_lists_are_cut_and_lead_to_the_rest(stage: Stage) -> None:
    for _ in range(11):
        stage.firm.seller("GW")
    stage.firm.close(lock=False)
    results = stage.browse(Role.HR).get(stage.url).context["page"].results
    assert len(results.threshold_wages.rows) == 10
    everything = stage.browse(Role.HR).get(results.threshold_wages.more.href)
    assert everything.context["cl"].queryset.count() == 12


def test_the_months_before_stand_beside(stage: Stage) -> None:
    locked(stage)
    stage.firm.close(MAY, lock=False)
    page = stage.browse(Role.HR).get(address(Period, "change", Period.objects.get(month=MAY).pk))
    gross, sales, _people = page.context["page"].results.trends
    assert [bar.label for bar in gross.bars] == ["4", "5"]
    assert gross.bars[0].href == stage.url
    assert (sales.text, sales.before, sales.change) == ("0.00", "30,000.00", "↓ 100.0%")
    assert [bar.is_current for bar in gross.bars] == [False, True]


def test_funds_about_to_expire_are_told(stage: Stage) -> None:
    page = stage.page(Role.HR)
    assert "基金下月到期" not in page
    locked(stage)
    for month in (MAY, Month(2011, 6)):
        stage.firm.close(month)
    june = address(Period, "change", Period.objects.get(month=Month(2011, 6)).pk)
    page = text(stage.browse(Role.HR).get(june).content.decode())
    assert "300.00 元基金下月到期" in page


def test_queries_do_not_grow(stage: Stage) -> None:
    grow(stage, 1)
    few = {role: asked(stage, role) for role in (Role.HR, Role.BRANCH_GM)}
    grow(stage, 12)
    many = {role: asked(stage, role) for role in few}
    assert {role: (few[role], count) for role, count in many.items() if count > few[role]} == {}
    assert max(many.values()) <= MOST_QUERIES


def grow(stage: Stage, people: int) -> None:
    """More people in each branch, who rise, or are in deficit and on the threshold wage; more claims."""
    firm = stage.firm
    for department in (firm.sales, firm.south_sales) * people:
        OpeningState.objects.create(employee=firm.seller("GW", department=department), brought=Decimal("-100.00"))
        firm.sells(firm.seller("ZL", department=department), "60000.00", "04-20")
        firm.claim("900000.00", "04-03")
    firm.close(lock=False)


def asked(stage: Stage, role: str) -> int:
    browser = stage.browse(role)
    browser.get(stage.url)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(stage.url).status_code == 200
    return len(captured)


def test_who_sent_it_back_and_why_stands_at_the_top_until_it_is_handed_over_again(stage: Stage) -> None:
    submitted(stage)
    reject_run(stage.run.pk, reason="请核对深圳目标", by=stage.actor(Role.MARKETING_DIRECTOR), today=TODAY)
    assert "退回：请核对深圳目标" in stage.page(Role.HR)
    submitted(stage)
    assert "退回：请核对深圳目标" not in stage.page(Role.HR)
