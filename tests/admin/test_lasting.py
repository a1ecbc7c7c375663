"""The page of what a month computed is found by what it is about, however often the month is computed again."""

import pytest
from django.contrib import admin
from django.db.models import UniqueConstraint

from funds.models import ClaimDecision, FundMovement
from staff.models import MonthResult
from tests.admin.addresses import page_of
from tests.admin.cast import House, Role
from tests.admin.test_pages import text_of
from tests.firm import MAY

RESULTS = [model for model in admin.site._registry if issubclass(model, MonthResult)]
# The database tells these by their claim alone, which is asked of a month or a lot at most once.
BY_CLAIM = {ClaimDecision: {"claim"}, FundMovement: {"lot", "claim"}}


def test_a_result_is_known_by_what_the_database_holds_to_be_one() -> None:
    for model in RESULTS:
        unique = [set(one.fields) for one in model._meta.constraints if isinstance(one, UniqueConstraint)]
        assert (set[str]().union(*unique) or BY_CLAIM.get(model, set())) == BY_CLAIM.get(model, set(model.known_by))


def test_every_result_is_found_where_it_was(house: House) -> None:
    house.firm.close(MAY, lock=False)
    known = [model for model in RESULTS if model.known_by]
    rows = [row for model in known if (row := model._default_manager.filter(month=MAY).last()) is not None]
    assert len(rows) >= len(known) - len(BY_CLAIM)
    finance = house.browse(Role.FINANCE)
    before = {page_of(row): text_of(finance, page_of(row)) for row in rows}
    house.firm.close(MAY, lock=False)
    for row in rows:
        assert not type(row)._default_manager.filter(pk=row.pk).exists()
        assert text_of(finance, page_of(row)) == before[page_of(row)]
    listed = finance.get(f"/admin/compensation/payslip/?month={MAY}").content.decode()
    assert f'href="{page_of(next(row for row in rows if row._meta.model_name == "payslip"))}' in listed


@pytest.mark.parametrize(
    "key",
    [
        "2011-05~1",
        "2011-05~1~1~commission~1",
        "2011-13~1~1~commission",
        "2011-05~x~1~commission",
        f"2011-05~{10**30}~1~commission",
        "2011-05~-~-~-",
        "2011-05~1~1~bribe",
        "~~~",
        "2011-05~1~1~_00",
    ],
)
def test_what_is_nothing_of_a_month_does_not_exist(house: House, key: str) -> None:
    assert house.browse(Role.FINANCE).get(f"/admin/compensation/commissionline/{key}/change/").status_code == 404
