"""All or nothing, once, one at a time, and as many queries for ten rows as for ten thousand."""

import datetime as dt
from collections.abc import Callable
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from access.actor import CONSOLE
from clients.models import Receipt
from compensation.models import Payslip
from monthend.close import close_month
from periods.turns import wait_for_turn
from rulebook.month import Month
from salesorg.databases.clones import Clone
from staff.models import Employee
from tests.firm import TODAY
from tests.imports.books import book_of, saved, take_in
from tests.imports.company import COMPANY, Rows, change, company
from workbooks.company.importing import ImportOutcome
from workbooks.company.writing import write_company
from workbooks.models import ImportBatch, ImportedRow


def large(rows: int) -> Rows:
    """The company with many more people, clients, contracts, receipts, claims, absences and moves."""
    sheets = company()
    for n in range(rows):
        day = str(dt.date(2011, 5, 1 + n % 28))
        sheets["员工"].append([f"P{n}", f"员工{n}", "S1", "ZL", "2010-01-01", None, None])
        sheets["异动"].append([f"P{n}", day, "调动", "S2", None, None])
        sheets["客户"].append([f"CX{n}", f"客户{n}", f"P{n}", "C3", "2011-04-01", None])
        sheets["合同"].append([f"KX{n}", f"CX{n}", "2011-04-02", 100, f"P{n}", None])
        sheets["到款"].append([f"RX{n}", f"KX{n}", "2011-04-03", 100, None])
        sheets["到款"].append([f"RY{n}", f"KX{n}", day, -1, f"RX{n}"])
        sheets["支持奖金权重"].append(["2011-05", f"P{n}", 1])
        sheets["基金支出"].append([f"FX{n}", "B1", "公司活动", day, 1, "餐饮", f"CX{n}"])
        sheets["请假"].append([f"P{n}", day, day, "事假"])
        sheets["期初业绩"].append([f"P{n}", "2011-03", n])
    return sheets


def changed(sheets: Rows) -> Rows:
    """The same with every added row changed."""
    for title, position, value in (
        ("员工", 2, "S2"),
        ("客户", 1, "改名"),
        ("合同", 3, 200),
        ("到款", 3, None),
        ("支持奖金权重", 2, 2),
        ("基金支出", 4, 2),
        ("期初业绩", 2, 5),
    ):
        for row in sheets[title][len(COMPANY[title]) :]:
            row[position] = value if value is not None else (50 if row[3] > 0 else -2)
    return sheets


def queries(action: Callable[[], ImportOutcome]) -> int:
    with CaptureQueriesContext(connection) as captured:
        outcome = action()
    assert outcome.imported
    return len(captured)


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_rows() -> None:
    counts = []
    for rows in (2, 60):
        with transaction.atomic():
            sheets = large(rows)
            added = queries(lambda: take_in(sheets))  # noqa: B023
            skipped = queries(lambda: take_in(sheets))  # noqa: B023
            updated = queries(lambda: take_in(changed(sheets)))  # noqa: B023
            counts.append((added, skipped, updated))
            transaction.set_rollback(True)
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_a_late_failure_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    take_in(company())
    before = Receipt.objects.count(), ImportBatch.objects.count(), ImportedRow.objects.count()

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("workbooks.company.importing._keep_account", fail)
    with pytest.raises(RuntimeError, match="power cut"), transaction.atomic():
        take_in(company(到款=["R9", "K1", "2011-05-21", 1, None]))
    assert (Receipt.objects.count(), ImportBatch.objects.count(), ImportedRow.objects.count()) == before


