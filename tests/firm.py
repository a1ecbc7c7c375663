"""A small firm built row by row, for tests of the month end: two branches, whoever and whatever a test needs."""

import datetime as dt
from decimal import Decimal
from itertools import count

from access.actor import CONSOLE
from clients.history.actions import rebuild_histories
from clients.models import Assignment, Client, Contract, Receipt
from compensation.models import CommissionLine, Credit, Payslip, SupportWeight
from funds.models import FundClaim, FundKind, FundLot
from monthend.close import close_month
from monthend.report import CloseReport
from rulebook.models import PlanVersion
from rulebook.month import Month
from staff.careers.actions import rebuild_careers
from staff.models import Branch, Department, Employee, PersonnelEvent, RankAssessment, Target
from tests.plans import PLAN_TEXT

APRIL = Month(2011, 4)
MAY = Month(2011, 5)
JUNE = Month(2011, 6)
JULY = Month(2011, 7)
TODAY = dt.date(2012, 1, 1)
Kind = PersonnelEvent.Kind


def on(text: str) -> dt.date:
    """A day of 2011, written `04-15`."""
    return dt.date.fromisoformat(f"2011-{text}")


class Firm:
    """Two branches with a sales and an office department each, targets for April to September, and no people yet."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.north, self.south = (Branch.objects.create(code=code, name=code) for code in ("North", "South"))
        self.sales, self.office = self._departments(self.north)
        self.south_sales, self.south_office = self._departments(self.south)
        self.target(self.north, "100000.00")
        self.target(self.south, "100000.00")

    def _departments(self, branch: Branch) -> tuple[Department, Department]:
        sales, office = Department.System.SALES, Department.System.SUPPORT
        return (
            Department.objects.create(code=f"{branch.code}-S", name="Sales", branch=branch, system=sales),
            Department.objects.create(code=f"{branch.code}-O", name="Office", branch=branch, system=office),
        )

    def target(self, branch: Branch, amount: str) -> None:
        """The same target for each month from April to September."""
        Target.objects.filter(branch=branch).delete()
        Target.objects.bulk_create(
            Target(month=APRIL + offset, branch=branch, amount=Decimal(amount)) for offset in range(6)
        )

    def seller(self, rank: str = "ZL", *, since: str = "03-01", department: Department | None = None) -> Employee:
        """Somebody hired into sales."""
        return self._hire(on(since), department or self.sales, rank=rank)

    def clerk(self, salary: str = "3000.00", *, since: str = "03-01", department: Department | None = None) -> Employee:
        """Somebody hired into the office."""
        return self._hire(on(since), department or self.office, salary=Decimal(salary))

    def _hire(self, date: dt.date, department: Department, rank: str = "", salary: Decimal | None = None) -> Employee:
        number = f"{next(self._numbers):05}"
        person = Employee.objects.create(number=number, name=f"P{number}", hired_on=date)
        PersonnelEvent.objects.create(
            employee=person,
            date=date,
            kind=Kind.HIRED,
            new_department=department,
            new_rank=rank,
            new_base_salary=salary,
        )
        rebuild_careers([person.pk])
        return person

    def move(
        self,
        person: Employee,
        date: str,
        department: Department,
        *,
        kind: str = Kind.CHANGE_OF_POST,
        rank: str = "",
        salary: str | None = None,
    ) -> None:
        """A change of post (or with `kind` a transfer) on a day."""
        PersonnelEvent.objects.create(
            employee=person,
            date=on(date),
            kind=kind,
            new_department=department,
            new_rank=rank,
            new_base_salary=None if salary is None else Decimal(salary),
        )
        rebuild_careers([person.pk])

    def leave(self, person: Employee, date: str) -> None:
        """A departure; `date` is the first day gone."""
        PersonnelEvent.objects.create(employee=person, date=on(date), kind=Kind.DEPARTURE)
        rebuild_careers([person.pk])

    def client(
        self, owner: Employee | None = None, *, since: str = "03-10", referred_by: Client | None = None
    ) -> Client:
        """A client; without an owner it is an orphan."""
        number = f"C{next(self._numbers):05}"
        return Client.objects.create(
            number=number, name=number, registered_owner=owner, registered_on=on(since), referred_by=referred_by
        )

    def contract(
        self,
        closer: Employee,
        *,
        client: Client | None = None,
        signed: str = "04-01",
        assistant: Employee | None = None,
        amount: str = "1000000.00",
    ) -> Contract:
        """A contract; without a client named it is with a new one that the closer owns."""
        return Contract.objects.create(
            number=f"K{next(self._numbers):05}",
            client=client or self.client(closer, since=signed),
            signed_on=on(signed),
            amount=Decimal(amount),
            closer=closer,
            assistant=assistant,
            branch=self.north,
        )

    def receipt(
        self,
        contract: Contract,
        amount: str,
        date: str = "04-15",
        *,
        reverses: Receipt | None = None,
        posted: Month | None = None,
    ) -> Receipt:
        """Cash for a contract, or with `reverses` a refund; late cash is `posted` in a later month than its own."""
        return Receipt.objects.create(
            number=f"R{next(self._numbers):05}",
            contract=contract,
            received_on=on(date),
            posted_in=posted or Month.of(on(date)),
            amount=Decimal(amount),
            reverses=reverses,
        )

    def sells(self, closer: Employee, amount: str, date: str = "04-15") -> Receipt:
        """Cash for a new contract of a sales person with an own client, signed that day."""
        return self.receipt(self.contract(closer, signed=date), amount, date)

    def assign(self, client: Client, developer: Employee, date: str) -> None:
        """An orphan given to a developer."""
        Assignment.objects.create(client=client, date=on(date), developer=developer)

    def weigh(self, person: Employee, weight: str, month: Month = APRIL) -> None:
        """A weight for the support bonus."""
        SupportWeight.objects.create(month=month, employee=person, weight=Decimal(weight))

    def claim(
        self, amount: str, date: str, *, fund: FundKind = FundKind.COMPANY_ACTIVITY, client: Client | None = None
    ) -> FundClaim:
        """A claim of the north branch."""
        return FundClaim.objects.create(
            number=f"F{next(self._numbers):05}",
            branch=self.north,
            fund=fund,
            date=on(date),
            amount=Decimal(amount),
            purpose="dinner",
            client=client,
        )

    def lot(self, left: str, month: Month, *, fund: FundKind = FundKind.COMPANY_ACTIVITY) -> FundLot:
        """What the north branch brought along at go-live of a month's accrual."""
        return FundLot.objects.create(
            month=month, branch=self.north, fund=fund, amount=Decimal(left), is_opening=True, usable_months=3
        )

    def plan(self, **changes: str) -> None:
        """Put another text of the plan in force: each change replaces the line's value of that key."""
        text = PLAN_TEXT
        for key, value in changes.items():
            old = next(line for line in text.splitlines() if line.strip().startswith(f"{key}:"))
            text = text.replace(old, f"{old.split(':')[0]}: {value}", 1)
        version = PlanVersion.objects.get()
        version.text = text
        version.full_clean()
        version.save()

    def close(self, month: Month = APRIL, *, lock: bool = True) -> CloseReport:
        """Close a month as the console does."""
        rebuild_histories()
        return close_month(month, lock=lock, today=TODAY, by=CONSOLE)


def slip(person: Employee, month: Month = APRIL) -> Payslip:
    """A person's payslip of a month."""
    return Payslip.objects.get(employee=person, month=month)


def assessment(person: Employee, month: Month = APRIL) -> RankAssessment:
    """A person's assessment of a month."""
    return RankAssessment.objects.get(employee=person, month=month)


def lines(person: Employee, month: Month = APRIL) -> list[tuple[str, str, str, str]]:
    """A person's lines of a month as (kind, base, rate, amount), by receipt."""
    rows = CommissionLine.objects.filter(employee=person, month=month).order_by("receipt__number", "kind")
    return [(row.kind, str(row.base), str(row.rate.normalize()), str(row.amount)) for row in rows]


def credited(receipt: Receipt) -> tuple[Employee | None, str]:
    """To whom a receipt is credited, and if to nobody why."""
    row = Credit.objects.get(receipt=receipt)
    return row.employee, row.reason
