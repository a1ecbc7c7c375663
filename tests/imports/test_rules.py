"""What must hold beyond single cells, at its edges: what is refused, and what is not."""

import datetime as dt
from typing import Any

import pytest

from access.actor import CONSOLE
from monthend.close import close_month
from rulebook.models import PlanVersion
from rulebook.month import Month
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


BIG = ["R8", "K1", "2011-05-21", "-6000.01", "R1"]

REFUNDS: dict[str, tuple[list[list[Any]], list[tuple[int, str]]]] = {
    "of another contract": ([["R9", "K2", "2011-05-21", -1, "R1"]], [(1, "冲销流水号")]),
    "of no contract": ([["R9", "K7", "2011-05-21", -1, "R1"]], [(1, "合同编号")]),
    "before its receipt": ([["R9", "K1", "2011-04-10", -1, "R1"]], [(1, "到账日期")]),
    "positive": ([["R9", "K1", "2011-05-21", 1, "R1"]], [(1, "金额")]),
    "too large as well": ([["R9", "K1", "2011-05-21", "-6000.01", "R1"]], [(1, "金额")]),
    "right": ([["R9", "K1", "2011-05-21", -5000, "R1"]], []),
}


@pytest.mark.parametrize("name", REFUNDS)
def test_a_refund_above_its_receipt_is_told_at_its_own_row_whatever_else_refunds_it(name: str) -> None:
    others, wrong = REFUNDS[name]
    sheets = company(到款=BIG)
    sheets["到款"] += others
    outcome = take_in(sheets)
    assert places(outcome) == [("到款", 6, "金额"), *(("到款", 6 + row, column) for row, column in wrong)]
    assert "6,000.00" in outcome.errors[0].reason


def test_a_refund_that_is_wrong_in_itself_makes_no_other_one_too_large() -> None:
    for other, column in ((["R9", "K7", "2011-05-21", -5000, "R1"], "合同编号"), (REFUNDS["positive"][0][0], "金额")):
        sheets = company(到款=["R8", "K1", "2011-05-21", -5000, "R1"])
        sheets["到款"].append(other)
        assert places(take_in(sheets)) == [("到款", 7, column)]
    halves = company(到款=["R8", "K1", "2011-05-21", -2500, "R1"])
    halves["到款"].append(["R9", "K1", "2011-05-21", "-2500.01", "R1"])
    assert places(take_in(halves)) == [("到款", 7, "金额")]
    halves["到款"][-2:] = [["R8", "K1", "2011-05-21", "-5000.01", "R1"], ["R9", "K1", "2011-05-21", "-0.01", "R1"]]
    assert places(take_in(halves)) == [("到款", 6, "金额")]


def test_a_refund_changed_in_a_locked_month_makes_no_other_one_too_large() -> None:
    assert take_in(company()).imported
    assert close_month(Month(2011, 4), lock=True, today=dt.date(2011, 7, 1), by=CONSOLE).is_locked
    sheets = change(company(到款=["R9", "K1", "2011-05-21", -5000, "R1"]), "到款", ("R1",), "金额", 700)
    assert places(take_in(sheets)) == [("到款", 3, "金额")]


def test_rows_that_are_wrong_in_themselves_count_for_no_absence_order_or_sum() -> None:
    away = company(请假=["03", "2011-05-11", "2011-05-20", None])
    away["请假"].append(["03", "2011-05-15", "2011-05-16", "事假"])
    assert places(take_in(away)) == [("请假", 3, "类型")]
    early = company(客户=["C9", "九", "01", None, "2011-04-05", None], 合同=["K8", "C9", "2011-04-02", 1, "01", None])
    early["合同"].append(["K9", "C9", "2011-04-02", "一", "01", None])
    assert places(take_in(early)) == [("合同", 4, "签订日期"), ("合同", 5, "签订日期"), ("合同", 5, "金额")]
    sums = company(到款=["R9", "K1", "2011-04-01", 1000000, None])
    outcome = take_in(sums)
    assert (places(outcome), outcome.warnings) == ([("到款", 6, "到账日期")], [])


@pytest.mark.parametrize(
    ("hired_on", "days_away"),
    [
        ("2011-03-31", []),
        ("2011-04-01", None),
        ("2010-01-01", ["2011-03-31", "2011-04-01"]),
        ("2010-01-01", ["2011-04-01", "2011-04-02"]),
        ("2010-01-01", ["2011-04-02", "2011-04-03"]),
    ],
)
def test_a_deficit_of_who_was_not_there_over_the_go_live_is_warned_of(
    hired_on: str, days_away: list[str] | None
) -> None:
    sheets = change(company(期初人员=["02", -80, None, None, None]), "员工", ("02",), "入职日期", hired_on)
    if days_away:
        left, back = days_away
        sheets["异动"][1:1] = [["02", left, "离岗", None, None, None], ["02", back, "异岗", "S1", "ZL", None]]
    outcome = take_in(sheets)
    assert outcome.imported
    runs_on = days_away == [] or days_away == ["2011-04-02", "2011-04-03"]
    assert [(one.sheet, one.row, one.column) for one in outcome.warnings] == (
        [] if runs_on else [("期初人员", 3, "结转")]
    )


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


