"""What higher apps offer on a month's page, such as its workbook: they register, the page shows."""

from collections.abc import Callable
from dataclasses import dataclass

from access.models import User
from periods.models import Period


@dataclass(frozen=True, slots=True)
class Link:
    """A way on from a month's page; `is_file` is one that downloads."""

    text: str
    href: str
    is_file: bool = False


Offering = Callable[[Period, User], Link | None]
_OFFERINGS: list[Offering] = []


def offers_on_month(offering: Offering) -> Offering:
    """Mark a function that offers a viewer something on a month's page, or None."""
    _OFFERINGS.append(offering)
    return offering


ToImport = Callable[[User], str]
_TO_IMPORT: list[ToImport] = []


def leads_to_import(way: ToImport) -> ToImport:
    """Mark the function that tells where a viewer imports a workbook, empty for who imports none."""
    _TO_IMPORT.append(way)
    return way


def way_to_import(viewer: User) -> str:
    """Where the viewer imports what a month is computed from; empty for who imports nothing."""
    return next((href for way in _TO_IMPORT if (href := way(viewer))), "")


def links_of(period: Period, viewer: User) -> list[Link]:
    """What is offered to the viewer."""
    return [link for offering in _OFFERINGS if (link := offering(period, viewer))]
