"""A company small enough to see at a glance, as rows of a workbook."""

from copy import deepcopy
from typing import Any

Rows = dict[str, list[list[Any]]]

COMPANY: Rows = {
    "分公司": [["编码", "名称"], ["B1", "北京"], ["B2", "上海"]],
    "部门": [
        ["编码", "名称", "分公司编码", "系统", "职能", "负责人工号"],
        ["S1", "业务一部", "B1", "销售", None, "01"],
        ["T1", "财务部", "B1", "后勤支持", "财务", None],
        ["S2", "业务二部", "B2", "销售", None, None],
    ],
    "员工": [
        ["工号", "姓名", "部门编码", "职级编码", "入职日期", "基本工资", "手机"],
        ["01", "甲", "S1", "GW", "2010-01-01", None, "13800000001"],
        ["02", "乙", "S1", "ZL", "2010-01-01", None, None],
        ["03", "丙", "T1", None, "2010-01-01", 3000, None],
        ["04", "丁", "S2", "ZL", "2011-05-16", None, None],
    ],
    "异动": [
        ["工号", "日期", "类型", "新部门编码", "新职级编码", "新基本工资"],
        ["02", "2011-06-10", "调动", "S2", None, None],
    ],
    "客户": [
        ["编号", "名称", "归属工号", "转介绍客户编号", "登记日期", "战略客户"],
        ["C1", "客户一", "01", "C3", "2011-04-01", None],
        ["C2", "客户二", None, None, "2011-04-01", None],
        ["C3", "客户三", "01", None, "2011-03-01", "是"],
    ],
    "分配": [["客户编号", "日期", "工号"], ["C2", "2011-05-05", "02"]],
    "合同": [
        ["编号", "客户编号", "签订日期", "金额", "成交工号", "协助工号"],
        ["K1", "C1", "2011-04-10", 10000, "01", None],
        ["K2", "C2", "2011-05-10", 50000, "02", "03"],
    ],
    "到款": [
        ["流水号", "合同编号", "到账日期", "金额", "冲销流水号"],
        ["R0", "K1", "2011-05-20", -1000, "R1"],
        ["R1", "K1", "2011-04-11", 6000, None],
        ["R2", "K1", "2011-05-12", 4000, None],
        ["R3", "K2", "2011-06-12", 50000, None],
    ],
    "目标": [
        ["月份", "分公司编码", "目标金额"],
        *([f"2011-0{month}", branch, 10000] for month in (4, 5, 6) for branch in ("B1", "B2")),
    ],
    "支持奖金权重": [["月份", "工号", "权重"], ["2011-04", "03", 1], ["2011-05", "03", 1]],
    "基金支出": [
        ["单号", "分公司编码", "基金", "日期", "金额", "用途", "客户编号"],
        ["F1", "B1", "客户交往", "2011-05-03", 100, "餐饮", "C1"],
    ],
    "期初人员": [
        ["工号", "结转", "周期起始月", "临界连续月数", "复级职级编码"],
        ["01", -50, "2011-03", 1, "GJ"],
    ],
    "期初业绩": [["工号", "月份", "业绩"], ["01", "2011-03", 70000]],
    "期初基金": [["分公司编码", "基金", "计提月份", "余额"], ["B1", "公司活动", "2011-02", 800]],
    "请假": [["工号", "开始", "结束", "类型"], ["03", "2011-04-28", "2011-05-10", "病假"]],
}


def company(**rows: list[Any]) -> Rows:
    """The company's rows, with one more row in each sheet that is named."""
    sheets = deepcopy(COMPANY)
    for title, row in rows.items():
        sheets[title].append(row)
    return sheets


def without(*titles: str) -> Rows:
    """The company's rows without these sheets."""
    return {title: rows for title, rows in deepcopy(COMPANY).items() if title not in titles}


def row_number(sheets: Rows, title: str, *key: str) -> int:
    """Excel's number of the row that starts with a key."""
    return next(index for index, row in enumerate(sheets[title], 1) if tuple(row[: len(key)]) == key)


def change(sheets: Rows, title: str, key: tuple[str, ...], heading: str, value: Any) -> Rows:
    """Change one cell."""
    row = sheets[title][row_number(sheets, title, *key) - 1]
    row[sheets[title][0].index(heading)] = value
    return sheets
