"""Months computed aside: equal to the fen to what is official where nothing is supposed, and without a trace."""

import io
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from pytest_django.plugin import DjangoDbBlocker

from access.actor import CONSOLE
from compensation.models import CommissionLine, Payslip
from monthend.close import close_month
from monthend.lock.selectors_seal import RESULTS, seal_of
from monthend.models import MonthRun
from monthend.preview import compute
from monthend.preview.compute import compare
from monthend.preview.figures import AMOUNTS, read_figures
from monthend.preview.shadow import STARTING_STATE, one_view, shadowed
from monthend.preview.what_if import WhatIf
from monthend.steps import Inputs, compute_step
from periods.models import Period
from rulebook.models import PlanVersion
from rulebook.month import Month
from salesorg.databases.clones import Databases
from staff.models import Branch, Employee, RankHolding, Target
from tests.firm import APRIL, JUNE, MAY, TODAY, Firm
from tests.monthend.test_cases import CASES, WORKBOOKS
from tests.plans import PLAN_TEXT

GROSS = AMOUNTS.index("gross")


def supposed_plan(old: str, new: str, text: str = PLAN_TEXT) -> PlanVersion:
    """The plan in force with a line changed; unsaved."""
    assert old in text
    return PlanVersion(pk=0, version="2011-04", text=text.replace(old, new, 1))


def everything() -> dict[str, object]:
    """What every table holds, as a hash; and where each sequence stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = [name for (name,) in cursor.fetchall()]
        found: dict[str, object] = {}
        for table in tables:
            cursor.execute(f"SELECT count(*), sum(hashtextextended(t::text, 0)) FROM public.{table} t")
            found[table] = cursor.fetchone()
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        return found | dict(cursor.fetchall())


def left_in_session() -> list[tuple[object, ...]]:
    """What a preview could leave behind in the connection: tables, a read-only transaction, another isolation."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()),"
            " current_setting('transaction_read_only'), current_setting('transaction_isolation'),"
            " (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory')"
        )
        return list(cursor.fetchall())


CLEAN = [(0, "off", "read committed", 0)]


class Locked:
    """A company of tests/cases, all its months locked, in a database of its own."""

    def __init__(self, case: str) -> None:
        call_command("import_workbook", str(WORKBOOKS[case]), stdout=io.StringIO())
        self.months = [
            Month.parse(month["month"]) for month in json.loads((CASES / f"{case}.expected.json").read_text())
        ]
        for month in self.months:
            self.close(month)

    def close(self, month: Month) -> None:
        close_month(month, lock=True, today=TODAY, by=CONSOLE)


@pytest.fixture(scope="module", params=["calm", "edges"])
def company(
    request: pytest.FixtureRequest, databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Locked]:
    with django_db_blocker.unblock(), databases.clone():
        yield Locked(request.param)


def seals_aside(monkeypatch: pytest.MonkeyPatch) -> dict[Month, str]:
    """The seals of months as they are computed aside, to be filled."""
    seals: dict[Month, str] = {}

    def read_and_seal(month: Month) -> object:
        seals[month] = seal_of(month)
        return read_figures(month)

    monkeypatch.setattr(compute, "read_figures", read_and_seal)
    return seals


