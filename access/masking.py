"""What is shown of a number that only few need to see whole: ID card, bank account, telephone."""

from typing import Any

from django.db.models import Model

SHOWN = 4
SHORTEST = 8
MASK = "····"

_MASKED: set[tuple[str, str]] = set()


def masked(number: str) -> str:
    """The last four digits behind dots; a short number is hidden altogether, an empty one is empty."""
    if not number:
        return ""
    return MASK + number[-SHOWN:] if len(number) >= SHORTEST else MASK


def mask(model: type[Model], *fields: str) -> None:
    """Enter fields of a model whose values are shown masked wherever records are shown."""
    _MASKED.update((model._meta.label_lower, field) for field in fields)


def is_masked(field: Any) -> bool:
    """Whether a model's field is shown masked."""
    return (field.model._meta.label_lower, field.name) in _MASKED
