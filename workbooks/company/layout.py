"""The sheets of the import workbook and their columns, as data. The headings are the format: they aren't translated."""

from typing import Any

from django.db.models import Case, F, FilteredRelation, Q, QuerySet, Value, When

from clients.models import Assignment, Client, Contract, Receipt
from compensation.corrections.selectors import with_present_amount
from compensation.models import SupportWeight
from funds.models import FundClaim, FundKind, FundLot
from staff.models import (
    Absence,
    Branch,
    Department,
    Employee,
    OpeningSales,
    OpeningState,
    PersonnelEvent,
    Target,
)
from workbooks.company.cells import LARGEST_WEIGHT, Amount, Choice, Code, Count, Date, MonthCell, Reader, Sign, Text
from workbooks.company.columns import KeptSheet, SheetColumn

YES_NO = {"是": True, "否": None}
FUNDS = {"客户交往": FundKind.CLIENT_RELATIONS, "公司活动": FundKind.COMPANY_ACTIVITY}
SYSTEMS = {"销售": Department.System.SALES, "后勤支持": Department.System.SUPPORT}
EVENTS = {
    "异岗": PersonnelEvent.Kind.CHANGE_OF_POST,
    "调动": PersonnelEvent.Kind.TRANSFER,
    "离岗": PersonnelEvent.Kind.DEPARTURE,
}
ABSENCES = {
    "病假": Absence.Kind.SICK,
    "产假": Absence.Kind.MATERNITY,
    "工伤": Absence.Kind.INJURY,
    "事假": Absence.Kind.PERSONAL,
}

BRANCH_CODE = Code.of(Branch, "code")
DEPARTMENT_CODE = Code.of(Department, "code")
STAFF_NUMBER = Code.of(Employee, "number")
CLIENT_NUMBER = Code.of(Client, "number")
CONTRACT_NUMBER = Code.of(Contract, "number")
RECEIPT_NUMBER = Code.of(Receipt, "number")
RANK_CODE = Code.of(PersonnelEvent, "new_rank")


def _optional(
    field: str, header: str, reader: Reader, refers_to: str | None = None, *, descriptive: bool = False, **more: Any
) -> SheetColumn:
    return SheetColumn(field, header, reader, required=False, refers_to=refers_to, descriptive=descriptive, **more)


def _people() -> QuerySet[Any]:
    """People with their hires."""
    is_hire = Q(personnelevent__kind=PersonnelEvent.Kind.HIRED)
    return Employee.objects.annotate(hire=FilteredRelation("personnelevent", condition=is_hire))


def _moves() -> QuerySet[Any]:
    """All events but hires, which come with the people."""
    return PersonnelEvent.objects.exclude(kind=PersonnelEvent.Kind.HIRED)


def _receipts() -> QuerySet[Any]:
    """Receipts with what each counts with now, which a correction may have changed."""
    return with_present_amount(Receipt.objects.all())


def _absences() -> QuerySet[Any]:
    """Absences with the word for their kind; of kinds that we don't know it is kept as it was written."""
    words = [When(kind=kind, then=Value(word)) for word, kind in ABSENCES.items()]
    return Absence.objects.annotate(word=Case(*words, default=F("note")))


def _absence(word: str) -> dict[str, str]:
    kind = ABSENCES.get(word, Absence.Kind.OTHER)
    return {"kind": kind, "note": word if kind == Absence.Kind.OTHER else ""}


_COMPUTED_OF_A_LOT = (
    "sales", "rated_sales", "rated_target", "tier_floor", "rate", "usable_months", "plan_version",
)  # fmt: skip

