"""The payroll workbook of a month: eight sheets of its results and, once it is locked, one with its chain code.

In Chinese, whatever the reader's language.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import TypeVar

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from compensation.explain import explain_adjustment, explain_base_pay, explain_held, explain_line
from compensation.models import (
    Adjustment,
    BasePayLine,
    CommissionLine,
    Correction,
    HeldCommission,
    Payslip,
    SupportPool,
)
from compensation.selectors import (
    adjustments_of,
    base_pay_lines_by_person,
    commission_lines_of,
    held_commissions_of,
    payslips_of,
    support_pools_of,
)
from funds.explain import explain_decision
from funds.models import ClaimDecision, FundKind
from funds.selectors import FundMonth, decisions_of, fund_months
from monthend.approval.selectors_pay_list import why_not_as_approved
from monthend.lock.selectors_chain import short_code
from monthend.lock.selectors_seal import BEFORE_SEALS
from monthend.models import MonthRun
from periods.models import Period
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.plan import Plan
from rulebook.wording import month_text
from staff.explain import assessment_sentences
from staff.models import Branch, RankAssessment
from staff.selectors import assessments_of
from workbooks.company.layout import FUNDS
from workbooks.export.book import ReportBook, write_book
from workbooks.export.changes import changes_sheet
from workbooks.export.layout import Columns, Kind, ReportColumn, ReportSheet, mark, money, table, text

Adjusting = Adjustment | HeldCommission
Paid = TypeVar("Paid", CommissionLine, Adjusting, RankAssessment)

_YES, _NO = "是", "否"
_OUTCOMES = {
    RankAssessment.Outcome.KEPT: "维持",
    RankAssessment.Outcome.PROMOTED: "晋升",
    RankAssessment.Outcome.DEMOTED: "降级",
    RankAssessment.Outcome.REINSTATED: "复级",
}
_LINE_KINDS = {
    CommissionLine.Kind.COMMISSION: "提成",
    CommissionLine.Kind.ASSIST: "协助提成",
    CommissionLine.Kind.ASSIST_BORNE: "协助提成",
}
FUND_WORDS = {kind: word for word, kind in FUNDS.items()}
_POSTED, _REJECTED = "已入账", "已拒绝"


class ExportError(Exception):
    """The month's payroll can't be exported: it isn't computed, or the file can't be written there."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: how many people, the sum of their gross pay (CNY), and whether the month may still change."""

    people: int
    gross: Decimal
    is_draft: bool


@transaction.atomic
def export_payroll(month: Month, path: Path) -> Exported:
    """Write the payroll workbook of a computed or locked month to `path`; ExportError says why it can't be done.

    A locked month is released only if its pay list is the one that was approved. The period is locked while reading, so
    that all sheets show the same result.
    """
    period = Period.objects.select_for_update(of=("self",)).select_related("plan_version").filter(month=month).first()
    if period is None or period.state == Period.State.OPEN:
        raise ExportError(_("%(month)s is not computed yet: nothing to export.") % {"month": month_text(month)})
    if period.is_locked and (refusal := why_not_as_approved(month)):
        raise ExportError(refusal)
    with translation.override("zh-hans"), closing(commission_lines_of(month)) as lines:
        slips = list(payslips_of(month))
        locked = MonthRun.objects.filter(month=month, state=MonthRun.State.LOCKED).first()
        book = ReportBook(
            title=f"{month_text(month)}薪酬",
            remark="" if period.is_locked else "草稿：本月尚未锁定，数字仍可能变化",
            foot=_foot(period, locked),
            sheets=_sheets(month, slips, lines, period.plan_version.plan, locked),
        )
        with writing(path):
            write_book(book, path)
    return Exported(len(slips), sum((slip.gross for slip in slips), ZERO), not period.is_locked)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Write a file within: ExportError says why it can't be written at `path`."""
    try:
        if not path.parent.is_dir():
            raise ExportError(_("There is no folder %(folder)s.") % {"folder": path.parent})
        if path.is_dir():
            raise ExportError(_("%(path)s is a folder; name a file in it.") % {"path": path})
        yield
    except PermissionError as error:
        raise ExportError(_("You may not write to %(folder)s.") % {"folder": path.parent}) from error
    except OSError as error:
        facts = {"path": path, "reason": error.strerror}
        raise ExportError(_("%(path)s can't be written: %(reason)s.") % facts) from error


