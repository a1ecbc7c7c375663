"""Wherever a month's pages say that somebody else must act, that one can be reminded: on the own first page."""

import re

import pytest
from django.test import Client as Browser

from access.actor import CONSOLE
from access.models import User
from monthend.models import Reminder
from monthend.runs import start_run
from monthend.work import work_on
from periods.models import Period
from staff.models import Employee, PersonnelEvent
from tests.admin.addresses import address
from tests.admin.test_corrections import shown_on
from tests.firm import APRIL
from tests.monthend.stage import Stage, approved, submitted, text

Role = User.Role
pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_who_confirms_for_a_second_time_is_reminded(stage: Stage) -> None:
    hr, ids = stage.browse(Role.HR), {"id_number": "110101199003074522"}
    for person in (stage.seller, stage.southerner):
        given = {"name": person.name, "bank_name": "工行", "bank_account": "6222020200001111224", **ids}
        assert hr.post(address(Employee, "change", person.pk), given).status_code == 302
    start_run(APRIL, by=CONSOLE)
    work_on(stage.run.pk)
    first = f"UNCONFIRMED-{stage.seller.pk}"
    shared = f"SHARED_NUMBER-{stage.seller.pk}"
    offered = things(hr, stage.url)
    assert {first, f"UNCONFIRMED-{stage.southerner.pk}"} <= set(offered)
    assert first in things(hr, "/admin/")
    assert shared not in offered
    assert shared in things(stage.browse(Role.MARKETING_DIRECTOR), "/admin/")
    assert first not in things(stage.browse(Role.FINANCE), stage.url)
    assert "由您处理" in stage.page(Role.FINANCE)
    assert first not in things(stage.browse(Role.AUDITOR), stage.url)
    assert "已提醒finance、general_manager" in remind(hr, stage, first)
    assert first not in things(hr, stage.url)
    told = r"hr于 \d\d-\d\d \d\d:\d\d 提醒 P00001 \(00001\)：银行账户由hr"
    assert re.search(told, waiting(stage, Role.FINANCE))
    assert re.search(told, waiting(stage, Role.GENERAL_MANAGER))
    assert not re.search(told, waiting(stage, Role.MARKETING_DIRECTOR) + waiting(stage, Role.HR))
    assert "已提醒hr、finance、general_manager" in remind(stage.browse(Role.MARKETING_DIRECTOR), stage, shared)


def test_a_hire_into_a_computed_month_is_told_of_before_it_is_computed_again(stage: Stage) -> None:
    hr = stage.browse(Role.HR)
    given = {
        "number": "09001", "name": "新人", "date": "2011-04-20", "department": stage.firm.sales.pk, "rank": "ZL",
        "id_number": "110101199003074522",
    }  # fmt: skip
    add = f"{address(PersonnelEvent, 'add')}?kind=hired"
    looked = hr.post(add, {"step": "look", **given}).content.decode()
    assert "须重新计算：2011年4月。" in text(looked)
    assert (
        "涉及的月份不能提交、审批和锁定，须先由以下人员之一确认：finance（财务）、general_manager（总经理）。"
        in text(looked)
    )
    done = hr.post(add, {"step": "confirm", "shown": shown_on(looked), **given}, follow=True).content.decode()
    assert "接下来：重新计算2011年4月；由finance（财务）、general_manager（总经理）确认发薪信息。" in text(done)
    hired = f"UNCONFIRMED-{Employee.objects.get(number='09001').pk}"
    assert hired in things(hr, stage.url)
    assert "已提醒finance" in remind(hr, stage, hired)
    start_run(APRIL, by=CONSOLE)
    work_on(stage.run.pk)
    assert re.search("提醒 新人 .*入职由hr", waiting(stage, Role.FINANCE))


def test_who_hands_over_approves_or_locks_is_reminded_until_it_is_done(stage: Stage) -> None:
    director, hr = stage.browse(Role.MARKETING_DIRECTOR), stage.browse(Role.HR)
    assert things(hr, stage.url) == []
    assert "已提醒hr" in remind(director, stage, "TO_HAND_OVER-0")
    start_run(APRIL, by=CONSOLE)
    work_on(run := stage.run.pk)
    assert "提醒 2011年4月等待提交审批。" in waiting(stage, Role.HR)
    submitted(stage)
    assert "等待提交审批" not in waiting(stage, Role.HR)
    assert things(director, stage.url) == []
    assert "已提醒marketing_director" in remind(hr, stage, f"TO_APPROVE-{run}")
    assert "hr于" in stage.page(Role.HR)
    assert "提醒 2011年4月等待审批。" in waiting(stage, Role.MARKETING_DIRECTOR)
    assert Reminder.objects.filter(obstacle="TO_APPROVE").get().by == stage.users[Role.HR]


def test_who_locks_an_approved_month_is_reminded(stage: Stage) -> None:
    approved(stage)
    assert "已提醒hr、marketing_director" in remind(stage.browse(Role.FINANCE), stage, f"TO_LOCK-{stage.run.pk}")
    assert "提醒 2011年4月等待锁定。" in waiting(stage, Role.MARKETING_DIRECTOR)


def waiting(stage: Stage, role: str) -> str:
    return text(stage.browse(role).get(address(Period, "waiting")).content.decode())


def things(browser: Browser, url: str) -> list[str]:
    return re.findall(r'name="thing" value="([A-Z_]+-\d+)"', browser.get(url).content.decode())


def remind(browser: Browser, stage: Stage, thing: str) -> str:
    assert thing in things(browser, stage.url)
    url = address(Period, "remind", Period.objects.get(month=APRIL).pk)
    return text(browser.post(url, {"thing": thing}, follow=True).content.decode())
