"""Nobody gives their own weight, by a file neither; whose weights an import names (1-7.2.2)."""

import pytest

from access.actor import CONSOLE, Actor
from access.models import User
from compensation.models import SupportWeight
from staff.models import Employee
from tests.cast import actor_of, log_in_of
from tests.firm import MAY
from tests.imports.books import book_of, places, saved
from tests.imports.company import Rows, change, company, row_number, without
from workbooks.company.importing import ImportOutcome, import_workbook

pytestmark = pytest.mark.django_db
Role = User.Role
OWN = ("2011-05", "03")


def brought(sheets: Rows, by: Actor) -> ImportOutcome:
    return import_workbook(saved(book_of(sheets)), file_name="权重.xlsx", by=by)


@pytest.fixture
def hr() -> Actor:
    """Human resources, who is 03, a person of support, in a company that the console brought in."""
    assert brought(company(), CONSOLE).imported
    user = log_in_of(Role.HR)
    Employee.objects.filter(number="03").update(user=user)
    return Actor(User.objects.get(pk=user.pk))


def test_an_own_weight_is_refused_and_anothers_is_taken(hr: Actor) -> None:
    sheets = change(company(), "支持奖金权重", OWN, "权重", 3)
    outcome = brought(sheets, hr)
    assert places(outcome) == [("支持奖金权重", row_number(sheets, "支持奖金权重", *OWN), "权重")]
    assert "不能给自己填权重" in outcome.errors[0].reason
    assert SupportWeight.objects.get(month=MAY).weight == 1
    another = actor_of(Role.HR, "hr2")
    assert brought(sheets, another).imported


@pytest.mark.persons
def test_a_log_in_that_is_nobodys_brings_no_weight_but_all_else() -> None:
    nobody = Actor(User.objects.create(username="hr", role=Role.HR))
    (told,) = (outcome := brought(company(), nobody)).errors
    assert not outcome.imported
    assert (told.sheet, told.column) == ("支持奖金权重", "权重")
    assert "尚未关联人员" in told.reason
    assert "请去掉权重表" in told.reason
    assert brought(without("支持奖金权重"), nobody).imported


def test_a_new_own_weight_is_refused_and_one_that_stands_is_no_change(hr: Actor) -> None:
    assert brought(company(), hr).imported
    sheets = company(支持奖金权重=["2011-06", "03", 1])
    assert [place[1] for place in places(brought(sheets, hr))] == [len(sheets["支持奖金权重"])]


def test_an_own_weight_is_refused_by_an_earlier_log_in(hr: Actor) -> None:
    Employee.objects.filter(number="03").update(user=log_in_of(Role.FINANCE, "next"))
    assert places(brought(change(company(), "支持奖金权重", OWN, "权重", 3), hr))


def test_the_console_brings_everybodys(hr: Actor) -> None:
    assert brought(change(company(), "支持奖金权重", OWN, "权重", 3), CONSOLE).imported


def test_a_general_managers_weight_is_named() -> None:
    assert brought(company(), CONSOLE).imported
    Employee.objects.filter(number="03").update(user=log_in_of(Role.BRANCH_GM, "gm"))
    hr = actor_of(Role.HR)
    assert not brought(company(), hr).warnings
    outcome = brought(change(company(), "支持奖金权重", OWN, "权重", 3), hr)
    assert outcome.imported
    assert [(told.sheet, told.column) for told in outcome.warnings] == [("支持奖金权重", "权重")]
    assert "营销总监" in outcome.warnings[0].reason


def with_colleague() -> Rows:
    """A colleague of 03 in the same support department, and one of the south's."""
    sheets = company(部门=["T2", "行政部", "B2", "后勤支持", "行政", None])
    for number, name, department in (("05", "戊", "T1"), ("06", "己", "T2")):
        sheets["员工"].append([number, name, department, None, "2010-01-01", 3000, None])
    sheets["支持奖金权重"] += [["2011-05", "05", 1], ["2011-05", "06", 1]]
    return sheets


def test_no_weight_of_a_pool_in_which_the_importer_shares(hr: Actor) -> None:
    assert brought(with_colleague(), CONSOLE).imported
    sheets = change(with_colleague(), "支持奖金权重", ("2011-05", "05"), "权重", 0)
    outcome = brought(sheets, hr)
    assert places(outcome) == [("支持奖金权重", row_number(sheets, "支持奖金权重", "2011-05", "05"), "权重")]
    assert "请由另一位人力资源导入" in outcome.errors[0].reason
    assert set(SupportWeight.objects.values_list("weight", flat=True)) == {1}
    assert brought(change(with_colleague(), "支持奖金权重", ("2011-05", "06"), "权重", 7), hr).imported
    assert brought(sheets, actor_of(Role.HR, "hr2")).imported


def test_no_weight_of_a_pool_in_which_the_importer_shares_by_the_import(hr: Actor) -> None:
    sheets = company(支持奖金权重=["2011-05", "05", 1])
    sheets["员工"].append(["05", "戊", "T1", None, "2010-01-01", 3000, None])
    assert places(brought(sheets, hr)) == [("支持奖金权重", len(sheets["支持奖金权重"]), "权重")]
    assert not Employee.objects.filter(number="05").exists()
