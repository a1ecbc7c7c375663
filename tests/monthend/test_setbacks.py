"""What takes a month back is asked first, told afterwards, and told to whose work it undid."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.test import Client as Browser
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.actor import CONSOLE, Actor
from access.history.acting import acting
from access.history.masking import masked
from access.models import Change, User
from monthend.approval.actions import reject_run, submit_run, take_payment_back
from monthend.approval.posting import AGREED, asks_before_taking_back
from monthend.models import MonthRun, MonthTransition
from monthend.runs import start_run
from monthend.work import work_on
from staff.models import Absence, Branch, Department, Employee, Target
from staff.pay.actions import confirm_pay_changes
from staff.pay.selectors import pay_changes
from tests.admin.addresses import address
from tests.firm import APRIL, TODAY
from tests.monthend.stage import Stage, approved, paid, submitted, text
from workbooks.uploads.models import Upload
from workbooks.uploads.months import months_ahead

Role, State = User.Role, MonthRun.State
HOME = "/admin/"
ACCOUNT = "6222020200001111224"
pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_payment_taken_back_is_told_to_who_marked_it(stage: Stage) -> None:
    paid(stage)
    assert "撤回" not in home(stage, Role.FINANCE)
    take_payment_back(stage.run.pk, reason="银行退回", by=stage.actor(Role.GENERAL_MANAGER))
    row = stage.run.transitions.get(kind="unpaid")
    told = f"2011年4月未发放：general_manager于{moment(row)}撤回了发放标记：银行退回。"
    marked = f"finance曾于{moment(stage.run.transitions.get(kind='paid'))}标记为已发放。"
    for page in (home(stage, Role.FINANCE), stage.page(Role.FINANCE), home(stage, Role.GENERAL_MANAGER)):
        assert told + marked in page
    assert "撤回" not in home(stage, Role.BRANCH_GM)
    assert "撤回了发放标记。" in stage.page(Role.BRANCH_GM)
    assert "银行退回" not in stage.page(Role.BRANCH_GM)
    stage.act(Role.FINANCE, "mark-paid")
    assert "撤回了" not in home(stage, Role.FINANCE) + stage.page(Role.FINANCE)


def test_a_changed_account_takes_an_approved_month_back_with_everybodys_knowledge(stage: Stage) -> None:
    approved(stage)
    hr, seller = stage.browse(Role.HR), stage.seller
    url = address(Employee, "change", seller.pk)
    given = {"name": seller.name, "bank_name": "工行", "bank_account": ACCOUNT, "_save": "1"}
    asked = hr.post(url, given)
    page = text(asked.content.decode())
    assert "2011年4月由hr提交，marketing_director于" in page
    assert "继续并收回2011年4月" in page
    assert f"员工 {seller}：" in page
    assert "开户行：工行" in page
    assert f"银行卡号：{masked(ACCOUNT)}" in page
    assert ACCOUNT not in page
    assert (Employee.objects.get(pk=seller.pk).bank_account, stage.run.state) == ("", State.APPROVED)
    assert "已成功" not in page
    sent = dict(asked.context["sent"])
    assert sent == given | {AGREED: f"{stage.run.pk}-approved"}
    assert "继续并收回" in text(hr.post(url, given | {AGREED: f"{stage.run.pk}-submitted"}).content.decode())
    done = text(hr.post(url, sent, follow=True).content.decode())
    assert "已收回2011年4月，须重新计算并提交审批。" in done
    assert (Employee.objects.get(pk=seller.pk).bank_account, stage.run.state) == (ACCOUNT, State.STALE)
    row = MonthTransition.objects.get(kind="stale")
    assert row.by == stage.users[Role.HR]
    told = f"2011年4月须重新提交审批：{moment(row)}，hr修改了{seller}（开户行、银行卡号）。"
    for role in (Role.HR, Role.MARKETING_DIRECTOR):
        for page in (home(stage, role), stage.page(role)):
            assert told in page
            assert "hr曾于" in page
            assert "marketing_director曾于" in page
    assert "须重新提交审批" not in home(stage, Role.BRANCH_GM)
    assert "hr修改了计算所依据的内容。" in stage.page(Role.BRANCH_GM)
    assert seller.name not in stage.page(Role.BRANCH_GM).partition("hr修改了")[2][:40]
    director = stage.browse(Role.MARKETING_DIRECTOR)
    for page in (HOME, stage.url):
        director.get(page)
        with CaptureQueriesContext(connection) as captured:
            director.get(page)
        assert len(captured) <= 20
    compute(stage)
    assert told in home(stage, Role.MARKETING_DIRECTOR)
    tokens = [change.token for change in pay_changes()]
    confirm_pay_changes(shown=tokens, checked="致电本人", by=stage.actor(Role.FINANCE))
    submit_run(stage.run.pk, today=TODAY, by=stage.actor(Role.HR))
    assert "须重新提交审批" not in home(stage, Role.MARKETING_DIRECTOR) + stage.page(Role.HR)


def test_every_page_that_takes_a_month_back_asks_first(stage: Stage) -> None:
    submitted(stage)
    hr, seller, firm = stage.browse(Role.HR), stage.seller, stage.firm
    target = Target.objects.get(branch=firm.north, month=APRIL)
    away = {"employee": seller.pk, "kind": "sick", "start": "2011-04-05", "end": "2011-04-06"}
    ways: list[tuple[str, dict[str, Any]]] = [
        (address(Target, "change", target.pk), {"amount": "90000.00"}),
        (address(Target, "delete", target.pk), {"post": "yes"}),
        (address(Absence, "add"), away),
        (address(Branch, "change", firm.north.pk), {"name": "又一名"}),
        (address(Department, "change", firm.sales.pk), {"name": "又一名"}),
        (address(Employee, "change", seller.pk), {"name": "又一名"}),
    ]
    for url, given in ways:
        assert "继续并收回2011年4月" in text(hr.post(url, given).content.decode()), url
        assert stage.run.state == State.SUBMITTED, url
        with transaction.atomic():
            answer = hr.post(url, given | {AGREED: f"{stage.run.pk}-submitted"})
            assert (answer.status_code, stage.run.state) == (302, State.STALE), url
            transaction.set_rollback(True)
    for header in ({}, {"HX-Request": "true"}):
        told = text(hr.post(ways[0][0], ways[0][1], headers=header).content.decode())
        assert "继续并收回2011年4月" in told, header
    upload = Upload(state=Upload.State.READY, counts={"目标": {"added": 1, "changed": 0}})
    (told,) = months_ahead(upload, stage.users[Role.HR]).sentences
    assert told.startswith("2011年4月由hr于")
    assert "该月将被收回" in told
    answer = hr.post(address(Employee, "change", seller.pk), {"name": seller.name, "phone": "13900000000"})
    assert (answer.status_code, stage.run.state) == (302, State.SUBMITTED)


def test_an_approval_that_was_sent_back_is_not_said_to_stand(stage: Stage) -> None:
    approved(stage)
    reject_run(stage.run.pk, reason="R7 有误", today=TODAY, by=stage.actor(Role.MARKETING_DIRECTOR))
    submitted(stage)
    given = {"name": "又一名"}
    told = text(stage.browse(Role.HR).post(address(Employee, "change", stage.seller.pk), given).content.decode())
    assert "2011年4月由hr于" in told
    assert "marketing_director于" not in told


def test_what_is_handed_over_while_a_page_is_at_work_is_asked_about_too(stage: Stage) -> None:
    """As if another's handing over had been written between the page's begin and what it changes."""
    hr = stage.users[Role.HR]

    def view(request: HttpRequest) -> HttpResponse:
        submitted(stage)
        with acting(Actor(hr), Change.Source.PAGE):
            Employee.objects.filter(pk=stage.seller.pk).update(name="又一名")
        return HttpResponse("done")

    request = RequestFactory().post("/admin/", {"name": "又一名"})
    request.user, request.session = hr, Browser().session
    asked = asks_before_taking_back(view)(request)
    assert isinstance(asked, TemplateResponse)
    assert "2011年4月由hr于" in (asked.context_data or {})["sentences"][-1]
    assert stage.run.state == State.COMPUTED
    assert Employee.objects.get(pk=stage.seller.pk).name == stage.seller.name


def test_computing_an_approved_month_again_is_told_to_who_approved_it(stage: Stage) -> None:
    approved(stage)
    stage.act(Role.HR, "compute-anew")
    assert "2011年4月须重新提交审批：hr于" in home(stage, Role.MARKETING_DIRECTOR)
    assert "marketing_director曾于" in home(stage, Role.MARKETING_DIRECTOR)


def compute(stage: Stage) -> None:
    start_run(APRIL, by=CONSOLE)
    work_on(stage.run.pk)


def home(stage: Stage, role: str) -> str:
    browser: Browser = stage.browse(role)
    return text(browser.get(HOME).content.decode())


def moment(row: MonthTransition) -> str:
    return f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}"