def test_before_the_first_plan_nothing_of_it_goes_in() -> None:
    PlanVersion.objects.update(effective_from=dt.date(2099, 1, 1))
    outcome = take_in(company())
    assert {(one.sheet, one.column) for one in outcome.errors} == {
        ("到款", "到账日期"),
        ("目标", "月份"),
        ("支持奖金权重", "月份"),
        ("基金支出", "日期"),
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


def test_numbers_that_cannot_be_right_are_warned_of_with_the_place_and_taken() -> None:
    sheets = company()
    sheets["员工"][0] += ["身份证号", "银行卡号"]
    numbers = (
        ("110101199003074522", "6222021001122334458", "0755-26001234"),
        ("110101199003074521", "6222021001122334459", "138001"),
        ("H12345678", None, None),
        ("110101900307452", "6222 0210 0112 2334 458", "+1 415 555 2671"),
    )
    for row, (id_number, account, phone) in zip(sheets["员工"][1:], numbers, strict=True):
        row[6:] = [phone, id_number, account]
    sheets["客户"].append(["C4", "客户(一)", "01", None, "2011-04-01", None])
    sheets["客户"].append(["C5", "客户（一）", "77", None, "2011-04-01", None])
    wrong = take_in(sheets)
    assert (places(wrong), len(wrong.warnings)) == ([("客户", 6, "归属工号")], 6)
    sheets["客户"][-1][2] = "01"
    outcome = take_in(sheets)
    assert outcome.imported
    told = {(one.sheet, one.row, one.column): one.reason for one in outcome.warnings}
    assert list(told) == [
        ("员工", 3, "身份证号"), ("员工", 3, "银行卡号"), ("员工", 3, "手机"),
        ("员工", 5, "身份证号"), ("员工", 5, "银行卡号"), ("客户", 5, "名称"), ("客户", 6, "名称"),
    ]  # fmt: skip
    assert "存折" in told["员工", 3, "银行卡号"]
    assert outcome.warnings[1].value == "····4459"
    assert "01" in told["员工", 5, "身份证号"]
    assert "C1" in told["客户", 5, "名称"]
    assert take_in(sheets).warnings == []
    again = take_in(
        {"员工": [["工号", "姓名", "部门编码", "入职日期", "手机"], ["03", "丙", "T1", "2010-01-01", "12"]]}
    )
    assert [(one.row, one.column) for one in again.warnings] == [(2, "手机")]


def test_what_a_number_may_mean_is_asked_in_both_directions() -> None:
    assert take_in(company()).imported
    headings = company()
    outcome = take_in(
        {
            "客户": [headings["客户"][0], ["C9", "九", "1", "Ｃ３", "2011-04-05", None]],
            "合同": [headings["合同"][0], ["K9", "c 1", "2011-04-15", 1, "001", "99"]],
            "到款": [
                headings["到款"][0],
                ["R8", "K01", "2011-05-21", 1, None],
                ["R9", "K1", "2011-05-21", -1, "R 1"],
            ],
            "目标": [headings["目标"][0], ["2011-04", "B01", 5]],
        }
    )
    told = {(one.sheet, one.column): one.reason for one in outcome.errors}
    assert {place: reason.partition("：")[2] for place, reason in told.items()} == {
        ("客户", "归属工号"): "是否应为 01？",
        ("客户", "转介绍客户编号"): "是否应为 C3？",
        ("合同", "客户编号"): "是否应为 C1？",
        ("合同", "成交工号"): "是否应为 01？",
        ("合同", "协助工号"): "",
        ("到款", "合同编号"): "是否应为 K1？",
        ("到款", "冲销流水号"): "是否应为 R1？",
        ("目标", "分公司编码"): "是否应为 B1？",
    }


def test_a_new_number_that_may_mean_an_old_one_is_warned_of_and_taken() -> None:
    assert take_in(company()).imported
    people = company()["员工"]
    outcome = take_in({"员工": [people[0], ["1", *people[1][1:]], ["００２", *people[2][1:]], ["05", *people[2][1:]]]})
    assert outcome.imported
    told = [(one.row, one.column, one.reason) for one in outcome.warnings if one.column == "工号"]
    assert told == [(2, "工号", "已有 01，是另一个吗？"), (3, "工号", "已有 02，是另一个吗？")]
