"""Each amount and each decision is explained by a sentence, in Chinese and in English, from the facts on its row."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from clients.models import Client, Contract, Receipt
from compensation.codes import Uncredited
from compensation.explain import explain_base_pay, explain_credit, explain_line, explain_pool, explain_share
from compensation.models import BasePayLine, CommissionLine, Credit, Payslip, SupportPool, SupportShare
from funds.explain import explain_decision, explain_lot
from funds.models import ClaimDecision, FundClaim, FundKind, FundLot
from rulebook.models import PlanVersion
from rulebook.month import Month
from rulebook.plan import AttainmentScope
from rulebook.wording import attainment_sentence
from staff.explain import explain_assessment
from staff.models import Employee, RankAssessment
from tests.plans import PLAN, PLAN_TEXT

APRIL, MAY = Month(2011, 4), Month(2011, 5)
VERSION = PlanVersion(version="2011-04", text=PLAN_TEXT)
Kind = CommissionLine.Kind
Outcome = RankAssessment.Outcome


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def receipt(number: str, **facts: Any) -> Receipt:
    """Cash of May."""
    return Receipt(number=number, received_on=dt.date(2011, 5, 9), posted_in=MAY, **facts)


def line(base: str, rate: str, amount: str, **facts: Any) -> CommissionLine:
    """A commission line of May."""
    usual: dict[str, Any] = {"kind": Kind.COMMISSION, "article": "1-4.1", "receipt": receipt("R2")}
    numbers = {"base": Decimal(base), "rate": Decimal(rate), "amount": Decimal(amount)}
    return CommissionLine(month=MAY, plan_version=VERSION, **numbers, **{**usual, **facts})


def tier(net: str, floor: str, rank: str = "GW") -> dict[str, Any]:
    """What a line says of the tier it reached."""
    return {"rank": rank, "net_sales": Decimal(net), "tier_floor": Decimal(floor)}


def refund(reversed_month: Month | None = None) -> dict[str, Any]:
    """A refund of R1; of an earlier month's line if a month is given."""
    facts: dict[str, Any] = {"receipt": receipt("R2", reverses=receipt("R1"))}
    if reversed_month:
        facts["reversed_line"] = CommissionLine(month=reversed_month)
    return facts


@pytest.mark.article("1-4.1")
def test_ordinary_line() -> None:
    assert explain_line(line("30000.00", "0.100000", "3000.00", **tier("64120.00", "40000.00"))) == (
        "1-4.1 智慧顾问当月净业绩 64,120.00 达到 40,000.00 档，30,000.00 × 10% = 3,000.00；方案 2011-04"
    )


@pytest.mark.article("1-4.1")
def test_nobody_reaches_the_lowest_tier() -> None:
    assert explain_line(line("8000.00", "0.08", "640.00", **tier("8000.00", "0.00"))) == (
        "1-4.1 智慧顾问当月净业绩 8,000.00，适用最低档，8,000.00 × 8% = 640.00；方案 2011-04"
    )


@pytest.mark.article("1-4.1")
def test_rounding_shows() -> None:
    assert "5,333.33 × 13.5% ≈ 720.00；" in explain_line(line("5333.33", "0.135", "720.00", **tier("160000", "160000")))


@pytest.mark.article("1-4.1")
def test_claw_back_of_an_earlier_month_names_its_own_rate() -> None:
    row = line("-9933.33", "0.10", "-993.33", **refund(APRIL))
    assert explain_line(row) == (
        "1-4.1 退款冲销 R1（2011年4月按 10% 计提），按原比例收回：-9,933.33 × 10% ≈ -993.33；方案 2011-04"
    )


@pytest.mark.article("1-4.1")
def test_the_refund_that_brings_a_receipt_to_zero_says_that_it_takes_what_is_left() -> None:
    row = line("-33.34", "0.08", "-2.66", **refund(APRIL))
    assert explain_line(row) == (
        "1-4.1 退款冲销 R1（2011年4月按 8% 计提），按原比例收回：该笔到款由此退清，收回该行余下的 -2.66"
        "（单独计算为 -33.34 × 8% ≈ -2.67）；方案 2011-04"
    )


@pytest.mark.article("1-4.1")
@pytest.mark.parametrize("points_at_line", [True, False])
def test_refund_in_the_same_month_follows_the_months_tier(points_at_line: bool) -> None:
    row = line("-100.00", "0.08", "-8.00", **refund(MAY if points_at_line else None), **tier("-20.00", "0.00"))
    assert explain_line(row) == (
        "1-4.1 同月退款冲销 R1；智慧顾问当月净业绩 -20.00 按 0 计，适用最低档，-100.00 × 8% = -8.00；方案 2011-04"
    )


