"""The month's page: what blocks, what came out, and where each figure leads."""

import datetime as dt
import re
from decimal import Decimal
from itertools import product

import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.actor import CONSOLE
from access.models import User
from compensation.models import Payslip, SupportPool
from monthend.models import MonthRun, MonthStep, Reminder
from monthend.runs import start_run
from monthend.weights.selectors import table_address
from monthend.work import work_on
from periods.models import Period
from rulebook.month import Month
from rulebook.wording import amount_text
from staff.models import Branch, Employee, OpeningState, Target
from tests.admin.addresses import address
from tests.firm import APRIL, MAY
from tests.monthend.stage import (
    Stage,
    approved,
    blocked,
    computed,
    links,
    locked,
    paid,
    running,
    stale,
    submitted,
    text,
)

Role = User.Role
State = MonthRun.State
MOST_QUERIES = 20


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
        table_address(APRIL, pool.branch_id),
        address(MonthStep, "change", step.pk),
        address(Employee, "change", clerk.pk),
    } <= links(stage.browse(Role.HR).get(stage.url).content.decode())
    manager = stage.browse(Role.BRANCH_GM)
    page = manager.get(stage.url).content.decode()
    assert table_address(APRIL, pool.branch_id) in links(page)
    assert "South" not in page
    assert f'<option value="{south}" selected' in stage.browse(Role.HR).get(
        f"{address(Target, 'add')}?month=2011-04&branch={south}"
    ).content.decode().replace("\n", "")


def test_a_branch_sees_its_part(stage: Stage) -> None:
    mine, all_of_it = stage.results(Role.BRANCH_GM), stage.results(Role.HR)
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
    page = stage.results(Role.BRANCH_GM)
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
    page = stage.browse(Role.HR).get(address(Period, "results", Period.objects.get(month=MAY).pk))
    table = page.context["results"].differences
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
    page, results = (hr.get(url).content.decode() for url in (stage.url, stage.results_url))
    inside = {link for link in links(page + results) if link.startswith("/admin/")}
    for link in inside:
        assert hr.get(link.partition("#")[0], follow=True).status_code == 200, link
    assert "支出单被拒" in text(results)


def test_which_of_the_two_sums_of_sales_is_which(stage: Stage) -> None:
    leaver = stage.firm.seller("ZL")
    contract = stage.firm.contract(leaver, signed="04-05")
    stage.firm.leave(leaver, "04-10")
    stage.firm.receipt(contract, "4444.44", "04-20")
    stage.firm.close(lock=False)
    paid(stage)
    hr = stage.browse(Role.HR)
    results = text(hr.get(stage.results_url).content.decode())
    assert "分公司业绩 ¥ 34,444.44" in results
    assert "其中计入个人 30,000.00" in results
    for url in ("/admin/", address(Period, "changelist")):
        page = text(hr.get(url).content.decode())
        assert "个人业绩" in page
        assert re.search(r"已发放 \d+ 30,000.00 [\d,.]+", page)
        assert "34,444.44" not in page
    assert "个人业绩只含计入个人的到款" in text(hr.get("/admin/").content.decode())


def test_lists_are_cut_and_lead_to_the_rest(stage: Stage) -> None:
    for _ in range(11):
        stage.firm.seller("GW")
    stage.firm.close(lock=False)
    results = stage.browse(Role.HR).get(stage.results_url).context["results"]
    assert len(results.threshold_wages.rows) == 10
    everything = stage.browse(Role.HR).get(results.threshold_wages.more.href)
    assert everything.context["cl"].queryset.count() == 12


def test_the_months_before_stand_beside(stage: Stage) -> None:
    locked(stage)
    stage.firm.close(MAY, lock=False)
    page = stage.browse(Role.HR).get(address(Period, "results", Period.objects.get(month=MAY).pk))
    gross, sales, _people = page.context["results"].trends
    assert [bar.label for bar in gross.bars] == ["4", "5"]
    assert gross.bars[0].href == stage.url
    assert (sales.text, sales.before, sales.change) == ("0.00", "30,000.00", "↓ 100.0%")
    assert [bar.is_current for bar in gross.bars] == [False, True]