class Imports(TestCase):
    """Whatever subset of changes a file brings, its second import finds nothing to do."""

    @settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.sampled_from(
                [
                    ("分公司", ("B1",), "名称", "华北"),
                    ("部门", ("S1",), "负责人工号", None),
                    ("员工", ("01",), "职级编码", "ZS"),
                    ("员工", ("01",), "手机", 13800000009),
                    ("员工", ("03",), "基本工资", "3,100.50"),
                    ("客户", ("C1",), "转介绍客户编号", None),
                    ("客户", ("C3",), "战略客户", "否"),
                    ("合同", ("K1",), "协助工号", "02"),
                    ("到款", ("R2",), "到账日期", dt.date(2011, 5, 19)),
                    ("到款", ("R0",), "冲销流水号", "R2"),
                    ("目标", ("2011-04", "B1"), "目标金额", "１２３．４５"),
                    ("请假", ("03",), "类型", "婚假"),
                    ("期初人员", ("01",), "复级职级编码", None),
                ]
            ),
            unique_by=lambda one: (one[0], one[1], one[2]),
        ),
        st.randoms(use_true_random=False),
    )
    def test_importing_twice_changes_nothing(self, changes: list[Any], random: Any) -> None:
        take_in(company())
        sheets = company()
        for one in changes:
            change(sheets, *one)
        for rows in sheets.values():
            header, *others = rows
            random.shuffle(others)
            rows[:] = [header, *others]
        first = take_in(sheets)
        assert first.errors == []
        assert len(list(first.changes)) <= len(changes)
        second = take_in(sheets)
        assert (second.errors, list(second.changes), second.imported) == ([], [], True)


def in_a_thread(action: Callable[[], Any], results: list[Any]) -> Thread:
    """Run something on a connection of its own."""

    def run() -> None:
        try:
            results.append(action())
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread


def test_two_imports_of_a_file_at_once_take_turns(committed_db: Clone) -> None:
    data = saved(book_of(company()))
    outcomes: list[ImportOutcome] = []
    threads = [in_a_thread(lambda: take_in(data), outcomes) for _ in range(2)]
    for thread in threads:
        thread.join(60)
    added = sorted(sum(counts["added"] for counts in outcome.sheets.values()) for outcome in outcomes)
    assert added == [0, sum(len(rows) - 1 for rows in COMPANY.values())]
    assert [outcome.errors for outcome in outcomes] == [[], []]
    assert Receipt.objects.count() == 4


def test_without_taking_turns_two_imports_collide(committed_db: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both compare before either has written, which the test above would see."""
    monkeypatch.setattr("workbooks.company.importing.wait_for_turn", lambda: None)
    both_have_compared = Barrier(2)

    def write_late(*args: Any, **kwargs: Any) -> None:
        both_have_compared.wait(60)
        write_company(*args, **kwargs)

    monkeypatch.setattr("workbooks.company.importing.write_company", write_late)
    data = saved(book_of(company()))
    outcomes: list[ImportOutcome] = []
    failures: list[BaseException] = []

    def import_and_tell() -> ImportOutcome | None:
        try:
            return take_in(data)
        except IntegrityError as error:
            failures.append(error)
            return None

    threads = [in_a_thread(import_and_tell, outcomes) for _ in range(2)]
    for thread in threads:
        thread.join(60)
    assert len(failures) == 1


def test_a_month_is_computed_after_an_import_under_way(committed_db: Clone) -> None:
    take_in(company())
    importing, go_on = Event(), Event()
    reports: list[Any] = []

    def hold() -> None:
        with transaction.atomic():
            wait_for_turn()
            importing.set()
            go_on.wait(60)
            Employee.objects.filter(number="01").update(name="后来的名字")

    threads = [in_a_thread(hold, [])]
    importing.wait(60)
    threads.append(in_a_thread(lambda: close_month(Month(2011, 4), lock=True, today=TODAY, by=CONSOLE), reports))
    _wait_until_somebody_waits_for_a_turn()
    go_on.set()
    for thread in threads:
        thread.join(60)
    assert reports[0].is_locked
    assert Payslip.objects.get(employee__number="01").name == "后来的名字"


def _wait_until_somebody_waits_for_a_turn() -> None:
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
                " WHERE d.datname = current_database() AND locktype = 'advisory' AND NOT granted"
            )
            if cursor.fetchone()[0]:
                return
