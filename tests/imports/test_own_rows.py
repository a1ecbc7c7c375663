"""Nobody brings in for themselves who earns on a contract, its cash, or what happens to themselves."""

import pytest
from django.utils import timezone

from access.actor import CONSOLE, Actor
from access.models import User
from clients.models import Contract, Receipt
from compensation.models import Correction
from staff.models import Employee
from tests.cast import actor_of, log_in_of
from tests.firm import MAY
from tests.imports.books import places
from tests.imports.company import change, company, row_number
from tests.imports.test_own_weights import brought

pytestmark = pytest.mark.django_db
Role = User.Role


def hr_who_is(number: str) -> Actor:
    """Human resources, who is that person, in a company that the console brought in."""
    assert brought(company(), CONSOLE).imported
    return Actor(log_in_of(Role.HR, of=Employee.objects.get(number=number)))


@pytest.mark.parametrize(
    ("number", "contract", "column", "value"),
    [
        ("03", "K1", "协助工号", "03"),
        ("03", "K2", "协助工号", None),
        ("01", "K2", "成交工号", "01"),
        ("02", "K2", "成交工号", "01"),
    ],
)
def test_who_earns_on_a_contract_is_not_brought_in_by_them(
    number: str, contract: str, column: str, value: str | None
) -> None:
    hr = hr_who_is(number)
    sheets = change(company(), "合同", (contract,), column, value)
    outcome = brought(sheets, hr)
    assert ("合同", row_number(sheets, "合同", contract), column) in places(outcome)
    assert any("由另一位人力资源导入" in problem.reason for problem in outcome.errors)
    assert not outcome.imported
    assert not any("由另一位" in problem.reason for problem in brought(sheets, actor_of(Role.HR, "hr2")).errors)


def test_a_new_contract_of_their_own_is_another_s_to_bring() -> None:
    hr = hr_who_is("03")
    sheets = company(合同=["K9", "C1", "2011-06-01", 5000, "01", "03"])
    assert places(brought(sheets, hr)) == [("合同", row_number(sheets, "合同", "K9"), "协助工号")]
    assert not Contract.objects.filter(number="K9").exists()
    assert brought(sheets, actor_of(Role.HR, "hr2")).imported


def test_what_else_of_their_contract_changes_is_theirs_to_bring() -> None:
    assert brought(change(company(), "合同", ("K2",), "金额", 60000), hr_who_is("03")).imported


def test_what_happens_to_them_is_another_s_to_bring() -> None:
    hr = hr_who_is("03")
    sheets = company(异动=["03", "2011-06-20", "离岗", None, None, None])
    assert places(brought(sheets, hr)) == [("异动", row_number(sheets, "异动", "03"), "工号")]
    assert brought(sheets, actor_of(Role.HR, "hr2")).imported
    sheets["请假"] = [["工号", "开始", "结束", "类型"], ["03", "2011-06-01", "2011-06-02", "事假"]]
    assert places(brought(sheets, hr)) == [("请假", 2, "工号")]


def test_rows_of_theirs_that_stand_are_no_change() -> None:
    assert brought(company(), hr_who_is("03")).imported


@pytest.mark.parametrize(
    ("number", "receipt"),
    [
        ("03", ["R9", "K2", "2011-06-13", 500, None]),
        ("01", ["R9", "K1", "2011-06-13", 500, None]),
        ("03", ["R9", "K2", "2011-06-13", -500, "R3"]),
        ("01", ["R9", "K1", "2011-06-13", -500, "R2"]),
    ],
)
def test_cash_that_pays_them_is_anothers_to_bring(number: str, receipt: list[object]) -> None:
    hr = hr_who_is(number)
    sheets = company(到款=receipt)
    outcome = brought(sheets, hr)
    assert places(outcome) == [("到款", row_number(sheets, "到款", "R9"), "合同编号")]
    who = Employee.objects.get(number=number)
    assert all(words in outcome.errors[0].reason for words in (str(who), str(receipt[1]), "请由另一位人力资源办理"))
    assert not Receipt.objects.filter(number="R9").exists()
    assert brought(sheets, actor_of(Role.HR, "hr2")).imported


@pytest.mark.parametrize(("column", "value"), [("金额", 49000), ("到账日期", "2011-06-13"), ("合同编号", "K1")])
def test_cash_that_paid_them_is_anothers_to_change(column: str, value: object) -> None:
    hr = hr_who_is("03")
    sheets = change(company(), "到款", ("R3",), column, value)
    outcome = brought(sheets, hr)
    assert ("到款", row_number(sheets, "到款", "R3"), "合同编号") in places(outcome)
    assert any("合同 K2" in problem.reason for problem in outcome.errors)
    assert brought(sheets, CONSOLE).imported


def test_cash_of_a_new_contract_of_theirs_is_told_with_it() -> None:
    hr = hr_who_is("03")
    sheets = company(合同=["K9", "C1", "2011-06-01", 5000, "01", "03"], 到款=["R9", "K9", "2011-06-13", 500, None])
    assert {place[0] for place in places(brought(sheets, hr))} == {"合同", "到款"}


def test_cash_of_others_is_theirs_to_bring() -> None:
    assert brought(company(到款=["R9", "K1", "2011-06-13", 500, None]), hr_who_is("03")).imported


@pytest.mark.parametrize(("day", "reverses", "is_theirs"), [
    ("2011-06-14", None, False),
    ("2011-06-15", None, True),
    ("2011-06-15", "R2", False),
])  # fmt: skip
def test_who_has_left_sales_earns_on_none_that_comes_in_later(
    day: str, reverses: str | None, *, is_theirs: bool
) -> None:
    hr = hr_who_is("01")
    moved = company(异动=["01", "2011-06-15", "异岗", "T1", None, 4000])
    assert brought(moved, CONSOLE).imported
    moved["到款"].append(["R9", "K1", day, -500 if reverses else 500, reverses])
    assert brought(moved, hr).imported is is_theirs


def test_cash_is_theirs_to_bring_once_another_is_the_right_closer() -> None:
    hr = hr_who_is("01")
    contract = Contract.objects.get(number="K1")
    second = Employee.objects.get(number="02")
    Correction.objects.create(
        number="T201105-0001",
        month=MAY,
        kind=Correction.Kind.CLOSER,
        contract=contract,
        wrong_closer=contract.closer,
        right_closer=second,
        from_branch=contract.branch,
        to_branch=contract.branch,
        reason="记错",
        made_at=timezone.now(),
    )
    sheets = company(到款=["R9", "K1", "2011-06-13", 500, None])
    seconds = Actor(log_in_of(Role.HR, "hr2", of=second))
    assert places(brought(sheets, seconds))
    assert brought(sheets, hr).imported