def test_funds_about_to_expire_are_told(stage: Stage) -> None:
    page = stage.results(Role.HR)
    assert "基金下月到期" not in page
    locked(stage)
    for month in (MAY, Month(2011, 6)):
        stage.firm.close(month)
    june = address(Period, "results", Period.objects.get(month=Month(2011, 6)).pk)
    page = text(stage.browse(Role.HR).get(june).content.decode())
    assert "300.00 元基金下月到期" in page


def test_it_stands_on_the_months_page_and_in_what_is_confirmed(stage: Stage) -> None:
    firm = stage.firm
    ben, sue = firm.clerk(), firm.clerk(department=firm.south_office)
    firm.sells(stage.seller, "90000.00")
    firm.sells(stage.southerner, "90000.00")
    for person in Employee.objects.filter(posts__department__system="support").exclude(pk__in=[ben.pk, sue.pk]):
        firm.weigh(person, "1")
    firm.weigh(firm.clerk(department=firm.south_office), "1")
    firm.close(lock=False)
    page = text(stage.browse(Role.HR).get(stage.url).content.decode())
    for person in (ben, sue):
        assert page.count(f"{person.name} ({person.number}) 没有2011年4月的权重") == 2
    branch = text(stage.browse(Role.BRANCH_GM).get(stage.url).content.decode())
    assert f"({ben.number}) 没有" in branch
    assert f"({sue.number}) 没有" not in branch


def test_each_blocker_names_who_must_act_and_reminds_them(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.firm.target(stage.firm.north, "10000.00")
    blocked(stage)
    hr, director, manager = (stage.browse(role) for role in (Role.HR, Role.MARKETING_DIRECTOR, Role.BRANCH_GM))
    target, pool = Branch.objects.get(pk=stage.firm.south.pk), SupportPool.objects.get(branch=stage.firm.north)
    of_hr, of_branch = f"MISSING_TARGET-{target.pk}", f"UNSHARED_POOL-{pool.branch_id}"
    known = f"WITHOUT_WEIGHT-{pool.branch_id}"
    assert "没有2011年4月的目标。 由您处理" in stage.page(Role.HR)
    assert "由hr处理" in stage.page(Role.MARKETING_DIRECTOR)
    name = Employee.objects.get(user=stage.users[Role.BRANCH_GM]).name
    assert f"由{name}处理" in stage.page(Role.HR)
    assert things(hr, stage) == [of_branch, known]
    assert things(director, stage) == [of_hr, of_branch, known]
    assert things(manager, stage) == []
    assert things(stage.browse(Role.AUDITOR), stage) == []
    assert f"已提醒{name}" in remind(hr, stage, of_branch)
    assert "无需提醒" in remind(director, stage, of_branch)
    assert "无需提醒" in remind(stage.browse(Role.AUDITOR), stage, of_hr)
    assert Reminder.objects.get().by == stage.users[Role.HR]
    waiting = address(Period, "waiting")
    told = r"hr于 \d\d-\d\d \d\d:\d\d 提醒 North：支持奖金 [\d.,]+ 尚未分配"
    assert re.search(told, text(manager.get(waiting).content.decode()))
    few, run = asked(stage, Role.BRANCH_GM, waiting), stage.run
    with transaction.atomic():
        for month in (MAY, MAY + 1):
            reminded_of_as_well(run, month)
        assert asked(stage, Role.BRANCH_GM, waiting) == few <= MOST_QUERIES
        transaction.set_rollback(True)
    assert not re.search(told, text(director.get(waiting).content.decode()))
    assert "hr于" in stage.page(Role.HR)
    computed_again(stage)
    assert re.search(told, text(manager.get(waiting).content.decode()))
    assert things(hr, stage) == [known]
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "localdate", lambda: tomorrow)
        assert things(hr, stage) == [of_branch, known]
    for clerk in Employee.objects.filter(posts__department=stage.firm.office):
        stage.firm.weigh(clerk, "1")
    computed_again(stage)
    assert not re.search(told, text(manager.get(waiting).content.decode()))


