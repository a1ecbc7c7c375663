"""What was done by hand that a month pays by is told to who approves it: by whom, from what to what, and how much."""

from collections.abc import Callable
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.actor import Actor
from access.decisions.effect import digest_of
from access.history.acting import acting
from access.models import Change, User
from clients.models import Contract, Receipt
from compensation.corrections.actions import OtherPay, WrongAmount, effect_of, make_correction
from compensation.models import SupportWeight
from monthend.approval.actions import submit_run
from monthend.by_hand.deeds import ByHand, Deed, DeedKind
from monthend.by_hand.selectors import done_by_hand
from monthend.models import MonthRun
from monthend.page.acts import MonthAct
from monthend.page.asking import asked_of
from monthend.page.by_hand import by_hand_tables
from periods.models import Period
from staff.careers.actions import rebuild_careers
from staff.models import Employee, PersonnelEvent, Target
from tests.admin.addresses import address
from tests.firm import APRIL, MAY, TODAY, on
from tests.monthend.stage import Role, Stage, text

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

    def exceed(self) -> None:
        with self.by(self.hr):
            self.firm.receipt(self.contract, "50000.00", "05-20")

    @property
    def run(self) -> MonthRun:
        return MonthRun.objects.exclude(state=MonthRun.State.REPLACED).get(month=MAY)

    def digest(self) -> str:
        return asked_of(MonthAct.APPROVE, self.run, self.stage.users[Role.MARKETING_DIRECTOR], TODAY).digest

    def page(self) -> str:
        """What the director is asked before approving."""
        run = self.run
        submit_run(run.pk, today=TODAY, by=Actor(self.hr))
        url = address(Period, "act", Period.objects.get(month=MAY).pk)
        director = self.stage.browse(Role.MARKETING_DIRECTOR)
        return text(director.get(url, {"act": MonthAct.APPROVE, "run": str(run.pk)}).content.decode())


@pytest.fixture
def hands(stage: Stage) -> Hands:
    return Hands(stage)


def test_a_share_that_jumped_is_told_first_with_who_wrote_the_weights(hands: Hands) -> None:
    hands.take_the_pool()
    hands.compute()
    first, *others = done_by_hand(MAY).weights
    assert (first.person, first.jumped, first.rose) == (hands.hers, True, True)
    assert {one.person: (one.hand and one.hand.who, one.is_own, one.rose) for one in others} == {
        hands.ben: (hands.hers.name, True, False),
        hands.manager: (hands.hers.name, True, False),
    }
    assert others[0].hand is not None
    assert others[0].hand.text.endswith("导入工作簿")
    page = hands.page()
    assert f"{hands.hers.name}在North奖金池中的份额由33.33%升至99.8%" in page


def test_equal_shares_are_no_rise(hands: Hands) -> None:
    assert [one.rose for one in done_by_hand(MAY).weights] == [False] * 3
    assert {one.amount for one in done_by_hand(MAY).weights} == {D("160.00")}


def test_other_pay_is_told_with_whom_it_pays_and_why(hands: Hands) -> None:
    hands.pay()
    hands.compute()
    deed = hands.one(DeedKind.PAID)
    assert (deed.amount, deed.reason, deed.hand and deed.hand.who, deed.is_own) == (
        D("5000.00"),
        "补发奖金",
        hands.hers.name,
        False,
    )
    page = hands.page()
    for words in (f"{hands.ben} +5,000.00", "补发奖金"):
        assert words in page


def test_a_corrected_receipt_that_raises_ones_own_pool_is_marked(hands: Hands) -> None:
    receipt = Receipt.objects.filter(contract__closer=hands.stage.seller, posted_in=APRIL).earliest("pk")
    wrong = WrongAmount(receipt, D("90000.00"))
    make_correction(wrong, reason="少记", shown=effect_of(wrong).digest, by=Actor(hands.hr))
    deed = hands.one(DeedKind.PAID)
    assert deed.is_own
    assert "+60,000.00" in deed.sentence