@pytest.mark.article("1-6")
def test_assists() -> None:
    facts: dict[str, Any] = {"kind": Kind.ASSIST, "article": "1-6"}
    assert explain_line(line("7200.00", "0.10", "720.00", **facts)) == (
        "1-6 协助孤儿单客户成交：开发人员提成 7,200.00 × 10% = 720.00；方案 2011-04"
    )
    assert explain_line(line("-7200.00", "0.10", "-720.00", **facts, **refund(APRIL))) == (
        "1-6 退款冲销 R1，收回协助提成：开发人员提成 -7,200.00 × 10% = -720.00；方案 2011-04"
    )
    facts["kind"] = Kind.ASSIST_BORNE
    assert explain_line(line("7200.00", "-0.10", "-720.00", **facts)) == (
        "1-6 孤儿单客户的协助提成由开发人员承担：本人提成 7,200.00 × -10% = -720.00；方案 2011-04"
    )


@pytest.mark.article("1-4.1")
def test_credit_says_to_whom_or_why_to_nobody() -> None:
    cash = receipt("R1", contract=Contract(number="K1"))
    given = Credit(receipt=cash, amount=Decimal("10.00"), employee=Employee(name="陈静军"))
    assert explain_credit(given) == "1-4.1 到款 R1 金额 10.00 计入陈静军的业绩"
    reasons = {
        Uncredited.CLOSER_OUTSIDE_SALES: "到账当天成交人不在销售系统",
        Uncredited.CLOSER_LEFT: "成交人已离岗",
        Uncredited.OWNER_OUTSIDE_SALES: "到账当天客户没有销售系统的归属人",
        Uncredited.CREDITED_PERSON_LEFT: "原计入的人已离岗",
        Uncredited.ORIGINAL_UNCREDITED: "被冲销的到款未计入任何人",
    }
    assert set(reasons) == set(Uncredited)
    for reason, words in reasons.items():
        sentence = explain_credit(Credit(receipt=cash, amount=Decimal("10.00"), reason=reason))
        assert sentence.startswith(f"1-4.1 到款 R1 金额 10.00 不计入个人业绩：{words}")


def base_pay(kind: BasePayLine.Kind, salary: str, amount: str, **facts: Any) -> str:
    slip = Payslip(plan_version=VERSION, sales=Decimal("5333.33"))
    row = BasePayLine(
        kind=kind,
        salary=Decimal(salary),
        amount=Decimal(amount),
        start=dt.date(2011, 5, 17),
        end=dt.date(2011, 5, 31),
        **facts,
    )
    return explain_base_pay(row, slip)


@pytest.mark.article("1-4.1")
def test_base_pay() -> None:
    assert base_pay(BasePayLine.Kind.BASE_SALARY, "2000", "2000", rank="GW") == "1-4.1 智慧顾问：基本工资 2,000.00"
    assert base_pay(BasePayLine.Kind.BASE_SALARY, "2200", "2200") == "1-4.1 后勤支持：基本工资 2,200.00"
    assert base_pay(BasePayLine.Kind.THRESHOLD_WAGE, "1280", "1280", rank="GW") == (
        "1-4.1 智慧顾问当月净业绩 5,333.33 低于 24,000.00，拿临界工资 1,280.00"
    )
    part = {"days": Decimal("10.50"), "days_in_month": Decimal("21.75"), "rank": "ZL"}
    assert base_pay(BasePayLine.Kind.PART_OF_MONTH, "1600", "772.41", **part) == (
        "1-4.1 智慧助理 2011-05-17 至 2011-05-31，基本工资按天计：1,600.00 × 10.5 / 21.75 ≈ 772.41"
    )


def pool(sales: str, target: str, **facts: Any) -> str:
    usual: dict[str, Any] = {"has_staff": True, "rate": Decimal(0), "pool": Decimal(0)}
    rated = {"rated_sales": Decimal(sales), "rated_target": Decimal(target)}
    return explain_pool(SupportPool(sales=Decimal(sales), plan_version=VERSION, **rated, **{**usual, **facts}))


