"""Mistakes as people make them, planted in the example company: each must give one message, at its place."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Place = tuple[str, int, str]


@dataclass(frozen=True)
class Mistake:
    """A mistake: how it is made, which says where it is, and what the message must contain."""

    make: Callable[[Workbook], Place]
    reason: str


def column(sheet: Worksheet, heading: str) -> int:
    """The position of a column, which is added if the sheet lacks it."""
    for cell in sheet[1]:
        if cell.value == heading:
            return cell.column
    position = sheet.max_column + 1
    sheet.cell(1, position, heading)
    return position


def row_of(sheet: Worksheet, key: str) -> int:
    """The row whose first cell holds a key."""
    return next(row[0].row for row in sheet.iter_rows() if row[0].value == key)


def put(book: Workbook, title: str, key: str | int, heading: str, value: Any) -> Place:
    """Write one cell of the row with a key."""
    sheet = book[title]
    row = key if isinstance(key, int) else row_of(sheet, key)
    sheet.cell(row, column(sheet, heading)).value = value
    return title, row, heading


def add(book: Workbook, title: str, at: str, **values: Any) -> Place:
    """Add a row; `at` is the column that is wrong."""
    if title not in book.sheetnames:
        book.create_sheet(title)
    sheet = book[title]
    if sheet["A1"].value is None:
        for position, heading in enumerate(values, start=1):
            sheet.cell(1, position, heading)
    row = sheet.max_row + 1
    for heading, value in values.items():
        sheet.cell(row, column(sheet, heading)).value = value
    return title, row, at


def copy(book: Workbook, title: str, key: str) -> Place:
    """Add an exact copy of a row."""
    sheet = book[title]
    cells = [cell.value for cell in sheet[row_of(sheet, key)]]
    sheet.append(cells)
    return title, sheet.max_row, str(sheet["A1"].value)


def merge(book: Workbook, title: str, area: str) -> Place:
    """Merge cells, which wipes all but the first."""
    sheet = book[title]
    sheet.merge_cells(area)
    first = sheet[area.partition(":")[0]]
    return title, first.row, str(sheet.cell(1, first.column).value)


def cell(title: str, key: str | int, heading: str, value: Any, reason: str) -> Mistake:
    """A wrong cell."""
    return Mistake(lambda book: put(book, title, key, heading, value), reason)


def row(title: str, at: str, reason: str, **values: Any) -> Mistake:
    """A wrong row."""
    return Mistake(lambda book: add(book, title, at, **values), reason)


MISTAKES: dict[str, Mistake] = {
    "a branch without a name": cell("分公司", "B03", "名称", None, "不能为空"),
    "a branch twice": Mistake(lambda book: copy(book, "分公司", "B02"), "与第 3 行重复"),
    "a department of no branch": cell("部门", "B01S2", "分公司编码", "B99", "“分公司”中没有"),
    "a department of no system": cell("部门", "B01财务", "系统", "营销", "销售、后勤支持"),
    "a department's code typed again": cell("部门", "B02客服", "编码", "B02行政", "与第 12 行重复"),
    "a department led by nobody": cell("部门", "B03S1", "负责人工号", "99999", "“员工”中没有"),
    "hired on 31 February": cell("员工", "00004", "入职日期", "2011-02-31", "没有这一天"),
    "hired into no department": cell("员工", "00005", "部门编码", "B01S9", "“部门”中没有"),
    "a salary in words": cell("员工", "00012", "基本工资", "二千二", "不是数字"),
    "support staff with a rank": cell("员工", "00013", "职级编码", "ZL", "没有职级"),
    "sales staff without a rank": cell("员工", "00014", "职级编码", None, "销售人员必须填写"),
    "a rank that isn't there": cell("员工", "00015", "职级编码", "XX", "没有这个职级"),
    "a card number as a number": cell("员工", "00016", "银行卡号", 6225215010751639, "丢失末尾"),
    "a name of blanks": cell("员工", "00017", "姓名", "　 ", "不能为空"),
    "no staff number": cell("员工", "00018", "工号", None, "不能为空"),
    "a formula for a name": cell("员工", "00019", "姓名", '=CONCATENATE("华","洋娜")', "公式"),
    "a line break in an ID number": cell("员工", "00020", "身份证号", "11010119\n7805117309", "换行"),
    "support staff without a salary": cell("员工", "00024", "基本工资", None, "后勤支持人员必须填写"),
    "an unknown kind of move": cell("异动", "00023", "类型", "升职", "异岗、调动、离岗"),
    "a move before the hire": row(
        "异动", "日期", "必须晚于入职日期 2011-04-01", 工号="00006", 日期="2011-03-01", 类型="离岗"
    ),
    "a move into the other system": row(
        "异动", "新部门编码", "进入另一系统", 工号="00007", 日期="2011-09-30", 类型="调动", 新部门编码="B01行政"
    ),
    "a departure to somewhere": row(
        "异动", "新部门编码", "离岗时应为空", 工号="00008", 日期="2011-09-30", 类型="离岗", 新部门编码="B01S1"
    ),
    "a date as Americans write it": cell("客户", "C000003", "登记日期", "04/16/2011", "不是日期"),
    "referred by nobody": cell("客户", "C000007", "转介绍客户编号", "C999999", "“客户”中没有"),
    "an owner not hired yet": cell("客户", "C000010", "归属工号", "00034", "2011-04-20 不在岗"),
    "neither yes nor no": cell("客户", "C000011", "战略客户", "对", "是、否"),
    "a client twice": Mistake(lambda book: copy(book, "客户", "C000012"), "与第 13 行重复"),
    "assigned before registered": cell("分配", "C000025", "日期", dt.date(2011, 4, 16), "早于客户 C000025"),
    "no orphan assigned": row(
        "分配", "客户编号", "不是孤儿单客户", 客户编号="C000002", 日期="2011-05-01", 工号="00002"
    ),
    "a contract's amount of -0.001": cell("合同", "K000002", "金额", -0.001, "小数超过 2 位"),
    "an amount of 20 digits": cell("合同", "K000004", "金额", "12345678901234567890", "数值过大"),
    "signed by someone not in post": cell("合同", "K000005", "成交工号", "00034", "不在岗"),
    "assisted by the closer": cell("合同", "K000002", "协助工号", "00002", "不能与成交人相同"),
    "signed before registered": cell("合同", "K000001", "签订日期", dt.date(2011, 4, 17), "早于客户 C000001"),
    "text where money belongs": cell("到款", "R0000010", "金额", "一万", "不是数字"),
    "a receipt for no contract": cell("到款", "R0000011", "合同编号", "K999999", "“合同”中没有"),
    "a receipt before the signing": cell("到款", "R0000002", "到账日期", dt.date(2011, 4, 14), "早于合同 K000002"),
    "TRUE for an amount": cell("到款", "R0000012", "金额", True, "逻辑值"),
    "an amount of 0": cell("到款", "R0000013", "金额", 0, "不能为零"),
    "a refund of nothing": cell("到款", "R0000263", "冲销流水号", "R9999999", "“到款”中没有"),
    "a refund above its receipt": cell("到款", "R0000246", "金额", -88000.51, "合计超过了"),
    "a refund before its receipt": cell("到款", "R0000244", "到账日期", dt.date(2011, 8, 28), "早于到款 R0000243"),
    "a month that isn't one": cell("目标", 5, "月份", "2011-13", "不是月份"),
    "a target of nothing": cell("目标", 6, "目标金额", "0.00", "必须大于零"),
    "a month before any plan": cell("目标", 7, "月份", "2011-03", "没有生效的薪酬制度"),
    "a negative weight": cell("支持奖金权重", 2, "权重", -1, "不能为负数"),
    "a weight for nobody": cell("支持奖金权重", 3, "工号", "00099", "“员工”中没有"),
    "merged weights": Mistake(lambda book: merge(book, "支持奖金权重", "C8:C9"), "合并的单元格"),
    "a fund that isn't one": cell("基金支出", "F00001", "基金", "团建", "客户交往、公司活动"),
    "a claim for no purpose": cell("基金支出", "F00002", "用途", None, "不能为空"),
    "half a fen": cell("基金支出", "F00003", "金额", 1233.255, "小数超过 2 位"),
    "a broken reference": cell("基金支出", "F00004", "客户编号", "#REF!", "公式产生的错误值"),
    "a deficit above zero": row("期初人员", "结转", "零或负数", 工号="00002", 结转=5, 周期起始月="2011-03"),
    "opening sales too late": row("期初业绩", "月份", "早于启用月份2011年4月", 工号="00002", 月份="2011-04", 业绩=100),
    "an expired lot": row(
        "期初基金", "计提月份", "已经过期", 分公司编码="B01", 基金="客户交往", 计提月份="2010-12", 余额=1
    ),
    "away backwards": row("请假", "结束", "早于开始", 工号="00002", 开始="2011-05-10", 结束="2011-05-09", 类型="病假"),
}


def rename(book: Workbook, title: str, heading: str, new: str) -> Place:
    """Misspell a heading."""
    sheet = book[title]
    sheet.cell(1, column(sheet, heading)).value = new
    return title, 1, heading


def double_heading(book: Workbook, title: str, heading: str) -> Place:
    """Give a heading a second time, over an empty column."""
    sheet = book[title]
    sheet.cell(1, sheet.max_column + 1, heading)
    return title, 1, heading


def title_above(book: Workbook, title: str, text: str) -> Place:
    """Put a title over the headings, in merged cells, as people like to."""
    sheet = book[title]
    sheet.insert_rows(1)
    sheet["A1"] = text
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=sheet.max_column)
    return title, 1, ""


FAR_REACHING: dict[str, Mistake] = {
    "no branch code": cell("分公司", "B02", "编码", None, "不能为空"),
    "no department code": cell("部门", "B02S1", "编码", None, "不能为空"),
    "no code of a department without a number": cell("部门", "B01财务", "编码", None, "不能为空"),
    "a department code too long": cell("部门", "B02S1", "编码", "B02S1" * 7, "超过 32 个字符"),
    "no client number": cell("客户", "C000004", "编号", None, "不能为空"),
    "no client number in the last row": cell("客户", "C000206", "编号", None, "不能为空"),
    "another client's number": cell("客户", "C000004", "编号", "C000003", "与第 4 行重复"),
    "a contract number that is a date": cell("合同", "K000003", "编号", dt.date(2011, 4, 3), "应为文本"),
    "no number on a refunded receipt": cell("到款", "R0000245", "流水号", None, "不能为空"),
    "another staff number": cell("员工", "00028", "工号", "00027", "与第 28 行重复"),
    "hired too late": cell("员工", "00028", "入职日期", "2019-03-23", "晚于"),
    "hired after moving": cell("员工", "00001", "入职日期", "2019-03-23", "晚于"),
    "registered too late": cell("客户", "C000003", "登记日期", "2019-04-16", "晚于"),
    "signed too late": cell("合同", "K000189", "签订日期", "2019-04-16", "晚于"),
    "a department in no system": cell("部门", "B03S1", "系统", None, "不能为空"),
    "a hire without a date": cell("员工", "00028", "入职日期", None, "不能为空"),
    "a move without a date": cell("异动", "00032", "日期", None, "不能为空"),
    "no column of staff numbers": Mistake(lambda book: rename(book, "员工", "工号", "员工编号"), "缺少该列"),
    "no column of hires": Mistake(lambda book: rename(book, "员工", "入职日期", "入职日"), "缺少该列"),
    "no column of closers": Mistake(lambda book: rename(book, "合同", "成交工号", "成交人"), "缺少该列"),
    "no column of registrations": Mistake(lambda book: rename(book, "客户", "登记日期", "登记日"), "缺少该列"),
    "no column of systems": Mistake(lambda book: rename(book, "部门", "系统", "类别"), "缺少该列"),
    "a column twice": Mistake(lambda book: double_heading(book, "到款", "金额"), "出现了两次"),
    "merged client numbers": Mistake(lambda book: merge(book, "客户", "A5:A6"), "合并的单元格"),
    "merged rows of clients": Mistake(lambda book: merge(book, "客户", "A5:F6"), "合并的单元格"),
    "merged rows of contracts": Mistake(lambda book: merge(book, "合同", "A10:F12"), "合并的单元格"),
    "a title above the staff": Mistake(lambda book: title_above(book, "员工", "员工名册"), "合并的单元格"),
}
