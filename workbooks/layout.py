"""The sheets of the import workbook and their columns, as data. The headings are the format: they aren't translated."""

from dataclasses import dataclass
from functools import cached_property

from clients.models import Client, Contract, Receipt
from funds.models import FundClaim, FundKind
from staff.models import Absence, Branch, Department, Employee, PersonnelEvent
from workbooks.cells import LARGEST_WEIGHT, Amount, Choice, Code, Count, Date, MonthCell, Reader, Sign, Text

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


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its field in our words, its heading, how its cells are read, and the sheet it refers to.

    `descriptive`: nothing is computed from it, so it may change at any time.
    """

    field: str
    header: str
    reader: Reader
    required: bool = True
    refers_to: str | None = None
    descriptive: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name in our words, its title, its columns, and the fields that tell its rows apart."""

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @cached_property
    def by_field(self) -> dict[str, Column]:
        """The columns by field."""
        return {column.field: column for column in self.columns}


def _optional(
    field: str, header: str, reader: Reader, refers_to: str | None = None, *, descriptive: bool = False
) -> Column:
    return Column(field, header, reader, required=False, refers_to=refers_to, descriptive=descriptive)


SHEETS = (
    Sheet(
        "branches",
        "分公司",
        ("code",),
        (
            Column("code", "编码", BRANCH_CODE),
            Column("name", "名称", Text.of(Branch, "name"), descriptive=True),
        ),
    ),
    Sheet(
        "departments",
        "部门",
        ("code",),
        (
            Column("code", "编码", DEPARTMENT_CODE),
            Column("name", "名称", Text.of(Department, "name"), descriptive=True),
            Column("branch", "分公司编码", BRANCH_CODE, refers_to="branches"),
            Column("system", "系统", Choice(SYSTEMS)),
            _optional("function", "职能", Text.of(Department, "function"), descriptive=True),
            _optional("manager", "负责人工号", STAFF_NUMBER, "employees", descriptive=True),
        ),
    ),
    Sheet(
        "employees",
        "员工",
        ("number",),
        (
            Column("number", "工号", STAFF_NUMBER),
            Column("name", "姓名", Text.of(Employee, "name"), descriptive=True),
            Column("department", "部门编码", DEPARTMENT_CODE, refers_to="departments"),
            _optional("rank", "职级编码", RANK_CODE),
            _optional("rank_since", "职级起始月", MonthCell(), descriptive=True),
            Column("hired_on", "入职日期", Date()),
            _optional("base_salary", "基本工资", Amount(Sign.NOT_NEGATIVE)),
            _optional("id_number", "身份证号", Code.of(Employee, "id_number"), descriptive=True),
            _optional("bank_name", "开户行", Text.of(Employee, "bank_name"), descriptive=True),
            _optional("bank_account", "银行卡号", Code.of(Employee, "bank_account"), descriptive=True),
            _optional("phone", "手机", Code.of(Employee, "phone"), descriptive=True),
            _optional("email", "邮箱", Text.of(Employee, "email"), descriptive=True),
        ),
    ),
    Sheet(
        "events",
        "异动",
        ("employee", "date"),
        (
            Column("employee", "工号", STAFF_NUMBER, refers_to="employees"),
            Column("date", "日期", Date()),
            Column("kind", "类型", Choice(EVENTS)),
            _optional("department", "新部门编码", DEPARTMENT_CODE, "departments"),
            _optional("rank", "新职级编码", RANK_CODE),
            _optional("base_salary", "新基本工资", Amount(Sign.NOT_NEGATIVE)),
        ),
    ),
    Sheet(
        "clients",
        "客户",
        ("number",),
        (
            Column("number", "编号", CLIENT_NUMBER),
            Column("name", "名称", Text.of(Client, "name"), descriptive=True),
            _optional("owner", "归属工号", STAFF_NUMBER, "employees"),
            _optional("referrer", "转介绍客户编号", CLIENT_NUMBER, "clients"),
            Column("registered_on", "登记日期", Date()),
            _optional("is_strategic", "战略客户", Choice(YES_NO), descriptive=True),
        ),
    ),
    Sheet(
        "assignments",
        "分配",
        ("client", "date"),
        (
            Column("client", "客户编号", CLIENT_NUMBER, refers_to="clients"),
            Column("date", "日期", Date()),
            Column("developer", "工号", STAFF_NUMBER, refers_to="employees"),
        ),
    ),
    Sheet(
        "contracts",
        "合同",
        ("number",),
        (
            Column("number", "编号", CONTRACT_NUMBER),
            Column("client", "客户编号", CLIENT_NUMBER, refers_to="clients"),
            Column("signed_on", "签订日期", Date()),
            Column("amount", "金额", Amount(Sign.POSITIVE)),
            Column("closer", "成交工号", STAFF_NUMBER, refers_to="employees"),
            _optional("assistant", "协助工号", STAFF_NUMBER, "employees"),
        ),
    ),
    Sheet(
        "receipts",
        "到款",
        ("number",),
        (
            Column("number", "流水号", RECEIPT_NUMBER),
            Column("contract", "合同编号", CONTRACT_NUMBER, refers_to="contracts"),
            Column("received_on", "到账日期", Date()),
            Column("amount", "金额", Amount(Sign.ANY_BUT_ZERO)),
            _optional("reverses", "冲销流水号", RECEIPT_NUMBER, "receipts"),
        ),
    ),
    Sheet(
        "targets",
        "目标",
        ("month", "branch"),
        (
            Column("month", "月份", MonthCell()),
            Column("branch", "分公司编码", BRANCH_CODE, refers_to="branches"),
            Column("amount", "目标金额", Amount(Sign.POSITIVE)),
        ),
    ),
    Sheet(
        "weights",
        "支持奖金权重",
        ("month", "employee"),
        (
            Column("month", "月份", MonthCell()),
            Column("employee", "工号", STAFF_NUMBER, refers_to="employees"),
            Column("weight", "权重", Amount(Sign.NOT_NEGATIVE, decimals=4, limit=LARGEST_WEIGHT)),
        ),
    ),
    Sheet(
        "claims",
        "基金支出",
        ("number",),
        (
            Column("number", "单号", Code.of(FundClaim, "number")),
            Column("branch", "分公司编码", BRANCH_CODE, refers_to="branches"),
            Column("fund", "基金", Choice(FUNDS)),
            Column("date", "日期", Date()),
            Column("amount", "金额", Amount(Sign.POSITIVE)),
            Column("purpose", "用途", Text.of(FundClaim, "purpose")),
            _optional("client", "客户编号", CLIENT_NUMBER, "clients"),
        ),
    ),
    Sheet(
        "opening_states",
        "期初人员",
        ("employee",),
        (
            Column("employee", "工号", STAFF_NUMBER, refers_to="employees"),
            _optional("brought", "结转", Amount(Sign.NOT_POSITIVE)),
            _optional("cycle_start", "周期起始月", MonthCell()),
            _optional("threshold_streak", "临界连续月数", Count()),
            _optional("reinstatement_rank", "复级职级编码", RANK_CODE),
        ),
    ),
    Sheet(
        "opening_sales",
        "期初业绩",
        ("employee", "month"),
        (
            Column("employee", "工号", STAFF_NUMBER, refers_to="employees"),
            Column("month", "月份", MonthCell()),
            Column("sales", "业绩", Amount(Sign.ANY)),
        ),
    ),
    Sheet(
        "opening_lots",
        "期初基金",
        ("branch", "fund", "month"),
        (
            Column("branch", "分公司编码", BRANCH_CODE, refers_to="branches"),
            Column("fund", "基金", Choice(FUNDS)),
            Column("month", "计提月份", MonthCell()),
            Column("balance", "余额", Amount(Sign.NOT_NEGATIVE)),
        ),
    ),
    Sheet(
        "absences",
        "请假",
        ("employee", "start"),
        (
            Column("employee", "工号", STAFF_NUMBER, refers_to="employees"),
            Column("start", "开始", Date()),
            Column("end", "结束", Date()),
            Column("kind", "类型", Text.of(Absence, "note")),
        ),
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
OUR_SHEETS = frozenset({NOTES_SHEET, ERRORS_SHEET})
"""Sheets that we put into workbooks for their reader, and pass over when they come back."""