@pytest.mark.slow
def test_with_nothing_supposed_months_in_a_row_equal_the_locked_ones(
    company: Locked, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything()
    seals = seals_aside(monkeypatch)
    comparison = compare(WhatIf(company.months[0], company.months[-1]))
    assert comparison.supposed == comparison.as_is
    assert [figures.month for figures in comparison.supposed] == company.months
    assert all(figures.people and figures.branches for figures in comparison.supposed)
    assert (comparison.computed_from, comparison.problems) == (None, [])
    assert seals == dict(MonthRun.objects.filter(state="locked").values_list("month", "seal"))
    assert everything() == before
    assert left_in_session() == CLEAN


@pytest.mark.slow
def test_each_month_alone_equals_the_locked_one(company: Locked, monkeypatch: pytest.MonkeyPatch) -> None:
    official = dict(MonthRun.objects.filter(state="locked").values_list("month", "seal"))
    for month in company.months:
        seals = seals_aside(monkeypatch)
        compare(WhatIf(month, month))
        assert seals == {month: official[month]}


def closed(firm: Firm) -> Firm:
    for month in (APRIL, MAY):
        firm.close(month)
    return firm


def test_the_month_to_close_next_comes_out_as_the_close_makes_it(closed_firm: Firm) -> None:
    comparison = compare(WhatIf(JUNE, JUNE))
    assert comparison.computed_from == JUNE
    assert comparison.as_is == comparison.supposed
    closed_firm.close(JUNE)
    assert comparison.supposed == [read_figures(JUNE)]


def test_the_first_months_of_all_come_out_as_the_closes_make_them(firm: Firm) -> None:
    comparison = compare(WhatIf(APRIL, JUNE))
    assert not Period.objects.exists()
    assert not RankHolding.objects.filter(start=JUNE.first).exists()
    for month, figures in zip((APRIL, MAY, JUNE), comparison.supposed, strict=True):
        firm.close(month)
        assert figures == read_figures(month)
    assert RankHolding.objects.filter(start=JUNE.first).count() == 2, "ranks that a month before June brought"


def test_a_result_that_is_stale_is_no_official_one(firm: Firm) -> None:
    firm.close(APRIL, lock=False)
    assert compare(WhatIf(APRIL, APRIL)).computed_from is None
    Target.objects.update(amount="1000.00")
    assert compare(WhatIf(APRIL, MAY)).computed_from == APRIL


def test_a_month_without_result_begins_where_the_computed_one_before_will_end(firm: Firm) -> None:
    promoted = firm.seller("ZL")
    firm.sells(promoted, "60000.00", "04-12")
    firm.close(APRIL, lock=False)
    before = everything()
    comparison = compare(WhatIf(APRIL, MAY))
    assert comparison.computed_from == MAY
    assert everything() == before
    for month, figures in zip((APRIL, MAY), comparison.as_is, strict=True):
        firm.close(month)
        assert figures == read_figures(month)
    assert comparison.as_is[1].people[promoted.pk].rank == "GW", "a rank that April brought"


def test_a_higher_tier_in_a_locked_month_raises_who_reached_it_and_no_other(firm: Firm) -> None:
    firm.seller("ZL")
    closed(firm)
    plan = supposed_plan('["40000.00", "0.10"]', '["40000.00", "0.11"]')
    before = everything()
    april, may = _differences(WhatIf(APRIL, MAY, plan))
    sellers = Employee.objects.filter(ranks__rank="GW").distinct().values_list("pk", flat=True)
    # April: 80,000 at 11 % instead of 10 %. May: the next tier, which stays, but the refund claws back at April's rate.
    assert april == dict.fromkeys(sellers, Decimal("800.00"))
    assert may == dict.fromkeys(sellers, Decimal("-300.00"))
    assert everything() == before


def test_a_promotion_supposed_is_held_from_the_month_after(closed_firm: Firm) -> None:
    plan = supposed_plan(
        'qualification: {months: 1, sales: "120000.00"}', 'qualification: {months: 1, sales: "80000.00"}'
    )
    comparison = compare(WhatIf(APRIL, MAY, plan))
    ranks = [
        sorted({(person.rank, person.next_rank) for person in figures.people.values() if person.rank})
        for figures in (*comparison.as_is, *comparison.supposed)
    ]
    assert ranks == [[("GW", "GW")], [("GW", "GJ")], [("GW", "GJ")], [("GJ", "GJ")]]
    assert set(RankHolding.objects.filter(start__lte=MAY.last).values_list("rank", flat=True)) == {"GW"}


def test_a_promotion_that_the_supposed_plan_denies_is_not_held(closed_firm: Firm) -> None:
    plan = supposed_plan(
        'qualification: {months: 1, sales: "120000.00"}', 'qualification: {months: 1, sales: "140000.00"}'
    )
    comparison = compare(WhatIf(MAY, JUNE, plan))
    ranks = [
        {person.rank for person in figures.people.values() if person.rank}
        for figures in (comparison.as_is[1], comparison.supposed[1])
    ]
    assert ranks == [{"GJ"}, {"GW"}]


def test_other_targets_change_the_pool_and_the_accrual_of_their_branch_alone(closed_firm: Firm) -> None:
    comparison = compare(WhatIf(APRIL, APRIL, targets={closed_firm.north.pk: Decimal("80000.00")}))
    (as_is,), (supposed,) = comparison.as_is, comparison.supposed
    assert as_is.branches[closed_firm.south.pk] == supposed.branches[closed_firm.south.pk]
    # 80,000 sold: 80 % of 100,000, and all of 80,000. Sales, target, pool, both funds:
    assert [str(amount) for amount in as_is.branches[closed_firm.north.pk].amounts] == [
        "80000.00", "100000.00", "480.00", "800.00", "320.00"
    ]  # fmt: skip
    assert [str(amount) for amount in supposed.branches[closed_firm.north.pk].amounts] == [
        "80000.00", "80000.00", "800.00", "800.00", "400.00"
    ]  # fmt: skip


def test_whom_the_supposed_plan_does_not_know_is_named_and_left_out(closed_firm: Firm) -> None:
    text = PLAN_TEXT.replace("code: GW", "code: XX")
    comparison = compare(WhatIf(APRIL, APRIL, PlanVersion(pk=0, version="x", text=text)))
    sellers = list(Employee.objects.filter(ranks__rank="GW").distinct())
    assert len(comparison.problems) == len(sellers)
    assert all(any(person.number in problem for problem in comparison.problems) for person in sellers)
    assert set(comparison.as_is[0].people) - set(comparison.supposed[0].people) == {person.pk for person in sellers}


def test_a_step_that_fails_is_named_and_the_others_go_on(closed_firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:

    def fails_for_one(name: str, branch: int, inputs: Inputs) -> int:
        if name == "funds" and branch == closed_firm.south.pk:
            raise ValueError("no such fund")
        return compute_step(name, branch, inputs)

    monkeypatch.setattr(compute, "compute_step", fails_for_one)
    comparison = compare(WhatIf(APRIL, APRIL))
    (problem,) = comparison.problems
    assert "no such fund" in problem
    assert closed_firm.south.name in problem
    assert comparison.supposed[0].people == comparison.as_is[0].people


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (lambda: execute("INSERT INTO access_searchkey VALUES ('x', 1, '', '')"), "it was undone"),
        (lambda: execute("UPDATE workbooks_upload SET id = id; DELETE FROM access_searchkey"), "it was undone"),
        (lambda: Employee.objects.update(name="x"), "it was undone|READ COMMITTED only"),
        (lambda: execute("DELETE FROM public.compensation_payslip"), "it was undone|READ COMMITTED only"),
    ],
)
def test_what_is_written_beside_the_shadows_is_told_and_undone(
    closed_firm: Firm, write: Callable[[], Any], told: str
) -> None:
    Branch.objects.create(code="Z", name="written by the same session just before")
    before = everything()
    with pytest.raises(DatabaseError, match=told):
        beside_the_shadows(write)
    assert everything() == before
    assert left_in_session() == CLEAN