def _foot(period: Period, locked: MonthRun | None) -> str:
    plan = f"薪酬方案 {period.plan_version.version}"
    return f"{plan} · 封存链码 {short_code(locked.link)}" if locked else plan


def _sheets(
    month: Month, slips: Sequence[Payslip], lines: Iterable[CommissionLine], plan: Plan, locked: MonthRun | None
) -> list[ReportSheet]:
    names = {slip.employee_id: slip.name for slip in slips}
    branches = _branch_names(locked, slips)
    base_pay = base_pay_lines_by_person(month)
    sheets = [
        table("工资表", PAYSLIPS, ((slip, base_pay.get(slip.employee_id, ())) for slip in slips)),
        table("提成明细", _LINES, _named(lines, names)),
        table("调整明细", _ADJUSTMENTS, _named(_adjusting(month), names)),
        table("职级考核", _ASSESSMENTS, _assessed(assessments_of(month), names)),
        table("支持奖金", _POOLS, ((pool, branches[pool.branch_id]) for pool in support_pools_of(month))),
        table("活动基金", _FUNDS, ((str(month), fund, branches[fund.branch.pk]) for fund in fund_months(month))),
        table("基金支出", _CLAIMS, ((one, branches[one.claim.branch_id], plan) for one in decisions_of(month))),
        changes_sheet(month),
    ]
    return [*sheets, table(SEAL_SHEET, _SEALS, [(locked,)])] if locked else sheets


def _branch_names(locked: MonthRun | None, slips: Iterable[Payslip]) -> dict[int, str]:
    """What each branch (id) is called: in a locked month what it was called then, in any other as on the payslips."""
    names = locked.branch_names if locked else {}
    paid = {slip.branch_id: slip.branch_name for slip in slips}
    branches = Branch.objects.values_list("pk", "code", "name")
    return {branch: names.get(code) or paid.get(branch) or name for branch, code, name in branches}


def _adjusting(month: Month) -> Iterator[Adjusting]:
    return chain(adjustments_of(month), held_commissions_of(month))


def _named(things: Iterable[Paid], names: Mapping[int, str]) -> Iterator[tuple[Paid, str]]:
    """What tells of people, with what each is called on the payslip."""
    for one in things:
        yield one, names.get(one.employee_id, one.employee.name)


def _yes(is_so: bool) -> str:
    return _YES if is_so else _NO


PAYSLIPS: Columns[Payslip, Sequence[BasePayLine]] = (
    (mark("月份", 9), lambda slip, _pay: str(slip.month)),
    (text("分公司", 13), lambda slip, _pay: slip.branch_name),
    (text("部门", 12), lambda slip, _pay: slip.department_name),
    (text("工号", 9), lambda slip, _pay: slip.employee.number),
    (text("姓名", 10), lambda slip, _pay: slip.name),
    (text("职级", 15), lambda slip, _pay: slip.rank_name),
    (money("个人业绩"), lambda slip, _pay: slip.sales),
    (money("基本工资"), lambda slip, _pay: slip.base_pay),
    (mark("临界工资", 5), lambda slip, _pay: _yes(slip.on_threshold_wage)),
    (money("提成"), lambda slip, _pay: slip.commission),
    (money("协助提成"), lambda slip, _pay: slip.assist),
    (money("上月结转"), lambda slip, _pay: slip.brought),
    (money("调整"), lambda slip, _pay: slip.adjustment),
    (money("结转下月"), lambda slip, _pay: slip.carried),
    (money("提成实发"), lambda slip, _pay: slip.gross - slip.base_pay - slip.support_bonus),
    (money("支持奖金"), lambda slip, _pay: slip.support_bonus),
    (money("应发合计"), lambda slip, _pay: slip.gross),
    (text("开户行", 16), lambda slip, _pay: slip.bank_name),
    (text("银行卡号", 21), lambda slip, _pay: slip.bank_account),
    (ReportColumn("备注", Kind.SENTENCE, 36), lambda slip, pay: _remark(slip, pay)),
)
"""From left to right: 提成 + 协助提成 + 上月结转 + 调整 - 结转下月 = 提成实发,
and 基本工资 + 提成实发 + 支持奖金 = 应发合计."""


