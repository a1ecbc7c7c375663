"""What the admin's templates ask in Python."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import template

from access.pages.records import Cell

register = template.Library()
_ZEROS = ("0.00", "0")


@register.filter
def choices_in(spec: Any, changelist: Any) -> list[dict[str, Any]]:
    """A list filter's choices for a list: what each is called, its address, and whether it is chosen."""
    return list(spec.choices(changelist))


@register.filter
def at(items: Any, index: int) -> Any:
    """One item of a sequence."""
    return items[index]


@register.filter
def without_zero(cell: Cell) -> Cell:
    """A cell among many numbers: a dash for an amount or a count of 0, so that what there is stands out."""
    return replace(cell, text="–") if cell.is_number and cell.text in _ZEROS else cell


@register.filter
def percent(share: Decimal) -> str:
    """A share as per cent in plain digits, as drawings take it, whatever the language."""
    return f"{share * 100:.1f}"
