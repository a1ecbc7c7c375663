"""A computed month of a small company, written row by row: one line of every kind, and names as bad as they come."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from clients.models import Client, Contract, Receipt
from compensation.models import BasePayLine, CommissionLine, Payslip, SupportPool
from funds.models import ClaimDecision, FundClaim, FundKind, FundLot, FundMovement
from periods.models import Period
from rulebook.models import PlanVersion
from rulebook.month import Month
from staff.models import Branch, Department, Employee, RankAssessment
from tests.locking import lock_empty

MARCH, APRIL, MAY = Month(2011, 3), Month(2011, 4), Month(2011, 5)
FORMULA = '=HYPERLINK("http://127.0.0.1","x")'


@dataclass(frozen=True)
class Company:
    """Alice sells in the north and leads Bob, a newcomer; Carol supports them; the south is empty."""

    plan_version: PlanVersion
    north: Branch
    south: Branch
    sales: Department
    support: Department
    alice: Employee
    bob: Employee
    carol: Employee
    client: Client
    contract: Contract

    def receipt(self, number: str, amount: str, *, month: Month = MAY, reverses: Receipt | None = None) -> Receipt:
        """A receipt of the company's one contract."""
        return Receipt.objects.create(
            number=number,
            contract=self.contract,
            received_on=month.first,
            posted_in=month,
            amount=Decimal(amount),
            reverses=reverses,
        )

    def line(self, receipt: Receipt, employee: Employee, rate: str, amount: str, **facts: Any) -> CommissionLine:
        """A commission line in the receipt's month; `facts` override those of an ordinary line."""
        usual: dict[str, Any] = {
            "kind": CommissionLine.Kind.COMMISSION,
            "base": receipt.amount,
            "article": "1-4.1",
        }
        return CommissionLine.objects.create(
            month=receipt.posted_in,
            branch=self.north,
            receipt=receipt,
            employee=employee,
            rate=Decimal(rate),
            amount=Decimal(amount),
            plan_version=self.plan_version,
            **{**usual, **facts},
        )

    def payslip(self, employee: Employee, department: Department, **facts: Any) -> Payslip:
        """A payslip of May that adds up; `facts` in CNY override zeros."""
        amounts = dict.fromkeys(
            ("base_pay", "commission", "assist", "brought", "adjustment", "support_bonus"), Decimal(0)
        )
        amounts |= {name: facts.pop(name) for name in list(facts) if name in amounts}
        variable = amounts["commission"] + amounts["assist"] + amounts["brought"] + amounts["adjustment"]
        usual: dict[str, Any] = {"sales": Decimal(0), "on_threshold_wage": False}
        return Payslip.objects.create(
            month=MAY,
            branch=self.north,
            employee=employee,
            department=department,
            plan_version=self.plan_version,
            name=employee.name,
            branch_name=self.north.name,
            department_name=department.name,
            bank_name=employee.bank_name,
            bank_account=employee.bank_account,
            carried=min(variable, Decimal(0)),
            gross=amounts["base_pay"] + max(variable, Decimal(0)) + amounts["support_bonus"],
            **amounts,
            **{**usual, **facts},
        )

    def base_pay(self, employee: Employee, kind: BasePayLine.Kind, salary: str, **facts: Any) -> BasePayLine:
        """Base pay of all of May; `facts` override."""
        days = Decimal(MAY.days)
        usual: dict[str, Any] = {
            "start": MAY.first,
            "end": MAY.last,
            "days": days,
            "days_in_month": days,
            "amount": Decimal(salary),
        }
        return BasePayLine.objects.create(
            month=MAY, branch=self.north, employee=employee, kind=kind, salary=Decimal(salary), **{**usual, **facts}
        )

    def assessment(self, employee: Employee, rank: str, **facts: Any) -> RankAssessment:
        """May's assessment, in the middle of a cycle and kept; `facts` override."""
        usual: dict[str, Any] = {
            "sales": Decimal("60000.00"),
            "cycle_month": 1,
            "cycle_sales": Decimal("60000.00"),
            "outcome": RankAssessment.Outcome.KEPT,
            "next_rank": rank,
            "article": "1-4.3.1",
            "on_threshold_wage": False,
            "threshold_streak": 0,
            "review_due": False,
            "needs_attention": False,
        }
        return RankAssessment.objects.create(
            month=MAY,
            branch=self.north,
            employee=employee,
            plan_version=self.plan_version,
            rank=rank,
            **{**usual, **facts},
        )

    def pool(self, branch: Branch, sales: str, target: str, **facts: Any) -> SupportPool:
        """A support bonus pool of May without a tier; `facts` override."""
        usual: dict[str, Any] = {"rate": Decimal(0), "pool": Decimal(0), "has_staff": True}
        return SupportPool.objects.create(
            month=MAY,
            branch=branch,
            sales=Decimal(sales),
            target=Decimal(target),
            rated_sales=Decimal(sales),
            rated_target=Decimal(target),
            plan_version=self.plan_version,
            **{**usual, **facts},
        )

    def lot(self, fund: FundKind, amount: str, *, month: Month = MAY, **facts: Any) -> FundLot:
        """An accrual of the north; `facts` override."""
        usual: dict[str, Any] = {"usable_months": 3, "branch": self.north, "plan_version": self.plan_version}
        return FundLot.objects.create(month=month, fund=fund, amount=Decimal(amount), **{**usual, **facts})

    def claim(
        self, number: str, fund: FundKind, amount: str, reason: ClaimDecision.Reason, **facts: Any
    ) -> ClaimDecision:
        """A claim of the north on 20 May and what became of it."""
        claim = FundClaim.objects.create(
            number=number,
            branch=self.north,
            fund=fund,
            date=dt.date(2011, 5, 20),
            amount=Decimal(amount),
            purpose=FORMULA,
            client=self.client,
        )
        usual: dict[str, Any] = {"available": Decimal("500.00"), "client_sales": Decimal("70000.00")}
        return ClaimDecision.objects.create(
            month=MAY, branch=self.north, claim=claim, reason=reason, **{**usual, **facts}
        )


