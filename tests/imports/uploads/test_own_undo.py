"""Nobody undoes for themselves: a weight of their pool, a contract or cash that pays them, what happened to them."""

from typing import Any

import pytest

from access.actor import Actor
from access.models import User
from compensation.models import SupportWeight
from salesorg.databases.clones import Clone
from staff.models import Employee
from tests.cast import actor_of
from tests.imports.books import take_in
from tests.imports.company import change, company
from tests.imports.uploads.test_undo import everything, imported, looked_at, undone
from workbooks.models import Upload
from workbooks.uploads.actions import confirm_undo
from workbooks.uploads.work import work_on_uploads

State = Upload.State
BY_ANOTHER = "请由另一位人力资源导入"


@pytest.fixture
def hr(committed_db: Clone) -> Actor:
    return actor_of(User.Role.HR)


def asked_by(kept: Upload, number: str) -> list[str]:
    """Why the import is not undone when human resources, who is that person, confirm it; empty where it is."""
    of = Employee.objects.get(number=number) if number else None
    confirm_undo(kept.pk, shown=kept.undo_shown, by=actor_of(User.Role.HR, "hr2", of=of))
    work_on_uploads()
    kept.refresh_from_db()
    assert kept.state == (State.APPLIED if kept.undo_obstacles else State.UNDONE)
    return [told["reason"] for told in kept.undo_obstacles]


def refused(kept: Upload, number: str, *words: str) -> bool:
    """Whether that person is told just this, each once."""
    reasons = asked_by(kept, number)
    return len(reasons) == len(words) and all(told in reason for told, reason in zip(words, reasons, strict=True))


def with_colleague(*moves: list[Any]) -> dict[str, Any]:
    """05, of 03's support department, with these moves."""
    sheets = company(
        员工=["05", "戊", "T1", None, "2010-01-01", 3000, None], 部门=["T2", "行政部", "B2", "后勤支持", "行政", None]
    )
    sheets["异动"] += moves
    return sheets


def test_nobody_gives_themselves_the_weight_back_that_anothers_import_took(hr: Actor) -> None:
    take_in(company())
    kept = looked_at(hr, imported(hr, change(company(), "支持奖金权重", ("2011-05", "03"), "权重", 0)))
    assert refused(kept, "03", "不能给自己填权重")
    assert undone(hr, kept).state == State.UNDONE


def test_nobody_takes_an_own_weight_away_by_undoing_the_import_that_added_it(hr: Actor) -> None:
    take_in(company())
    kept = looked_at(hr, imported(hr, company(支持奖金权重=["2011-06", "03", 1])))
    assert refused(kept, "03", "不能给自己填权重")
    assert undone(hr, kept).state == State.UNDONE


def test_nobody_undoes_a_weight_of_a_pool_in_which_they_share(hr: Actor) -> None:
    sheets = with_colleague()
    take_in(sheets)
    sheets["支持奖金权重"].append(["2011-06", "05", 1])
    kept = looked_at(hr, imported(hr, sheets))
    assert refused(kept, "03", BY_ANOTHER)
    assert undone(hr, kept).state == State.UNDONE


@pytest.mark.parametrize(("month", "is_own"), [("2011-05", True), ("2011-06", False)])
def test_whose_pool_a_weight_is_of_is_judged_by_its_month(hr: Actor, month: str, *, is_own: bool) -> None:
    sheets = with_colleague(["03", "2011-06-01", "调动", "T2", None, None])
    take_in(sheets)
    sheets["支持奖金权重"].append([month, "05", 1])
    kept = looked_at(hr, imported(hr, sheets))
    assert refused(kept, "03", *[BY_ANOTHER] * is_own)


def test_a_weight_that_goes_back_into_ones_own_pool_is_anothers_to_undo(hr: Actor) -> None:
    take_in(change(with_colleague(), "支持奖金权重", ("2011-05", "03"), "工号", "05"))
    before = everything()
    moved = with_colleague(["05", "2011-05-01", "调动", "T2", None, None])
    change(change(moved, "支持奖金权重", ("2011-05", "03"), "工号", "05"), "支持奖金权重", ("2011-05", "05"), "权重", 7)
    kept = looked_at(hr, imported(hr, moved))
    assert refused(kept, "03", BY_ANOTHER)
    assert SupportWeight.objects.get(employee__number="05").weight == 7
    assert undone(hr, kept).state == State.UNDONE
    assert {**everything(), "Employee": []} == {**before, "Employee": []}


@pytest.mark.parametrize(("contract", "assistant"), [("K1", "03"), ("K2", None)])
def test_nobody_undoes_who_assists_on_a_contract_for_themselves(
    hr: Actor, contract: str, assistant: str | None
) -> None:
    take_in(company())
    kept = looked_at(hr, imported(hr, change(company(), "合同", (contract,), "协助工号", assistant)))
    assert refused(kept, "03", BY_ANOTHER)
    assert undone(hr, kept).state == State.UNDONE


@pytest.mark.parametrize(
    ("number", "receipt"),
    [("03", ["R9", "K2", "2011-06-13", -500, "R3"]), ("01", ["R9", "K1", "2011-06-13", 500, None])],
)
def test_nobody_undoes_cash_that_pays_them(hr: Actor, number: str, receipt: list[Any]) -> None:
    take_in(company())
    kept = looked_at(hr, imported(hr, company(到款=receipt)))
    assert refused(kept, number, "请由另一位人力资源办理")
    assert undone(hr, kept).state == State.UNDONE


def test_nobody_undoes_a_change_of_cash_that_pays_them(hr: Actor) -> None:
    take_in(company())
    kept = looked_at(hr, imported(hr, change(company(), "到款", ("R3",), "合同编号", "K1")))
    assert refused(kept, "03", "请由另一位人力资源办理")


@pytest.mark.parametrize("number", ["02", ""])
def test_cash_that_pays_others_is_theirs_to_undo(hr: Actor, number: str) -> None:
    take_in(company())
    kept = looked_at(hr, imported(hr, company(到款=["R9", "K1", "2011-06-13", 500, None])))
    assert refused(kept, number)


@pytest.mark.parametrize(("day", "is_theirs"), [("2011-06-14", False), ("2011-06-15", True)])
def test_cash_after_they_left_sales_is_theirs_to_undo(hr: Actor, day: str, *, is_theirs: bool) -> None:
    sheets = company(异动=["01", "2011-06-15", "异岗", "T1", None, 4000])
    take_in(sheets)
    sheets["到款"].append(["R9", "K1", day, 500, None])
    kept = looked_at(hr, imported(hr, sheets))
    assert refused(kept, "01", *[] if is_theirs else ["请由另一位人力资源办理"])


def test_nobody_undoes_what_happened_to_themselves(hr: Actor) -> None:
    take_in(company())
    leave = [["工号", "开始", "结束", "类型"], ["03", "2011-06-01", "2011-06-02", "事假"]]
    sheets = company(异动=["03", "2011-06-20", "离岗", None, None, None]) | {"请假": leave}
    kept = looked_at(hr, imported(hr, sheets))
    assert refused(kept, "03", "另一位人力资源办理", "另一位人力资源办理")
    assert undone(hr, kept).state == State.UNDONE


@pytest.mark.persons
def test_a_log_in_that_is_nobodys_undoes_no_import_of_weights(hr: Actor) -> None:
    take_in(company())
    Employee.objects.filter(number="01").update(user=hr.user)
    kept = looked_at(hr, imported(hr, company(支持奖金权重=["2011-06", "03", 1])))
    assert refused(kept, "", "尚未关联人员")
    assert undone(hr, kept).state == State.UNDONE
