"""Two branches, north and south, each with sales, an assisted orphan's deal, office, claims; one log-in for each role.

April is locked, May is computed and open. The south sells alike, so that what a log-in of the north must not see is
always there; but for the fen of its amounts, so that it is known for the south's wherever it shows (see secrets.py).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.test import Client as Browser
from django.test.client import ClientHandler

from access.actions import note_event
from access.actor import Actor
from access.models import AccountEvent, User
from clients.models import Client, Receipt
from compensation.actions_corrections import OtherPay, WrongAmount, effect_of, make_correction
from funds.models import FundClaim, FundKind
from monthend.models import Deputy
from monthend.preview.models import Preview
from monthend.preview.work import work_on_previews
from rulebook.month import Month
from staff.models import Absence, Branch, Department, Employee, OpeningSales, OpeningState
from tests.firm import APRIL, MAY, Firm
from tests.plans import PLAN_TEXT
from workbooks.models import ImportBatch, ImportedRow

Role = User.Role
MANAGEMENT = (Role.HR, Role.FINANCE, Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER, Role.AUDITOR)
OF_BRANCH = (Role.SALES_MANAGER, Role.BRANCH_GM)
HANDLER = ClientHandler(enforce_csrf_checks=False)
"""What answers every browser of the house: to begin one looks at each static file, which takes longer than a page."""


@dataclass(frozen=True, eq=False)
class House:
    """The firm, its people by branch code, and the log-ins by role."""

    firm: Firm
    north: "Side"
    south: "Side"
    users: dict[str, User]

    def browse(self, role: str) -> Browser:
        """A browser in which whoever has the role is logged in."""
        browser = Browser()
        browser.handler = HANDLER
        browser.force_login(self.users[role])
        return browser


@dataclass(frozen=True)
class Side:
    """One branch: who closes, who develops orphans, who works in the office."""

    branch: Branch
    closer: Employee
    developer: Employee
    clerk: Employee

    @property
    def people(self) -> set[int]:
        """The ids of everybody there."""
        return {self.closer.pk, self.developer.pk, self.clerk.pk}


def make_house() -> House:
    """Write what happened and close the two months."""
    firm = Firm()
    firm.target(firm.south, "100123.45")
    north = _side(firm, firm.north, firm.sales, firm.office)
    south = _side(firm, firm.south, firm.south_sales, firm.south_office)
    _call_in_chinese()
    firm.close(APRIL)
    users = {role: _user(role, north) for role in Role.values}
    for side in (north, south):
        _correct(side, users[Role.HR])
    firm.close(MAY, lock=False)
    _watch_over(users)
    return House(firm, north, south, users)


def _watch_over(users: dict[str, User]) -> None:
    """A deputy for July, a log-in of HR's; that the locked month was verified is there already."""
    Deputy.objects.create(
        principal=users[Role.MARKETING_DIRECTOR],
        deputy=users[Role.GENERAL_MANAGER],
        start=dt.date(2011, 7, 1),
        end=dt.date(2011, 7, 9),
    )
    note_event(users[Role.HR], AccountEvent.Kind.LOGGED_IN, by=Actor(users[Role.HR]), address="192.0.2.7")
    _suppose(users[Role.HR], dt.datetime(2011, 6, 1, tzinfo=dt.UTC))


def _suppose(asker: User, now: dt.datetime) -> None:
    """A preview: from April on a higher tier of the middle rank, and half the target of the north."""
    plan_text = PLAN_TEXT.replace('["40000.00", "0.10"]', '["40000.00", "0.11"]')
    Preview.objects.create(
        first_month=APRIL, last_month=MAY, plan_text=plan_text, targets={"B1": "50000.00"}, asked_at=now, asked_by=asker
    )
    work_on_previews()


