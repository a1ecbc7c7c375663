"""What waits for a viewer: one registry, to which every app adds its own in its waiting.py."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from access.models import User


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that wants a look: how many or how much, and where it is listed."""

    count: int | str
    text: str
    href: str


Waiting = Callable[[User], Sequence[Notice]]
_WAITING: list[Waiting] = []


def waits_for(tells: Waiting) -> Waiting:
    """Mark a function that tells what waits for a viewer to act on, within the viewer's reach and rights."""
    _WAITING.append(tells)
    return tells


def waiting_for(viewer: User) -> list[Notice]:
    """Everything that waits for the viewer; what counts nothing is left out."""
    return [notice for tells in _WAITING for notice in tells(viewer) if notice.count]
