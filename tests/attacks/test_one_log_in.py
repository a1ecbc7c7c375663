"""One log-in alone, or none, at a served site: human resources, an operator, and who guesses at the log-in page."""

import re
from itertools import cycle, islice

import pytest

from access.actor import CONSOLE
from access.models import User
from compensation.models import Payslip
from monthend.models import MonthRun
from monthend.runs import start_run
from monthend.work import work_on
from periods.models import Period
from staff.models import Employee, PayConfirmation
from tests.admin.addresses import address
from tests.attacks.conftest import somebody
from tests.attacks.site import Served
from tests.attacks.visitor import Visitor
from tests.firm import APRIL

pytestmark = pytest.mark.slow

OURS = "6222020200001111224"
PASSWORD = "Nur-fuer-mich-7"
PAY_CHANGES = "/admin/staff/employee/pay-changes/"
PAYSLIPS = "/admin/compensation/payslip/"
Role = User.Role


def test_one_log_in_of_human_resources_has_nobody_paid_to_an_account_of_its_own(site: Served, hr: User) -> None:
    at_work, victim = Visitor(site, hr), Employee.objects.order_by("pk")[0]
    make_known(hr)
    typed = {"name": victim.name, "bank_name": "另一银行", "bank_account": OURS}
    at_work.post(address(Employee, "change", victim.pk), **typed)
    start_run(APRIL, by=CONSOLE)
    run = MonthRun.objects.exclude(state=MonthRun.State.REPLACED).get(month=APRIL)
    work_on(run.pk)
    assert Payslip.objects.get(month=APRIL, employee=victim).bank_account == OURS
    page = at_work.get(PAY_CHANGES).text
    assert "另一银行 ····1224" in page
    shown = re.search(r'name="person" value="([^"]+)"', page)
    at_work.post(PAY_CHANGES, act="confirm", checked="x", person=shown[1] if shown else victim.pk)
    for step in ("submit", "approve", "lock", "approve-and-lock"):
        at_work.post(address(Period, "act", Period.objects.get(month=APRIL).pk), act=step, run=run.pk)
    run.refresh_from_db()
    assert (run.state, PayConfirmation.objects.filter(employee=victim, up_to__gt=0).count()) == ("computed", 0)


def test_one_operator_sees_nobodys_pay(site: Served) -> None:
    """The operator makes a director's link, keeps it, and asks human resources to open the log-in."""
    operator, director, hr = map(somebody, (Role.OPERATOR, Role.MARKETING_DIRECTOR, Role.HR))
    for user in (operator, hr):
        make_known(user)
    care, own = f"/admin/access/user/{director.pk}/care/", address(User, "change", operator.pk)
    at_work, helpful, thief = Visitor(site, operator), Visitor(site, hr), Visitor(site)
    link = re.search(r"/welcome/[^<\s]+", at_work.post(care, act="link", recipient="x").text)
    assert link is not None
    at_work.post(care, act="open", reason="x")
    set_password(thief, link[0])
    director.refresh_from_db()
    assert (director.is_active, director.has_usable_password()) == (False, False)
    assert "operator于" in helpful.get(care).text, "who opens it reads who made the link"
    helpful.post(care, act="open", reason="x")
    set_password(thief, link[0])
    thief.post("/login/", username=director.username, password=PASSWORD)
    thief.get(PAYSLIPS)
    assert thief.at == "/second-factor/set-up/", "the password alone shows nothing"
    at_work.post(own, username=operator.username, role=Role.HR, last_name="", first_name="", email="")
    operator.refresh_from_db()
    assert (operator.role, at_work.get(PAYSLIPS).status) == (Role.OPERATOR, 403)


def make_known(user: User) -> None:
    """Let a log-in be an employee's: one that is nobody's confirms nothing anyway."""
    told = {"name": user.username, "hired_on": APRIL.first, "user": user}
    Employee.objects.get_or_create(number=user.username, defaults=told)


def set_password(who: Visitor, link: str) -> None:
    """Follow a one-time link and type a password."""
    who.get(link)
    who.post(new_password1=PASSWORD, new_password2=PASSWORD)


def test_guesses_at_a_name_from_many_addresses_wait(site: Served) -> None:
    strangers = [Visitor(site, source=f"127.0.0.{number}") for number in range(2, 8)]
    answers = [
        stranger.post("/login/", username=Role.AUDITOR, password="wrong").status
        for stranger in islice(cycle(strangers), 18)
    ]
    assert answers == [200] * 16 + [429] * 2
