"""Other pay: paid or taken back by a correction, asked again once it was paid, by nobody to themselves."""

from decimal import Decimal as D

import pytest

from access.actor import Actor
from access.models import User
from access.refusals import EffectChanged
from compensation.corrections.actions import CorrectionRefused, OtherPay, effect_of, look_at_correction, make_correction
from staff.models import Employee
from tests.cast import log_in_of
from tests.firm import APRIL, MAY, Firm, slip
from tests.monthend.correcting import adjusted, correct, lock, refused

pytestmark = [pytest.mark.django_db, pytest.mark.article("1-4.1", "1-6")]


def test_other_pay_is_added_to_the_payslip(firm: Firm, hr: Actor) -> None:
    clerk = firm.clerk()
    firm.seller("ZL")
    lock(firm, APRIL)
    refused(OtherPay(clerk, D("0.00")), "amount")
    refused(OtherPay(clerk, D("0.001")), "amount")
    correct(OtherPay(clerk, D("200.00")), hr)
    correct(OtherPay(clerk, D("-300.00")), hr)
    lock(firm, MAY)
    assert (slip(clerk, MAY).adjustment, slip(clerk, MAY).carried) == (D("-100.00"), D("-100.00"))
    firm.leave(clerk, "06-01")
    refused(OtherPay(clerk, D("1.00")), "employee")
    refused(OtherPay(clerk, D("-1.00")), "employee")


def test_other_pay_confirmed_before_is_not_paid_anew_after_it_was_paid_back(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    lock(firm, APRIL)
    wanted = OtherPay(anne, D("88.00"))
    shown = effect_of(wanted).digest
    make_correction(wanted, reason="补发", shown=shown, by=hr)
    correct(OtherPay(anne, D("-88.00")), hr)
    with pytest.raises(EffectChanged) as changed:
        make_correction(wanted, reason="补发", shown=shown, by=hr)
    assert "T201105-0001" in changed.value.effect.notes[-1]
    assert adjusted(anne) == [("88.00", "0.00"), ("-88.00", "0.00")]


def test_other_pay_confirmed_again_is_asked_again(firm: Firm, hr: Actor) -> None:
    clerk = firm.clerk()
    lock(firm, APRIL)
    wanted = OtherPay(clerk, D("1000.00"))
    shown = effect_of(wanted).digest
    make_correction(wanted, reason="award", shown=shown, by=hr)
    with pytest.raises(EffectChanged) as again:
        make_correction(wanted, reason="award", shown=shown, by=hr)
    (move,) = again.value.effect.moves
    assert (move.before.amount, move.change.amount) == (D("1000.00"), D("1000.00"))
    assert adjusted(clerk) == [("1000.00", "0.00")]


def test_nobody_gives_themselves_other_pay(firm: Firm, hr: Actor) -> None:
    clerk = firm.clerk()
    Employee.objects.filter(pk=clerk.pk).update(user=hr.user)
    clerk.refresh_from_db()
    lock(firm, APRIL)
    wanted = OtherPay(clerk, D("88.00"))
    for attempt in (
        lambda: look_at_correction(wanted, by=hr),
        lambda: make_correction(wanted, reason="补发", shown=effect_of(wanted).digest, by=hr),
    ):
        with pytest.raises(CorrectionRefused) as refused_to:
            attempt()
        assert refused_to.value.field == "employee"


@pytest.mark.persons
def test_an_older_log_in_of_the_same_person_gives_itself_no_other_pay_and_nobodys_gives_none(firm: Firm) -> None:
    clerk, other = firm.clerk(), firm.seller("ZL")
    older, nobodys = (log_in_of(User.Role.HR, name) for name in ("older", "nobodys"))
    for user in (older, log_in_of(User.Role.HR, "newer")):
        Employee.objects.filter(pk=clerk.pk).update(user=user)  # as the console links: the person's next log-in
    clerk.refresh_from_db()
    lock(firm, APRIL)
    for user, employee, field in ((older, clerk, "employee"), (nobodys, clerk, ""), (nobodys, other, "")):
        wanted, by = OtherPay(employee, D("88.00")), Actor(User.objects.get(pk=user.pk))
        with pytest.raises(CorrectionRefused) as looking:
            look_at_correction(wanted, by=by)
        with pytest.raises(CorrectionRefused) as making:
            make_correction(wanted, reason="补发", shown=effect_of(wanted).digest, by=by)
        assert [refused_to.value.field or "" for refused_to in (looking, making)] == [field, field]
    wanted, by = OtherPay(other, D("88.00")), Actor(User.objects.get(pk=older.pk))
    make_correction(wanted, reason="补发", shown=look_at_correction(wanted, by=by).digest, by=by)
    assert adjusted(other) == [("88.00", "0.00")]
