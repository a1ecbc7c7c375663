"""Alice sells; Bob develops an orphan with Carol of the office assisting; Dan left sales; Eve is new.

April is locked, May is computed and open. In May a refund takes back part of Alice's April.
"""

from dataclasses import dataclass

from django.test import Client as Browser

from access.models import User
from compensation.models import CommissionLine
from rulebook.month import Month
from staff.models import Employee
from tests.cast import browse, log_in_of
from tests.firm import APRIL, MAY, Firm


@dataclass(frozen=True)
class Cast:
    """The people, and the firm that they work for."""

    firm: Firm
    alice: Employee
    bob: Employee
    carol: Employee
    dan: Employee
    eve: Employee

    def line(self, person: Employee, month: Month = APRIL, **facts: object) -> CommissionLine:
        """A person's one line of a month that has these facts."""
        return CommissionLine.objects.get(employee=person, month=month, **facts)

    def browse(self, person: Employee | None, role: str = User.Role.SALESPERSON, username: str = "nobody") -> Browser:
        """A browser in which a person is logged in, or with None a log-in of that name that is nobody's."""
        return browse(log_in_of(role, person.name.lower() if person else username, of=person))


def make_cast() -> Cast:
    """Write what happened and close the two months."""
    firm = Firm()
    alice, bob = firm.seller("GW"), firm.seller("ZL")
    carol, dan = firm.clerk("3000.00"), firm.seller("ZL")
    eve = firm.seller("ZL", since="07-01")
    for person, name in [(alice, "Alice"), (bob, "Bob"), (carol, "Carol"), (dan, "Dan"), (eve, "Eve")]:
        person.name = name
        person.save()
    firm.sells(alice, "30000.00", "04-10")
    refunded = firm.sells(alice, "20000.00", "04-20")
    firm.receipt(refunded.contract, "-20000.00", "05-12", reverses=refunded)
    orphans = firm.contract(bob, client=firm.client(), assistant=carol)
    firm.receipt(orphans, "30000.00", "04-12")
    dans = firm.contract(dan)
    firm.move(dan, "04-11", firm.office, salary="2500.00")
    firm.receipt(dans, "7777.77", "04-15")
    firm.weigh(carol, "3")
    firm.weigh(dan, "1")
    firm.close(APRIL)
    firm.close(MAY, lock=False)
    return Cast(firm, alice, bob, carol, dan, eve)
