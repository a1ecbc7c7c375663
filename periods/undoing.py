"""What becomes of a table's rows when the input that they point at is taken back: each such table says it itself."""

from typing import TypeVar

from django.db.models import Model

AnyModel = TypeVar("AnyModel", bound=type[Model])

_GOING: list[type[Model]] = []
_STANDING: list[type[Model]] = []


def goes_with_input(model: AnyModel) -> AnyModel:
    """Mark a table that only follows from the input, or is about it: what points at input taken back goes with it."""
    _GOING.append(model)
    return model


def stands_on_input(model: AnyModel) -> AnyModel:
    """Mark a table of what people decided or did: the input that it points at is not taken back under it."""
    _STANDING.append(model)
    return model


def going_with_input() -> tuple[type[Model], ...]:
    """The tables marked by `goes_with_input`."""
    return tuple(_GOING)


def standing_on_input() -> tuple[type[Model], ...]:
    """The tables marked by `stands_on_input`."""
    return tuple(_STANDING)
