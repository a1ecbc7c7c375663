"""What a log-in must not read anywhere: the texts and amounts of the rows beyond its reach, and of masked fields."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Model, TextField

from access.models import User
from disputes.models import Party
from staff.models import Employee
from tests.admin.cast import House
from tests.admin.reaching import OF_ACCESS, OURS, expected

PRIVATE = ("id_number", "bank_account", "phone")
NO_SECRETS = {"sheet", "language", "version"}
"""Texts that are words of the product, not of the firm."""
SHORTEST = 5
"""Shorter texts than that are words, or turn up in a random key, unless they are Chinese names."""


def secrets_of(house: House, role: str | None) -> set[str]:
    """What must not stand on any page that the role of the north asks for; None is who has not logged in."""
    beyond, within = set[str](), set[str]()
    for model in OURS:
        if model in OF_ACCESS:
            continue  # who did something is named to whoever sees what was done; changes tell what their records do
        seen = set() if role is None else expected(house, role, model)
        for row in model._default_manager.all():
            (within if row.pk in seen else beyond).update(_told_by(row))
    within |= _parties_known(house, role)
    secret = {text for text in beyond - within if not any(text in other for other in within)}
    return secret | masked_numbers()  # whoever may have them shown asks for them one by one


def _parties_known(house: House, role: str | None) -> set[str]:
    """By what the other parties of a salesperson's own disputes are known, once verification began."""
    if role != User.Role.SALESPERSON:
        return set()
    own = Party.objects.filter(employee=house.north.closer, dispute__verification_began_at__isnull=False)
    others = Employee.objects.filter(disputes__dispute__in=own.values("dispute"))
    return {text for person in others for text in (person.number, person.name)}


def masked_numbers() -> set[str]:
    """People's ID, card and telephone numbers, which pages show by their last digits."""
    return {getattr(person, name) for person in Employee.objects.all() for name in PRIVATE} - {""}


def _told_by(row: Model) -> Iterator[str]:
    """The texts and amounts by which a row is known."""
    for field in row._meta.concrete_fields:
        value: Any = getattr(row, field.attname)
        if isinstance(value, Decimal) and value % 1:
            yield from (f"{value:,.2f}", f"{value:.2f}") if abs(value) >= 1 else ()
        elif (
            isinstance(field, CharField | TextField)
            and not field.choices
            and field.name not in NO_SECRETS
            and _is_telling(value)
        ):
            yield value


def _is_telling(value: object) -> bool:
    return isinstance(value, str) and (len(value) >= SHORTEST or (len(value) > 1 and not value.isascii()))
