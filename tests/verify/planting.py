"""Changes planted in single values of stored rows, one at a time, to see whether they are found."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, DecimalField, Field, ForeignKey, IntegerField, Model, QuerySet

from monthend.verify.tables import AS_IT_WAS, Table
from rulebook.month import Month
from tests.replacing import replace_row

FEN = Decimal("0.01")
BOUND_BY_THE_DATABASE = (
    "base_pay",
    "commission",
    "assist",
    "brought",
    "adjustment",
    "carried",
    "support_bonus",
    "gross",
)
"""Columns of a payslip that the database itself holds together: changed alone, they are refused."""


def fields_to_change(table: Table) -> list["Field[Any, Any]"]:
    """The fields of a table that are compared, and that the database lets be changed by themselves."""
    compared = {path.partition("__")[0] for path in table.columns[len(table.key) :]}
    fixed = {"month", *AS_IT_WAS.get(table.model, ())}
    fields = [field for field in table.model._meta.concrete_fields if field.name in compared - fixed]
    return [field for field in fields if table.model.__name__ != "Payslip" or field.name not in BOUND_BY_THE_DATABASE]


@contextmanager
def changed(table: Table, field: "Field[Any, Any]", month: Month) -> Iterator[None]:
    """One row of the month with another value in a field, for a while."""
    rows = table.model._default_manager.filter(month=month).order_by("pk")
    row = _with_a_value(rows, field) or rows.first()
    assert row is not None, (table.model, field)
    before = getattr(row, field.attname)
    replace_row(row, **{field.attname: _other(field, before)})
    yield
    replace_row(row, **{field.attname: before})


def _with_a_value(rows: QuerySet[Model], field: "Field[Any, Any]") -> Model | None:
    filled = rows.filter(**{f"{field.name}__isnull": False})
    return (filled.exclude(**{field.name: ""}) if field.empty_strings_allowed else filled).first()


def _other(field: "Field[Any, Any]", value: Any) -> Any:
    """Another value of a field, as near as can be."""
    if isinstance(field, ForeignKey):
        others = field.remote_field.model._default_manager.exclude(pk=value).order_by("pk")
        other = others.first()
        assert other is not None, field
        return other.pk
    if isinstance(field, DecimalField):
        return (value or Decimal(0)) + FEN
    if isinstance(field, BooleanField):
        return not value
    if isinstance(field, IntegerField):
        return value + 1
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=1)
    return "?"
