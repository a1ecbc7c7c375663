"""Cycles of the assessment across plan versions: the month that ended one belongs to no other (1-4.3.1)."""

from decimal import Decimal

import pytest
from django.utils import timezone

from monthend.preview.compute import compare
from monthend.preview.figures import read_figures
from monthend.preview.what_if import WhatIf
from rulebook.models import PlanVersion
from rulebook.month import Month
from salesorg.clones import Clone
from staff.models import Employee, RankAssessment
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
