"""Nobody brings in for themselves who earns on a contract, or what happens to themselves."""

import pytest

from access.actor import CONSOLE, Actor
from access.models import User
from clients.models import Contract
from staff.models import Employee
from tests.cast import actor_of, log_in_of
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
