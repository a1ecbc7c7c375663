"""What each role may do with which model, within its reach, and the states in which nobody may change a row."""

from collections import defaultdict
from collections.abc import Callable, Collection
from enum import Enum
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from access.models import AccountEvent, Change, Disclosure, User
from access.roles import PROGRAMS, ROLES, Duty, Role, Scope, charged, seeing

Sealed = Callable[[Any], bool | str]
"""Tells whether a row may not be changed any more, or why, in a sentence; empty if it may."""

COMPANY_READERS = seeing(Scope.COMPANY)
BRANCH_READERS = seeing(Scope.BRANCH)
MANAGEMENT = COMPANY_READERS | BRANCH_READERS
EVERYBODY = MANAGEMENT | seeing(Scope.OWN)


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


def has(user: AbstractBaseUser | AnonymousUser, duty: Duty) -> bool:
    """Whether the user's role is charged with the duty, and the log-in open."""
    return isinstance(user, User) and user.is_active and user.role in charged(duty)


def enters_admin(role: str) -> bool:
    """Whether a role works in the admin; who sees the own business alone has pages of their own, a program none."""
    return role not in seeing(Scope.OWN) | PROGRAMS


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


GIVES: dict[str, frozenset[Role]] = {role: standing.gives for role, standing in ROLES.items() if standing.gives}
"""Who gives which roles, and looks after the log-ins that have them."""

allow(
    User,
    view=charged(Duty.READS_LOG_INS),
    add=charged(Duty.MAKES_LOG_INS),
    change=GIVES,
)
allow(AccountEvent, view=charged(Duty.READS_LOG_INS))
allow(Disclosure, view=charged(Duty.READS_DISCLOSURES))
allow(Change, view=charged(Duty.READS_CHANGES))

NEEDS_SECOND_PERSON = MANAGEMENT - PROGRAMS | charged(Duty.WEIGHS_SUPPORT) | charged(Duty.MAKES_LOG_INS)
"""Roles that see another's pay, set a branch's, or open such log-ins: given by one person, opened by another.

Were operators not among them, one alone could make another and be the second person too; were branch general managers
not, human resources alone could make one and weigh their own support bonus; were sales managers not, an operator alone
could let a friend read a branch's pay.
"""

NEEDS_SECOND_FACTOR = NEEDS_SECOND_PERSON
"""Roles that log in with a second factor, always."""


def looks_after(viewer: User, user: User) -> bool:
    """Whether the viewer may change, lock and reset a log-in; nobody their own."""
    return viewer.is_active and viewer.pk != user.pk and user.role in GIVES.get(viewer.role, ())


def needs_second_factor(user: User) -> bool:
    """Whether the user's role logs in with a second factor, always."""
    return user.role in NEEDS_SECOND_FACTOR
