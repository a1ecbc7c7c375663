"""Cycles of the assessment across plan versions: the month that ended one belongs to no other (1-4.3.1)."""

from decimal import Decimal

import pytest
import yaml
from django.utils import timezone

from monthend.preview.compute import compare
from monthend.preview.figures import read_figures
from monthend.preview.what_if import WhatIf
from rulebook.models import PlanVersion
from rulebook.month import Month
from salesorg.databases.clones import Clone
from staff.models import Absence, Employee, OpeningSales, OpeningState, RankAssessment
from tests.firm import APRIL, JUNE, MAY, Firm
from tests.monthend.deciding import give
from tests.plans import PLAN_TEXT
from tests.verify.closing import found

JULY = JUNE + 1
MONTHS = (APRIL, MAY, JUNE, JULY)


def cycles_of(months: int, start: Month) -> PlanVersion:
    """The law's plan with cycles of another length, from a month on; approved, unsaved."""
    version = PlanVersion(
        version=str(start), name="cycles", effective_from=start.first, approved_at=timezone.now(), text=PLAN_TEXT
    )
    changes = {"version": f'"{start}"', "effective_from": str(start.first), "demotion_cycle_months": str(months)}
    for key, value in changes.items():
        old = next(line for line in version.text.splitlines() if line.strip().startswith(f"{key}:"))
        version.text = version.text.replace(old, f"{old.split(':')[0]}: {value}", 1)
    return version


def close_all(firm: Firm) -> None:
    for month in MONTHS:
        firm.close(month)
        assert not found(month), month


def assessed(person: Employee) -> list[tuple[int, Decimal, str]]:
    """Month of the cycle, its sales (CNY) and outcome, of each of a person's months."""
    rows = RankAssessment.objects.filter(employee=person).order_by("month")
    return list(rows.values_list("cycle_month", "cycle_sales", "outcome"))


@pytest.mark.article("1-4.3.1")
@pytest.mark.parametrize(
    ("months", "start", "expected"),
    [(1, MAY, [1, 2, 1, 1]), (1, JUNE, [1, 2, 1, 1]), (3, JUNE, [1, 2, 1, 2]), (3, MAY, [1, 2, 3, 1])],
)
def test_with_another_length_of_cycles_no_month_counts_in_two(
    firm: Firm, months: int, start: Month, expected: list[int]
) -> None:
    anne = firm.seller("ZL")
    for month in MONTHS:
        firm.sells(anne, "1000.00", f"{month.first:%m}-15")
    version = cycles_of(months, start)
    version.full_clean()
    version.save()
    close_all(firm)
    assert assessed(anne) == [(count, Decimal(1000 * count), "kept") for count in expected]


@pytest.mark.article("1-4.3.1")
@pytest.mark.parametrize(("sales", "outcome"), [("55999.99", "demoted"), ("56000.00", "kept")])
def test_sales_of_a_cycle_that_ended_keep_nobody_in_the_next(firm: Firm, sales: str, outcome: str) -> None:
    anne = firm.seller("GW")
    firm.sells(anne, "56000.00", "05-15")
    firm.sells(anne, sales, "06-15")
    cycles_of(1, JUNE).save()
    close_all(firm)
    assert assessed(anne)[1:3] == [(2, Decimal("56000.00"), "kept"), (1, Decimal(sales), outcome)]


@pytest.mark.article("1-4.3.1")
@pytest.mark.parametrize(("months", "start"), [(3, MAY), (1, MAY)])
def test_a_cycle_brought_to_go_live_is_told_by_the_plan_of_then(firm: Firm, months: int, start: Month) -> None:
    anne = firm.seller("GJ", since="01-01")
    OpeningState.objects.create(employee=anne, cycle_start=Month(2011, 2))
    for month in (Month(2011, 2), Month(2011, 3)):
        OpeningSales.objects.create(employee=anne, month=month, sales=Decimal("80000.00"))
    sick = Absence(employee=anne, start=APRIL.first.replace(day=3), end=APRIL.last, kind=Absence.Kind.SICK)
    sick.save()
    firm.sells(anne, "70000.00", "05-15")
    cycles_of(months, start).save()
    close_all(firm)
    assert RankAssessment.objects.filter(employee=anne).earliest("month").month == MAY
    assert assessed(anne)[0][:2] == (1, Decimal("70000.00")), "February and March ended a cycle of two months"


@pytest.mark.article("1-4.3.3")
def test_the_right_to_a_rank_ends_with_the_rank(firm: Firm) -> None:
    anne = firm.seller("GJ")
    for month in (APRIL, MAY):
        firm.close(month)
    assert RankAssessment.objects.get(employee=anne, month=MAY).reinstatement_rank == "GJ"
    give(anne, JULY, "ZS")
    data = yaml.safe_load(PLAN_TEXT)
    data["version"], data["effective_from"] = str(JUNE), JUNE.first
    data["ranks"]["levels"] = [level for level in data["ranks"]["levels"] if level["code"] != "GJ"]
    version = cycles_of(2, JUNE)
    version.text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    version.full_clean()
    version.save()
    firm.sells(anne, "90000.00", "06-15")
    for month in (JUNE, JULY):
        firm.close(month)
        assert not found(month), month
    rows = RankAssessment.objects.filter(employee=anne, month__gte=JUNE).order_by("month")
    assert list(rows.values_list("rank", "reinstatement_rank")) == [("GW", ""), ("ZS", "")]


def test_a_plan_supposed_ends_cycles_as_it_would_in_force(committed_db: Clone) -> None:
    firm = Firm()
    anne, given = firm.seller("GW"), firm.seller("GW")
    for person in (anne, given):
        firm.sells(person, "56000.00", "05-15")
    firm.close(APRIL)
    give(given, MAY, "GJ")
    firm.close(MAY)
    supposed = cycles_of(1, JUNE)
    text = supposed.text.replace(f'version: "{JUNE}"', 'version: "2011-04"')
    aside = compare(WhatIf(JUNE, JULY, PlanVersion(pk=0, version="2011-04", text=text, effective_from=JUNE.first)))
    supposed.save()
    for month, figures in zip((JUNE, JULY), aside.supposed, strict=True):
        firm.close(month)
        assert figures == read_figures(month)
    assert [row[0] for row in assessed(anne)] == [1, 2, 1, 1]
    assert [row[0] for row in assessed(given)] == [1, 1, 2, 1]