def test_a_target_changed_after_the_month_began_is_told_with_both_rates(hands: Hands) -> None:
    hands.set_target()
    hands.compute()
    deed = next(one for one in done_by_hand(MAY).deeds if one.what is DeedKind.TARGET and one.about == hands.firm.north)
    assert "100,000.00 → 60,000.00" in deed.sentence
    assert "0.6% → 1%" in deed.sentence
    assert deed.amount == D("320.00")
    assert (deed.hand and deed.hand.who, deed.is_own) == (hands.hers.name, True)
    assert "100,000.00 → 60,000.00" in hands.page()


def test_a_transfer_is_told_and_one_taken_back_that_had_counted(hands: Hands) -> None:
    hands.move()
    own, other = (deed for deed in done_by_hand(MAY).deeds if deed.what is DeedKind.MOVE)
    assert (own.about, own.is_own, own.hand and own.hand.who) == (hands.hers, True, hands.hers.name)
    assert "North Office → South Office" in own.sentence
    assert (other.about, other.is_own, other.hand and other.hand.by) == (hands.mover, False, None)
    with hands.by(hands.hr):
        PersonnelEvent.objects.filter(kind=PersonnelEvent.Kind.TRANSFER).delete()
    deed = hands.one(DeedKind.MOVE)
    assert (deed.about, deed.hand and deed.hand.who) == (hands.mover, hands.hers.name)
    assert "被撤回" in deed.sentence


def test_another_assistant_is_told_with_what_it_pays(hands: Hands) -> None:
    hands.assist()
    hands.compute()
    deed = hands.one(DeedKind.CONTRACT)
    assert f"{hands.ben} → {hands.hers}" in deed.sentence
    assert deed.amount is not None
    assert (deed.hand and deed.hand.who, deed.is_own) == (hands.hers.name, True)
    with hands.by(hands.hr):
        Contract.objects.filter(pk=hands.contract.pk).update(assistant=hands.ben)
    assert not [one for one in done_by_hand(MAY).deeds if one.what is DeedKind.CONTRACT]


def test_cash_above_its_contract_is_told_with_how_much(hands: Hands) -> None:
    assert not [one for one in done_by_hand(MAY).deeds if one.what is DeedKind.ABOVE]
    hands.exceed()
    deed = hands.one(DeedKind.ABOVE)
    assert (deed.about, deed.amount, deed.hand and deed.hand.who) == (hands.contract, D("30000.00"), hands.hers.name)


DEEDS: list[Callable[[Hands], None]] = [
    Hands.take_the_pool, Hands.pay, Hands.set_target, Hands.move, Hands.assist, Hands.exceed,
]  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_what_is_done_by_hand_after_it_was_shown_is_shown_again(hands: Hands, deed: Callable[[Hands], None]) -> None:
    shown, told = hands.digest(), digest_of(done_by_hand(MAY).facts)
    assert hands.digest() == shown
    deed(hands)
    assert hands.digest() != shown
    assert digest_of(done_by_hand(MAY).facts) != told


def test_nothing_by_hand_is_said_once(hands: Hands) -> None:
    table, *others = by_hand_tables(MAY, hands.stage.users[Role.MARKETING_DIRECTOR], ByHand([], []))
    assert (others, table.rows, table.empty[:14]) == ([], [], "2011年5月没有人工操作：")


def test_the_months_page_asks_few_questions_however_much_was_done(hands: Hands) -> None:
    for deed in DEEDS:
        deed(hands)
    hands.compute()
    few = asked(hands)
    for _number in range(3):
        clerk = hands.firm.clerk(since="05-02")
        hands.firm.weigh(clerk, "2", MAY)
        contract = hands.firm.contract(hands.stage.seller, assistant=hands.ben, amount="1.00", signed="05-02")
        with hands.by(hands.hr):
            hands.firm.receipt(contract, "2000.00", "05-12")
            Contract.objects.filter(pk=contract.pk).update(assistant=clerk)
        hands.pay()
    hands.compute()
    assert asked(hands) == few <= 20


def asked(hands: Hands) -> int:
    browser = hands.stage.browse(Role.HR)
    url = address(Period, "by_hand", Period.objects.get(month=MAY).pk)
    assert browser.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        browser.get(url)
    assert hands.stage.browse(Role.BRANCH_GM).get(url).status_code == 403
    return len(captured)
