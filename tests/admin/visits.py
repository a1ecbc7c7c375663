"""What is asked of an address, and of which rows: one's own, the own branch's and another's."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Model
from django.urls import reverse

from access.models import User
from access.roles import PEOPLE
from periods.models import Period
from staff.models import Employee
from tests.admin.cast import OF_BRANCH, House, Role, Side
from tests.admin.reaching import BY_PERSON, expected, is_of
from tests.admin.writers import STAFF
from tests.firm import APRIL


@dataclass(frozen=True)
class Visit:
    """An address, and whether one may ask for it and send to it; None where it takes no such request (405)."""

    url: str
    get: bool | None
    post: bool | None


Visits = Callable[[House, str], Iterator[Visit]]


def rows_near_and_far(house: House, role: str, model: type[Model]) -> list[Any]:
    """One row of the viewer's own, one of the own branch and one of the other branch, as far as there are such."""
    rows = list(model._default_manager.order_by("pk"))
    person = Employee.objects.filter(user=house.users[role]).first()
    kinds: list[Callable[[Any], bool]] = [
        lambda row: model in BY_PERSON and person is not None and BY_PERSON[model](row) == person.pk,
        lambda row: _lies_in(house.north, row),
        lambda row: _lies_in(house.south, row),
    ]
    found = [next((row for row in rows if is_kind(row)), None) for is_kind in kinds]
    chosen = {row.pk: row for row in found if row is not None} or {row.pk: row for row in rows[:1]}
    return list(chosen.values())


def _lies_in(side: Side, row: Any) -> bool:
    try:
        return is_of(side, row)
    except KeyError:  # of the company: belongs to no branch
        return False


@cache
def near_and_far(house: House, role: str, model: type[Model]) -> tuple[list[Any], set[object]]:
    """Rows to ask for, and the keys of all that is within reach; told once for the five pages of a model."""
    return rows_near_and_far(house, role, model), expected(house, role, model) if role in STAFF else set()


def looked_after(house: House, role: str, user: User) -> bool:
    """Whether a role looks after a log-in: HR the branches', the operator all, nobody the own."""
    cares: dict[str, list[str]] = {Role.HR: [Role.SALESPERSON, *OF_BRANCH], Role.OPERATOR: list(PEOPLE)}
    return user.role in cares.get(role, []) and user != house.users[role]


def page(url: str, roles: Collection[str], *, get: bool | None = True, post: bool | None = True) -> Visits:
    """A page that is the same for all who may enter; `get` and `post` tell which requests it takes."""

    def visits(house: House, role: str) -> Iterator[Visit]:
        yield Visit(url, get and role in roles, post and role in roles)

    return visits


def month_page(view: str, *, get: bool | None = True, post: bool | None = True) -> Visits:
    """A page of a month, for who answers for a branch or more."""

    def visits(house: House, role: str) -> Iterator[Visit]:
        enters = role in STAFF - {Role.OPERATOR}
        url = reverse(f"admin:periods_period_{view}", args=[Period.objects.get(month=APRIL).pk])
        yield Visit(url, get and enters, post and enters)

    return visits
