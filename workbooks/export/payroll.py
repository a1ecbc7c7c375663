"""The payroll workbook of a month: eight sheets of its results and, once it is locked, one with its chain code.

In Chinese, whatever the reader's language.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from compensation.explain import explain_adjustment, explain_base_pay, explain_line
from compensation.models import BasePayLine, CommissionLine, Correction, Payslip
from compensation.selectors import (
    adjustments_of,
    base_pay_lines_by_person,
    commission_lines_of,
    payslips_of,
    support_pools_of,
)
from funds.explain import explain_decision
from funds.models import FundKind
from funds.selectors import decisions_of, fund_months
from monthend.chain import short_code
from monthend.models import MonthRun
from monthend.pay_list import why_not_as_approved
from monthend.seal import BEFORE_SEALS
from periods.models import Period
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.plan import Plan
from rulebook.wording import month_text
from staff.explain import assessment_sentences
from staff.models import Branch, RankAssessment
from staff.selectors import assessments_of
from workbooks.export.book import Book, write_book
from workbooks.export.changes import changes_sheet
from workbooks.export.layout import Column, Kind, Sheet, Value, mark, money, text

Row = Sequence[Value]

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
_FUNDS = {FundKind.CLIENT_RELATIONS: "客户交往", FundKind.COMPANY_ACTIVITY: "公司活动"}
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
        book = Book(
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
) -> list[Sheet]:
    names = {slip.employee_id: slip.name for slip in slips}
    branches = _branch_names(locked, slips)
    sheets = [
        Sheet("工资表", _PAYSLIP_COLUMNS, _payslip_rows(slips, base_pay_lines_by_person(month))),
        Sheet("提成明细", _LINE_COLUMNS, _line_rows(lines, names)),
        Sheet("调整明细", _ADJUSTMENT_COLUMNS, _adjustment_rows(month, names)),
        Sheet("职级考核", _ASSESSMENT_COLUMNS, _assessment_rows(assessments_of(month), names)),
        Sheet("支持奖金", _POOL_COLUMNS, _pool_rows(month, branches)),
        Sheet("活动基金", _FUND_COLUMNS, _fund_rows(month, branches)),
        Sheet("基金支出", _CLAIM_COLUMNS, _claim_rows(month, plan, branches)),
        changes_sheet(month),
    ]
    return [*sheets, Sheet(SEAL_SHEET, _SEAL_COLUMNS, [_seal_row(locked)])] if locked else sheets


def _branch_names(locked: MonthRun | None, slips: Iterable[Payslip]) -> dict[int, str]:
    """What each branch (id) is called: in a locked month what it was called then, in any other as on the payslips."""
    names = locked.branch_names if locked else {}
    paid = {slip.branch_id: slip.branch_name for slip in slips}
    branches = Branch.objects.values_list("pk", "code", "name")
    return {branch: names.get(code) or paid.get(branch) or name for branch, code, name in branches}


# From left to right: 提成 + 协助提成 + 上月结转 + 调整 - 结转下月 = 提成实发,
# and 基本工资 + 提成实发 + 支持奖金 = 应发合计.
_PAYSLIP_COLUMNS = (
    mark("月份", 9),
    text("分公司", 13),
    text("部门", 12),
    text("工号", 9),
    text("姓名", 10),
    text("职级", 15),
    money("个人业绩"),
    money("基本工资"),
    mark("临界工资", 5),
    money("提成"),
    money("协助提成"),
    money("上月结转"),
    money("调整"),
    money("结转下月"),
    money("提成实发"),
    money("支持奖金"),
    money("应发合计"),
    text("开户行", 16),
    text("银行卡号", 21),
    Column("备注", Kind.SENTENCE, 36),
)


def _payslip_rows(slips: Iterable[Payslip], base_pay: Mapping[int, Sequence[BasePayLine]]) -> Iterator[Row]:
    for slip in slips:
        yield (
            str(slip.month),
            slip.branch_name,
            slip.department_name,
            slip.employee.number,
            slip.name,
            slip.rank_name,
            slip.sales,
            slip.base_pay,
            _YES if slip.on_threshold_wage else _NO,
            slip.commission,
            slip.assist,
            slip.brought,
            slip.adjustment,
            slip.carried,
            slip.gross - slip.base_pay - slip.support_bonus,
            slip.support_bonus,
            slip.gross,
            slip.bank_name,
            slip.bank_account,
            _remark(slip, base_pay.get(slip.employee_id, ())),
        )


def _remark(slip: Payslip, base_pay: Iterable[BasePayLine]) -> str:
    """Why base pay isn't simply the full base salary."""
    unusual = (line for line in base_pay if line.kind != BasePayLine.Kind.BASE_SALARY)
    return "\n".join(explain_base_pay(line, slip) for line in unusual)


_LINE_COLUMNS = (
    mark("月份", 9),
    text("工号", 9),
    text("姓名", 10),
    text("流水号", 12),
    text("合同编号", 11),
    mark("类型", 9),
    money("基数", is_summed=False),
    Column("比例", Kind.SHARE, 8),
    money("金额"),
    Column("依据", Kind.SENTENCE, 98),
)


