"""Who may see which rows: one registry of reach per model, asked by admin, pages, exports and files alike.

The rules for a model stand in the reach.py of its app, or of a higher one that knows more ways to it; what a user
reaches is the union. A model without a rule is invisible to everybody.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from access.history.tracking import Tracked, tracked_models
from access.models import AccountEvent, Change, Disclosure, User
from access.rights import Right, has, may
from access.roles import ROLES, Duty, Scope

Rule = Callable[[User], Q]
Row = TypeVar("Row", bound=Model)
Answer = TypeVar("Answer")

EVERYTHING = ~Q(pk__in=[])
NOTHING = Q(pk__in=[])

_RULES: dict[type[Model], list[Rule]] = defaultdict(list)


def reach(model: type[Model]) -> Callable[[Rule], Rule]:
    """Mark a function as one that tells which rows of `model` a user may see.

    Its condition must not multiply rows: reach over a to-many relation by a subquery, not by a join.
    """

    def register(rule: Rule) -> Rule:
        _RULES[model].append(rule)
        return rule

    return register


def by_scope(user: User, *, branch: Q, own: Q) -> Q:
    """Every row for who sees the whole business; for who sees a branch that and `own`; else `own` alone.

    Who moved to another branch still sees what is theirs from the one before.
    """
    match scope_of(user):
        case Scope.COMPANY:
            return EVERYTHING
        case Scope.BRANCH:
            return branch if branch in (EVERYTHING, own) else branch | own
        case Scope.OWN:
            return own
        case _:
            return NOTHING


def asked_once(user: User, ask: Callable[[User], Answer]) -> Answer:
    """What `ask` tells of a user, asked once for as long as this object of the user lives: a request."""
    known: dict[object, Answer] = vars(user).setdefault("_asked_once", {})
    if ask not in known:
        known[ask] = ask(user)
    return known[ask]


def answered_already(user: User, ask: Callable[[User], Answer], answer: Answer) -> None:
    """Take what `ask` would tell of a user as known, where it was just read along."""
    vars(user).setdefault("_asked_once", {})[ask] = answer


def scope_of(user: User) -> Scope:
    """How far the user's role sees; nothing for a role that is not known."""
    try:
        return ROLES[User.Role(user.role)].scope
    except (KeyError, ValueError):
        return Scope.NONE


def within_reach(user: AbstractBaseUser | AnonymousUser, queryset: QuerySet[Row]) -> QuerySet[Row]:
    """The rows of `queryset` that the user may see; none without an active log-in or a rule for the model."""
    conditions = _conditions(user, queryset.model)
    if EVERYTHING in conditions:
        return queryset
    match conditions:
        case []:
            return queryset.none()
        case [condition]:
            return queryset.filter(condition)
    return queryset.filter(pk__in=_united(queryset.model, conditions))


def _united(model: type[Model], conditions: Sequence[Q]) -> QuerySet[Any, Any]:
    """The keys of the rows that one of the conditions holds for, each found by its own way.

    Of one condition made of all of them the database asks every row; thus it goes from the few, by their indexes.
    """
    ways = [way for condition in conditions for way in _alternatives(condition)]
    first, *others = (model._default_manager.filter(way).order_by().values("pk") for way in ways)
    return first.union(*others) if others else first


def _alternatives(condition: Q) -> list[Q]:
    if condition.connector != Q.OR or condition.negated:
        return [condition]
    return [part if isinstance(part, Q) else Q(part) for part in condition.children]


def reaches_all(user: AbstractBaseUser | AnonymousUser, model: type[Model]) -> bool:
    """Whether the user may see every row of the model, told without asking the database."""
    return EVERYTHING in _conditions(user, model)


def _conditions(user: AbstractBaseUser | AnonymousUser, model: type[Model]) -> list[Q]:
    if not isinstance(user, User) or not user.is_active:
        return []
    return [rule(user) for rule in _RULES.get(model._meta.concrete_model or model, [])]


def models_with_reach() -> frozenset[type[Model]]:
    """The models that have a rule."""
    return frozenset(_RULES)


@reach(User)
def log_ins(user: User) -> Q:
    """Log-ins, for who looks after them or audits them."""
    return EVERYTHING if has(user, Duty.READS_LOG_INS) else NOTHING


@reach(AccountEvent)
def account_events(user: User) -> Q:
    """What happened to log-ins, for who looks after them or audits them; to one's own."""
    return EVERYTHING if log_ins(user) == EVERYTHING else Q(user=user)


@reach(Disclosure)
def disclosures(user: User) -> Q:
    """Who looked at whose masked numbers, for who answers for people and who audits."""
    return EVERYTHING if has(user, Duty.READS_DISCLOSURES) else NOTHING


def changes_of(user: User) -> list[Tracked]:
    """The models whose changes the user may search: those of which every record may be seen, and what it was before."""
    return [
        one
        for one in tracked_models()
        if may(user, Right.VIEW, one.model)
        and reaches_all(user, one.model)
        and (one.read_by is None or user.role in one.read_by)
    ]


@reach(Change)
def changes(user: User) -> Q:
    """The log of changes, for who answers for the books; of one record it is shown with the record."""
    if not may(user, Right.VIEW, Change):
        return NOTHING
    return Q(model__in=[one.model._meta.label_lower for one in changes_of(user)])
