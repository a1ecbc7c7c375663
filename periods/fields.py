"""Model fields for months, money and shares."""

import datetime as dt
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from rulebook.month import Month


def choices_of(words: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    """The choices of a field that holds codes, each with its word; raises ValueError unless all codes have one."""
    kinds: set[type[Enum]] = {type(code) for code in words}
    if len(kinds) != 1 or set(words) != set(*kinds):
        raise ValueError(f"not every code has a word: {sorted(words)}")
    return [(code.value, word) for code, word in words.items()]


class _PlainInMigrations:
    """Migrations see the plain Django field, so that they depend on no code of ours."""

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        plain = next(base for base in type(self).__mro__ if base.__module__.startswith("django.db.models"))
        return name, f"django.db.models.{plain.__name__}", args, kwargs


class MonthField(_PlainInMigrations, models.DateField):  # type: ignore[type-arg]
    """A calendar month: a `Month` in Python, the month's first day in the database."""

    description = _("Month")

    if TYPE_CHECKING:  # what django-stubs' plugin asks of a field
        _pyi_private_set_type: Month | Combinable  # type: ignore[assignment]
        _pyi_private_get_type: Month  # type: ignore[assignment]
        _pyi_lookup_exact_type: Month  # type: ignore[assignment]

    def from_db_value(self, value: dt.date | None, expression: object, connection: object) -> Month | None:
        return None if value is None else Month.of(value)

    def to_python(self, value: Any) -> Month | None:
        if value is None or isinstance(value, Month):
            return value
        if isinstance(value, dt.date):
            return Month.of(value)
        try:
            return Month.parse(str(value)[:7])
        except ValueError as error:
            raise ValidationError(_("“%(value)s” is not a month (YYYY-MM)."), params={"value": value}) from error

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return getattr(model_instance, self.attname)

    def get_prep_value(self, value: Any) -> dt.date | None:
        month = self.to_python(value)
        return None if month is None else month.first

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))


def first_of_month(field: str, name: str) -> models.CheckConstraint:
    """The constraint that a MonthField's column holds first days only."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__day": 1}), name=name)


class Money(_PlainInMigrations, models.DecimalField):  # type: ignore[type-arg]
    """An amount in CNY with two decimals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)


class Share(_PlainInMigrations, models.DecimalField):  # type: ignore[type-arg]
    """A share: 0.06 is 6 %."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 8)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(*args, **kwargs)