def _line_rows(lines: Iterable[CommissionLine], names: Mapping[int, str]) -> Iterator[Row]:
    for line in lines:
        yield (
            str(line.month),
            line.employee.number,
            names.get(line.employee_id, line.employee.name),
            line.receipt.number,
            line.receipt.contract.number,
            _LINE_KINDS[CommissionLine.Kind(line.kind)],
            line.base,
            line.rate,
            line.amount,
            explain_line(line),
        )


_ADJUSTMENT_COLUMNS = (
    mark("月份", 9),
    text("工号", 9),
    text("姓名", 10),
    text("更正单号", 13),
    mark("类型", 9),
    text("流水号", 12),
    mark("原月份", 9),
    text("原行工号", 9),
    money("业绩"),
    money("金额"),
    Column("依据", Kind.SENTENCE, 98),
)
_CORRECTIONS = {Correction.Kind.AMOUNT: "金额有误", Correction.Kind.CLOSER: "成交人有误", Correction.Kind.OTHER: "其他"}


def _adjustment_rows(month: Month, names: Mapping[int, str]) -> Iterator[Row]:
    for row in adjustments_of(month):
        yield (
            str(row.month),
            row.employee.number,
            names.get(row.employee_id, row.employee.name),
            row.correction.number,
            _CORRECTIONS[Correction.Kind(row.correction.kind)],
            row.line.receipt.number if row.line else None,
            str(row.line.month) if row.line else None,
            row.line.employee.number if row.line else None,
            row.sales,
            row.amount,
            explain_adjustment(row),
        )


_ASSESSMENT_COLUMNS = (
    mark("月份", 9),
    text("工号", 9),
    text("姓名", 10),
    text("当前职级", 15),
    money("业绩", is_summed=False),
    mark("考核周期", 8),
    money("周期业绩", is_summed=False),
    mark("结论", 6),
    text("次月职级", 15),
    Column("临界连续月数", Kind.COUNT, 8),
    mark("解除审核", 6),
    mark("总经理关注", 6),
    Column("依据", Kind.SENTENCE, 90),
)


def _assessment_rows(assessments: Iterable[RankAssessment], names: Mapping[int, str]) -> Iterator[Row]:
    rows = list(assessments)
    explain = assessment_sentences(rows)
    for row in rows:
        plan = row.plan_version.plan
        yield (
            str(row.month),
            row.employee.number,
            names.get(row.employee_id, row.employee.name),
            plan.rank(row.rank).name,
            row.sales,
            f"{row.cycle_month}/{plan.assessment.demotion_cycle_months}",
            row.cycle_sales,
            _OUTCOMES[RankAssessment.Outcome(row.outcome)],
            plan.rank(row.next_rank).name,
            row.threshold_streak,
            _YES if row.review_due else _NO,
            _YES if row.needs_attention else _NO,
            explain(row),
        )


_POOL_COLUMNS = (
    mark("月份", 9),
    text("分公司", 20),
    money("业绩"),
    money("目标"),
    Column("达成率", Kind.SHARE, 11),
    Column("比例", Kind.SHARE, 8),
    money("奖金池"),
)


def _pool_rows(month: Month, branches: Mapping[int, str]) -> Iterator[Row]:
    for pool in support_pools_of(month):
        attainment = pool.sales / pool.target if pool.target else None
        name = branches[pool.branch_id]
        yield str(month), name, pool.sales, pool.target, attainment, pool.rate, pool.pool


_FUND_COLUMNS = (
    mark("月份", 9),
    text("分公司", 20),
    text("基金", 10),
    money("计提"),
    money("支出"),
    money("过期"),
    money("余额"),
)


def _fund_rows(month: Month, branches: Mapping[int, str]) -> Iterator[Row]:
    for fund in fund_months(month):
        name = branches[fund.branch.pk]
        yield str(month), name, _FUNDS[fund.fund], fund.accrued, fund.spent, fund.expired, fund.balance


_CLAIM_COLUMNS = (
    text("单号", 14),
    mark("日期", 12),
    text("分公司", 20),
    text("基金", 10),
    money("申请金额", is_summed=False),
    money("入账金额", is_summed=False),
    mark("状态", 9),
    Column("原因", Kind.SENTENCE, 80),
)


def _claim_rows(month: Month, plan: Plan, branches: Mapping[int, str]) -> Iterator[Row]:
    for decision in decisions_of(month):
        claim = decision.claim
        yield (
            claim.number,
            claim.date.isoformat(),
            branches[claim.branch_id],
            _FUNDS[FundKind(claim.fund)],
            claim.amount,
            claim.amount if decision.is_posted else ZERO,
            _POSTED if decision.is_posted else _REJECTED,
            explain_decision(decision, plan),
        )


SEAL_SHEET, MONTH_COLUMN, CODE_COLUMN = "封存", "月份", "封存链码"
_SEAL_COLUMNS = (
    mark(MONTH_COLUMN, 9),
    text(CODE_COLUMN, 70),
    text("封存校验码", 70),
    Column("说明", Kind.SENTENCE, 60),
)
_SEAL_MEANING = (
    "封存链码在锁定时生成，由本月数据的封存校验码和上月的封存链码算出。请原样保存本文件：日后用 verify_chain"
    " 对照，可查出本月及以前各月锁定后是否被改写。"
)


def _seal_row(locked: MonthRun) -> Row:
    return str(locked.month), locked.link, None if locked.seal == BEFORE_SEALS else locked.seal, _SEAL_MEANING
