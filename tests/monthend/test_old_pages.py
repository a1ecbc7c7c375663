"""A page that was opened before a month went on and came back does nothing; what an address asks for is answered."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from access.refusals import EffectChanged
from monthend.approval.actions import mark_paid, reject_run, take_payment_back
from monthend.approval.selectors_transitions import latest_step, payment_of
from monthend.checks import CloseRefused
from monthend.models import MonthRun, MonthTransition
from monthend.page.acting import carry_out, carry_out_as_shown
from monthend.page.acts import MonthAct
from monthend.page.asking import shown_of
from tests.firm import APRIL, TODAY
from tests.monthend.stage import Role, Stage, approved, computed, locked, paid, submitted, text

State = MonthRun.State
DIRECTOR = Role.MARKETING_DIRECTOR


def sent_back(stage: Stage) -> None:
    reject_run(stage.run.pk, reason="x", today=TODAY, by=stage.actor(DIRECTOR))


def page_of(stage: Stage, browser: Browser, act: MonthAct) -> dict[str, Any]:
    """What the form of an act holds, as it is shown now."""
    if act in (MonthAct.SUBMIT, MonthAct.LOCK, MonthAct.REJECT):
        step = browser.get(stage.url).context["page"].step
        assert step == latest_step(APRIL)
        return {"act": act, "run": stage.run.pk, "step": step, "reason": "y"}
    shown = stage.shown(browser, act)
    assert shown
    return {"act": act, "run": stage.run.pk, **shown, "paid_on": TODAY, "voucher": "记-0501", "reason": "y"}


def cycle_of_handing_over(stage: Stage) -> None:
    submitted(stage)
    sent_back(stage)


def cycle_of_sending_back(stage: Stage) -> None:
    sent_back(stage)
    submitted(stage)


def cycle_of_approving(stage: Stage) -> None:
    sent_back(stage)
    approved(stage)


def cycle_of_paying(stage: Stage) -> None:
    mark_paid(stage.run.pk, paid_on=TODAY, voucher="记-0501", today=TODAY, by=stage.actor(Role.FINANCE))
    take_payment_back(stage.run.pk, reason="x", by=stage.actor(Role.GENERAL_MANAGER))


def cycle_of_taking_back(stage: Stage) -> None:
    take_payment_back(stage.run.pk, reason="x", by=stage.actor(Role.GENERAL_MANAGER))
    mark_paid(stage.run.pk, paid_on=TODAY, voucher="记-0501", today=TODAY, by=stage.actor(Role.FINANCE))


@pytest.mark.parametrize(
    ("way", "role", "act", "cycle"),
    [
        (computed, Role.HR, MonthAct.SUBMIT, cycle_of_handing_over),
        (submitted, DIRECTOR, MonthAct.APPROVE, cycle_of_sending_back),
        (submitted, DIRECTOR, MonthAct.APPROVE_AND_LOCK, cycle_of_sending_back),
        (submitted, DIRECTOR, MonthAct.REJECT, cycle_of_sending_back),
        (submitted, Role.HR, MonthAct.COMPUTE_ANEW, cycle_of_sending_back),
        (approved, Role.HR, MonthAct.LOCK, cycle_of_approving),
        (approved, DIRECTOR, MonthAct.LOCK, cycle_of_approving),
        (locked, Role.FINANCE, MonthAct.MARK_PAID, cycle_of_paying),
        (paid, Role.GENERAL_MANAGER, MonthAct.TAKE_PAYMENT_BACK, cycle_of_taking_back),
    ],
)
def test_an_old_form_does_nothing_once_the_month_came_back(
    stage: Stage, way: Callable[[Stage], None], role: str, act: MonthAct, cycle: Callable[[Stage], None]
) -> None:
    way(stage)
    browser = stage.browse(role)
    old = page_of(stage, browser, act)
    cycle(stage)
    before = (stage.run.state, latest_step(APRIL), payment_of(stage.run), stage.run.verifications.count())
    told = text(browser.post(stage.act_url, old, follow=True).content.decode())
    assert "请再看一遍" in told
    assert before == (stage.run.state, latest_step(APRIL), payment_of(stage.run), stage.run.verifications.count())
    fresh = page_of(stage, browser, act)
    browser.post(stage.act_url, fresh)
    assert (stage.run.state, latest_step(APRIL), stage.run.verifications.count()) != (before[0], before[1], before[3])


def test_the_actions_hold_to_what_was_shown(stage: Stage) -> None:
    hr, finance = stage.actor(Role.HR), stage.actor(Role.FINANCE)
    old = latest_step(APRIL)
    cycle_of_handing_over(stage)
    for step in (old, None):
        with pytest.raises(CloseRefused, match="请再看一遍"):
            carry_out(MonthAct.SUBMIT, stage.run, step=step, reason="", today=TODAY, by=hr)
    assert stage.run.state == State.COMPUTED
    locked(stage)
    shown = shown_of(MonthAct.MARK_PAID, stage.run, stage.users[Role.FINANCE], TODAY)
    cycle_of_paying(stage)
    given = {**shown, "paid_on": TODAY, "voucher": "记-0501"}
    with pytest.raises(EffectChanged):
        carry_out_as_shown(MonthAct.MARK_PAID, stage.run, given, today=TODAY, by=finance)
    assert payment_of(stage.run) is None


@pytest.mark.parametrize(
    ("role", "act", "who"),
    [
        (Role.FINANCE, MonthAct.COMPUTE, "只有人力资源"),
        (Role.FINANCE, MonthAct.COMPUTE_ANEW, "只有人力资源"),
        (Role.FINANCE, MonthAct.SUBMIT, "只有人力资源"),
        (Role.FINANCE, MonthAct.APPROVE, "营销总监"),
        (Role.HR, MonthAct.APPROVE_AND_LOCK, "营销总监"),
        (Role.FINANCE, MonthAct.LOCK, "只有人力资源"),
        (Role.HR, MonthAct.REJECT, "有权审批"),
        (Role.HR, MonthAct.MARK_PAID, "只有财务"),
        (Role.HR, MonthAct.TAKE_PAYMENT_BACK, "总经理"),
        (Role.BRANCH_GM, MonthAct.VERIFY, "全公司"),
    ],
)
def test_an_address_of_anothers_act_says_whose_it_is(stage: Stage, role: str, act: MonthAct, who: str) -> None:
    page = stage.browse(role).get(stage.act_url, {"act": act.value, "run": str(stage.run.pk)}, follow=True)
    assert who in told_on(page)
    steps = MonthTransition.objects.count()
    posted = stage.browse(role).post(stage.act_url, {"act": act.value, "run": str(stage.run.pk)}, follow=True)
    assert told_on(posted)
    assert MonthTransition.objects.count() == steps


def test_an_address_alone_does_nothing_and_says_so(stage: Stage) -> None:
    hr = stage.browse(Role.HR)
    asked = {"act": MonthAct.SUBMIT.value, "run": str(stage.run.pk)}
    assert "未执行" in told_on(hr.get(stage.act_url, asked, follow=True))
    assert "未执行" in told_on(hr.get(stage.act_url, {"act": "explode"}, follow=True))
    assert "未执行" in told_on(hr.post(stage.act_url, {}, follow=True))
    assert stage.run.state == State.COMPUTED


def told_on(page: Any) -> str:
    return " ".join(str(message) for message in page.context["messages"])
