"""Tells the database who acts and from where, so that its triggers can keep it with each change."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from access.actor import Actor
from access.models import Change

WRITES = ("insert", "update", "delete", "with", "merge")
_Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts (the key of a log-in, or nobody's), on which way, and which page, file or task that is."""

    by: int | None
    source: str
    origin: str = ""
    origin_id: int | None = None


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


@contextmanager
def acting(by: Actor, source: Change.Source, *, origin: str = "", origin_id: int | None = None) -> Iterator[None]:
    """Let changes made meanwhile be kept as this actor's; within another one the inner one holds."""
    is_outermost = _acting.get() is None
    told = Acting(by.user.pk if by.user else None, source.value, origin[-255:], origin_id)
    token = _acting.set(told)
    try:
        with connection.execute_wrapper(_tell) if is_outermost else nullcontext():
            yield
    finally:
        _acting.reset(token)


def _tell(execute: _Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Send who acts along with each statement that writes: one round trip, and gone with the transaction."""
    told = _acting.get()
    statement = sql if isinstance(sql, str) else context["cursor"].mogrify(sql).decode()
    if told is None or many or not statement.lstrip().lower().startswith(WRITES):
        return execute(sql, params, many, context)
    words = json.dumps(asdict(told)).replace("'", "''")
    if params is not None:
        words = words.replace("%", "%%")
    return execute(f"SELECT set_config('salesorg.acting', '{words}', true); {statement}", params, many, context)