def _side(firm: Firm, branch: Branch, sales: Department, office: Department) -> Side:
    closer, developer = firm.seller("GW", department=sales), firm.seller("ZL", department=sales)
    clerk = firm.clerk(f"{3000 + _fen(branch)}", department=office)
    paid = firm.sells(closer, f"{70000 + _fen(branch)}", "04-10")
    firm.receipt(paid.contract, f"{-20000 - _fen(branch)}", "05-12", reverses=paid)
    orphan = firm.client()
    firm.assign(orphan, developer, "04-02")
    signed = firm.contract(developer, client=orphan, signed="04-05", assistant=clerk, amount=f"{900000 + _fen(branch)}")
    firm.receipt(signed, f"{30000 + _fen(branch)}", "04-12")
    firm.weigh(clerk, "3")
    firm.weigh(clerk, "2", MAY)
    for person in (closer, developer, clerk):
        _tell_private_details(person)
    _keep(branch, closer, orphan)
    return Side(branch, closer, developer, clerk)


def _fen(branch: Branch) -> Decimal:
    """What the south's amounts are larger by than the north's, CNY: nothing that moves a tier."""
    return Decimal("0.00") if branch == Branch.objects.earliest("pk") else Decimal("123.45")


def _tell_private_details(person: Employee) -> None:
    """An ID number, a bank account and a telephone of the person's own."""
    person.id_number, person.bank_account = f"11010119900101{person.pk:04}", f"622202100000{person.pk:04}"
    person.phone = f"1380000{person.pk:04}"
    person.save()


def _correct(side: Side, hr: User) -> None:
    """A receipt of April turns out to have been larger, and the clerk gets an award."""
    receipt = Receipt.objects.get(contract__closer=side.closer, posted_in=APRIL)
    award = Decimal("88.00") + _fen(side.branch)
    for wanted in (WrongAmount(receipt, receipt.amount + 1000), OtherPay(side.clerk, award)):
        make_correction(wanted, reason="银行回单更正", shown=effect_of(wanted).digest, by=Actor(hr))


def _keep(branch: Branch, person: Employee, client: Client) -> None:
    """What is kept beside sales: a leave, opening data, claims spent and refused, what an import said."""
    Absence.objects.create(employee=person, start=dt.date(2011, 7, 1), end=dt.date(2011, 7, 9), kind=Absence.Kind.SICK)
    OpeningState.objects.create(employee=person)
    OpeningSales.objects.create(employee=person, month=Month(2011, 3), sales=100 + _fen(branch))
    for number, amount in ((1, 200), (2, 900000)):
        FundClaim.objects.create(
            number=f"F{branch.pk}{number}",
            branch=branch,
            fund=FundKind.CLIENT_RELATIONS,
            date=dt.date(2011, 5, 3),
            amount=amount + _fen(branch),
            purpose=f"第{branch.pk}家招待",
            client=client,
        )
    batch = ImportBatch.objects.create(
        file_name=f"第{branch.pk}家分公司.xlsx",
        sha256="0",
        imported_at=dt.datetime(2011, 4, 1, tzinfo=dt.UTC),
        counts={"员工": {"added": 3, "changed": 0, "skipped": 0}},
    )
    ImportedRow.objects.create(sheet="员工", key=person.number, content={"姓名": "某人"}, batch=batch)


def _call_in_chinese() -> None:
    """Names as in a Chinese firm, so that what is left in English on a page is the page's own."""
    for branch, code, name in zip(Branch.objects.order_by("pk"), ("B1", "B2"), ("北方", "南方"), strict=True):
        Branch.objects.filter(pk=branch.pk).update(code=code, name=name)
        for system, department in (("sales", "销售部"), ("support", "综合部")):
            departments = Department.objects.filter(branch=branch, system=system)
            departments.update(code=f"{code}{len(department)}{system == 'sales':d}", name=f"{name}{department}")


def _user(role: str, side: Side) -> User:
    """A log-in; the salesperson is the closer, the two of the branch sit in its posts."""
    user = User.objects.create(username=f"u-{role}", role=role, is_staff=role != Role.SALESPERSON)
    places = {
        Role.SALESPERSON: side.closer,
        Role.SALES_MANAGER: side.developer,
        Role.BRANCH_GM: side.clerk,
    }
    if person := places.get(Role(role)):
        person.user = user
        person.save()
    return user


def keys(rows: Iterable[object]) -> set[object]:
    """The rows' keys."""
    return {row.pk for row in rows}  # type: ignore[attr-defined]
