"""What must hold beyond single cells, at its edges: what is refused, and what is not."""

from typing import Any

import pytest

from rulebook.models import PlanVersion
from tests.imports.books import places, take_in
from tests.imports.company import Rows, change, company, row_number, without

pytestmark = pytest.mark.django_db

Move = list[Any]

MOVES: dict[str, tuple[list[Move], tuple[int, str] | None]] = {
    "within sales": ([["01", "2011-05-01", "调动", "S2", None, None]], None),
    "a new post within sales": ([["01", "2011-05-01", "异岗", "S2", None, None]], None),
    "a new post within sales, with a rank": ([["01", "2011-05-01", "异岗", "S2", "ZS", None]], (1, "新职级编码")),
    "within support": ([["03", "2011-05-01", "调动", "T1", None, None]], None),
    "within support, with a raise": ([["03", "2011-05-01", "异岗", "T1", None, 3500]], None),
    "within support, with a rank": ([["03", "2011-05-01", "异岗", "T1", "ZL", None]], (1, "新职级编码")),
    "into support": ([["01", "2011-05-13", "异岗", "T1", None, 2500]], None),
    "into support without a salary": ([["01", "2011-05-13", "异岗", "T1", None, None]], (1, "新基本工资")),
    "into support as a mere move": ([["01", "2011-05-13", "调动", "T1", None, None]], (1, "新部门编码")),
    "into support with a salary, as a mere move": ([["01", "2011-05-13", "调动", "T1", None, 2500]], (1, "类型")),
    "into sales": ([["03", "2011-05-13", "异岗", "S1", "ZL", None]], None),
    "into sales without a rank": ([["03", "2011-05-13", "异岗", "S1", None, None]], (1, "新职级编码")),
    "into sales at no rank there is": ([["03", "2011-05-13", "异岗", "S1", "ZZ", None]], (1, "新职级编码")),
    "nowhere": ([["01", "2011-05-13", "异岗", None, None, None]], (1, "新部门编码")),
    "away": ([["01", "2011-05-13", "离岗", None, None, None]], None),
    "away with a salary": ([["01", "2011-05-13", "离岗", None, None, 1]], (1, "新基本工资")),
    "away twice": (
        [["01", "2011-05-13", "离岗", None, None, None], ["01", "2011-06-13", "离岗", None, None, None]],
        (2, "类型"),
    ),
    "away and moved": (
        [["01", "2011-05-13", "离岗", None, None, None], ["01", "2011-06-13", "调动", "S1", None, None]],
        (2, "类型"),
    ),
    "away and back": (
        [["01", "2011-05-13", "离岗", None, None, None], ["01", "2011-06-13", "异岗", "S1", "ZL", None]],
        None,
    ),
    "away and back into support": (
        [["01", "2011-05-13", "离岗", None, None, None], ["01", "2011-06-13", "异岗", "T1", None, 2500]],
        None,
    ),
    "away and back without a rank": (
        [["01", "2011-05-13", "离岗", None, None, None], ["01", "2011-06-13", "异岗", "S1", None, None]],
        (2, "新职级编码"),
    ),
    "back before away, in the sheet": (
        [["01", "2011-06-13", "异岗", "S1", "ZL", None], ["01", "2011-05-13", "离岗", None, None, None]],
        None,
    ),
    "on the day of the hire": ([["04", "2011-05-16", "调动", "S1", None, None]], (1, "日期")),
    "the day after the hire": ([["04", "2011-05-17", "调动", "S1", None, None]], None),
    "twice on a day": (
        [["01", "2011-05-13", "调动", "S2", None, None], ["01", "2011-05-13", "离岗", None, None, None]],
        (2, "工号"),
    ),
    "away before what is signed": ([["01", "2011-04-10", "离岗", None, None, None]], None),
}


@pytest.mark.parametrize("name", MOVES)
def test_moves(name: str) -> None:
    moves, wrong = MOVES[name]
    sheets = company()
    first = len(sheets["异动"])
    sheets["异动"] += moves
    outcome = take_in(sheets)
    if name == "away before what is signed":
        assert places(outcome) == [("合同", 2, "成交工号")]
    else:
        assert places(outcome) == ([("异动", first + wrong[0], wrong[1])] if wrong else [])


@pytest.mark.parametrize(
    ("day", "wrong"), [("2011-06-10", []), ("2011-06-09", [("异动", 3, "日期")])], ids=["after", "before"]
)
def test_a_move_that_takes_a_signer_away_is_to_blame(day: str, wrong: list[Any]) -> None:
    take_in(company(合同=["K3", "C3", "2011-06-09", 1, "01", None]))
    outcome = take_in({"异动": [COMPANY_MOVES, ["02", "2011-06-10", "调动", "S2"], ["01", day, "离岗", None]]})
    assert places(outcome) == wrong


