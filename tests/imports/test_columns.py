"""A column is described once: what is there is read by it, and what the file says is written by it."""

from typing import Any

import pytest
from django.db.models import Model

from staff.models import Employee, PersonnelEvent
from tests.imports.books import take_in
from tests.imports.company import company
from workbooks.company.columns import OF_HIRE, KeptSheet
from workbooks.company.layout import SHEET_BY_NAME, SHEETS

OF_HIRES_THEMSELVES = {"employee", "date", "kind"}


def fields_of(model: type[Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields if not field.primary_key}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_field_of_a_table_is_in_a_column_or_said_to_be_beside_them(sheet: KeptSheet) -> None:
    columns = [column for column in sheet.columns if column not in sheet.of_hire]
    filled = [name for column in columns for name in column.written_in]
    assert sorted([*filled, *sheet.fixed, *sheet.besides]) == sorted(fields_of(sheet.model))


def test_every_field_of_a_hire_is_in_a_column_of_the_people() -> None:
    filled = {column.stands_in.removeprefix(OF_HIRE) for column in SHEET_BY_NAME["employees"].of_hire}
    assert filled | OF_HIRES_THEMSELVES == fields_of(PersonnelEvent)


@pytest.mark.django_db
def test_what_a_changed_row_says_is_written_in_all_of_its_columns() -> None:
    take_in(company())
    headings, *_rest = company()["员工"]
    said: dict[str, Any] = dict(zip(headings, ["01", "甲乙", "S1", "GW", "2010-01-01", None, None], strict=True))
    more = {
        "职级起始月": "2011-03",
        "身份证号": "11010519491231002X",
        "开户行": "工行",
        "银行卡号": "62",
        "邮箱": "a@b.cn",
    }
    said = {**said, **more, "手机": "139"}
    outcome = take_in({"员工": [list(said), list(said.values())]})
    assert outcome.errors == []
    person = Employee.objects.get(number="01")
    assert (person.name, str(person.rank_since), person.id_number) == ("甲乙", "2011-03", "11010519491231002X")
    assert (person.bank_name, person.bank_account, person.phone, person.email) == ("工行", "62", "139", "a@b.cn")
