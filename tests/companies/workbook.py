"""Write a company as an import workbook."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook

from monthend.verify.facts import EventKind, FundName, PersonnelEvent, Receipt
from rulebook.month import Month
from tests.companies.draft import Draft

KINDS = {EventKind.CHANGE_OF_POST: "异岗", EventKind.TRANSFER: "调动", EventKind.DEPARTURE: "离岗"}
FUNDS = {FundName.CLIENT_RELATIONS: "客户交往", FundName.COMPANY_ACTIVITY: "公司活动"}
CASH, CASH_HEADERS = "到款", ("流水号", "合同编号", "到账日期", "金额", "冲销流水号")
SYSTEMS = {True: "销售", False: "后勤支持"}

Rows = Iterable[Iterable[object]]


def write_workbook(draft: Draft, path: Path) -> None:
    """Write all sheets, the opening sheets and absences too, with the cash that is known from the beginning."""
    _write(_sheets(draft), path)


def write_cash(draft: Draft, month: Month, path: Path) -> bool:
    """Write the cash known only once a month is open, if any: late, or refunds of what was corrected."""
    cash = [one for one in draft.receipts if one.posted_in == month and _comes_later(draft, one)]
    _write({CASH: (CASH_HEADERS, _cash(cash))}, path)
    return bool(cash)


def _write(sheets: dict[str, tuple[tuple[str, ...], Rows]], path: Path) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, (headers, rows) in sheets.items():
        sheet = book.create_sheet(title)
        sheet.append(headers)
        for row in rows:
            sheet.append([str(value) if isinstance(value, Month) else value for value in row])
    book.save(path)


def _sheets(draft: Draft) -> dict[str, tuple[tuple[str, ...], Rows]]:
    return {
        "分公司": (("编码", "名称"), ((code, f"{code}分公司") for code in draft.branches)),
        "部门": (
            ("编码", "名称", "分公司编码", "系统"),
            ((each.code, f"{each.code}部", each.branch, SYSTEMS[each.is_sales]) for each in draft.departments),
        ),
        "员工": (("工号", "姓名", "部门编码", "职级编码", "入职日期", "基本工资"), _people(draft)),
        "异动": (
            ("工号", "日期", "类型", "新部门编码", "新职级编码", "新基本工资"),
            (
                (event.person, event.date, KINDS[event.kind], event.department, event.rank, event.base_salary)
                for event in draft.events
                if event.kind != EventKind.HIRED
            ),
        ),
        "客户": (
            ("编号", "名称", "归属工号", "转介绍客户编号", "登记日期"),
            (
                (client.number, f"企业{client.number}", client.owner, client.referred_by, client.registered_on)
                for client in draft.clients
            ),
        ),
        "分配": (
            ("客户编号", "日期", "工号"),
            ((given.client, given.date, given.developer) for given in draft.assignments),
        ),
        "合同": (("编号", "客户编号", "签订日期", "金额", "成交工号", "协助工号"), _contracts(draft)),
        CASH: (CASH_HEADERS, _cash(one for one in draft.receipts if not _comes_later(draft, one))),
        "目标": (
            ("月份", "分公司编码", "目标金额"),
            ((target.month, target.branch, target.amount) for target in draft.targets),
        ),
        "支持奖金权重": (
            ("月份", "工号", "权重"),
            ((weight.month, weight.person, weight.weight) for weight in draft.weights),
        ),
        "基金支出": (
            ("单号", "分公司编码", "基金", "日期", "金额", "用途", "客户编号"),
            (
                (claim.number, claim.branch, FUNDS[claim.fund], claim.date, claim.amount, "餐饮", claim.client)
                for claim in draft.claims
            ),
        ),
        "期初人员": (
            ("工号", "结转", "周期起始月", "临界连续月数", "复级职级编码"),
            (
                (
                    state.person,
                    state.brought,
                    state.cycle_start,
                    state.threshold_streak,
                    state.reinstatement_rank,
                )
                for state in draft.opening_states
            ),
        ),
        "期初业绩": (
            ("工号", "月份", "业绩"),
            ((sold.person, sold.month, sold.sales) for sold in draft.opening_sales),
        ),
        "期初基金": (
            ("分公司编码", "基金", "计提月份", "余额"),
            ((lot.branch, FUNDS[lot.fund], lot.month, lot.left) for lot in draft.opening_lots),
        ),
        "请假": (
            ("工号", "开始", "结束", "类型"),
            ((leave.person, leave.start, leave.end, leave.kind) for leave in draft.leaves),
        ),
    }


def _comes_later(draft: Draft, cash: Receipt) -> bool:
    """Whether a receipt can't be in the first workbook: it is late, or reverses one that is or that is corrected."""
    is_late = cash.posted_in != Month.of(cash.received_on)
    if is_late or cash.reverses is None:
        return is_late
    original = next(one for one in draft.receipts if one.number == cash.reverses)
    return _comes_later(draft, original) or any(
        made.receipt == cash.reverses and made.month <= cash.posted_in for made in draft.corrections
    )


def _cash(receipts: Iterable[Receipt]) -> Rows:
    return ((one.number, one.contract, one.received_on, one.amount, one.reverses) for one in receipts)


def _people(draft: Draft) -> Rows:
    for event in draft.events:
        if event.kind == EventKind.HIRED:
            yield _hire(event)


def _hire(event: PersonnelEvent) -> tuple[object, ...]:
    return event.person, f"员工{event.person}", event.department, event.rank, event.date, event.base_salary


def _contracts(draft: Draft) -> Rows:
    """Each for what was paid on it."""
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for receipt in draft.receipts:
        if receipt.reverses is None:
            paid[receipt.contract] += receipt.amount
    for made in draft.contracts:
        amount = paid[made.number] or Decimal(1)
        yield made.number, made.client, made.signed_on, amount, made.closer, made.assistant
