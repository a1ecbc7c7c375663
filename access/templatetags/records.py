"""What the admin's templates ask in Python."""

from decimal import Decimal
from typing import Any

from django import template

register = template.Library()


@register.filter
def choices_in(spec: Any, changelist: Any) -> list[dict[str, Any]]:
    """A list filter's choices for a list: what each is called, its address, and whether it is chosen."""
    return list(spec.choices(changelist))


@register.filter
def at(items: Any, index: int) -> Any:
    """One item of a sequence."""
    return items[index]


@register.filter
def percent(share: Decimal) -> str:
    """A share as per cent in plain digits, as drawings take it, whatever the language."""
    return f"{share * 100:.1f}"
