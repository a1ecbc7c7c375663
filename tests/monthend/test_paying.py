"""Who is paid what by which account: asked once more, held to what was approved, marked as paid, and taken back."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from access.actor import CONSOLE, Actor
from access.history.acting import acting
from access.models import Change, User
from compensation.models import Payslip
from monthend.approval.actions import approve_run, mark_paid, reject_run, take_payment_back
from monthend.approval.actions_transitions import record_transition
from monthend.approval.selectors_pay_list import pay_list_digest
from monthend.approval.selectors_since_last_month import ChangeKind, changed_since_last_month
from monthend.approval.selectors_transitions import payment_of
from monthend.checks import CloseRefused
from monthend.lock.actions import lock_month
from monthend.models import MonthRun, MonthTransition
from monthend.notices import unpaid_months
from monthend.page.acts import MonthAct
from monthend.preview.shadow import SCHEMA, STARTING_STATE
from periods.models import Period
from staff.careers.actions import rebuild_careers
from staff.log_ins.actions import link_log_in
from staff.models import Employee, PersonnelEvent
from staff.pay.actions import confirm_pay_changes
from staff.pay.selectors import pay_changes
from tests.admin.addresses import address
from tests.cast import log_in_of
from tests.firm import APRIL, MAY, TODAY, on
from tests.locking import lock_empty
from tests.monthend.stage import Stage, approved, asked, links, locked, paid, shown_on, submitted, text
from workbooks.export.payroll import ExportError, export_payroll

Role = User.Role
Kind = MonthTransition.Kind
OURS, THEIRS = "6222020200001111222", "6222020200003333444"


def raise_pay(stage: Stage, fen: str) -> None:
    """Add to one payslip, past the month end."""
    change = {"base_pay": Decimal(fen), "gross": Decimal(fen)}
    slip = Payslip.objects.get(month=APRIL, employee=stage.seller)
    Payslip.objects.filter(pk=slip.pk).update(**{name: getattr(slip, name) + by for name, by in change.items()})


def give_account(person: Employee, account: str, by: User | None = None) -> None:
    """Type an account, as a log-in does; without one at the console."""
    if by is None:
        Employee.objects.filter(pk=person.pk).update(bank_name="招商银行", bank_account=account)
        return
    with acting(Actor(by), Change.Source.PAGE):
        Employee.objects.filter(pk=person.pk).update(bank_name="招商银行", bank_account=account)


def confirm(stage: Stage, person: Employee) -> None:
    finance = stage.users[Role.FINANCE]
    shown = [change.token for change in pay_changes(Employee.objects.filter(pk=person.pk))]
    with acting(Actor(finance), Change.Source.PAGE):
        confirm_pay_changes(shown=shown, checked="致电本人", by=Actor(finance))


def send(stage: Stage, browser: Browser, act: MonthAct, **given: str) -> str:
    form = {"act": act, "run": str(stage.run.pk), **given}
    return text(browser.post(stage.act_url, form, follow=True).content.decode())


def test_what_is_approved_is_what_was_shown_to_the_fen(stage: Stage) -> None:
    submitted(stage)
    director = stage.browse(Role.MARKETING_DIRECTOR)
    page = text(asked(director, stage.act_url, MonthAct.APPROVE, stage.run))
    assert stage.sums() in page
    for part in ("应发合计", "人数", "与上月差异最大的 10 人", "发薪依据的变动"):
        assert part in page
    assert page.index("差异最大") < page.index("返回")
    shown = stage.shown(director, MonthAct.APPROVE)
    assert "尚未执行" in send(stage, director, MonthAct.APPROVE, shown=shown["shown"])
    raise_pay(stage, "0.01")
    assert "请再看一遍" in send(stage, director, MonthAct.APPROVE, **shown)
    assert stage.run.state == MonthRun.State.SUBMITTED
    raise_pay(stage, "-0.01")
    assert "已通过2011年4月" in send(stage, director, MonthAct.APPROVE, **shown)
    kept = stage.run.transitions.get(kind=Kind.APPROVED)
    assert kept.pay_list == pay_list_digest(APRIL)


@pytest.mark.parametrize("field", ["name", "bank_name", "bank_account"])
def test_only_the_pay_list_that_was_approved_is_locked(stage: Stage, field: str) -> None:
    approved(stage)
    Payslip.objects.filter(month=APRIL, employee=stage.seller).update(**{field: "x"})
    with pytest.raises(CloseRefused, match="与审批时不一致"):
        lock_month(stage.run.pk, today=TODAY, by=stage.actor(Role.HR))
    assert stage.run.state == MonthRun.State.APPROVED


@pytest.mark.parametrize("field", ["bank_account", "branch_name"])
def test_only_what_is_as_sealed_is_released_and_paid(stage: Stage, tmp_path: Path, field: str) -> None:
    locked(stage)
    export_payroll(APRIL, tmp_path / "payroll.xlsx")
    with connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in STARTING_STATE}):
            cursor.execute(f"INSERT INTO {SCHEMA}.{table} OVERRIDING SYSTEM VALUE SELECT * FROM public.{table}")
        cursor.execute(f"UPDATE {SCHEMA}.compensation_payslip SET {field} = 'mine'")
        cursor.execute(f"SET LOCAL search_path = {SCHEMA}, public")
    with pytest.raises(ExportError, match="与审批时不一致"):
        export_payroll(APRIL, tmp_path / "payroll.xlsx")
    with pytest.raises(CloseRefused, match="与审批时不一致"):
        mark_paid(stage.run.pk, paid_on=TODAY, voucher="V", today=TODAY, by=stage.actor(Role.FINANCE))


def test_a_payment_has_a_voucher_and_a_day_once_the_month_is_nearly_over(stage: Stage) -> None:
    locked(stage)
    for day, voucher, refused in (
        (APRIL.first, "V", "2011年4月的发放日期应在该月最后一天（2011-04-30）"),
        (APRIL.last - dt.timedelta(1), "V", "该月最后一天"),
        (TODAY + dt.timedelta(1), "V", "该月最后一天"),
        (TODAY, "  ", "请填写凭证号"),
    ):
        with pytest.raises(CloseRefused, match=refused):
            mark_paid(stage.run.pk, paid_on=day, voucher=voucher, today=TODAY, by=stage.actor(Role.FINANCE))
    for day in (APRIL.last, TODAY):
        mark_paid(stage.run.pk, paid_on=day, voucher="V", today=TODAY, by=stage.actor(Role.FINANCE))
        assert f"{day} 发放，凭证号 V" in stage.page(Role.AUDITOR)
        take_payment_back(stage.run.pk, reason="x", by=stage.actor(Role.GENERAL_MANAGER))


def test_a_voucher_that_paid_another_month_is_shown_before_it_pays_this_one(stage: Stage) -> None:
    locked(stage)
    lock_empty(MAY)
    may = MonthRun.objects.get(month=MAY)
    april = MonthRun.objects.get(month=APRIL)
    finance = stage.browse(Role.FINANCE)
    url = address(Period, "act", Period.objects.get(month=APRIL).pk)
    warned = "凭证号 记-0501 已用于2011年5月（2011-06-10 发放），请核对"

    def press(voucher: str) -> str:
        shown = shown_on(asked(finance, url, MonthAct.MARK_PAID, april))
        given = {"paid_on": "2011-05-10", "voucher": voucher, **shown}
        form = {"act": MonthAct.MARK_PAID, "run": april.pk, **given}
        return finance.post(url, form, follow=True).content.decode()

    record_transition(may, Kind.PAID, by=CONSOLE, paid_on=dt.date(2011, 6, 10), voucher="记-0501")
    page = press(" 记-0501 ")
    assert warned in text(page)
    assert "尚未执行" in text(page)
    assert "影响已有变化" not in text(page)
    assert payment_of(april) is None
    assert "人工操作" in text(page)
    form = {"act": MonthAct.MARK_PAID, "run": april.pk, **shown_on(page), "paid_on": "2011-05-10", "voucher": "记-0501"}
    assert "已将2011年4月标记为已发放" in text(finance.post(url, form, follow=True).content.decode())
    take_payment_back(april.pk, reason="x", by=stage.actor(Role.GENERAL_MANAGER))
    assert "已将2011年4月标记为已发放" in text(press("记-0502"))
    take_payment_back(april.pk, reason="x", by=stage.actor(Role.GENERAL_MANAGER))
    take_payment_back(may.pk, reason="x", by=stage.actor(Role.GENERAL_MANAGER))
    assert "已将2011年4月标记为已发放" in text(press("记-0501"))


def test_what_a_step_was_told_with_is_read_by_who_sees_the_whole_company(stage: Stage) -> None:
    sent_back, taken_back, voucher = "00039 姜洋应发 12,000", "00039 姜洋重复发放 12,000", "记-0501"
    submitted(stage)
    reject_run(stage.run.pk, reason=sent_back, today=TODAY, by=stage.actor(Role.MARKETING_DIRECTOR))
    home, steps = "/admin/", address(MonthTransition, "changelist")
    for role in (Role.HR, Role.BRANCH_GM, Role.SALES_MANAGER):
        for url in (home, stage.url):
            page = text(stage.browse(role).get(url).content.decode())
            assert "退回" in page
            assert (sent_back in page) == (role == Role.HR), (role, url)
    paid(stage)
    take_payment_back(stage.run.pk, reason=taken_back, by=stage.actor(Role.GENERAL_MANAGER))
    rows = [address(MonthTransition, "change", row.pk) for row in stage.run.transitions.all()]
    pay_list = pay_list_digest(APRIL)
    secrets = {sent_back, taken_back, voucher, pay_list}
    known = {"reason": sent_back, "voucher": voucher, "paid_on__gte": TODAY.isoformat(), "pay_list": pay_list}
    for role in (Role.FINANCE, Role.BRANCH_GM, Role.SALES_MANAGER):
        browser = stage.browse(role)
        pages = [text(browser.get(url).content.decode()) for url in (home, stage.url, steps, *rows)]
        read = {secret for secret in secrets for page in pages if secret in page}
        assert read == (secrets if role == Role.FINANCE else set())
        assert all(words in pages[1] for words in ("退回", "撤回发放标记", "已发放"))
        assert TODAY.isoformat() not in "".join(pages) or role == Role.FINANCE
        for lookup, told in known.items():
            assert browser.get(steps, {lookup: told}).status_code == 400, lookup


def test_a_payment_is_taken_back_by_another_person_with_the_reason(stage: Stage) -> None:
    paid(stage)
    months = Period.objects.filter(month=APRIL)
    assert not unpaid_months(months)
    assert stage.offered(Role.FINANCE) == [MonthAct.VERIFY]
    finance, manager = stage.browse(Role.FINANCE), stage.browse(Role.GENERAL_MANAGER)
    for who, reason, words in (
        (Role.FINANCE, "x", "须由另一人撤回"),
        (Role.GENERAL_MANAGER, "  ", "撤回发放标记的原因"),
        (Role.HR, "x", "只有财务或总经理可以撤回"),
    ):
        with pytest.raises(CloseRefused, match=words):
            take_payment_back(stage.run.pk, reason=reason, by=stage.actor(who))
    assert stage.offered(Role.GENERAL_MANAGER) == [MonthAct.TAKE_PAYMENT_BACK, MonthAct.VERIFY]
    given = {"act": MonthAct.TAKE_PAYMENT_BACK, "run": str(stage.run.pk)}
    assert "记-0501" in text(manager.get(stage.act_url, given).content.decode())
    shown = stage.shown(manager, MonthAct.TAKE_PAYMENT_BACK)
    assert "已撤回2011年4月的发放标记" in send(stage, manager, MonthAct.TAKE_PAYMENT_BACK, **shown, reason="银行退回")
    assert "银行退回" in stage.page(Role.FINANCE)
    assert list(unpaid_months(months)) == list(months)
    shown = stage.shown(finance, MonthAct.MARK_PAID)
    given = {"paid_on": "2011-05-10", "voucher": "记-0502"}
    assert "已将2011年4月标记为已发放" in send(stage, finance, MonthAct.MARK_PAID, **shown, **given)
    assert not unpaid_months(months)
    kinds = stage.run.transitions.filter(kind__in=MonthTransition.PAYMENTS).values_list("kind", flat=True)
    assert list(kinds) == [Kind.PAID, Kind.UNPAID, Kind.PAID]


def test_the_payment_stands_at_the_top_of_the_month_and_its_day_on_the_own_page(stage: Stage) -> None:
    user = User.objects.create(username="seller", role=Role.SALESPERSON)
    Employee.objects.filter(pk=stage.seller.pk).update(user=user)
    own = Browser()
    own.force_login(user)

    def tops() -> tuple[str, ...]:
        months = [stage.browse(role).get(stage.url).content.decode() for role in (Role.HR, Role.BRANCH_GM)]
        heads = re.findall(r'<header class="month-head">.*?</header>', "".join(months), re.DOTALL)
        return tuple(map(text, [*heads, own.get("/pay/2011-04/").content.decode()]))

    locked(stage)
    assert "已锁定" in tops()[2]
    mark_paid(stage.run.pk, paid_on=TODAY, voucher="记-0501", today=TODAY, by=stage.actor(Role.FINANCE))
    hr, gm, mine = tops()
    assert f"{TODAY} 发放，凭证号 记-0501" in hr
    assert "记-0501" not in gm
    assert f"已于 {TODAY} 发放" in mine
    assert "记-0501" not in mine
    take_payment_back(stage.run.pk, reason="x", by=stage.actor(Role.GENERAL_MANAGER))
    hr, _gm, mine = tops()
    assert "凭证号" not in hr
    assert "已锁定" in mine
    assert str(TODAY) not in mine


def test_an_old_page_is_told_who_did_what_meanwhile(stage: Stage) -> None:
    submitted(stage)
    director, run = stage.browse(Role.MARKETING_DIRECTOR), stage.run
    shown = stage.shown(director, MonthAct.APPROVE)
    approve_run(run.pk, today=TODAY, by=stage.actor(Role.MARKETING_DIRECTOR))
    told = send(stage, director, MonthAct.APPROVE, **shown)
    assert f"现为“已审批”（{stage.users[Role.MARKETING_DIRECTOR]}，" in told
    assert "刷新" not in told
    reopened = director.get(stage.act_url, {"act": MonthAct.APPROVE, "run": str(run.pk)}, follow=True)
    assert f"现为“已审批”（{stage.users[Role.MARKETING_DIRECTOR]}，" in text(reopened.content.decode())


def test_the_database_holds_to_the_turn_of_payments(stage: Stage) -> None:
    locked(stage)
    finance, other = stage.users[Role.FINANCE], stage.users[Role.GENERAL_MANAGER]
    whole: dict[str, Any] = {"paid_on": TODAY, "voucher": "V"}

    def refused(kind: str, by: User, **told: Any) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            record_transition(stage.run, Kind(kind), by=Actor(by), **told)

    refused(Kind.UNPAID, other, reason="x")
    refused(Kind.PAID, finance, paid_on=TODAY)
    refused(Kind.PAID, finance, voucher="V")
    record_transition(stage.run, Kind.PAID, by=Actor(finance), **whole)
    refused(Kind.PAID, other, **whole)
    refused(Kind.UNPAID, finance, reason="x")
    refused(Kind.UNPAID, other)


def test_who_has_pay_and_no_account_is_named(stage: Stage) -> None:
    give_account(stage.seller, OURS)
    stage.firm.close(lock=False)
    page = stage.browse(Role.HR).get(stage.url)
    named = {cell.text for cell in page.context["page"].without_account}
    slips = Payslip.objects.filter(month=APRIL, bank_account="", gross__gt=0).select_related("employee")
    assert named == {str(slip.employee) for slip in slips}
    assert str(stage.southerner) in named
    assert str(stage.seller) not in named
    assert address(Employee, "change", stage.southerner.pk) in links(page.content.decode())
    mine = stage.browse(Role.BRANCH_GM).get(stage.url).context["page"].without_account
    assert str(stage.southerner) not in {cell.text for cell in mine}
    locked(stage)
    finance = stage.browse(Role.FINANCE)
    before = asked(finance, stage.act_url, MonthAct.MARK_PAID, stage.run)
    assert str(stage.southerner) in text(before)
    assert address(Employee, "change", stage.southerner.pk) in links(before)


def test_what_changed_since_the_month_before_is_told_with_who_did_it(stage: Stage, tmp_path: Path) -> None:
    firm, hr = stage.firm, stage.users[Role.HR]
    clerk = firm.clerk("3000.00")
    for person in (stage.seller, stage.southerner):
        give_account(person, OURS[:-1] + person.number[-1])
    firm.close(lock=False)
    locked(stage)
    assert changed_since_last_month(APRIL) == []
    give_account(stage.seller, THEIRS, hr)
    leaver = stage.southerner
    firm.leave(leaver, "05-20")
    with acting(Actor(hr), Change.Source.PAGE):
        newcomer = firm.clerk("90000.00", since="05-09")
        give_account(newcomer, THEIRS[:-1] + "5", hr)
        PersonnelEvent.objects.create(
            employee=clerk, date=on("05-01"), kind=PersonnelEvent.Kind.CHANGE_OF_POST,
            new_department=firm.office, new_base_salary=Decimal("3000.01"),
        )  # fmt: skip
    rebuild_careers([clerk.pk])
    namesake = User.objects.create(username="namesake", last_name="控制台", role=Role.HR)
    with acting(Actor(namesake), Change.Source.PAGE):
        unseen = firm.clerk("90000.00", since="05-09")
    with acting(CONSOLE, Change.Source.PAGE):
        by_console = firm.clerk("90000.00", since="05-09")
    user = log_in_of(Role.SALESPERSON, "extra")
    with acting(Actor(hr), Change.Source.PAGE):
        link_log_in(employee=clerk, user=user, by=Actor(hr))
    firm.close(MAY, lock=False)
    confirm(stage, newcomer)
    found = {(one.what, one.person.number): one for one in changed_since_last_month(MAY)}
    account = found[ChangeKind.ACCOUNT, stage.seller.number]
    assert (account.was, account.becomes) == ("招商银行 ····1221", "招商银行 ····3444")
    assert account.entered is not None
    assert account.entered.who == "hr"
    assert account.confirmed_text == "未经第二人确认"
    hire = found[ChangeKind.HIRE, newcomer.number]
    assert "90,000.00" in hire.becomes
    assert hire.becomes.endswith("招商银行 ····3445")
    assert hire.confirmed is not None
    assert hire.confirmed.who == "finance"
    assert found[ChangeKind.HIRE, unseen.number].confirmed_text == "未经第二人确认"
    assert found[ChangeKind.HIRE, by_console.number].confirmed_text == "无需确认"
    salary = found[ChangeKind.BASE_PAY, clerk.number]
    assert (salary.was[:8], "3,000.01" in salary.becomes) == ("3,000.00", True)
    assert found[ChangeKind.LEAVER, leaver.number].becomes.startswith("2011-05-20")
    assert "extra" in found[ChangeKind.LINK, clerk.number].becomes
    assert len(found) == 7
    url = address(Period, "changes", Period.objects.get(month=MAY).pk)
    page = text(stage.browse(Role.FINANCE).get(url).content.decode())
    for words in ("····3444", "90,000.00", "未经第二人确认", "extra"):
        assert words in page
    assert THEIRS not in page
    assert stage.browse(Role.BRANCH_GM).get(url).status_code == 403
    export_payroll(MAY, tmp_path / "payroll.xlsx")
    sheet = load_workbook(tmp_path / "payroll.xlsx")["与上月变动"]
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert {(row[1], row[3]) for row in rows} == {(number, str(what.value)) for what, number in found}
    assert not any(THEIRS in "".join(row) for row in rows)


def test_an_account_changed_after_the_approval_is_told_until_the_month_is_paid(stage: Stage, tmp_path: Path) -> None:
    give_account(stage.seller, OURS)
    stage.firm.close(lock=False)
    locked(stage)
    april = stage.run
    stage.firm.close(MAY, lock=False)
    before = Payslip.objects.get(month=APRIL, employee=stage.seller).bank_account
    give_account(stage.seller, THEIRS, stage.users[Role.HR])
    finance = stage.browse(Role.FINANCE)
    page = text(asked(finance, stage.act_url, MonthAct.MARK_PAID, april))
    assert "审批后账户变动" in page
    assert "····1222 招商银行 ····3444" in page
    assert "未经第二人确认" in page
    export_payroll(APRIL, tmp_path / "payroll.xlsx")
    book = load_workbook(tmp_path / "payroll.xlsx")
    assert any(before in row for row in book["工资表"].iter_rows(values_only=True))
    assert "审批后账户变动" in {row[3] for row in book["与上月变动"].iter_rows(values_only=True)}
    mark_paid(april.pk, paid_on=TODAY, voucher="V", today=TODAY, by=stage.actor(Role.FINANCE))
    assert changed_since_last_month(APRIL) == []


def test_queries_of_what_changed_and_what_is_asked_stay_few(stage: Stage) -> None:
    locked(stage)
    for _number in range(3):
        with acting(stage.actor(Role.HR), Change.Source.PAGE):
            stage.firm.clerk(since="05-02")
    stage.firm.close(MAY, lock=False)
    few = _asked(stage)
    for _number in range(6):
        with acting(stage.actor(Role.HR), Change.Source.PAGE):
            stage.firm.clerk(since="05-02")
    stage.firm.close(MAY, lock=False)
    assert _asked(stage) == few <= 20


def _asked(stage: Stage) -> int:
    browser = stage.browse(Role.HR)
    url = address(Period, "changes", Period.objects.get(month=MAY).pk)
    browser.get(url)
    with CaptureQueriesContext(connection) as captured:
        browser.get(url)
    return len(captured)
