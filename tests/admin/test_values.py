"""What the admin's forms take: numbers as people write them, and no day in a locked month."""

import datetime as dt

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import DecimalField, Field, IntegerField, Model
from django.test import RequestFactory

from access.pages.admin_base import ReachAdmin
from funds.models import FundClaim, FundKind
from staff.models import Absence, Branch, Target
from tests.admin.addresses import address
from tests.admin.cast import House, Role

NUMBERS = [
    (registered, field)
    for registered in admin.site._registry.values()
    for field in registered.model._meta.concrete_fields
    if isinstance(field, DecimalField | IntegerField) and field.editable and not field.primary_key
]


@pytest.mark.parametrize(("registered", "field"), NUMBERS, ids=lambda one: str(one))
def test_a_number_is_read_as_people_write_it(registered: ReachAdmin, field: "Field[object, object]") -> None:
    shown = registered.formfield_for_dbfield(field, RequestFactory().get("/"))
    if not field.choices:
        assert int(shown.to_python("１")) == 1
        assert int(shown.to_python("1,234")) == 1234
    for written in ("1e3", "1_0", "12,34"):
        with pytest.raises(ValidationError):
            shown.clean(written)


def test_whole_numbers_and_amounts_are_among_them() -> None:
    kinds = [type(field) for _registered, field in NUMBERS]
    assert any(issubclass(kind, DecimalField) for kind in kinds)
    assert any(issubclass(kind, IntegerField) for kind in kinds)


APRIL = dt.date(2011, 4, 20)


def locked(house: House) -> list[tuple[type[Model], dict[str, object]]]:
    """What would lie in April, which is locked; May is open."""
    return [
        (Absence, {"employee": house.north.clerk.pk, "start": APRIL, "end": APRIL, "kind": Absence.Kind.SICK}),
        (Target, {"month": "2011-04", "branch": Branch.objects.create(code="W", name="W").pk, "amount": "1.00"}),
        (
            FundClaim,
            {
                "number": "X1",
                "branch": house.north.branch.pk,
                "fund": FundKind.values[0],
                "date": APRIL,
                "amount": "1",
                "purpose": "-",
            },
        ),
    ]


def test_a_day_in_a_locked_month_is_refused_by_the_months_name(house: House) -> None:
    hr, words = house.browse(Role.HR), "2011年4月已锁定，其中的内容不能再改。请填2011年5月或之后的日期"
    for model, values in locked(house):
        form = hr.post(address(model, "add"), values).context["adminform"].form
        assert words in str(form.non_field_errors()), (model, form.errors)
