"""Nothing may touch a locked month: April is locked, May is not."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from access.models import User
from clients.models import Contract, Receipt
from compensation.corrections.actions import WrongAmount, WrongCloser, effect_of, make_correction
from salesorg.databases.clones import Databases
from staff.models import Employee
from tests.cast import actor_of
from tests.firm import APRIL, MAY
from tests.imports.books import places, take_in
from tests.imports.company import Rows, change, company, row_number
from tests.locking import lock_empty
from tests.made_once import Made, made_once
from workbooks.company.report import as_json


def locked_april() -> None:
    take_in(company())
    lock_empty(APRIL)


@pytest.fixture(scope="module")
def made(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made[None]]:
    with made_once(databases, django_db_blocker, locked_april) as made:
        yield made


@pytest.fixture(autouse=True)
def _locked_april(made: Made[None]) -> Iterator[None]:
    with made.taken_back():
        yield


NEW: dict[str, tuple[str, list[Any]]] = {
    "员工": ("入职日期", ["05", "戊", "S1", "ZL", "2011-04-30", None, None]),
    "异动": ("日期", ["01", "2011-04-30", "离岗", None, None, None]),
    "客户": ("登记日期", ["C4", "客户四", None, None, "2011-04-30", None]),
    "分配": ("日期", ["C2", "2011-04-30", "01"]),
    "合同": ("签订日期", ["K3", "C1", "2011-04-30", 1, "01", None]),
    "支持奖金权重": ("月份", ["2011-04", "01", 1]),
    "基金支出": ("日期", ["F2", "B1", "公司活动", "2011-04-30", 1, "餐饮", None]),
    "期初人员": ("工号", ["02", -1, None, None, None]),
    "期初业绩": ("月份", ["01", "2011-02", 1]),
    "期初基金": ("计提月份", ["B1", "公司活动", "2011-03", 1]),
    "请假": ("开始", ["01", "2011-04-30", "2011-05-01", "事假"]),
}


@pytest.mark.parametrize("title", NEW)
def test_nothing_is_added_to_a_locked_month(title: str) -> None:
    heading, row = NEW[title]
    sheets = company(**{title: row})
    outcome = take_in(sheets)
    assert places(outcome) == [(title, len(sheets[title]), heading)]


def test_a_target_of_a_locked_month_is_not_added() -> None:
    sheets = company(分公司=["B3", "广州"], 目标=["2011-04", "B3", 1])
    assert places(take_in(sheets)) == [("目标", 8, "月份")]


@pytest.mark.parametrize("title", [title for title in NEW if not title.startswith("期初")])
def test_the_open_month_takes_additions(title: str) -> None:
    _heading, row = NEW[title]
    may = {"2011-04": "2011-05", "2011-04-30": "2011-05-08", "2011-05-01": "2011-05-09"}
    late = [may.get(value, value) for value in row]
    assert take_in(company(**{title: late})).errors == []


REFUSED: list[tuple[str, tuple[str, ...], str, Any]] = [
    ("部门", ("S1",), "分公司编码", "B2"),
    ("员工", ("01",), "部门编码", "S2"),
    ("员工", ("01",), "职级编码", "ZL"),
    ("员工", ("01",), "入职日期", "2010-01-02"),
    ("员工", ("04",), "入职日期", "2011-04-16"),
    ("员工", ("03",), "基本工资", 1),
    ("客户", ("C1",), "归属工号", "02"),
    ("客户", ("C1",), "登记日期", "2011-03-15"),
    ("合同", ("K1",), "成交工号", "02"),
    ("合同", ("K1",), "金额", 1),
    ("合同", ("K2",), "签订日期", "2011-04-30"),
    ("到款", ("R1",), "金额", 6001),
    ("到款", ("R1",), "到账日期", "2011-05-11"),
    ("目标", ("2011-04", "B1"), "目标金额", 1),
    ("支持奖金权重", ("2011-04",), "权重", 2),
    ("期初人员", ("01",), "结转", -1),
    ("期初业绩", ("01",), "业绩", 1),
    ("期初基金", ("B1",), "余额", 1),
    ("请假", ("03",), "结束", "2011-04-29"),
    ("请假", ("03",), "类型", "事假"),
]


@pytest.mark.parametrize(("title", "key", "heading", "value"), REFUSED, ids=lambda part: str(part)[:20])
def test_what_counted_in_a_locked_month_stays(title: str, key: tuple[str, ...], heading: str, value: Any) -> None:
    sheets = change(company(), title, key, heading, value)
    outcome = take_in(sheets)
    wanted = (title, row_number(sheets, title, *key), "工号" if title == "期初人员" else heading)
    assert wanted in places(outcome)
    assert "锁定" in next(problem.reason for problem in outcome.errors if problem.sheet == title)
    assert not outcome.imported


ALLOWED: list[tuple[str, tuple[str, ...], str, Any]] = [
    ("分公司", ("B1",), "名称", "华北"),
    ("部门", ("S1",), "名称", "一部"),
    ("部门", ("S1",), "职能", "直销"),
    ("部门", ("S1",), "负责人工号", "02"),
    ("部门", ("S2",), "分公司编码", "B1"),
    ("员工", ("01",), "姓名", "甲甲"),
    ("员工", ("01",), "手机", "139"),
    ("员工", ("04",), "部门编码", "S1"),
    ("异动", ("02",), "新部门编码", "S1"),
    ("客户", ("C1",), "名称", "改名"),
    ("客户", ("C1",), "战略客户", "是"),
    ("合同", ("K2",), "金额", 60000),
    ("到款", ("R2",), "金额", 4001),
    ("到款", ("R2",), "到账日期", "2011-05-13"),
    ("请假", ("03",), "结束", "2011-06-10"),
]


@pytest.mark.parametrize(("title", "key", "heading", "value"), ALLOWED, ids=lambda part: str(part)[:20])
def test_descriptions_and_later_months_may_change(title: str, key: tuple[str, ...], heading: str, value: Any) -> None:
    outcome = take_in(change(company(), title, key, heading, value))
    assert (outcome.errors, outcome.imported) == ([], True)


LATE: list[list[Any]] = [["R4", "K1", "2011-04-30", 1, None], ["R4", "K1", "2011-04-30", "-0.01", "R1"]]


@pytest.mark.parametrize("row", LATE, ids=["cash", "refund"])
def test_late_cash_counts_in_the_open_month_and_keeps_its_day(row: list[Any]) -> None:
    sheets = company(到款=row)
    outcome = take_in(sheets)
    assert (outcome.errors, outcome.imported) == ([], True)
    (warning,) = outcome.warnings
    assert (warning.sheet, warning.row, warning.column, warning.value) == ("到款", 6, "到账日期", "2011-04-30")
    assert warning.reason == "2011年4月已锁定，计入2011年5月"
    late = Receipt.objects.get(number="R4")
    assert (late.received_on, late.posted_in) == (dt.date(2011, 4, 30), MAY)
    again = take_in(sheets)
    assert (again.errors, again.warnings, list(again.changes)) == ([], [], [])


def test_late_cash_changes_while_its_month_is_open() -> None:
    sheets = company(到款=["R4", "K1", "2011-04-30", 1, None])
    take_in(sheets)
    assert take_in(change(sheets, "到款", ("R4",), "金额", 2)).imported
    assert (Receipt.objects.get(number="R4").amount, Receipt.objects.get(number="R4").posted_in) == (2, MAY)
    lock_empty(MAY)
    outcome = take_in(change(sheets, "到款", ("R4",), "金额", 3))
    assert places(outcome) == [("到款", 6, "金额")]
    assert "更正" in outcome.errors[0].reason


def test_a_day_put_right_into_a_locked_month_counts_in_the_open_one() -> None:
    outcome = take_in(change(company(), "到款", ("R3",), "到账日期", "2011-05-30"))
    assert outcome.imported
    outcome = take_in(change(company(), "到款", ("R2",), "到账日期", "2011-04-30"))
    assert (outcome.imported, [warning.row for warning in outcome.warnings]) == (True, [4])
    moved = Receipt.objects.get(number="R2")
    assert (str(moved.received_on), moved.posted_in) == ("2011-04-30", MAY)


def test_a_locked_receipt_points_to_its_correction() -> None:
    outcome = take_in(change(company(), "到款", ("R1",), "金额", 6001))
    assert "更正" in outcome.errors[0].reason
    assert outcome.errors[0].correction == "kind=amount&receipt=R1"
    assert list(json.loads(as_json(outcome))["errors"][0]) == ["sheet", "row", "column", "value", "reason"]


@pytest.mark.parametrize(
    ("right", "refund", "is_allowed"),
    [
        ("5500.00", -4500, True),
        ("5500.00", "-4500.01", False),
        ("7000.00", -6000, True),
        ("7000.00", "-6000.01", False),
    ],
)
def test_refunds_fit_the_receipt_as_corrected(right: str, refund: Any, is_allowed: bool) -> None:
    receipt = Receipt.objects.get(number="R1")
    hr = actor_of(User.Role.HR)
    wanted = WrongAmount(receipt, Decimal(right))
    make_correction(wanted, reason="少记", shown=effect_of(wanted).digest, by=hr)
    outcome = take_in(company(到款=["R9", "K1", "2011-05-28", refund, "R1"]))
    assert outcome.imported is is_allowed
    if not is_allowed:
        assert places(outcome) == [("到款", 6, "金额")]
        assert f"{Decimal(right):,}" in outcome.errors[0].reason


@pytest.mark.parametrize(("left", "is_orphan"), [("01", False), ("02", True)])
def test_an_assignment_sees_the_closer_as_corrected(left: str, is_orphan: bool) -> None:
    hr = actor_of(User.Role.HR)
    wanted = WrongCloser(Contract.objects.get(number="K1"), Employee.objects.get(number="02"))
    make_correction(wanted, reason="录错", shown=effect_of(wanted).digest, by=hr)
    sheets = company(异动=[left, "2011-06-15", "离岗", None, None, None], 分配=["C1", "2011-06-20", "04"])
    outcome = take_in(sheets)
    assert places(outcome) == ([] if is_orphan else [("分配", 3, "客户编号")])


def test_the_same_file_again_is_fine() -> None:
    outcome = take_in(company())
    assert (outcome.errors, list(outcome.changes)) == ([], [])


def test_a_locked_receipt_can_be_refunded_in_an_open_month() -> None:
    assert take_in(company(到款=["R9", "K1", "2011-05-28", -5000, "R1"])).imported
    sheets: Rows = company(到款=["R9", "K1", "2011-05-28", -5000, "R1"])
    sheets["到款"].append(["R10", "K1", "2011-05-28", "-0.01", "R1"])
    outcome = take_in(sheets)
    assert places(outcome) == [("到款", 7, "金额")]
    assert "合计超过" in outcome.errors[0].reason