SHEETS = (
    KeptSheet(
        "branches",
        "分公司",
        ("code",),
        (
            SheetColumn("code", "编码", BRANCH_CODE),
            SheetColumn("name", "名称", Text.of(Branch, "name"), descriptive=True),
        ),
        Branch,
    ),
    KeptSheet(
        "departments",
        "部门",
        ("code",),
        (
            SheetColumn("code", "编码", DEPARTMENT_CODE),
            SheetColumn("name", "名称", Text.of(Department, "name"), descriptive=True),
            SheetColumn("branch", "分公司编码", BRANCH_CODE, refers_to="branches"),
            SheetColumn("system", "系统", Choice(SYSTEMS)),
            _optional("function", "职能", Text.of(Department, "function"), descriptive=True),
            _optional("manager", "负责人工号", STAFF_NUMBER, "employees", descriptive=True, is_later=True),
        ),
        Department,
    ),
    KeptSheet(
        "employees",
        "员工",
        ("number",),
        (
            SheetColumn("number", "工号", STAFF_NUMBER),
            SheetColumn("name", "姓名", Text.of(Employee, "name"), descriptive=True),
            SheetColumn(
                "department", "部门编码", DEPARTMENT_CODE, refers_to="departments", attribute="hire__new_department"
            ),
            _optional("rank", "职级编码", RANK_CODE, attribute="hire__new_rank"),
            _optional("rank_since", "职级起始月", MonthCell(), descriptive=True),
            SheetColumn("hired_on", "入职日期", Date()),
            _optional("base_salary", "基本工资", Amount(Sign.NOT_NEGATIVE), attribute="hire__new_base_salary"),
            _optional("id_number", "身份证号", Code.of(Employee, "id_number"), descriptive=True),
            _optional("bank_name", "开户行", Text.of(Employee, "bank_name"), descriptive=True),
            _optional("bank_account", "银行卡号", Code.of(Employee, "bank_account"), descriptive=True),
            _optional("phone", "手机", Code.of(Employee, "phone"), descriptive=True),
            _optional("email", "邮箱", Text.of(Employee, "email"), descriptive=True),
        ),
        Employee,
        rows=_people,
        besides=("user",),
    ),
    KeptSheet(
        "events",
        "异动",
        ("employee", "date"),
        (
            SheetColumn("employee", "工号", STAFF_NUMBER, refers_to="employees"),
            SheetColumn("date", "日期", Date()),
            SheetColumn("kind", "类型", Choice(EVENTS)),
            _optional("department", "新部门编码", DEPARTMENT_CODE, "departments", attribute="new_department"),
            _optional("rank", "新职级编码", RANK_CODE, attribute="new_rank"),
            _optional("base_salary", "新基本工资", Amount(Sign.NOT_NEGATIVE), attribute="new_base_salary"),
        ),
        PersonnelEvent,
        rows=_moves,
        counts_in="date",
    ),
    KeptSheet(
        "clients",
        "客户",
        ("number",),
        (
            SheetColumn("number", "编号", CLIENT_NUMBER),
            SheetColumn("name", "名称", Text.of(Client, "name"), descriptive=True),
            _optional("owner", "归属工号", STAFF_NUMBER, "employees", attribute="registered_owner"),
            _optional("referrer", "转介绍客户编号", CLIENT_NUMBER, "clients", attribute="referred_by", is_later=True),
            SheetColumn("registered_on", "登记日期", Date()),
            _optional("is_strategic", "战略客户", Choice(YES_NO), descriptive=True),
        ),
        Client,
        besides=("phone",),
        counts_in="registered_on",
    ),
    KeptSheet(
        "assignments",
        "分配",
        ("client", "date"),
        (
            SheetColumn("client", "客户编号", CLIENT_NUMBER, refers_to="clients"),
            SheetColumn("date", "日期", Date()),
            SheetColumn("developer", "工号", STAFF_NUMBER, refers_to="employees"),
        ),
        Assignment,
        counts_in="date",
    ),
    KeptSheet(
        "contracts",
        "合同",
        ("number",),
        (
            SheetColumn("number", "编号", CONTRACT_NUMBER),
            SheetColumn("client", "客户编号", CLIENT_NUMBER, refers_to="clients"),
            SheetColumn("signed_on", "签订日期", Date()),
            SheetColumn("amount", "金额", Amount(Sign.POSITIVE)),
            SheetColumn("closer", "成交工号", STAFF_NUMBER, refers_to="employees"),
            _optional("assistant", "协助工号", STAFF_NUMBER, "employees"),
        ),
        Contract,
        also_written=("branch",),
        besides=("branch", "orphan_kind"),
        following=("branch", "orphan_kind"),
        counts_in="signed_on",
    ),
    KeptSheet(
        "receipts",
        "到款",
        ("number",),
        (
            SheetColumn("number", "流水号", RECEIPT_NUMBER),
            SheetColumn("contract", "合同编号", CONTRACT_NUMBER, refers_to="contracts"),
            SheetColumn("received_on", "到账日期", Date()),
            SheetColumn("amount", "金额", Amount(Sign.ANY_BUT_ZERO)),
            _optional("reverses", "冲销流水号", RECEIPT_NUMBER, "receipts"),
        ),
        Receipt,
        rows=_receipts,
        also_read=("posted_in", "present_amount"),
        also_written=("posted_in",),
        besides=("posted_in",),
        counts_in="posted_in",
    ),
    KeptSheet(
        "targets",
        "目标",
        ("month", "branch"),
        (
            SheetColumn("month", "月份", MonthCell()),
            SheetColumn("branch", "分公司编码", BRANCH_CODE, refers_to="branches"),
            SheetColumn("amount", "目标金额", Amount(Sign.POSITIVE)),
        ),
        Target,
        looked_up_by="month",
        counts_in="month",
    ),
    KeptSheet(
        "weights",
        "支持奖金权重",
        ("month", "employee"),
        (
            SheetColumn("month", "月份", MonthCell()),
            SheetColumn("employee", "工号", STAFF_NUMBER, refers_to="employees"),
            SheetColumn("weight", "权重", Amount(Sign.NOT_NEGATIVE, decimals=4, limit=LARGEST_WEIGHT)),
        ),
        SupportWeight,
        looked_up_by="month",
        besides=("reason",),
        counts_in="month",
    ),
    KeptSheet(
        "claims",
        "基金支出",
        ("number",),
        (
            SheetColumn("number", "单号", Code.of(FundClaim, "number")),
            SheetColumn("branch", "分公司编码", BRANCH_CODE, refers_to="branches"),
            SheetColumn("fund", "基金", Choice(FUNDS)),
            SheetColumn("date", "日期", Date()),
            SheetColumn("amount", "金额", Amount(Sign.POSITIVE)),
            SheetColumn("purpose", "用途", Text.of(FundClaim, "purpose")),
            _optional("client", "客户编号", CLIENT_NUMBER, "clients"),
        ),
        FundClaim,
        looked_up_by="number",
        counts_in="date",
    ),
    KeptSheet(
        "opening_states",
        "期初人员",
        ("employee",),
        (
            SheetColumn("employee", "工号", STAFF_NUMBER, refers_to="employees"),
            _optional("brought", "结转", Amount(Sign.NOT_POSITIVE)),
            _optional("cycle_start", "周期起始月", MonthCell()),
            _optional("threshold_streak", "临界连续月数", Count()),
            _optional("reinstatement_rank", "复级职级编码", RANK_CODE),
        ),
        OpeningState,
    ),
    KeptSheet(
        "opening_sales",
        "期初业绩",
        ("employee", "month"),
        (
            SheetColumn("employee", "工号", STAFF_NUMBER, refers_to="employees"),
            SheetColumn("month", "月份", MonthCell()),
            SheetColumn("sales", "业绩", Amount(Sign.ANY)),
        ),
        OpeningSales,
        counts_in="month",
    ),
    KeptSheet(
        "opening_lots",
        "期初基金",
        ("branch", "fund", "month"),
        (
            SheetColumn("branch", "分公司编码", BRANCH_CODE, refers_to="branches"),
            SheetColumn("fund", "基金", Choice(FUNDS)),
            SheetColumn("month", "计提月份", MonthCell()),
            SheetColumn("balance", "余额", Amount(Sign.NOT_NEGATIVE), attribute="amount"),
        ),
        FundLot,
        fixed={"is_opening": True},
        besides=_COMPUTED_OF_A_LOT,
        counts_in="month",
    ),
    KeptSheet(
        "absences",
        "请假",
        ("employee", "start"),
        (
            SheetColumn("employee", "工号", STAFF_NUMBER, refers_to="employees"),
            SheetColumn("start", "开始", Date()),
            SheetColumn("end", "结束", Date()),
            SheetColumn(
                "kind",
                "类型",
                Text.of(Absence, "note"),
                attribute="word",
                parts=("kind", "note"),
                writes=_absence,
            ),
        ),
        Absence,
        rows=_absences,
        looked_up_by="employee",
        following=("note",),
        counts_in="start",
    ),
)

SHEET_BY_TITLE = {sheet.title: sheet for sheet in SHEETS}
SHEET_BY_NAME = {sheet.name: sheet for sheet in SHEETS}
ORDER = {sheet.title: position for position, sheet in enumerate(SHEETS)}

SUMMED = {
    "contracts": "amount",
    "receipts": "amount",
    "targets": "amount",
    "claims": "amount",
    "opening_states": "brought",
    "opening_sales": "sales",
    "opening_lots": "balance",
}
"""The column of a sheet whose sum tells whether all of it arrived (CNY)."""

NOTES_SHEET = "说明"
ERRORS_SHEET = "导入错误"
PAYROLL_SHEETS = frozenset({"工资表", "提成明细"})
"""By which a payroll is known that was exported here."""

OUR_SHEETS = frozenset({NOTES_SHEET, ERRORS_SHEET})
"""Sheets that we put into workbooks for their reader, and pass over when they come back."""
