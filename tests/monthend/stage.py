"""A stage for the month's page: a firm whose April is computed, a log-in for each role, and the ways on to the lock."""

import re
from decimal import Decimal
from typing import Any

from django.test import Client as Browser

from access.actor import CONSOLE, Actor
from access.models import User
from access.roles import PEOPLE
from clients.models import Receipt
from compensation.models import Payslip
from monthend.approval.actions import approve_run, mark_paid, submit_run
from monthend.approval.selectors_transitions import latest_step
from monthend.models import MonthRun, MonthVerification
from monthend.page.acts import ASKED_ONCE_MORE
from monthend.runs import start_run
from monthend.verify.actions import open_verification, perform_verification
from monthend.work import work_on
from periods.models import Period
from rulebook.wording import amount_text
from staff.models import Employee, Target
from tests.admin.addresses import address
from tests.firm import APRIL, TODAY, Firm

Role = User.Role
State = MonthRun.State


class Stage:
    """A firm whose April is computed, and a log-in for each role; the branch's are of the north."""

    def __init__(self) -> None:
        self.firm = Firm()
        self.seller = self.firm.seller("ZL")
        self.firm.sells(self.seller, "30000.00")
        self.southerner = self.firm.seller("ZL", department=self.firm.south_sales)
        self.users = {role: self._user(role) for role in PEOPLE}
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
        return f"{slips.count()} 人，应发 {amount_text(gross)} 元"

    def act(self, role: str, act: str, reason: str = "") -> str:
        """Press a button; returns the text of the page that follows."""
        return text(self.press(self.browse(role), act, reason, follow=True).content.decode())

    def press(self, browser: Browser, act: str, reason: str = "", *, follow: bool = False) -> Any:
        """Press a button and, where it is asked once more, confirm what is shown."""
        form: dict[str, Any] = {"act": act, "run": self.run.pk, "step": latest_step(APRIL), "reason": reason}
        if act in ASKED_ONCE_MORE:
            form |= {**self.shown(browser, act), "paid_on": TODAY.isoformat(), "voucher": "记-0501"}
        return browser.post(self.act_url, form, follow=follow)

    def shown(self, browser: Browser, act: str) -> dict[str, str]:
        """The hashes of what is shown before an act, with its lists; empty for who isn't shown it."""
        return shown_on(asked(browser, self.act_url, act, self.run))

    @property
    def act_url(self) -> str:
        return address(Period, "act", Period.objects.get(month=APRIL).pk)

    @property
    def results_url(self) -> str:
        return address(Period, "results", Period.objects.get(month=APRIL).pk)

    def page(self, role: str) -> str:
        return text(self.browse(role).get(self.url).content.decode())

    def results(self, role: str) -> str:
        return text(self.browse(role).get(self.results_url).content.decode())

    def offered(self, role: str) -> list[str]:
        """The acts on the page, in order."""
        page = self.browse(role).get(self.url)
        return re.findall(r'name="act" value="([a-z-]+)"', page.content.decode()) if page.status_code == 200 else []


def asked(browser: Browser, url: str, act: str, run: MonthRun) -> str:
    """The page that asks before an act, with the lists that it fetches; empty for who isn't asked."""
    page = browser.get(url, {"act": str(act), "run": str(run.pk)})
    if page.status_code != 200:
        return ""
    html = page.content.decode()
    lists = re.findall(r'hx-get="([^"]+)"', html)
    return "".join([html, *(browser.get(one, headers={"HX-Request": "true"}).content.decode() for one in lists)])


def shown_on(html: str) -> dict[str, str]:
    """What a page that asks before an act says was shown, as its form sends it along."""
    return dict(re.findall(r'name="(shown\w*)" value="([0-9a-f]{64})"', html))


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
    mark_paid(stage.run.pk, paid_on=TODAY, voucher="记-0501", today=TODAY, by=stage.actor(Role.FINANCE))


WAY = [computed, blocked, running, stale, submitted, approved, locked, paid]