def beside_the_shadows(write: Callable[[], Any]) -> None:
    with one_view(), shadowed(MAY, MAY):
        Payslip.objects.all().delete()
        write()


def test_a_preview_leaves_no_row_and_no_file(closed_firm: Firm) -> None:
    held = (
        "SELECT pg_relation_filepath(oid), pg_relation_size(oid) FROM pg_class"
        " WHERE relnamespace = 'aside'::regnamespace AND relkind = 'r' ORDER BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(held)
        before = cursor.fetchall()
    compare(WhatIf(APRIL, MAY))
    with connection.cursor() as cursor:
        cursor.execute(held)
        assert cursor.fetchall() == before
    assert {size for _path, size in before} == {0}


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_breaks_inside_leaves_nothing_behind(closed_firm: Firm) -> None:
    before = everything()
    with pytest.raises(RuntimeError, match="lost"):
        lose_heart()
    assert everything() == before
    assert left_in_session() == CLEAN


def lose_heart() -> None:
    with one_view(), shadowed(APRIL, APRIL):
        CommissionLine.objects.all().delete()
        raise RuntimeError("lost")


def test_every_result_of_the_month_end_is_shadowed() -> None:
    assert STARTING_STATE.keys() >= set(RESULTS)


def _differences(what_if: WhatIf) -> list[dict[int, Decimal]]:
    """Per month, by whom the gross pay supposed differs, and by how much."""
    comparison = compare(what_if)
    return [
        {
            person: figures.amounts[GROSS] - as_is.people[person].amounts[GROSS]
            for person, figures in supposed.people.items()
            if figures.amounts[GROSS] != as_is.people[person].amounts[GROSS]
        }
        for as_is, supposed in zip(comparison.as_is, comparison.supposed, strict=True)
    ]
