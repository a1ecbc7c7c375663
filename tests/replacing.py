"""Stored rows with other values, where the application's role may add and delete, and change nothing."""

from typing import Any

from django.db.models import Model


def replace_row(row: Model, **values: Any) -> None:
    """Put a row in its own place with other values, by the attributes' names; what points at it goes on doing so."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    rows._raw_delete(using=rows.db)
    for name, value in values.items():
        setattr(row, name, value)
    type(row)._default_manager.bulk_create([row])
