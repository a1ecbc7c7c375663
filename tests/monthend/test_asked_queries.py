"""The pages that ask before a month moves on or back take few queries, whoever opens them, however much was done."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import User
from access.roles import PROGRAMS
from monthend.approval.actions import mark_paid, submit_run
from monthend.approval.actions_deputies import name_deputy
from monthend.models import Deputy
from monthend.page.acts import MonthAct
from monthend.page.listed import LISTS
from periods.models import Period
from staff.models import Employee, Target
from tests.admin.addresses import address
from tests.firm import MAY, TODAY
from tests.monthend.hands import DEEDS, Hands
from tests.monthend.stage import Role

MOST_QUERIES = 20


@pytest.fixture
def busy(hands: Hands) -> Hands:
    """A May of which all was done by hand that can be; finance and human resources stand in for the director."""
    for deed in DEEDS:
        deed(hands)
    hands.compute()
    today = timezone.localdate()
    for role in (Role.FINANCE, Role.GENERAL_MANAGER):
        deputy = Deputy(deputy=hands.stage.users[role], start=today, end=today)
        name_deputy(deputy, by=hands.stage.actor(Role.MARKETING_DIRECTOR))
    return hands


def handed_over(hands: Hands) -> None:
    submit_run(hands.run.pk, today=TODAY, by=hands.stage.actor(Role.HR))


def approved(hands: Hands) -> None:
    handed_over(hands)
    hands.approve()


def locked(hands: Hands) -> None:
    handed_over(hands)
    hands.lock()
    account = {"bank_name": "招商银行", "bank_account": "6222020200001111222"}
    with hands.by(hands.hr):
        Employee.objects.filter(pk__in=[hands.ben.pk, hands.stage.seller.pk]).update(**account)


def blocked(hands: Hands) -> None:
    """Handed over, and since then blocked by all that can come up behind it."""
    handed_over(hands)
    Target.objects.filter(month=MAY).delete()
    account = {"bank_name": "招商银行", "bank_account": "6222020200001111222"}
    with hands.by(hands.hr):
        Employee.objects.filter(pk__in=[hands.ben.pk, hands.stage.seller.pk]).update(**account)


def paid(hands: Hands) -> None:
    locked(hands)
    mark_paid(hands.run.pk, paid_on=TODAY, voucher="记-0601", today=TODAY, by=hands.stage.actor(Role.FINANCE))


ALSO_DEPUTIES = {Role.MARKETING_DIRECTOR, Role.FINANCE, Role.GENERAL_MANAGER}


@pytest.mark.parametrize(
    ("way", "act", "asked"),
    [
        (handed_over, MonthAct.APPROVE, ALSO_DEPUTIES),
        (handed_over, MonthAct.APPROVE_AND_LOCK, ALSO_DEPUTIES),
        (blocked, MonthAct.APPROVE, set()),
        (handed_over, MonthAct.COMPUTE_ANEW, {Role.HR}),
        (approved, MonthAct.COMPUTE_ANEW, {Role.HR}),
        (locked, MonthAct.MARK_PAID, {Role.FINANCE}),
        (paid, MonthAct.TAKE_PAYMENT_BACK, {Role.GENERAL_MANAGER}),
    ],
    ids=lambda value: getattr(value, "__name__", None) or (str(value) if isinstance(value, MonthAct) else ""),
)
def test_what_is_asked_takes_few_queries(
    busy: Hands, way: Callable[[Hands], None], act: MonthAct, asked: set[str]
) -> None:
    way(busy)
    counts = {role: queries(busy, role, busy.act_url, act) for role in User.Role if role not in UNSEEN}
    assert {role for role, (status, _count) in counts.items() if status == 200} == asked
    assert {role: count for role, (_status, count) in counts.items() if count > MOST_QUERIES} == {}


@pytest.mark.parametrize("act", [MonthAct.SUBMIT, MonthAct.LOCK, MonthAct.REJECT])
def test_what_the_months_page_asks_itself_takes_few_too(busy: Hands, act: MonthAct) -> None:
    if act is not MonthAct.SUBMIT:
        (approved if act is MonthAct.LOCK else handed_over)(busy)
    month = address(Period, "change", Period.objects.get(month=MAY).pk)
    counts = {role: queries(busy, role, month, act)[1] for role in User.Role if role not in UNSEEN}
    assert {role: count for role, count in counts.items() if count > MOST_QUERIES} == {}


@pytest.mark.parametrize("name", LISTS)
def test_each_list_that_is_confirmed_takes_few(busy: Hands, name: str) -> None:
    locked(busy)
    url = address(Period, name, Period.objects.get(month=MAY).pk)
    counts = {role: queries(busy, role, url)[1] for role in User.Role if role not in UNSEEN}
    assert {role: count for role, count in counts.items() if count > MOST_QUERIES} == {}


UNSEEN = {Role.SALESPERSON, *PROGRAMS}
"""Who has no log-in to the administration."""


def queries(hands: Hands, role: str, url: str, act: MonthAct | None = None) -> tuple[int, int]:
    """How a page answers a role that has opened it before, and by how many queries."""
    browser = hands.stage.browse(role)
    given = {"act": str(act), "run": str(hands.run.pk)} if act else {}
    browser.get(url, given)
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(url, given)
    return answer.status_code, len(captured)