def make_company() -> Company:
    """The company without any result."""
    plan_version = PlanVersion.objects.get(version="2011-04")
    north = Branch.objects.create(code="B01", name="北京分公司")
    south = Branch.objects.create(code="B02", name="广州分公司")
    sales = Department.objects.create(code="D1", name="销售一部", branch=north, system=Department.System.SALES)
    support = Department.objects.create(code="D2", name="财务部", branch=north, system=Department.System.SUPPORT)
    hired = dt.date(2010, 1, 1)
    alice = Employee.objects.create(
        number="00001",
        name="陈静军",
        hired_on=hired,
        bank_name="中国工商银行北京朝阳支行",
        bank_account="0622202020011112223334",
    )
    bob = Employee.objects.create(number="00002", name=FORMULA, hired_on=hired, bank_account="-1+1")
    carol = Employee.objects.create(number="00003", name="+李\x0b明\r", hired_on=hired, bank_name="@银行")
    client = Client.objects.create(number="C0001", name="华达信企业", registered_on=hired)
    contract = Contract.objects.create(
        number="0000077", client=client, signed_on=hired, amount=Decimal("900000.00"), closer=alice, branch=north
    )
    return Company(plan_version, north, south, sales, support, alice, bob, carol, client, contract)


def make_month(state: Period.State = Period.State.COMPUTED) -> Company:
    """The company with May's results."""
    company = make_company()
    Period.objects.create(month=MAY, plan_version=company.plan_version)
    _pay(company)
    _assess(company)
    _share_bonus(company)
    _settle_funds(company)
    if state == Period.State.LOCKED:
        lock_empty(MAY)
    else:
        Period.objects.update(state=state)
    return company