COMPANY_MOVES = ["工号", "日期", "类型", "新部门编码"]

ROWS: dict[str, tuple[str, list[Any], str | None]] = {
    "signed on the first day in post": ("合同", ["K9", "C1", "2011-05-16", 1, "04", None], None),
    "signed the day before": ("合同", ["K9", "C1", "2011-05-15", 1, "04", None], "成交工号"),
    "signed by support": ("合同", ["K9", "C1", "2011-05-15", 1, "03", None], None),
    "signed on the day of registration": ("合同", ["K9", "C1", "2011-04-01", 1, "01", None], None),
    "signed the day before registration": ("合同", ["K9", "C1", "2011-03-31", 1, "01", None], "签订日期"),
    "assisted by somebody not there yet": ("合同", ["K9", "C1", "2011-04-15", 1, "01", "04"], None),
    "assisted by the closer": ("合同", ["K9", "C1", "2011-04-15", 1, "01", "01"], "协助工号"),
    "owned from the first day in post": ("客户", ["C9", "九", "04", None, "2011-05-16", None], None),
    "owned the day before": ("客户", ["C9", "九", "04", None, "2011-05-15", None], "归属工号"),
    "referred on the day of the referrer": ("客户", ["C9", "九", None, "C1", "2011-04-01", None], None),
    "referred before the referrer": ("客户", ["C9", "九", None, "C1", "2011-03-31", None], "转介绍客户编号"),
    "referred by itself": ("客户", ["C9", "九", None, "C9", "2011-04-01", None], "转介绍客户编号"),
    "an orphan assigned": ("分配", ["C2", "2011-04-01", "01"], None),
    "assigned before registered": ("分配", ["C2", "2011-03-31", "01"], "日期"),
    "assigned to support": ("分配", ["C2", "2011-04-02", "03"], "工号"),
    "assigned to somebody not there": ("分配", ["C2", "2011-04-02", "04"], "工号"),
    "no orphan assigned": ("分配", ["C1", "2011-04-02", "01"], "客户编号"),
    "assigned after a developer's contract": ("分配", ["C2", "2011-05-11", "01"], "客户编号"),
    "assigned on the day it is signed": ("分配", ["C2", "2011-05-10", "01"], None),
    "received on the day of signing": ("到款", ["R9", "K1", "2011-04-10", 1, None], None),
    "received the day before": ("到款", ["R9", "K1", "2011-04-09", 1, None], "到账日期"),
    "refunded on the day": ("到款", ["R9", "K1", "2011-04-11", -1, "R1"], None),
    "refunded the day before": ("到款", ["R9", "K1", "2011-04-10", -1, "R1"], "到账日期"),
    "refunded in full": ("到款", ["R9", "K1", "2011-05-21", -5000, "R1"], None),
    "refunded above it": ("到款", ["R9", "K1", "2011-05-21", "-5000.01", "R1"], "金额"),
    "a refund refunded": ("到款", ["R9", "K1", "2011-05-21", -1, "R0"], "冲销流水号"),
    "refunded by itself": ("到款", ["R9", "K1", "2011-05-21", -1, "R9"], "冲销流水号"),
    "refunded for another contract": ("到款", ["R9", "K2", "2011-05-21", -1, "R1"], "冲销流水号"),
    "negative without a reason": ("到款", ["R9", "K1", "2011-05-21", -1, None], "冲销流水号"),
    "a refund that is positive": ("到款", ["R9", "K1", "2011-05-21", 1, "R1"], "金额"),
    "a weight in the last month": ("支持奖金权重", ["2011-05", "04", 0], None),
    "a weight before the hire": ("支持奖金权重", ["2011-04", "04", 1], "工号"),
    "a weight of four decimals": ("支持奖金权重", ["2011-05", "01", "0.0001"], None),
    "a weight of five decimals": ("支持奖金权重", ["2011-05", "01", "0.00001"], "权重"),
    "a claim before any plan": ("基金支出", ["F9", "B1", "公司活动", "2011-03-31", 1, "餐饮", None], "日期"),
    "a rank to be got back that isn't there": ("期初人员", ["02", None, None, None, "XX"], "复级职级编码"),
    "a cycle from the first month on": ("期初人员", ["02", None, "2011-04", None, None], None),
    "a cycle from later on": ("期初人员", ["02", None, "2011-05", None, None], "周期起始月"),
    "a cycle of support": ("期初人员", ["03", None, "2011-03", None, None], "工号"),
    "a deficit of support": ("期初人员", ["03", -1, None, None, None], None),
    "sales of the first month": ("期初业绩", ["01", "2011-04", 1], "月份"),
    "a lot of the first month": ("期初基金", ["B1", "公司活动", "2011-04", 1], "计提月份"),
    "the oldest lot alive": ("期初基金", ["B1", "公司活动", "2011-01", 1], None),
    "a lot that has expired": ("期初基金", ["B1", "公司活动", "2010-12", 1], "计提月份"),
    "away for a day": ("请假", ["03", "2011-05-11", "2011-05-11", "事假"], None),
    "away backwards": ("请假", ["03", "2011-05-11", "2011-05-10", "事假"], "结束"),
    "away while away": ("请假", ["03", "2011-05-10", "2011-05-11", "事假"], "开始"),
    "away around being away": ("请假", ["03", "2011-04-01", "2011-06-11", "事假"], None),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_at_the_edge(name: str) -> None:
    title, row, wrong = ROWS[name]
    sheets = company(**{title: row})
    outcome = take_in(sheets)
    if name == "away around being away":
        assert places(outcome) == [("请假", 2, "开始")]
    else:
        assert places(outcome) == ([(title, len(sheets[title]), wrong)] if wrong else [])


def test_receipts_above_the_contract_are_only_warned_of() -> None:
    outcome = take_in(company(到款=["R9", "K1", "2011-05-21", "1000.01", None]))
    assert outcome.imported
    [warning] = outcome.warnings
    assert (warning.sheet, warning.row, warning.column) == ("到款", 6, "金额")


def test_a_salary_of_sales_staff_is_only_warned_of() -> None:
    outcome = take_in(change(company(), "员工", ("01",), "基本工资", 2000))
    assert outcome.imported
    assert [(one.row, one.column) for one in outcome.warnings] == [(2, "基本工资")]


def test_unknown_sheets_and_columns_are_ignored_aloud() -> None:
    sheets: Rows = {"附注": [["工号"], ["x"]], **company()}
    sheets["分公司"][0].append("备注")
    sheets["分公司"][1].append("=1+1")
    outcome = take_in(sheets)
    assert outcome.imported
    assert [(one.sheet, one.row, one.column) for one in outcome.warnings] == [
        ("分公司", 1, "备注"),
        ("附注", None, None),
    ]


def test_blank_rows_and_sheets_are_passed_over_in_silence() -> None:
    sheets = company()
    sheets["分公司"].insert(2, [None, "  "])
    sheets["请假"] = []
    outcome = take_in(sheets)
    assert (outcome.errors, outcome.warnings) == ([], [])


def test_without_a_header_row_columns_are_missing() -> None:
    sheets = without("分公司")
    sheets["分公司"] = [[], ["编码", "名称"], ["B1", "北京"], ["B2", "上海"]]
    assert places(take_in(sheets)) == [("分公司", 1, None)]


def test_a_line_of_totals_gives_one_message() -> None:
    outcome = take_in(company(到款=[None, None, None, "=SUM(D2:D5)", None]))
    assert places(outcome) == [("到款", 6, "流水号")]


def test_a_row_that_lacks_its_key_and_more_gives_a_message_for_each() -> None:
    outcome = take_in(company(到款=[None, "K1", "2011-05-21", "abc", None]))
    assert places(outcome) == [("到款", 6, "流水号"), ("到款", 6, "金额")]


def test_a_bad_cell_that_is_copied_with_its_row_is_told_once() -> None:
    sheets = company(到款=["R9", "K1", "2011-02-31", 1, None])
    sheets["到款"].append(["R9", "K1", "2011-02-31", "abc", None])
    assert places(take_in(sheets)) == [("到款", 6, "到账日期"), ("到款", 7, "流水号"), ("到款", 7, "金额")]


def test_a_department_that_people_are_in_stays_in_its_system() -> None:
    take_in(company())
    outcome = take_in(change(company(), "部门", ("S2",), "系统", "后勤支持"))
    assert places(outcome) == [("部门", 4, "系统")]


def test_without_a_plan_nothing_of_it_goes_in() -> None:
    PlanVersion.objects.all().delete()
    outcome = take_in(company())
    assert {(one.sheet, one.column) for one in outcome.errors} == {
        ("员工", "职级编码"),
        ("到款", "到账日期"),
        ("目标", "月份"),
        ("支持奖金权重", "月份"),
        ("基金支出", "日期"),
        ("期初人员", "复级职级编码"),
    }


def test_changed_parents_are_to_blame_for_what_they_leave_behind() -> None:
    take_in(company())
    late = change(company(), "客户", ("C2",), "登记日期", "2011-05-08")
    outcome = take_in(late)
    assert places(outcome) == [("客户", row_number(late, "客户", "C2"), "登记日期")]
    signed_late = change(company(), "合同", ("K1",), "签订日期", "2011-04-12")
    assert places(take_in(signed_late)) == [("合同", 2, "签订日期")]
    lowered = change(company(), "到款", ("R1",), "金额", 999)
    assert places(take_in(lowered)) == [("到款", 3, "金额")]
    hired_late = change(company(), "员工", ("02",), "入职日期", "2011-06-11")
    assert places(take_in(hired_late)) == [("员工", 3, "入职日期")]
