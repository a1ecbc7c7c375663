"""Rows that were imported before: the same, changed, or changed elsewhere since."""

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

from access.actor import Actor
from access.models import User
from clients.models import Client, Contract, Receipt
from compensation.models import SupportWeight
from funds.models import FundClaim, FundLot
from monthend.close import close_month
from periods.models import Period
from rulebook.month import Month
from staff.models import (
    Absence,
    Department,
    Employee,
    OpeningSales,
    OpeningState,
    PersonnelEvent,
    Post,
    RankHolding,
    Target,
)
from tests.firm import APRIL, TODAY
from tests.imports.books import CALM, EDGES, book_of, saved, take_in
from tests.imports.company import COMPANY, change, company, row_number, without
from workbooks.company.entries import RowEffect
from workbooks.company.importing import import_workbook
from workbooks.models import ImportBatch, ImportedRow

pytestmark = pytest.mark.django_db


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of all our tables but the log of imports."""
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in OUR_APPS]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in ours}


OUR_APPS = ("staff", "clients", "compensation", "funds", "periods", "monthend", "rulebook")


@pytest.mark.parametrize("path", [CALM, EDGES], ids=["calm", "edges"])
def test_a_company_goes_in_once(path: Any) -> None:
    data = path.read_bytes()
    first = take_in(data)
    assert (first.errors, first.imported) == ([], True)
    assert {one.column for one in first.warnings} == ({"身份证号", "银行卡号"} if path == CALM else set())
    before = everything(), list(ImportedRow.objects.order_by("pk").values())
    second = take_in(data)
    assert (list(second.changes), second.imported) == ([], True)
    assert (everything(), list(ImportedRow.objects.order_by("pk").values())) == before
    assert all(counts["skipped"] == sum(counts.values()) for counts in second.sheets.values())


def test_all_sheets_are_written() -> None:
    outcome = take_in(company())
    assert (outcome.errors, outcome.warnings) == ([], [])
    assert {title: counts["added"] for title, counts in outcome.sheets.items()} == {
        title: len(rows) - 1 for title, rows in COMPANY.items()
    }
    assert Department.objects.get(code="S1").manager == Employee.objects.get(number="01")
    assert Client.objects.get(number="C1").referred_by == Client.objects.get(number="C3")
    assert Client.objects.get(number="C3").is_strategic
    contract = Contract.objects.get(number="K2")
    assert (contract.branch.code, contract.orphan_kind) == ("B1", 4)
    refund = Receipt.objects.get(number="R0")
    assert (refund.reverses, refund.posted_in) == (Receipt.objects.get(number="R1"), Month(2011, 5))
    posts = Post.objects.filter(employee__number="02").order_by("start")
    assert [(post.department.code, str(post.start), post.end and str(post.end)) for post in posts] == [
        ("S1", "2010-01-01", "2011-06-10"),
        ("S2", "2011-06-10", None),
    ]
    assert RankHolding.objects.get(employee__number="02").rank == "ZL"
    assert Post.objects.get(employee__number="03").base_salary == Decimal(3000)
    state = OpeningState.objects.get()
    assert (state.brought, state.cycle_start, state.threshold_streak, state.reinstatement_rank) == (
        Decimal(-50),
        Month(2011, 3),
        1,
        "GJ",
    )
    lot = FundLot.objects.get()
    assert (lot.amount, lot.is_opening, lot.usable_months, lot.rate) == (Decimal(800), True, 3, None)
    assert Absence.objects.get().kind == Absence.Kind.SICK
    batch = ImportBatch.objects.get()
    assert (batch.file_name, batch.imported_by, batch.counts) == ("测试.xlsx", None, outcome.sheets)
    assert ImportedRow.objects.get(sheet="到款", key="R0").content == {
        "流水号": "R0",
        "合同编号": "K1",
        "到账日期": "2011-05-20",
        "金额": "-1000.00",
        "冲销流水号": "R1",
    }


def test_a_kind_of_absence_that_has_no_name_of_its_own_is_noted() -> None:
    take_in(company(请假=["01", "2011-05-03", "2011-05-04", "婚假"]))
    absence = Absence.objects.get(employee__number="01")
    assert (absence.kind, absence.note) == (Absence.Kind.OTHER, "婚假")
    assert list(take_in(company(请假=["01", "2011-05-03", "2011-05-04", "婚假"])).changes) == []


CHANGES: list[tuple[str, tuple[str, ...], str, Any, type[Model], dict[str, Any], str, Any]] = [
    ("分公司", ("B1",), "名称", "华北", Department, {"code": "S1"}, "branch__name", "华北"),
    ("部门", ("S1",), "分公司编码", "B2", Contract, {"number": "K1"}, "branch__code", "B2"),
    ("部门", ("S1",), "负责人工号", None, Department, {"code": "S1"}, "manager", None),
    ("部门", ("S1",), "负责人工号", "02", Department, {"code": "S1"}, "manager__number", "02"),
    ("员工", ("01",), "部门编码", "S2", Contract, {"number": "K1"}, "branch__code", "B2"),
    ("员工", ("01",), "职级编码", "ZS", RankHolding, {"employee__number": "01"}, "rank", "ZS"),
    ("员工", ("01",), "手机", None, Employee, {"number": "01"}, "phone", ""),
    ("员工", ("03",), "基本工资", "3100.5", Post, {"employee__number": "03"}, "base_salary", Decimal("3100.5")),
    ("异动", ("02",), "类型", "异岗", PersonnelEvent, {"date": "2011-06-10"}, "kind", "change_of_post"),
    ("客户", ("C1",), "转介绍客户编号", None, Client, {"number": "C1"}, "referred_by", None),
    ("客户", ("C1",), "战略客户", "是", Client, {"number": "C1"}, "is_strategic", True),
    ("分配", ("C2",), "工号", "01", Client, {"number": "C2"}, "assignments__developer__number", "01"),
    ("合同", ("K1",), "成交工号", "02", Contract, {"number": "K1"}, "closer__number", "02"),
    ("合同", ("K2",), "协助工号", None, Contract, {"number": "K2"}, "assistant", None),
    ("到款", ("R2",), "金额", 3999, Receipt, {"number": "R2"}, "amount", Decimal(3999)),
    ("到款", ("R3",), "到账日期", "2011-07-01", Receipt, {"number": "R3"}, "posted_in", Month(2011, 7)),
    ("到款", ("R0",), "冲销流水号", "R2", Receipt, {"number": "R0"}, "reverses__number", "R2"),
    ("目标", ("2011-04", "B1"), "目标金额", 7, Target, {"month": APRIL, "branch__code": "B1"}, "amount", Decimal(7)),
    ("支持奖金权重", ("2011-04",), "权重", "0.5", SupportWeight, {"month": APRIL}, "weight", Decimal("0.5")),
    ("基金支出", ("F1",), "客户编号", None, FundClaim, {}, "client", None),
    ("期初人员", ("01",), "结转", None, OpeningState, {}, "brought", Decimal(0)),
    ("期初业绩", ("01",), "业绩", -1, OpeningSales, {}, "sales", Decimal(-1)),
    ("期初基金", ("B1",), "余额", 1, FundLot, {}, "amount", Decimal(1)),
    ("请假", ("03",), "结束", "2011-05-11", Absence, {}, "end__day", 11),
]


@pytest.mark.parametrize(
    ("title", "key", "heading", "value", "model", "rows", "field", "expected"), CHANGES, ids=lambda part: str(part)[:20]
)
def test_a_changed_cell_is_written(
    title: str,
    key: tuple[str, ...],
    heading: str,
    value: Any,
    model: type[Model],
    rows: dict[str, Any],
    field: str,
    expected: Any,
) -> None:
    take_in(company())
    sheets = change(company(), title, key, heading, value)
    outcome = take_in(sheets)
    assert outcome.errors == []
    assert outcome.sheets[title]["changed"] == 1
    assert [(one.sheet, one.row, one.change) for one in outcome.changes] == [
        (title, row_number(sheets, title, *key), RowEffect.CHANGED)
    ]
    [difference] = next(iter(outcome.changes)).differences
    assert difference.column == heading
    assert difference.old != difference.new
    assert model._default_manager.filter(**rows).values_list(field, flat=True).get() == expected
    assert list(take_in(sheets).changes) == []


def test_what_became_of_other_values_since_is_left_alone() -> None:
    take_in(company())
    Employee.objects.filter(number="01").update(phone="13999999999", bank_name="招商银行")
    assert list(take_in(company()).changes) == []
    take_in(change(company(), "员工", ("01",), "姓名", "甲甲"))
    person = Employee.objects.get(number="01")
    assert (person.name, person.phone, person.bank_name) == ("甲甲", "13999999999", "招商银行")


def test_a_column_that_the_sheet_lacks_says_nothing() -> None:
    take_in(company())
    sheets = company()
    for row in sheets["员工"]:
        row.pop()
    assert list(take_in(sheets).changes) == []
    take_in(change(sheets, "员工", ("01",), "姓名", "甲甲"))
    assert Employee.objects.get(number="01").phone == "13800000001"
    assert list(take_in(change(company(), "员工", ("01",), "姓名", "甲甲")).changes) == []


def test_a_record_made_elsewhere_is_compared_as_it_is() -> None:
    take_in(company())
    ImportedRow.objects.all().delete()
    outcome = take_in(change(company(), "合同", ("K1",), "金额", 12000))
    assert [one.key for one in outcome.changes] == ["K1"]
    assert ImportedRow.objects.count() == sum(len(rows) - 1 for rows in COMPANY.values())


def test_a_row_whose_record_is_gone_is_added_anew() -> None:
    take_in(company())
    FundClaim.objects.all().delete()
    assert take_in(company()).sheets["基金支出"] == {"added": 1, "changed": 0, "skipped": 0}
    assert FundClaim.objects.get().number == "F1"


def test_a_months_additions_refer_to_what_is_there() -> None:
    take_in(without("到款", "基金支出"))
    outcome = take_in({"到款": COMPANY["到款"], "基金支出": COMPANY["基金支出"]})
    assert (outcome.errors, outcome.imported) == ([], True)
    assert set(outcome.sheets) == {"到款", "基金支出"}


def test_who_imported_is_kept() -> None:
    user = User.objects.create(username="hr")
    import_workbook(saved(book_of(company())), file_name="a.xlsx", by=Actor(user))
    assert ImportBatch.objects.get().imported_by == user


def test_a_dry_run_tells_and_writes_nothing() -> None:
    outcome = take_in(company(), dry_run=True)
    assert (outcome.errors, outcome.imported, outcome.is_dry_run) == ([], False, True)
    assert outcome.sheets["到款"]["added"] == 4
    assert not any(rows for name, rows in everything().items() if name != "PlanVersion")


def test_a_computed_month_must_be_computed_anew_when_its_data_change() -> None:
    take_in(company())
    close_month(APRIL, lock=False, today=TODAY, by=Actor(None))
    take_in(change(company(), "员工", ("01",), "手机", "13900000009"))
    assert Period.objects.get().state == Period.State.COMPUTED
    take_in(change(company(), "到款", ("R1",), "到账日期", "2011-05-11"))
    connection.check_constraints()
    assert Period.objects.get().state == Period.State.OPEN
    assert close_month(APRIL, lock=True, today=TODAY, by=Actor(None)).is_locked
