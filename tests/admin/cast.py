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

from access.actions import disclose, note_event
from access.actor import Actor
from access.models import AccountEvent, User
from clients.models import Client, Receipt
from compensation.actions_corrections import OtherPay, WrongAmount, effect_of, make_correction
from compensation.models import Payslip
from funds.models import FundClaim, FundKind
from monthend.models import Deputy
from monthend.preview.models import Preview
from monthend.preview.work import work_on_previews
from rulebook.actions_drafts import start_draft
from rulebook.actions_interpretations import record_interpretation
from rulebook.models import Interpretation, PlanVersion
from rulebook.month import Month
from staff.models import Absence, Branch, Department, Employee, MinimumWage, OpeningSales, OpeningState
from tests.firm import APRIL, JULY, MAY, Firm
from tests.imports.books import book_of, saved
from tests.imports.company import company
from tests.plans import PLAN_TEXT
from workbooks.models import ImportBatch, ImportedRow, ParallelLine, ParallelRun, Upload, UploadRow

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
    _rule(users)
    return House(firm, north, south, users)


def _watch_over(users: dict[str, User]) -> None:
    """A deputy for July, a log-in of HR's; that the locked month was verified is there already."""
    Deputy.objects.create(
        principal=users[Role.MARKETING_DIRECTOR],
        deputy=users[Role.GENERAL_MANAGER],
        start=dt.date(2011, 7, 1),
        end=dt.date(2011, 7, 9),
    )
    _upload(users[Role.HR])
    _run_in_parallel(users[Role.HR])
    disclose(Employee.objects.earliest("pk"), "phone", by=users[Role.FINANCE])
    note_event(users[Role.HR], AccountEvent.Kind.LOGGED_IN, by=Actor(users[Role.HR]), address="192.0.2.7")
    _suppose(users[Role.HR], dt.datetime(2011, 6, 1, tzinfo=dt.UTC))


def _rule(users: dict[str, User]) -> None:
    """A draft of a plan for July, and what head office decided about an article."""
    start_draft(PlanVersion.objects.get(), month=JULY, by=Actor(users[Role.MARKETING_DIRECTOR]))
    decision = Interpretation(
        article="1-4.1",
        verdict=Interpretation.Verdict.CONFIRMED,
        words="照此执行",
        decided_on=dt.date(2011, 5, 3),
        decided_by="总公司营销委员会",
    )
    record_interpretation(decision, by=Actor(users[Role.GENERAL_MANAGER]))


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
    MinimumWage.objects.create(
        branch=branch, city="北京", effective_from=dt.date(2011, 1, 1), amount=Decimal("1160.00"), source="京人社劳发"
    )
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


def _upload(hr: User) -> None:
    """Workbooks of HR: one that waits for the confirmation, one with a mistake."""
    told = {"sheet": "到款", "row": 3, "column": "金额", "value": "1.234", "reason": "小数超过 2 位"}
    for state, errors, shown in ((Upload.State.READY, [], "0" * 64), (Upload.State.REFUSED, [told], "")):
        upload = Upload.objects.create(
            file_name=f"{state}.xlsx",
            sha256="0" * 64,
            data=saved(book_of(company())),
            size=2_048,
            language="zh-hans",
            uploaded_at=dt.datetime(2011, 6, 1, tzinfo=dt.UTC),
            uploaded_by=hr,
            state=state,
            counts={
                "员工": {"added": 12, "changed": 1, "skipped": 3},
                "到款": {"added": 0, "changed": 0, "skipped": 1},
            },
            sums={"到款": "1234.50"},
            errors=errors,
            warnings=[{**told, "value": "2011-04-30", "reason": "2011-04 已锁定：计入 2011-05"}],
            shown=shown,
        )
    upload = Upload.objects.get(state=Upload.State.READY)
    changed = [["手机", "13800000001", "13800000002"], ["银行卡号", "6222000000001234", "6222000000005678"]]
    added = [["工号", None, "0009"], ["姓名", None, "王新"]]
    UploadRow.objects.bulk_create(
        UploadRow(upload=upload, sheet="员工", row=row, key=f"{row:04}", change=change, differences=differences)
        for row, change, differences in [(2, "changed", changed), *((row, "added", added) for row in range(3, 15))]
    )


def _run_in_parallel(hr: User) -> None:
    """What an old payroll paid in April: the north's closer less commission, the others as here; and a stranger."""
    uploaded_at = dt.datetime(2011, 6, 1, tzinfo=dt.UTC)
    run = ParallelRun.objects.create(
        month=APRIL, file_name="旧工资.xlsx", sha256="0" * 64, uploaded_at=uploaded_at, uploaded_by=hr
    )
    slips = list(Payslip.objects.filter(month=APRIL).select_related("employee").order_by("employee__number"))
    for slip in slips:
        less = Decimal("100.00") if slip == slips[0] else Decimal(0)
        ParallelLine.objects.create(
            run=run,
            number=slip.employee.number,
            employee=slip.employee,
            gross=slip.gross - less,
            commission=slip.commission - less,
        )
    ParallelLine.objects.create(run=run, number="X-9", gross=Decimal("1.00"))


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
