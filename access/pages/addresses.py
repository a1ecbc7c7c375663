"""Addresses that last: a row that is written anew has another key, but its page is found by what it is about."""

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, QuerySet

BETWEEN = "~"
NOTHING = "-"


def lasting_key(record: Model) -> str:
    """What a record's page is addressed by: the values of what its model is `known_by`, else its key."""
    fields = _known_by(type(record))
    if not fields:
        return str(record.pk)
    values = (getattr(record, field.attname) for field in fields)
    return BETWEEN.join(NOTHING if value is None else str(value) for value in values)


def is_lasting(key: str) -> bool:
    """Whether it tells what a record is about, not a row's key."""
    return BETWEEN in key


def row_of_key(rows: QuerySet[Model], key: str) -> Model | None:
    """The row that a lasting key tells; None for no such row, and for what is no such key."""
    fields, values = _known_by(rows.model), key.split(BETWEEN)
    if len(fields) != len(values):
        return None
    try:
        wanted = {field.attname: _read(field, value) for field, value in zip(fields, values, strict=True)}
    except ValidationError:
        return None
    return rows.filter(**wanted).first()


def _known_by(model: type[Model]) -> list["Field[object, object]"]:
    return [model._meta.get_field(name) for name in getattr(model, "known_by", ())]  # type: ignore[misc]


def _read(field: "Field[object, object]", value: str) -> object:
    if value == NOTHING:
        return None
    # What no row can have, such as a number above the largest, is no value, instead of an error of the database.
    target = getattr(field, "target_field", field)
    read = target.to_python(value)
    target.run_validators(read)
    return read
