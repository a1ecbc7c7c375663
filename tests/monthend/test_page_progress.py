"""The month's page while work is under way: told by step and branch, followed, and the end of it."""

import datetime as dt

from django.db.models import F
from django.test import Client as Browser
from django.utils import timezone

from access.models import User
from compensation.models import Payslip
from monthend.models import MonthRun, MonthStep, MonthVerification
from tests.admin.addresses import address
from tests.monthend.stage import (
    Stage,
    approved,
    links,
    running,
    text,
    verify,
)

Role = User.Role
State = MonthRun.State


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
    assert stage.progress_url not in stage.browse(Role.HR).get(stage.url).content.decode()
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
