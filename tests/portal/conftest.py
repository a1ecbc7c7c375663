"""The cast: a firm with April locked and May computed, and who logs in; made once, and taken back after each test."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from salesorg.clones import Databases, connected_to
from tests.portal.cast import Cast, make_cast


@dataclass(frozen=True)
class Stage:
    """A database in which the cast is, and the cast."""

    database: str
    cast: Cast


@pytest.fixture(scope="session")
def stage(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """A database of the portal's tests' own, for closing months takes longer than looking at them."""
    usual = connection.settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.clone() as clone:
        cast = make_cast()
        with connected_to(usual):
            yield Stage(clone.name, cast)


@pytest.fixture
def cast(stage: Stage, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """Alice, Bob, Carol, Dan and Eve with their pay of April and May. Instead of the mark ``django_db``."""
    with django_db_blocker.unblock(), connected_to(stage.database), transaction.atomic():
        yield stage.cast
        transaction.set_rollback(True)
