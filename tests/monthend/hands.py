"""What people do by hand in a month that follows a locked one: who does what, and what is shown of it."""

from collections.abc import Callable
from decimal import Decimal as D
from typing import Any

from access.actor import Actor
from access.history.acting import acting
from access.models import Change, User
from clients.models import Contract
from compensation.corrections.actions import OtherPay, effect_of, make_correction
from compensation.models import SupportWeight
from monthend.approval.actions import approve_run, submit_run
from monthend.by_hand.deeds import Deed, DeedKind
from monthend.by_hand.selectors import done_by_hand
from monthend.models import MonthRun
from monthend.page.acts import MonthAct
from monthend.page.asking import shown_of
from monthend.verify.actions import open_verification
from periods.models import Period
from staff.careers.actions import rebuild_careers
from staff.models import Employee, PersonnelEvent, Target
from tests.admin.addresses import address
from tests.firm import APRIL, MAY, TODAY, on
from tests.monthend.stage import Role, Stage, asked, text, verify

Source = Change.Source


class Hands:
    """April locked, May computed: the north's pool is shared in thirds by a clerk, the general manager and HR."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.firm = stage, stage.firm
        self.hr, self.gm = stage.users[Role.HR], stage.users[Role.BRANCH_GM]
        self.ben, hers = self.firm.clerk(), self.firm.clerk()
        Employee.objects.filter(pk=hers.pk).update(user=self.hr)
        self.hers = Employee.objects.get(pk=hers.pk)
        self.manager = Employee.objects.get(user=self.gm)
        self.firm.sells(stage.seller, "50000.00")
        self.sharers = [self.ben, self.hers, self.manager]
        for month in (APRIL, MAY):
            for person in self.sharers:
                self.firm.weigh(person, "1", month)
        self.mover = self.firm.seller()
        self.firm.move(self.mover, "05-03", self.firm.south_sales, kind=PersonnelEvent.Kind.TRANSFER)
        self.firm.close(APRIL)
        self.contract = self.firm.contract(stage.seller, assistant=self.ben, signed="05-02", amount="100000.00")
        self.firm.receipt(self.contract, "80000.00", "05-10")
        self.compute()

    def compute(self) -> None:
        self.firm.close(MAY, lock=False)

    def by(self, user: User, source: Source = Source.PAGE) -> Any:
        return acting(Actor(User.objects.get(pk=user.pk)), source)

    def one(self, what: DeedKind) -> Deed:
        found = [deed for deed in done_by_hand(MAY).deeds if deed.what is what]
        assert len(found) == 1, found
        return found[0]

    def take_the_pool(self) -> None:
        with self.by(self.hr, Source.IMPORT):
            SupportWeight.objects.filter(month=MAY, employee__in=[self.ben, self.manager]).update(weight=D("0.001"))

    def pay(self) -> None:
        other = OtherPay(self.ben, D("5000.00"))
        make_correction(other, reason="补发奖金", shown=effect_of(other).digest, by=Actor(self.hr))

    def set_target(self) -> None:
        with self.by(self.hr):
            Target.objects.filter(month=MAY, branch=self.firm.north).update(amount=D("60000.00"))

    def move(self) -> None:
        with self.by(self.hr):
            PersonnelEvent.objects.create(
                employee=self.hers,
                date=on("05-05"),
                kind=PersonnelEvent.Kind.TRANSFER,
                new_department=self.firm.south_office,
            )
        rebuild_careers([self.hers.pk])

    def assist(self) -> None:
        with self.by(self.hr, Source.IMPORT):
            Contract.objects.filter(pk=self.contract.pk).update(assistant=self.hers)

    def enter_again(self, contract: Contract, closer: Employee) -> None:
        """Delete a contract without cash and enter it anew under its number."""
        Contract.objects.filter(number=contract.number).delete()
        contract.pk, contract.closer = None, closer
        contract.save(force_insert=True)

    def exceed(self) -> None:
        with self.by(self.hr):
            self.firm.receipt(self.contract, "50000.00", "05-20")

    def approve(self) -> None:
        """By the director, handed over by then."""
        approve_run(self.run.pk, today=TODAY, by=self.stage.actor(Role.MARKETING_DIRECTOR))

    def lock(self) -> None:
        """Approved, verified and locked, handed over by then."""
        self.approve()
        open_verification(self.run.pk, locks=True, by=self.stage.actor(Role.HR), today=TODAY)
        verify()

    @property
    def run(self) -> MonthRun:
        return MonthRun.objects.exclude(state=MonthRun.State.REPLACED).get(month=MAY)

    def shown(self, act: MonthAct = MonthAct.APPROVE) -> dict[str, str]:
        return shown_of(act, self.run, self.stage.users[Role.MARKETING_DIRECTOR], TODAY)

    @property
    def act_url(self) -> str:
        return address(Period, "act", Period.objects.get(month=MAY).pk)

    def asked(self, role: str, act: MonthAct) -> str:
        """What is asked before an act, with its lists."""
        return asked(self.stage.browse(role), self.act_url, act, self.run)

    def page(self) -> str:
        """What the director is asked before approving, with its lists."""
        submit_run(self.run.pk, today=TODAY, by=Actor(self.hr))
        return text(self.asked(Role.MARKETING_DIRECTOR, MonthAct.APPROVE))


DEEDS: list[Callable[[Hands], None]] = [
    Hands.take_the_pool, Hands.pay, Hands.set_target, Hands.move, Hands.assist, Hands.exceed,
]  # fmt: skip