def test_weights_that_are_not_given_wait_for_who_gives_them(stage: Stage) -> None:
    office = Employee.objects.filter(posts__department=stage.firm.office)
    ours = office.exclude(user=stage.users[Role.BRANCH_GM])
    waiting = address(Period, "waiting")
    assert f"{ours.count()} 名后勤支持人员的2011年4月权重待您填写" in page_of(stage, Role.BRANCH_GM, waiting)
    assert "权重待您填写" not in page_of(stage, Role.HR, waiting)
    assert table_address(APRIL, stage.firm.north.pk) in links(
        stage.browse(Role.BRANCH_GM).get(waiting).content.decode()
    )
    for clerk in ours:
        stage.firm.weigh(clerk, "0")
    assert "权重待您填写" not in page_of(stage, Role.BRANCH_GM, waiting)
    assert "1 名后勤支持人员的2011年4月权重待您填写" in page_of(stage, Role.MARKETING_DIRECTOR, waiting)


def computed_again(stage: Stage) -> None:
    start_run(APRIL, by=CONSOLE)
    work_on(stage.run.pk)


def page_of(stage: Stage, role: str, url: str) -> str:
    return text(stage.browse(role).get(url).content.decode())


def things(browser: Browser, stage: Stage) -> list[str]:
    """What the page offers to remind of."""
    return re.findall(r'name="thing" value="([A-Z_]+-\d+)"', browser.get(stage.url).content.decode())


def reminded_of_as_well(run: MonthRun, month: Month) -> None:
    """Another month computed as a run is, and the same things reminded of."""
    version = run.plan_version
    Period.objects.create(month=month, plan_version=version, state=Period.State.COMPUTED)
    MonthRun.objects.create(month=month, plan_version=version, state=State.COMPUTED, started_at=run.started_at)
    for row in Reminder.objects.filter(month=run.month):
        row.pk, row.month = None, month
        row.save(force_insert=True)


def remind(browser: Browser, stage: Stage, thing: str) -> str:
    url = address(Period, "remind", Period.objects.get(month=APRIL).pk)
    return text(browser.post(url, {"thing": thing}, follow=True).content.decode())


def test_queries_do_not_grow(stage: Stage) -> None:
    grow(stage, 1)
    shown = list(product((Role.HR, Role.BRANCH_GM, Role.MARKETING_DIRECTOR), (stage.url, stage.results_url)))
    few = {key: asked(stage, *key) for key in shown}
    grow(stage, 12)
    many = {key: asked(stage, *key) for key in shown}
    assert {key: (few[key], count) for key, count in many.items() if count > few[key]} == {}
    assert max(many.values()) <= MOST_QUERIES


@pytest.mark.parametrize("role", [Role.HR, Role.BRANCH_GM, Role.MARKETING_DIRECTOR, Role.FINANCE])
def test_no_state_of_a_month_takes_many_queries(stage: Stage, role: str) -> None:
    firm = stage.firm
    for way in (computed, blocked, running, stale, submitted, approved, paid):
        way(stage)
        assert max(asked(stage, role, url) for url in (stage.url, stage.results_url)) <= MOST_QUERIES, way.__name__
        if way is not paid:
            firm.target(firm.south, "10000.00")
            firm.close(lock=False)
    firm.close(MAY, lock=False)
    may = Period.objects.get(month=MAY).pk
    for view in ("change", "results"):
        assert asked(stage, role, address(Period, view, may)) <= MOST_QUERIES


def grow(stage: Stage, people: int) -> None:
    """More people in each branch, who rise, or are in deficit and on the threshold wage; more claims."""
    firm = stage.firm
    for department in (firm.sales, firm.south_sales) * people:
        OpeningState.objects.create(employee=firm.seller("GW", department=department), brought=Decimal("-100.00"))
        firm.sells(firm.seller("ZL", department=department), "60000.00", "04-20")
        firm.claim("900000.00", "04-03")
    firm.close(lock=False)


def asked(stage: Stage, role: str, url: str) -> int:
    browser = stage.browse(role)
    browser.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)
