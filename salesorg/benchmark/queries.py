"""Counts the statements that Django sends; COPY goes past it and is one statement per table and branch."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


class QueryCount:
    """How many statements were sent."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.count += 1
        return execute(*args)


@contextmanager
def counted_queries() -> Iterator[QueryCount]:
    """Count the statements sent in a block."""
    queries = QueryCount()
    with connection.execute_wrapper(queries):
        yield queries
