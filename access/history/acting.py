"""Tells the database who acts and from where, so that its triggers can keep it with each change."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import asdict, dataclass, replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.db import connection, transaction
from psycopg2.extensions import TRANSACTION_STATUS_INTRANS

from access.actor import Actor
from access.models import Change

WRITES = ("insert", "update", "delete", "with", "merge")
Given = ParamSpec("Given")
Result = TypeVar("Result")
_Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class ActingLogIn:
    """Who acts (the key of a log-in, or nobody's), on which way, and which page, file or task that is."""

    by: int | None
    source: str
    origin: str = ""
    origin_id: int | None = None


_acting: ContextVar[ActingLogIn | None] = ContextVar("acting", default=None)
_was_told: ContextVar[bool] = ContextVar("was_told", default=False)
"""Whether the database was told who acts, since the outermost began."""


@contextmanager
def acting(by: Actor, source: Change.Source, *, origin: str = "", origin_id: int | None = None) -> Iterator[None]:
    """Let changes made meanwhile be kept as this actor's; within another one the inner one holds.

    In a transaction that goes on afterwards, what is changed then is nobody's again.
    """
    with _told(ActingLogIn(_key(by), source.value, origin[-255:].replace("\0", ""), origin_id)):
        yield


@contextmanager
def acting_as(by: Actor) -> Iterator[None]:
    """Let this one act meanwhile, on the way that is told already: the page of a log-in that nobody has opened yet."""
    with _told(replace(_acting.get() or ActingLogIn(None, Change.Source.CONSOLE.value), by=_key(by))):
        yield


def action(write: Callable[Given, Result]) -> Callable[Given, Result]:
    """Make a function that writes an action: all of it or nothing, kept as done by the actor that is passed as `by`."""

    @wraps(write)
    def act(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        with acting_as(cast(Actor, kwargs["by"])), transaction.atomic():
            return write(*args, **kwargs)

    return act


def _key(by: Actor) -> int | None:
    return by.user.pk if by.user else None


@contextmanager
def _told(told: ActingLogIn) -> Iterator[None]:
    is_outermost = _acting.get() is None
    token = _acting.set(told)
    if is_outermost:
        _was_told.set(False)
    try:
        with connection.execute_wrapper(_tell) if is_outermost else nullcontext():
            yield
    finally:
        _acting.reset(token)
        if is_outermost and connection.in_atomic_block and _was_told.get():
            _forget()


def _forget() -> None:
    """Take the actor out of the transaction that runs on, unless it has failed: then nothing is written any more."""
    driver = connection.connection
    if driver is not None and driver.get_transaction_status() == TRANSACTION_STATUS_INTRANS:
        with driver.cursor() as cursor:
            cursor.execute("SELECT set_config('salesorg.acting', '', true)")


def _tell(execute: _Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Send who acts along with each statement that writes: one round trip, and gone with the transaction."""
    told = _acting.get()
    statement = sql if isinstance(sql, str) else context["cursor"].mogrify(sql).decode()
    if told is None or many or not statement.lstrip().lower().startswith(WRITES):
        return execute(sql, params, many, context)
    _was_told.set(True)
    words = json.dumps(asdict(told)).replace("'", "''")
    if params is not None:
        words = words.replace("%", "%%")
    return execute(f"SELECT set_config('salesorg.acting', '{words}', true); {statement}", params, many, context)