def _remark(slip: Payslip, base_pay: Iterable[BasePayLine]) -> str:
    """Why base pay isn't simply the full base salary."""
    unusual = (line for line in base_pay if line.kind != BasePayLine.Kind.BASE_SALARY)
    return "\n".join(explain_base_pay(line, slip) for line in unusual)


_LINES: Columns[CommissionLine, str] = (
    (mark("月份", 9), lambda line, _name: str(line.month)),
    (text("工号", 9), lambda line, _name: line.employee.number),
    (text("姓名", 10), lambda _line, name: name),
    (text("流水号", 12), lambda line, _name: line.receipt.number),
    (text("合同编号", 11), lambda line, _name: line.receipt.contract.number),
    (mark("类型", 9), lambda line, _name: _LINE_KINDS[CommissionLine.Kind(line.kind)]),
    (money("基数", is_summed=False), lambda line, _name: line.base),
    (ReportColumn("比例", Kind.SHARE, 8), lambda line, _name: line.rate),
    (money("金额"), lambda line, _name: line.amount),
    (ReportColumn("依据", Kind.SENTENCE, 98), lambda line, _name: explain_line(line)),
)

_CORRECTIONS = {
    Correction.Kind.AMOUNT: "金额有误",
    Correction.Kind.CLOSER: "成交人有误",
    Correction.Kind.OTHER: "其他",
    Correction.Kind.RULING: "争议裁决",
    Correction.Kind.RELEASE: "争议解除",
}
_ADJUSTMENTS: Columns[Adjusting, str] = (
    (mark("月份", 9), lambda row, _name: str(row.month)),
    (text("工号", 9), lambda row, _name: row.employee.number),
    (text("姓名", 10), lambda _row, name: name),
    (text("更正单号", 13), lambda row, _name: _adjusted_by(row)[0]),
    (mark("类型", 9), lambda row, _name: _adjusted_by(row)[1]),
    (text("流水号", 12), lambda row, _name: row.line.receipt.number if row.line else None),
    (mark("原月份", 9), lambda row, _name: str(row.line.month) if row.line else None),
    (text("原行工号", 9), lambda row, _name: row.line.employee.number if row.line else None),
    (money("业绩"), lambda row, _name: row.sales if isinstance(row, Adjustment) else ZERO),
    (money("金额"), lambda row, _name: row.amount if isinstance(row, Adjustment) else -row.amount),
    (
        ReportColumn("依据", Kind.SENTENCE, 98),
        lambda row, _name: explain_adjustment(row) if isinstance(row, Adjustment) else explain_held(row),
    ),
)
"""What adjusts pay: corrections and rulings add to it or take from it, a hold takes the line out of its own month."""


def _adjusted_by(row: Adjusting) -> tuple[str, str]:
    """By which correction or dispute, and of what kind."""
    if isinstance(row, HeldCommission):
        return row.hold.reference, "争议暂扣"
    return row.correction.number, _CORRECTIONS[Correction.Kind(row.correction.kind)]


