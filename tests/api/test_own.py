"""What a person's token reads of that person: pay, clients, disputes, and nothing of anybody else's."""

import pytest

from clients.history.actions import rebuild_histories
from clients.models import Client
from compensation.models import CommissionLine, Payslip
from staff.models import Employee
from tests.api.calling import Program, program
from tests.firm import Firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def anne() -> Employee:
    firm = Firm()
    anne, ben = firm.seller("ZL"), firm.seller("ZL")
    for person in (anne, ben):
        firm.sells(person, "20000.00")
    rebuild_histories()
    firm.close()
    return anne


def of(person: Employee) -> Program:
    return program("salesperson", person.number, employee=person.number)


def test_one_reads_the_own_pay_down_to_the_receipt(anne: Employee) -> None:
    own, slip = of(anne), Payslip.objects.get(employee=anne)
    me = own.get("me/").json()
    assert (me["employee"], me["role"], me["rank"], me["name"]) == (anne.number, "salesperson", "ZL", anne.name)
    months = own.all("me/months/")
    assert months == [{"month": "2011-04", "gross": f"{slip.gross:.2f}", "is_locked": True, "paid_at": None}]
    pay = own.get("me/months/2011-04/").json()
    line = CommissionLine.objects.get(employee=anne)
    assert (pay["payslip"]["gross"], pay["adjustments"]) == (f"{slip.gross:.2f}", [])
    assert [(one["receipt"], one["amount"]) for one in pay["lines"]] == [(line.receipt.number, f"{line.amount:.2f}")]
    assert {one["employee"] for one in pay["lines"]} == {anne.number}
    assert own.get("me/months/2011-05/").status_code == 404


def test_one_reads_the_own_clients_and_disputes(anne: Employee) -> None:
    own = of(anne)
    clients = own.all("me/clients/")
    theirs = Client.objects.filter(contracts__closer=anne).order_by("number")
    assert [one["number"] for one in clients] == [one.number for one in theirs]
    assert own.all("me/disputes/") == []


def test_a_token_that_is_nobodys_has_nothing_of_its_own(anne: Employee) -> None:
    crm = program()
    me = crm.get("me/").json()
    assert (me["employee"], me["role"]) == (None, "integration")
    assert [crm.get(f"me/{what}/").status_code for what in ("months", "months/2011-04", "clients", "disputes")] == [
        404
    ] * 4
