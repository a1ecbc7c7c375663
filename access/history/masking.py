"""What is shown of a number that only few need to see whole (ID card, bank account), and what no list tells of."""

from typing import Any

from django.db.models import Model

SHOWN = 4
SHORTEST = 8
MASK = "····"

_MASKED: set[tuple[str, str]] = set()
_KEPT_FROM_LISTS: set[tuple[str, str]] = set()


def masked(number: str) -> str:
    """The last four digits behind dots; a short number is hidden altogether, an empty one is empty."""
    if not number:
        return ""
    return MASK + number[-SHOWN:] if len(number) >= SHORTEST else MASK


def mask(model: type[Model], *fields: str) -> None:
    """Enter fields of a model whose values are shown masked wherever records are shown."""
    _MASKED.update((model._meta.label_lower, field) for field in fields)


def keep_from_lists(model: type[Model], *fields: str) -> None:
    """Enter fields of a model that aren't masked where they are shown, but that no list is narrowed by either."""
    _KEPT_FROM_LISTS.update((model._meta.label_lower, field) for field in fields)


def is_masked(field: Any) -> bool:
    """Whether a model's field is shown masked."""
    return _key(field) in _MASKED


def is_kept_from_lists(field: Any) -> bool:
    """Whether no list is narrowed by a model's field, which would tell it letter by letter."""
    return _key(field) in _MASKED | _KEPT_FROM_LISTS


def _key(field: Any) -> tuple[str, str]:
    return field.model._meta.label_lower, field.name
