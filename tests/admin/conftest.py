"""The house of two branches, made once, and taken back after each test."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from salesorg.clones import Databases, connected_to
from tests.admin.cast import House, in_new_objects, make_house


@dataclass(frozen=True)
class Stage:
    """A database in which the house is, and the house."""

    database: str
    house: House


@pytest.fixture(scope="session")
def stage(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """A database of these tests' own, for closing months takes longer than looking at them."""
    usual = connection.settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.clone() as clone:
        house = make_house()
        with connected_to(usual):
            yield Stage(clone.name, house)


@pytest.fixture
def house(stage: Stage, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """The house, with log-ins as a request reads them. Instead of the mark ``django_db``."""
    with django_db_blocker.unblock(), connected_to(stage.database), transaction.atomic():
        yield replace(stage.house, users=in_new_objects(stage.house.users))
        transaction.set_rollback(True)
