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


def links_of(period: Period, viewer: User) -> list[Link]:
    """What is offered to the viewer."""
    return [link for offering in _OFFERINGS if (link := offering(period, viewer))]