_ASSESSMENTS: Columns[RankAssessment, str, Plan, str] = (
    (mark("月份", 9), lambda row, _name, _plan, _why: str(row.month)),
    (text("工号", 9), lambda row, _name, _plan, _why: row.employee.number),
    (text("姓名", 10), lambda _row, name, _plan, _why: name),
    (text("当前职级", 15), lambda row, _name, plan, _why: plan.rank(row.rank).name),
    (money("业绩", is_summed=False), lambda row, _name, _plan, _why: row.sales),
    (mark("考核周期", 8), lambda row, _name, plan, _why: f"{row.cycle_month}/{plan.assessment.demotion_cycle_months}"),
    (money("周期业绩", is_summed=False), lambda row, _name, _plan, _why: row.cycle_sales),
    (mark("结论", 6), lambda row, _name, _plan, _why: _OUTCOMES[RankAssessment.Outcome(row.outcome)]),
    (text("次月职级", 15), lambda row, _name, plan, _why: plan.rank(row.next_rank).name),
    (ReportColumn("临界连续月数", Kind.COUNT, 8), lambda row, _name, _plan, _why: row.threshold_streak),
    (mark("解除审核", 6), lambda row, _name, _plan, _why: _yes(row.review_due)),
    (mark("总经理关注", 6), lambda row, _name, _plan, _why: _yes(row.needs_attention)),
    (ReportColumn("依据", Kind.SENTENCE, 90), lambda _row, _name, _plan, why: why),
)


def _assessed(
    assessments: Iterable[RankAssessment], names: Mapping[int, str]
) -> Iterator[tuple[RankAssessment, str, Plan, str]]:
    rows = list(assessments)
    explain = assessment_sentences(rows)
    for row, name in _named(rows, names):
        yield row, name, row.plan_version.plan, explain(row)


_POOLS: Columns[SupportPool, str] = (
    (mark("月份", 9), lambda pool, _branch: str(pool.month)),
    (text("分公司", 20), lambda _pool, branch: branch),
    (money("业绩"), lambda pool, _branch: pool.sales),
    (money("目标"), lambda pool, _branch: pool.target),
    (ReportColumn("达成率", Kind.SHARE, 11), lambda pool, _branch: pool.sales / pool.target if pool.target else None),
    (ReportColumn("比例", Kind.SHARE, 8), lambda pool, _branch: pool.rate),
    (money("奖金池"), lambda pool, _branch: pool.pool),
)

_FUNDS: Columns[str, FundMonth, str] = (
    (mark("月份", 9), lambda month, _fund, _branch: month),
    (text("分公司", 20), lambda _month, _fund, branch: branch),
    (text("基金", 10), lambda _month, fund, _branch: FUND_WORDS[fund.fund]),
    (money("计提"), lambda _month, fund, _branch: fund.accrued),
    (money("支出"), lambda _month, fund, _branch: fund.spent),
    (money("过期"), lambda _month, fund, _branch: fund.expired),
    (money("余额"), lambda _month, fund, _branch: fund.balance),
)

_CLAIMS: Columns[ClaimDecision, str, Plan] = (
    (text("单号", 14), lambda decision, _branch, _plan: decision.claim.number),
    (mark("日期", 12), lambda decision, _branch, _plan: decision.claim.date.isoformat()),
    (text("分公司", 20), lambda _decision, branch, _plan: branch),
    (text("基金", 10), lambda decision, _branch, _plan: FUND_WORDS[FundKind(decision.claim.fund)]),
    (money("申请金额", is_summed=False), lambda decision, _branch, _plan: decision.claim.amount),
    (
        money("入账金额", is_summed=False),
        lambda decision, _branch, _plan: decision.claim.amount if decision.is_posted else ZERO,
    ),
    (mark("状态", 9), lambda decision, _branch, _plan: _POSTED if decision.is_posted else _REJECTED),
    (ReportColumn("原因", Kind.SENTENCE, 80), lambda decision, _branch, plan: explain_decision(decision, plan)),
)

SEAL_SHEET, MONTH_COLUMN, CODE_COLUMN = "封存", "月份", "封存链码"
_SEAL_MEANING = (
    "封存链码在锁定时生成，由本月数据的封存校验码和上月的封存链码算出。请原样保存本文件：日后用 verify_chain"
    " 对照，可查出本月及以前各月锁定后是否被改写。"
)
_SEALS: Columns[MonthRun] = (
    (mark(MONTH_COLUMN, 9), lambda run: str(run.month)),
    (text(CODE_COLUMN, 70), lambda run: run.link),
    (text("封存校验码", 70), lambda run: None if run.seal == BEFORE_SEALS else run.seal),
    (ReportColumn("说明", Kind.SENTENCE, 60), lambda _run: _SEAL_MEANING),
)
