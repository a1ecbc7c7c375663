"""Corrections after the lock: what they pay and take back in the open month, and what comes after them."""

from decimal import Decimal as D

import pytest

from access.actor import Actor
from access.models import User
from clients.models import Contract, Receipt
from compensation.actions_corrections import (
    CorrectionRefused,
    EffectChanged,
    OtherPay,
    Wanted,
    WrongAmount,
    WrongCloser,
    effect_of,
    make_correction,
    withdraw_correction,
)
from compensation.models import Adjustment, CommissionLine, Correction, Credit
from staff.models import Employee
from tests.firm import APRIL, JUNE, MAY, Firm, assessment, credited, lines, slip

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Firm:
    return Firm()


@pytest.fixture
def hr() -> Actor:
    return Actor(User.objects.create(username="hr", role=User.Role.HR))


def correct(wanted: Wanted, by: Actor) -> Correction:
    return make_correction(wanted, reason="录入错误", shown=effect_of(wanted).digest, by=by)


def adjusted(person: Employee) -> list[tuple[str, str]]:
    rows = Adjustment.objects.filter(employee=person).order_by("correction", "line")
    return [(str(row.amount), str(row.sales)) for row in rows]


def test_a_wrong_amount_is_paid_at_the_rate_of_then(firm: Firm, hr: Actor) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "19999.99")
    firm.close()
    assert lines(anne) == [("commission", "19999.99", "0.06", "1200.00")]
    correct(WrongAmount(receipt, D("20000.09")), hr)
    assert adjusted(anne) == [("0.01", "0.10")]
    firm.sells(anne, "1000.00", "05-10")
    firm.close(MAY)
    may = slip(anne, MAY)
    assert (may.commission, may.adjustment, may.sales) == (D("60.00"), D("0.01"), D("1000.10"))
    assert assessment(anne, MAY).sales == D("1000.10")
