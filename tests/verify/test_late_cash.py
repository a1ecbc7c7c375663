"""Cash and refunds of a locked month that arrive late are posted in the open one, and recomputed alike."""

import pytest

from clients.models import Contract, Receipt
from rulebook.month import Month
from tests.firm import MAY, Firm, on
from tests.verify.closing import found


def post_late(firm: Firm, contract: Contract, amount: str, reverses: Receipt | None = None) -> Receipt:
    """A receipt of 27 April that is posted in May."""
    receipt = firm.receipt(contract, amount, "05-02", reverses=reverses)
    receipt.received_on = on("04-27")
    receipt.save()
    return receipt


@pytest.mark.django_db
@pytest.mark.parametrize("after_leaving_sales", ["nobody", "closer", "owner"])
@pytest.mark.parametrize("leaves", ["nobody", "closer", "both", "closer to the office"])
def test_late_cash_and_late_refunds(leaves: str, after_leaving_sales: str) -> None:
    firm = Firm()
    firm.plan(after_leaving_sales=after_leaving_sales)
    anne, ben = firm.seller("GW"), firm.seller("ZL", department=firm.south_sales)
    contract = firm.contract(anne, client=firm.client(), assistant=ben)
    paid = firm.receipt(contract, "30000.00", "04-10")
    if leaves == "closer to the office":
        firm.move(anne, "04-25", firm.south_office, salary="2000.00")
    elif leaves != "nobody":
        firm.leave(anne, "04-28")
    if leaves == "both":
        firm.leave(ben, "04-29")
    firm.close()
    late = post_late(firm, contract, "20000.00")
    post_late(firm, contract, "-500.00", late)
    post_late(firm, contract, "-1000.00", paid)
    firm.close(MAY, lock=False)
    assert found(MAY) == []
    assert firm.close(MAY).is_locked
    assert found(Month(2011, 4)) == []