@pytest.mark.article("1-7.2.1")
def test_support_pool_by_attainment() -> None:
    reached: dict[str, Any] = {"tier_floor": Decimal("0.65"), "rate": Decimal("0.002"), "pool": Decimal("130.00")}
    assert pool("65000.00", "100000.00", **reached) == (
        "1-7.2.1 分公司达成率 65.00%（业绩 65,000.00 / 目标 100,000.00），达到 65% 档；"
        "分公司业绩 65,000.00 × 0.2% = 130.00；方案 2011-04"
    )
    assert pool("64999.99", "100000.00") == (
        "1-7.2.1 分公司达成率 64.99%（业绩 64,999.99 / 目标 100,000.00），未达到 65%，没有支持奖金；方案 2011-04"
    )
    assert pool("0.00", "0.00") == "1-7.2.1 没有设定目标，未达到 65%，没有支持奖金；方案 2011-04"
    assert pool("9.00", "1.00", has_staff=False) == "1-7.2.1 分公司没有后勤支持人员，不设奖金池；方案 2011-04"
    negative = {"rated_sales": Decimal(9), "rated_target": Decimal(9), "tier_floor": Decimal(1)}
    row = SupportPool(sales=Decimal(-9), has_staff=True, rate=Decimal("0.01"), plan_version=VERSION, **negative)
    assert explain_pool(row) == "1-7.2.1 业绩 -9.00 为负，没有支持奖金；方案 2011-04"


@pytest.mark.article("1-7.2.1")
def test_attainment_of_the_company_is_named_as_such() -> None:
    assert (
        attainment_sentence(AttainmentScope.COMPANY, Decimal(2), Decimal(3))
        == "全公司达成率 66.66%（业绩 2.00 / 目标 3.00）"
    )


@pytest.mark.article("1-7.2.2")
def test_support_share() -> None:
    facts = {
        "pool": Decimal("4389.78"),
        "weight": Decimal("1.5000"),
        "total_weight": Decimal("6"),
        "amount": Decimal("1097.45"),
    }
    share = SupportShare(**facts, reason="月结")
    assert explain_share(share) == "1-7.2.2 奖金池 × 权重 / 权重合计：4,389.78 × 1.5 / 6 ≈ 1,097.45；权重依据：月结"
    assert explain_share(SupportShare(**facts)).endswith("≈ 1,097.45")


def lot(fund: FundKind, sales: str, amount: str, **facts: Any) -> str:
    rated = {"rated_sales": Decimal(sales), "rated_target": Decimal("100000.00"), "rate": Decimal(0)}
    row = FundLot(fund=fund, sales=Decimal(sales), amount=Decimal(amount), plan_version=VERSION, **{**rated, **facts})
    return explain_lot(row)


@pytest.mark.article("2-1.2", "2-2.2.1")
def test_fund_accrual() -> None:
    always = {"tier_floor": Decimal(0), "rate": Decimal("0.010000")}
    assert lot(FundKind.CLIENT_RELATIONS, "65000.00", "650.00", **always) == (
        "2-1.2 分公司业绩 65,000.00 × 1% = 650.00；方案 2011-04"
    )
    reached = {"tier_floor": Decimal("0.65"), "rate": Decimal("0.0025")}
    assert lot(FundKind.COMPANY_ACTIVITY, "65000.00", "162.50", **reached) == (
        "2-2.2.1 分公司达成率 65.00%（业绩 65,000.00 / 目标 100,000.00），达到 65% 档；"
        "分公司业绩 65,000.00 × 0.25% = 162.50；方案 2011-04"
    )
    assert lot(FundKind.COMPANY_ACTIVITY, "64000.00", "0.00") == (
        "2-2.2.1 分公司达成率 64.00%（业绩 64,000.00 / 目标 100,000.00），未达到 65%，不计提；方案 2011-04"
    )
    assert lot(FundKind.CLIENT_RELATIONS, "-1.00", "0.00") == "2-1.2 业绩 -1.00 为负，不计提；方案 2011-04"
    opening = FundLot(fund=FundKind.CLIENT_RELATIONS, amount=Decimal("12.00"), is_opening=True)
    assert explain_lot(opening) == "上线时结转：余额 12.00"


def decision(fund: FundKind, reason: ClaimDecision.Reason) -> str:
    claim = FundClaim(fund=fund, amount=Decimal(900), date=dt.date(2011, 5, 20), client=Client(number="C1"))
    facts = {"available": Decimal(500), "client_sales": Decimal(60000)}
    return explain_decision(ClaimDecision(claim=claim, reason=reason, **facts), PLAN)