def _pay(company: Company) -> None:
    earlier = company.line(company.receipt("R0000001", "99333.33", month=APRIL), company.alice, "0.10", "9933.33")
    tier = {"rank": "GW", "net_sales": Decimal("64120.00"), "tier_floor": Decimal("40000.00")}
    company.line(company.receipt("R0000002", "64120.00"), company.alice, "0.10", "6412.00", **tier)
    refund = company.receipt("R0000003", "-9933.33", reverses=earlier.receipt)
    company.line(refund, company.alice, "0.10", "-993.33", reversed_line=earlier)
    orphans = company.receipt("R0000004", "5333.33")
    company.line(orphans, company.bob, "0.06", "320.00", rank="ZL", net_sales=orphans.amount, tier_floor=Decimal(0))
    assist = {"kind": CommissionLine.Kind.ASSIST, "base": Decimal("320.00"), "article": "1-6"}
    company.line(orphans, company.carol, "0.10", "32.00", **assist)
    company.line(orphans, company.bob, "-0.10", "-32.00", **{**assist, "kind": CommissionLine.Kind.ASSIST_BORNE})
    company.payslip(
        company.alice,
        company.sales,
        rank="GW",
        rank_name="智慧顾问",
        sales=Decimal("54186.67"),
        base_pay=Decimal("2000.00"),
        commission=Decimal("5418.67"),
        brought=Decimal("-100.07"),
    )
    company.payslip(
        company.bob,
        company.sales,
        rank="ZL",
        rank_name="智慧助理",
        sales=Decimal("5333.33"),
        base_pay=Decimal("1280.00"),
        on_threshold_wage=True,
        commission=Decimal("320.00"),
        assist=Decimal("-32.00"),
        brought=Decimal("-1000.00"),
    )
    company.payslip(
        company.carol,
        company.support,
        base_pay=Decimal("1064.52"),
        assist=Decimal("32.00"),
        support_bonus=Decimal("0.07"),
    )
    company.base_pay(company.alice, BasePayLine.Kind.BASE_SALARY, "2000.00", rank="GW")
    company.base_pay(company.bob, BasePayLine.Kind.THRESHOLD_WAGE, "1280.00", rank="ZL")
    company.base_pay(
        company.carol,
        BasePayLine.Kind.PART_OF_MONTH,
        "2200.00",
        start=dt.date(2011, 5, 17),
        days=Decimal(15),
        amount=Decimal("1064.52"),
    )


def _assess(company: Company) -> None:
    company.assessment(company.alice, "GW", sales=Decimal("54186.67"), cycle_sales=Decimal("54186.67"))
    company.assessment(
        company.bob,
        "ZL",
        sales=Decimal("5333.33"),
        cycle_month=2,
        cycle_sales=Decimal("5333.33"),
        on_threshold_wage=True,
        threshold_streak=2,
        review_due=True,
        needs_attention=True,
    )


def _share_bonus(company: Company) -> None:
    company.pool(
        company.north,
        "69453.33",
        "86816.66",
        tier_floor=Decimal("0.80"),
        rate=Decimal("0.006"),
        pool=Decimal("416.72"),
    )
    company.pool(company.south, "0.00", "0.00", has_staff=False)


def _settle_funds(company: Company) -> None:
    relations, activity = FundKind.CLIENT_RELATIONS, FundKind.COMPANY_ACTIVITY
    opening = company.lot(relations, "300.00", month=Month(2011, 2), is_opening=True, plan_version=None)
    april = company.lot(relations, "1000.00", month=APRIL)
    company.lot(relations, "694.53")
    company.lot(activity, "0.00")
    company.lot(relations, "0.00", branch=company.south)
    posted = company.claim("0F001", relations, "450.00", ClaimDecision.Reason.POSTED).claim
    company.claim("0F002", relations, "900.00", ClaimDecision.Reason.INSUFFICIENT)
    company.claim("0F003", activity, "100.00", ClaimDecision.Reason.MAJOR_CLIENT)
    moved = [(opening, "250.00", posted), (april, "200.00", posted), (opening, "50.00", None)]
    for lot, amount, claim in moved:
        kind = FundMovement.Kind.SPENT if claim else FundMovement.Kind.EXPIRED
        FundMovement.objects.create(
            month=MAY, branch=company.north, lot=lot, kind=kind, amount=Decimal(amount), claim=claim
        )
