"""What many tests begin with, made once in a database of its own; what a test does to it is taken back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from salesorg.databases.clones import Databases, connected_to

T = TypeVar("T")


@dataclass(frozen=True)
class Made(Generic[T]):
    """A database, and what was made in it."""

    database: str
    what: T

    @contextmanager
    def taken_back(self) -> Iterator[T]:
        """Connect Django to it for a test, instead of the mark ``django_db``."""
        with connected_to(self.database), transaction.atomic():
            yield self.what
            transaction.set_rollback(True)


@contextmanager
def made_once(databases: Databases, blocker: DjangoDbBlocker, make: Callable[[], T]) -> Iterator[Made[T]]:
    """Make it, for the tests of a module or of the session."""
    with databases.standing() as clone:
        with blocker.unblock(), connected_to(clone.name):
            what = make()
        yield Made(clone.name, what)
