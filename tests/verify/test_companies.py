"""Random companies at the edges of the law: what the month end stores is what the recomputation finds, to the fen.

A month is recomputed before it is locked, and again when all months are: what came later must not change it. For the
last one both are the same.
"""

from pathlib import Path

import pytest

from tests.companies.company import GO_LIVE, make_company
from tests.companies.plans import make_plans
from tests.plans import PLAN
from tests.verify.closing import approve_plans, close, found

QUICK = 4  # a small company in which people come back, refunds in parts leave fen, and corrections move both


def seeds(count: int) -> list[object]:
    """One runs always, the others with the slow tests."""
    return [pytest.param(seed, marks=[pytest.mark.slow] if seed != QUICK else []) for seed in range(count)]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", seeds(12))
def test_a_random_company_under_the_law_s_own_plan(seed: int, tmp_path: Path) -> None:
    company = make_company(seed, (PLAN,))
    close(company, tmp_path)
    assert {month: found(month) for month in company.months[:-1]} == {month: [] for month in company.months[:-1]}


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_a_random_company_under_other_plans_that_change_on_the_way(seed: int, tmp_path: Path) -> None:
    plans = make_plans(seed, tuple(GO_LIVE + offset for offset in range(6)))
    approve_plans(plans)
    company = make_company(seed, tuple(each.plan for each in plans))
    close(company, tmp_path)
    assert {month: found(month) for month in company.months[:-1]} == {month: [] for month in company.months[:-1]}
