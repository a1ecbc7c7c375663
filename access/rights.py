"""What each role may do with which model, within its reach, and the states in which nobody may change a row."""

from collections import defaultdict
from collections.abc import Callable, Collection
from enum import Enum
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from access.models import AccountEvent, Change, Disclosure, User

Role = User.Role
Sealed = Callable[[Any], bool | str]
"""Tells whether a row may not be changed any more, or why, in a sentence; empty if it may."""

COMPANY_READERS = frozenset({Role.HR, Role.FINANCE, Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER, Role.AUDITOR})
BRANCH_READERS = frozenset({Role.BRANCH_GM, Role.SALES_MANAGER})
MANAGEMENT = COMPANY_READERS | BRANCH_READERS
EVERYBODY = MANAGEMENT | {Role.SALESPERSON}


class Right(Enum):
    """What may be done with a model's rows."""

    VIEW = "view"
    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"


_TABLE: dict[type[Model], dict[Right, frozenset[str]]] = {}
_SEALS: dict[type[Model], list[Sealed]] = defaultdict(list)


def allow(
    model: type[Model],
    *,
    view: Collection[str],
    add: Collection[str] = (),
    change: Collection[str] = (),
    delete: Collection[str] = (),
) -> None:
    """Enter a model in the table; roles not named may not."""
    _TABLE[model] = {
        Right.VIEW: frozenset(view),
        Right.ADD: frozenset(add),
        Right.CHANGE: frozenset(change),
        Right.DELETE: frozenset(delete),
    }


def seals(model: type[Model]) -> Callable[[Sealed], Sealed]:
    """Mark a function that tells whether, or why, nobody may change or delete a row of `model` any more."""

    def register(sealed: Sealed) -> Sealed:
        _SEALS[model].append(sealed)
        return sealed

    return register


def may(user: AbstractBaseUser | AnonymousUser, right: Right, model: type[Model], row: Model | None = None) -> bool:
    """Whether the user's role has the right to rows of the model and, with a row, whether it is not sealed.

    Whether the row is within the user's reach is not asked here (access/reach.py). Without an entry nobody may.
    """
    if not isinstance(user, User) or not user.is_active:
        return False
    concrete = model._meta.concrete_model or model
    if user.role not in _TABLE.get(concrete, {}).get(right, frozenset()):
        return False
    return row is None or right in (Right.VIEW, Right.ADD) or not is_sealed(row)


def is_sealed(row: Model) -> bool:
    """Whether nobody may change or delete the row any more, or write it as it stands."""
    return bool(_seal(row))


def why_sealed(row: Model) -> str:
    """The sentence that says why; empty for a row that may be changed, and where its seal gives no reason."""
    seal = _seal(row)
    return seal if isinstance(seal, str) else ""


def _seal(row: Model) -> bool | str:
    told = (sealed(row) for sealed in _SEALS.get(row._meta.concrete_model or type(row), ()))
    return next((seal for seal in told if seal), False)


allow(
    User,
    view={Role.OPERATOR, Role.HR, Role.AUDITOR},
    add={Role.OPERATOR},
    change={Role.OPERATOR, Role.HR},
)
allow(AccountEvent, view={Role.OPERATOR, Role.HR, Role.AUDITOR})
allow(Disclosure, view={Role.HR, Role.AUDITOR})
allow(Change, view={Role.HR, Role.FINANCE, Role.AUDITOR})

GIVES: dict[str, frozenset[Role]] = {
    Role.HR: frozenset({Role.SALESPERSON, Role.SALES_MANAGER, Role.BRANCH_GM}),
    Role.OPERATOR: frozenset(Role),
}
"""Who gives which roles, and looks after the log-ins that have them."""

NEEDS_SECOND_PERSON = COMPANY_READERS | {Role.BRANCH_GM, Role.OPERATOR}
"""Roles that see everybody's pay, set a branch's, or open such log-ins: given by one person, opened by another.

Were operators not among them, one alone could make another and be the second person too; were branch general managers
not, human resources alone could make one and weigh their own support bonus.
"""

NEEDS_SECOND_FACTOR = MANAGEMENT | NEEDS_SECOND_PERSON
"""Roles that log in with a second factor, always: who signs or sees another's pay, and who opens such log-ins."""


def looks_after(viewer: User, user: User) -> bool:
    """Whether the viewer may change, lock and reset a log-in; nobody their own."""
    return viewer.is_active and viewer.pk != user.pk and user.role in GIVES.get(viewer.role, ())


def needs_second_factor(user: User) -> bool:
    """Whether the user's role logs in with a second factor, always."""
    return user.role in NEEDS_SECOND_FACTOR