@pytest.mark.article("2-1.3", "2-2.3", "2-2.2.2")
def test_claim_decision() -> None:
    Reason = ClaimDecision.Reason  # noqa: N806
    assert decision(FundKind.CLIENT_RELATIONS, Reason.POSTED) == ""
    assert decision(FundKind.CLIENT_RELATIONS, Reason.INSUFFICIENT) == "余额不足：申请 900.00，可用 500.00（2-1.3）"
    assert decision(FundKind.COMPANY_ACTIVITY, Reason.INSUFFICIENT) == "余额不足：申请 900.00，可用 500.00（2-2.3）"
    assert decision(FundKind.COMPANY_ACTIVITY, Reason.MAJOR_CLIENT) == (
        "大客户：客户 C1 截至 2011-05-20 累计到款 60,000.00，达到 60,000.00，不得从本基金支出；"
        "可改由客户交往基金申请（2-2.2.2）"
    )


def assessment(rank: str, outcome: Outcome, next_rank: str, article: str, **facts: Any) -> str:
    usual: dict[str, Any] = {
        "sales": Decimal("60000.00"),
        "cycle_month": 1,
        "cycle_sales": Decimal("60000.00"),
        "on_threshold_wage": False,
        "review_due": False,
        "needs_attention": False,
    }
    row = RankAssessment(
        rank=rank, outcome=outcome, next_rank=next_rank, article=article, plan_version=VERSION, **{**usual, **facts}
    )
    return explain_assessment(row)


@pytest.mark.article("1-4.3.1")
def test_kept() -> None:
    assert assessment("GW", Outcome.KEPT, "GW", "1-4.3.1") == (
        "1-4.3.1 考核周期第 1 月，共 2 月，累计业绩 60,000.00；期满时按智慧顾问降级标准 56,000.00 考核；方案 2011-04"
    )
    assert assessment("GW", Outcome.KEPT, "GW", "1-4.3.1", cycle_month=2) == (
        "1-4.3.1 2 个月考核周期业绩 60,000.00 达到智慧顾问降级标准 56,000.00；方案 2011-04"
    )
    assert assessment("ZL", Outcome.KEPT, "ZL", "1-4.3.1", cycle_month=2) == (
        "1-4.3.1 考核周期第 2 月，共 2 月；智慧助理没有降级标准；方案 2011-04"
    )


@pytest.mark.article("1-4.2", "1-4.3.1", "1-4.3.3")
def test_moved() -> None:
    assert assessment("GW", Outcome.PROMOTED, "ZS", "1-4.2", qualified_by=Decimal("320000.00")) == (
        "1-4.2 最近 2 个整月业绩 320,000.00 达到资深智慧顾问任职资格 320,000.00，次月执行；方案 2011-04"
    )
    assert assessment("GW", Outcome.DEMOTED, "ZL", "1-4.3.1", cycle_month=2, cycle_sales=Decimal("55999.99")) == (
        "1-4.3.1 2 个月考核周期业绩 55,999.99 低于智慧顾问降级标准 56,000.00，次月降为智慧助理；方案 2011-04"
    )
    assert assessment("ZL", Outcome.REINSTATED, "GW", "1-4.3.3") == (
        "1-4.3.3 降级后当月业绩 60,000.00 完成智慧顾问月目标 40,000.00，次月恢复；方案 2011-04"
    )


@pytest.mark.article("1-4.3.4", "1-4.3.5")
def test_threshold_wage_review_and_attention() -> None:
    facts = {"on_threshold_wage": True, "threshold_streak": 2, "review_due": True, "needs_attention": True}
    assert assessment("ZL", Outcome.KEPT, "ZL", "1-4.3.1", sales=Decimal("11999.99"), **facts).endswith(
        "；1-4.1 当月业绩 11,999.99 低于 12,000.00，拿临界工资，连续 2 个考核月；1-4.3.4 应作解除审核，由人决定；"
        "1-4.3.5 提请营销总监关注；方案 2011-04"
    )


def test_no_qualification_leads_to_the_lowest_rank() -> None:
    with pytest.raises(ValueError, match="ZL"):
        assessment("GW", Outcome.PROMOTED, "ZL", "1-4.2", qualified_by=Decimal(1))


def test_english() -> None:
    with translation.override("en"):
        assert explain_line(line("-9933.33", "0.10", "-993.33", **refund(APRIL))) == (
            "1-4.1 refund of receipt R1, paid April 2011 at 10% and taken back at that rate:"
            " -9,933.33 × 10% ≈ -993.33; plan 2011-04"
        )
        assert decision(FundKind.CLIENT_RELATIONS, ClaimDecision.Reason.INSUFFICIENT) == (
            "not covered: 900.00 asked for, 500.00 available (2-1.3)"
        )
