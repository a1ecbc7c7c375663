"""By what an address may narrow a list: few lookups, each with a value that the database can read."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist, SuspiciousOperation, ValidationError
from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    IntegerField,
    Model,
    TextField,
)

from access.history.masking import is_kept_from_lists

LONGEST = 1_000
"""No value of an address is longer, in characters."""
SHOWN = 60
"""So many characters of a value that isn't understood are told."""
MOST_DIGITS = 30
"""No amount has more digits before or behind its point."""
WHOLE = frozenset({"exact"})
CHOICE = frozenset({"exact", "in", "isnull"})
ORDERED = CHOICE | {"gt", "gte", "lt", "lte"}
PART_OF_DATE = {"year": range(2, 9999), "month": range(1, 13), "day": range(1, 32)}
"""What is asked of a date by a list's calendar; before and after any of these years lies another one."""
UNREADABLE = (ValidationError, ValueError, TypeError, OverflowError, ArithmeticError)


class FilterNotUnderstood(SuspiciousOperation):
    """An address narrows a list by what it can't be narrowed by: the filter's name as the list has it, its value, and
    the address of the list without any such filter."""

    def __init__(self, name: str, value: str, way_back: str) -> None:
        self.name, self.value, self.way_back = name, _printable(value), way_back
        super().__init__(f"{name}: {self.value}")


def may_narrow(model: type[Model], lookup: str, value: str) -> bool:
    """Whether an address may narrow a list by a lookup such as `branch__id__exact` to a value.

    Not along a relation that leads back to the model, which would tell of records out of reach; and by a text only as a
    whole, and not by one that is kept from lists. Not by what the database would refuse to compare, either.
    """
    field, parts = _followed(model, lookup.split("__"))
    if field is None or len(parts) > 1:
        return False
    asked = parts[0] if parts else "exact"
    return asked in _lookups_of(field) and _is_read(field, asked, value)


def may_be_asked(value: str) -> bool:
    """Whether a value of an address may be looked at: no longer than any, and without what no text can hold."""
    return len(value) <= LONGEST and "\0" not in value


def name_of(model: type[Model], lookup: str) -> str:
    """What a list calls the filter of a lookup: the last related record on its path, else the field; a path that leads
    nowhere is called as it is written."""
    name, model_now = _printable(lookup), model
    for part in lookup.split("__"):
        try:
            field: Any = model_now._meta.get_field(part)
        except FieldDoesNotExist:
            break
        if not field.concrete:
            break
        if not field.is_relation:
            return name if field.primary_key and model_now is not model else str(field.verbose_name)
        name, model_now = str(field.verbose_name), field.related_model
    return name


def _printable(text: str) -> str:
    """What an address says, so short and plain that a page can tell it."""
    return "".join(one for one in text[:SHOWN] if one.isprintable()) + ("…" if len(text) > SHOWN else "")


def _followed(model: type[Model], parts: list[str]) -> tuple[Any, list[str]]:
    """The field at the end of a path and what is left of the path; no field where the path may not be followed."""
    field: Any = None
    while parts:
        try:
            found: Any = model._meta.pk if parts[0] == "pk" else model._meta.get_field(parts[0])
        except FieldDoesNotExist:
            break
        field, parts = found, parts[1:]
        if not field.concrete or is_kept_from_lists(field):
            return None, parts
        if not field.is_relation:
            break
        model = field.related_model
    return field, parts


def _lookups_of(field: Any) -> frozenset[str]:
    """By which lookups a field narrows lists."""
    match field:
        case _ if field.is_relation or field.choices:
            return CHOICE
        case BooleanField():
            return CHOICE
        case CharField() | TextField():
            return WHOLE
        case DateTimeField():
            return frozenset({"isnull", *PART_OF_DATE})
        case DateField():
            return ORDERED | PART_OF_DATE.keys()
        case IntegerField() | DecimalField():
            return ORDERED
    return frozenset()


def _is_read(field: Any, asked: str, value: str) -> bool:
    """Whether what a lookup is given is a value of the field."""
    while field.is_relation:
        field = field.target_field
    if asked == "isnull":
        return True
    if asked in PART_OF_DATE:
        return value.isdecimal() and int(value) in PART_OF_DATE[asked]
    return all(_is_value(field, one) for one in (value.split(",") if asked == "in" else [value]))


def _is_value(field: Any, text: str) -> bool:
    try:
        value = field.get_prep_value(field.to_python(text))
        if isinstance(field, IntegerField):
            least, most = connection.ops.integer_field_range(field.get_internal_type())
            return bool((least is None or least <= value) and (most is None or value <= most))
        if isinstance(field, DecimalField):
            is_short = value.is_finite() and value.as_tuple().exponent > -MOST_DIGITS
            return bool(is_short and value.adjusted() < MOST_DIGITS)
    except UNREADABLE:
        return False
    return True
