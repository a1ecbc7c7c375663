"""Nobody corrects their own pay, whichever way, nor takes back what was corrected of it: another of HR does."""

from decimal import Decimal as D

import pytest

from access.actor import Actor
from access.models import User
from compensation.corrections.actions import (
    CorrectionRefused,
    OtherPay,
    Wanted,
    WrongAmount,
    WrongCloser,
    effect_of,
    look_at_correction,
    make_correction,
    withdraw_correction,
)
from compensation.models import Correction
from staff.models import Employee
from tests.cast import actor_of, log_in_of
from tests.firm import APRIL, Firm
from tests.monthend.correcting import correct, lock

pytestmark = [pytest.mark.django_db, pytest.mark.article("1-4.1")]


def human_resources(person: Employee) -> Actor:
    """Human resources, who was in sales before and is that person."""
    user = log_in_of(User.Role.HR, f"hr-{person.number}")
    Employee.objects.filter(pk=person.pk).update(user=user)
    return Actor(User.objects.get(pk=user.pk))


def refused(wanted: Wanted, by: Actor) -> None:
    with pytest.raises(CorrectionRefused, match="另一位人力资源"):
        look_at_correction(wanted, by=by)
    with pytest.raises(CorrectionRefused, match="另一位人力资源"):
        make_correction(wanted, reason="录入错误", shown=effect_of(wanted).digest, by=by)


def test_nobody_corrects_a_receipt_or_a_contract_of_their_own(firm: Firm, hr: Actor) -> None:
    closer, assistant, right = firm.seller("ZL"), firm.clerk(), firm.seller("GJ")
    receipt = firm.receipt(firm.contract(closer, assistant=assistant), "20000.00")
    lock(firm, APRIL)
    amount, moved = WrongAmount(receipt, D("30000.00")), WrongCloser(receipt.contract, right)
    for person in (closer, assistant):
        refused(amount, human_resources(person))
    refused(moved, Actor(User.objects.get(username=f"hr-{closer.number}")))
    refused(moved, human_resources(right))
    look_at_correction(amount, by=Actor(User.objects.get(username=f"hr-{right.number}")))
    assert correct(amount, hr).moved_sales == D("10000.00")


def test_nobody_takes_back_what_was_corrected_of_their_own_pay(firm: Firm, hr: Actor) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("GJ")
    receipt = firm.sells(anne, "20000.00")
    lock(firm, APRIL)
    own, another = human_resources(anne), human_resources(ben)
    for wanted in (
        OtherPay(anne, D("-100.00")),
        WrongAmount(receipt, D("10000.00")),
        WrongCloser(receipt.contract, ben),
    ):
        made = correct(wanted, hr)
        with pytest.raises(CorrectionRefused, match="另一位人力资源"):
            withdraw_correction(made, by=own)
        if isinstance(wanted, WrongCloser):
            with pytest.raises(CorrectionRefused, match="另一位人力资源"):
                withdraw_correction(made, by=another)
            withdraw_correction(made, by=hr)
    withdraw_correction(Correction.objects.get(kind=Correction.Kind.AMOUNT), by=another)
    assert [made.kind for made in Correction.objects.all()] == [Correction.Kind.OTHER]


@pytest.mark.article("1-7.2.1")
def test_nobody_raises_the_pool_in_which_they_share(firm: Firm, hr: Actor) -> None:
    own, elsewhere = human_resources(firm.clerk()), human_resources(firm.clerk(department=firm.south_office))
    receipt = firm.sells(firm.seller("ZL"), "20000.00")
    lock(firm, APRIL)
    by_a_fen, less = WrongAmount(receipt, D("20000.01")), WrongAmount(receipt, D("19999.99"))
    with pytest.raises(CorrectionRefused, match=r"North的业绩.*请由他人更正或撤回：hr（人力资源）、P00002（人力资源）"):
        look_at_correction(by_a_fen, by=own)
    with pytest.raises(CorrectionRefused, match="North的业绩"):
        correct(by_a_fen, own)
    withdraw_correction(correct(by_a_fen, elsewhere), by=own)
    lowered = correct(less, own)
    with pytest.raises(CorrectionRefused, match="North的业绩"):
        withdraw_correction(lowered, by=own)
    withdraw_correction(lowered, by=hr)


@pytest.mark.article("1-7.2.1")
def test_nobody_moves_sales_into_the_pool_in_which_they_share(firm: Firm, hr: Actor) -> None:
    own = human_resources(firm.clerk(department=firm.south_office))
    receipt = firm.sells(firm.seller("ZL"), "20000.00")
    there = firm.seller("ZL", department=firm.south_sales)
    back = firm.seller("ZL")
    lock(firm, APRIL)
    with pytest.raises(CorrectionRefused, match="South的业绩"):
        correct(WrongCloser(receipt.contract, there), own)
    correct(WrongCloser(receipt.contract, there), hr)
    taken = correct(WrongCloser(receipt.contract, back), own)
    with pytest.raises(CorrectionRefused, match="South的业绩"):
        withdraw_correction(taken, by=own)


@pytest.mark.article("1-7.2.1")
def test_where_all_who_correct_share_in_the_pool_one_of_them_does(firm: Firm) -> None:
    own, colleague, seller = human_resources(firm.clerk()), firm.clerk(), firm.seller("ZL")
    human_resources(colleague)
    receipt = firm.sells(firm.seller("ZL"), "20000.00")
    lock(firm, APRIL)
    assert correct(WrongAmount(receipt, D("30000.00")), own).moved_sales == D("10000.00")
    human_resources(seller)
    with pytest.raises(CorrectionRefused, match=rf"请由他人更正或撤回：{seller.name}"):
        correct(WrongAmount(receipt, D("40000.00")), own)


@pytest.mark.persons
def test_a_log_in_that_is_nobodys_neither_makes_nor_takes_back(firm: Firm) -> None:
    anne, ben = firm.seller("ZL"), firm.seller("GJ")
    receipt = firm.sells(anne, "20000.00")
    lock(firm, APRIL)
    wanted, nobodys = WrongAmount(receipt, D("10000.00")), actor_of(User.Role.HR, "x")
    with pytest.raises(CorrectionRefused):
        correct(wanted, nobodys)
    made = correct(wanted, human_resources(ben))
    with pytest.raises(CorrectionRefused):
        withdraw_correction(made, by=nobodys)
